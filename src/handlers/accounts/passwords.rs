//! Passwords in a request: the one way to argon2 for all actions. Bounded
//! across processes, so a burst of sign-ins does not exhaust the account's
//! memory.

use http::header;

use crate::auth::password::HashingError;
use crate::handlers::Exchange;
use crate::http::problem::{Code, Problem};

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
