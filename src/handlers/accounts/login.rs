//! `POST /api/auth/login`.

use http::StatusCode;

use super::fields::{SignIn, existing_password, sign_in};
use super::tokens::begin_session;
use super::{count_attempt, count_from_address, passwords};
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::{Code, Problem};
use crate::http::response::Response;
use crate::store::accounts::credentials::{self, Credentials};
use crate::store::rate_limit::{LOGIN_AS, Limit, hashed_subject};

/// For anyone. An unknown address and a wrong password get the same response
/// after the same work.
///
/// # Errors
/// 401; 429.
pub fn login(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    let service = exchange.service;
    let limits = &service.settings.rate_limit;
    let limit = Limit::per_minute(limits.login_per_address_per_minute);
    count_from_address(exchange, "login", limit)?;
    let SignIn { email, password, device_name } = sign_in(exchange.request, existing_password)?;
    let subject = hashed_subject(LOGIN_AS, email.as_str().as_bytes());
    let limit = Limit::per_minute(limits.login_per_account_per_minute);
    count_attempt(exchange, &subject, limit)?;
    let found = credentials::by_email(&mut exchange.database, &email).map_err(from_store)?;
    let stored = found.as_ref().and_then(|found| found.password_hash.as_deref());
    let is_right = passwords::check(exchange, &password, stored)?;
    let refused = || Problem::new(Code::INVALID_CREDENTIALS, "Check both and try again.");
    let Some(Credentials { account, password_hash: Some(stored) }) = found.filter(|_| is_right)
    else {
        return Err(refused());
    };
    let signed_in =
        begin_session(exchange, StatusCode::OK, &account, device_name)?.ok_or_else(refused)?;
    passwords::renew(exchange, &account.user_id, &password, &stored);
    Ok(signed_in)
}
