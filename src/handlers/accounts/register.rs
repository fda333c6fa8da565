//! `POST /api/auth/register`.

use http::StatusCode;

use super::codes::{Wish, mail_code};
use super::fields::{SignIn, registration, unmailable};
use super::tokens::{new_session, response};
use super::{count_attempt, count_from_address, passwords};
use crate::domain::user::UserId;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::{Code, Problem};
use crate::http::response::Response;
use crate::store::StoreError;
use crate::store::accounts::credentials;
use crate::store::rate_limit::{Limit, REGISTER_AS, hashed_subject};

/// For anyone, while registration is open. Where mail is configured nothing is
/// created yet: a code is mailed, whether the address has an account or not.
///
/// # Errors
/// 403 while it is closed; 409 if the address is taken, where no mail is
/// configured; 429.
pub fn register(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    let service = exchange.service;
    if !service.settings.accounts.registration_open {
        return Err(closed());
    }
    let limit = Limit::per_hour(service.settings.rate_limit.register_per_address_per_hour);
    count_from_address(exchange, "register", limit)?;
    let SignIn { email, password, device_name } = registration(exchange.request)?;
    let limit = Limit::per_hour(service.settings.rate_limit.register_per_account_per_hour);
    let subject = hashed_subject(&service.hashes, REGISTER_AS, email.as_str().as_bytes());
    count_attempt(exchange, &subject, limit)?;
    if service.settings.mail.is_configured() {
        if !email.is_mailable() {
            return Err(unmailable());
        }
        return mail_code(exchange, email, Wish::NewAccount);
    }
    let hash = passwords::hash(exchange, &password)?;
    let (token, session) = new_session(exchange, device_name)?;
    let user_id = UserId::generate();
    let database = &mut exchange.database;
    let created = credentials::create(database, user_id, &email, &hash, Some(&session));
    let account = created
        .map_err(from_creation)?
        .ok_or_else(|| Problem::new(Code::EMAIL_TAKEN, "Sign in with it, or use another one."))?;
    response(exchange, StatusCode::CREATED, &account, &token)
}

pub(super) fn closed() -> Problem {
    let detail = "Ask the person who runs this server for an account.";
    Problem::new(Code::REGISTRATION_CLOSED, detail)
}

/// Turns a failed creation into a problem. An adopted `users` table may require
/// columns that are unknown here; registration is then closed, whatever the
/// settings say.
pub(super) fn from_creation(error: StoreError) -> Problem {
    match error {
        StoreError::RowRefused(_) | StoreError::NullRefused(_) => {
            closed().because(&format!("set accounts.registration_open = false: {error}"))
        }
        other => from_store(other),
    }
}
