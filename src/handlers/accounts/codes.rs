//! A code by mail, for a forgotten password and for a new account. Both answer
//! alike for every address, after the same statements; the mail is sent after
//! the response.

use http::StatusCode;
use serde_json::json;

use super::count_attempt;
use crate::auth::one_time_code::{generate, stored};
use crate::domain::one_time_code::CODE_SECONDS;
use crate::domain::user::Email;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::{Code, Problem};
use crate::http::response::{self, Response};
use crate::mail::{Message, Occasion};
use crate::store::accounts::credentials::{self, Credentials};
use crate::store::accounts::one_time_codes::keep;
use crate::store::rate_limit::{CODE_AS, Limit, hashed_subject};

/// The request: what the person wants.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    NewPassword,
    NewAccount,
}

/// Keeps a new code for the address, and mails it where the wish can be
/// granted.
///
/// # Errors
/// 429 after too many codes for the e-mail address or too many messages in all.
pub(super) fn mail_code(
    exchange: &mut Exchange<'_>,
    email: Email,
    wish: Wish,
) -> Result<Response, Problem> {
    let service = exchange.service;
    let limits = &service.settings.rate_limit;
    let subject = hashed_subject(&service.hashes, CODE_AS, email.as_str().as_bytes());
    count_attempt(exchange, &subject, Limit::per_hour(limits.codes_per_account_per_hour))?;
    count_attempt(exchange, "mail", Limit::per_hour(limits.mails_per_hour))?;
    let found = credentials::by_email(&mut exchange.database, &email).map_err(from_store)?;
    let code = generate().map_err(|error| Problem::internal(&error))?;
    let kept = stored(&service.hashes, &email, &code);
    keep(&mut exchange.database, &kept).map_err(from_store)?;
    let with_code =
        |occasion| Message::with_code(email.clone(), occasion, &code, &service.settings);
    let message = match (found, wish) {
        (None, Wish::NewPassword) => None,
        (None, Wish::NewAccount) => Some(with_code(Occasion::NewAccount)),
        (Some(Credentials { password_hash: None, .. }), _) => {
            Some(Message::signs_in_with_google(email.clone(), &service.settings))
        }
        (Some(_), Wish::NewPassword) => Some(with_code(Occasion::ForgottenPassword)),
        (Some(_), Wish::NewAccount) => Some(with_code(Occasion::SecondAccount)),
    };
    // A message to another form of address could reach others.
    if let Some(message) = message.filter(|_| email.is_mailable()) {
        service.outbox.put(message);
    }
    Ok(response::json(StatusCode::ACCEPTED, &json!({"code_expires_in": CODE_SECONDS}))?)
}

/// The problem where no mail is sent.
pub(super) fn not_configured() -> Problem {
    let detail = "Ask the person who runs this server for a code: weightctl user reset-password.";
    Problem::new(Code::MAIL_NOT_CONFIGURED, detail)
}
