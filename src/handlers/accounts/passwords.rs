//! Passwords in a request: the one way to argon2 for all actions. Bounded
//! across processes, so a burst of sign-ins does not exhaust the account's
//! memory.

use http::header;

use super::count_attempt;
use crate::auth::password::HashingError;
use crate::domain::user::UserId;
use crate::handlers::Exchange;
use crate::http::problem::{Code, Problem};
use crate::store::accounts::credentials::{self, Credentials};
use crate::store::rate_limit::{LOGIN_AS, Limit, hashed_subject};

/// Seconds after which there will be room again.
const RETRY_AFTER_BURST: u32 = 5;

/// Whether `password` is the one of the `stored` hash. Does the same work
/// where nothing is stored.
///
/// # Errors
/// 503 where too many passwords are being hashed.
pub(super) fn check(
    exchange: &Exchange<'_>,
    password: &str,
    stored: Option<&str>,
) -> Result<bool, Problem> {
    exchange.service.passwords.verify(password, stored).map_err(from_hashing)
}

/// Hashes a new password.
///
/// # Errors
/// 503 where too many passwords are being hashed.
pub(super) fn hash(exchange: &Exchange<'_>, password: &str) -> Result<String, Problem> {
    exchange.service.passwords.hash(password).map_err(from_hashing)
}

/// Hashes a right password anew where the settings have changed since. No
/// sign-in fails on it: the next one will do.
pub(super) fn renew(exchange: &mut Exchange<'_>, user: &UserId, password: &str, stored: &str) {
    let hashing = &exchange.service.passwords;
    if hashing.is_outdated(stored)
        && let Ok(hash) = hashing.hash(password)
    {
        let _ = credentials::renew_hash(&mut exchange.database, user, stored, &hash);
    }
}

/// Lets a signed-in user prove by their password that it is they who ask: a
/// token alone may be stolen. Guesses here count with those at sign-in: there
/// is one limit on one account's password, not one at every door.
///
/// # Errors
/// 403 for a wrong password and for a user who has none; 429; 503.
pub(super) fn prove(
    exchange: &mut Exchange<'_>,
    known: &Credentials,
    password: &str,
) -> Result<(), Problem> {
    let email = known.account.email.as_deref().unwrap_or_default();
    let subject = hashed_subject(LOGIN_AS, email.as_bytes());
    let limits = &exchange.service.settings.rate_limit;
    count_attempt(exchange, &subject, Limit::per_minute(limits.login_per_account_per_minute))?;
    if check(exchange, password, known.password_hash.as_deref())? {
        return Ok(());
    }
    Err(wrong())
}

/// The refusal of a password that a signed-in user gave.
pub(super) fn wrong() -> Problem {
    Problem::new(Code::WRONG_PASSWORD, "Nothing was done. Check the password and try again.")
}

/// The refusal to a user who has no password here and no other way to prove
/// who they are: they sign in at another backend.
pub(super) fn managed_elsewhere(detail: &str) -> Problem {
    Problem::new(Code::MANAGED_ELSEWHERE, detail)
}

fn from_hashing(error: HashingError) -> Problem {
    match error {
        HashingError::Busy => {
            Problem::new(Code::SERVER_BUSY, "Nothing was done. Try again in a moment.")
                .with(header::RETRY_AFTER, RETRY_AFTER_BURST)
                .because(&error)
        }
        HashingError::Failed(_) => Problem::internal(&error),
    }
}
