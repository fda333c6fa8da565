//! `POST /api/auth/password/reset`: a new password for a one-time code, which
//! came by mail or from an administrator.

use http::StatusCode;

use super::fields::{PasswordReset, password_reset};
use super::guess::count_sign_in;
use super::passwords;
use super::register::from_creation;
use super::tokens::{new_session, response};
use crate::auth::one_time_code::stored;
use crate::domain::user::UserId;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::{Code, Problem};
use crate::http::response::Response;
use crate::store::accounts::one_time_codes::{Redeemed, guess, redeem};

/// For the holder of a code. Ends every session and begins one for this device.
/// Makes the account where the code came from a registration.
///
/// # Errors
/// 403 for a code that is wrong, used or too old; 429; 503.
pub fn reset_password(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    count_sign_in(exchange)?;
    let PasswordReset { email, code, password, device_name } = password_reset(exchange.request)?;
    let refused = || Problem::new(Code::INVALID_CODE, "Check the code, or ask for another one.");
    let service = exchange.service;
    let code = stored(&service.hashes, &email, &code.ok_or_else(refused)?);
    // Before the password is hashed, which takes long.
    if !guess(&mut exchange.database, &code).map_err(from_store)? {
        return Err(refused());
    }
    let hash = passwords::hash(exchange, &password)?;
    let (token, session) = new_session(exchange, device_name)?;
    let may_create = service.settings.accounts.registration_open;
    let new_id = may_create.then(UserId::generate);
    let database = &mut exchange.database;
    let redeemed = redeem(database, &code, &email, &hash, new_id.as_ref(), &session);
    match redeemed.map_err(from_creation)? {
        Redeemed::PasswordSet(account) => response(exchange, StatusCode::OK, &account, &token),
        Redeemed::Created(account) => response(exchange, StatusCode::CREATED, &account, &token),
        Redeemed::Refused => Err(refused()),
    }
}
