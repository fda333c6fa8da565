//! `PUT /api/account/password`: a new password, which ends all other sessions.

use http::StatusCode;

use super::fields::{NEW_PASSWORD, PasswordChange, apart_from, password_change};
use super::passwords;
use super::tokens::{new_session, response};
use crate::domain::user::Email;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::field::FieldErrors;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::store::accounts::Principal;
use crate::store::accounts::credentials;

/// For a user with a password here. Ends every session, including that of a
/// stolen token; this device receives new tokens.
///
/// # Errors
/// 403 if the current password is wrong, and for a user of another backend;
/// 429.
pub fn change_password(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let PasswordChange { current, new, device_name } = password_change(exchange.request)?;
    let found = credentials::by_user(&mut exchange.database, user.user_id()).map_err(from_store)?;
    let known = found
        .ok_or_else(|| passwords::managed_elsewhere("Change the password where you sign in."))?;
    let email = known.account.email.as_deref().and_then(Email::parse);
    let mut errors = FieldErrors::default();
    apart_from(email.as_ref(), Some(&new), NEW_PASSWORD, &mut errors);
    errors.check(Some(())).map_err(Problem::validation)?;
    passwords::prove(exchange, &known, &current)?;
    let hash = passwords::hash(exchange, &new)?;
    let (token, session) = new_session(exchange, device_name)?;
    let changed =
        credentials::change_password(&mut exchange.database, &known.account, &hash, &session)
            .map_err(from_store)?
            .ok_or_else(passwords::wrong)?;
    response(exchange, StatusCode::OK, &changed, &token)
}
