//! Passwords in a request. All actions hash through this module. Hashing is
//! capped across processes, so that a burst of sign-ins does not exhaust the
//! host's memory.

use http::header;

use super::guess::{forget_guess, guess};
use crate::auth::password::HashingError;
use crate::domain::user::{Email, UserId};
use crate::handlers::Exchange;
use crate::http::problem::{Code, Problem};
use crate::store::accounts::credentials::{self, Credentials};

/// Seconds after which a slot for hashing is probably free.
const RETRY_AFTER_BURST: u32 = 5;

/// Whether `password` matches the `stored` hash. Does the same work without
/// one, so that the time does not reveal whether the account exists.
///
/// # Errors
/// 503 if too many passwords are being hashed.
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
/// 503 if too many passwords are being hashed.
pub(super) fn hash(exchange: &Exchange<'_>, password: &str) -> Result<String, Problem> {
    exchange.service.passwords.hash(password).map_err(from_hashing)
}

/// Replaces the hash of a correct password if the hashing settings have
/// changed. Ignores a failure: the next sign-in tries again.
pub(super) fn renew(exchange: &mut Exchange<'_>, user: &UserId, password: &str, stored: &str) {
    let hashing = &exchange.service.passwords;
    if hashing.is_outdated(stored)
        && let Ok(hash) = hashing.hash(password)
    {
        let _ = credentials::renew_hash(&mut exchange.database, user, stored, &hash);
    }
}

/// Confirms a signed-in user's identity with the password, because a token may
/// be stolen. Attempts count together with those at sign-in, so that an account
/// has one limit on guesses.
///
/// # Errors
/// 403 for a wrong password and for a user without one; 429; 503.
pub(super) fn prove(
    exchange: &mut Exchange<'_>,
    known: &Credentials,
    password: &str,
) -> Result<(), Problem> {
    let email = known.account.email.as_deref().and_then(Email::parse).ok_or_else(wrong)?;
    guess(exchange, &email)?;
    let is_right = check(exchange, password, known.password_hash.as_deref());
    if !matches!(is_right, Ok(false)) {
        forget_guess(exchange, &email);
    }
    if is_right? { Ok(()) } else { Err(wrong()) }
}

/// The problem for a wrong password of a signed-in user.
pub(super) fn wrong() -> Problem {
    Problem::new(Code::WRONG_PASSWORD, "Nothing was done. Check the password and try again.")
}

/// The problem for a user of another backend, who has no password here.
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
