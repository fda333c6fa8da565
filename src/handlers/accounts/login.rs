//! `POST /api/auth/login`.

use http::StatusCode;

use super::fields::{SignIn, sign_in};
use super::guess::{count_sign_in, forget_guess, forget_sign_in, guess};
use super::passwords;
use super::tokens::begin_session;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::{Code, Problem};
use crate::http::response::Response;
use crate::store::accounts::credentials::{self, Credentials};

/// For anyone. An unknown address and a wrong password get the same response
/// after the same work.
///
/// # Errors
/// 401; 429.
pub fn login(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    count_sign_in(exchange)?;
    let SignIn { email, password, device_name } = sign_in(exchange.request)?;
    guess(exchange, &email).inspect_err(|_| forget_sign_in(exchange))?;
    let found = credentials::by_email(&mut exchange.database, &email)
        .map_err(from_store)
        .inspect_err(|_| forget_guess(exchange, &email))?;
    let stored = found.as_ref().and_then(|found| found.password_hash.as_deref());
    let is_right = passwords::check(exchange, &password, stored)
        .inspect_err(|_| forget_guess(exchange, &email))?;
    let refused = || Problem::new(Code::INVALID_CREDENTIALS, "Check both and try again.");
    let Some(Credentials { account, password_hash: Some(stored) }) = found.filter(|_| is_right)
    else {
        return Err(refused());
    };
    forget_guess(exchange, &email);
    let signed_in = begin_session(exchange, StatusCode::OK, &account, device_name, false)?
        .ok_or_else(refused)?;
    passwords::renew(exchange, &account.user_id, &password, &stored);
    Ok(signed_in)
}
