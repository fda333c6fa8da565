//! Turns failures of lower modules into problems.

use http::header;

use crate::auth::AuthError;
use crate::http::problem::{Code, Problem};
use crate::store::StoreError;
use crate::store::rate_limit::Rate;

/// Seconds after which a client may try again if the database fails.
const RETRY_AFTER_OUTAGE: u32 = 10;

/// 503 if the database failed, 500 for every other failure of the store.
pub(super) fn from_store(error: StoreError) -> Problem {
    if !error.is_outage() {
        return Problem::internal(&error);
    }
    let detail = match error {
        StoreError::CommitUnknown(_) => {
            "It is not known whether this was stored. Send the same request again: nothing is \
             stored twice, except an entry without a local_id."
        }
        _ => "Keep the data and try again later; sending it twice does no harm.",
    };
    Problem::new(Code::DATABASE_UNAVAILABLE, detail)
        .with(header::RETRY_AFTER, RETRY_AFTER_OUTAGE)
        .because(&error)
}

pub(super) fn from_auth(error: AuthError) -> Problem {
    match error {
        AuthError::Refused(problem) => problem,
        AuthError::Store(error) => from_store(error),
    }
}

pub(super) fn rate_limited(rate: Rate) -> Problem {
    let seconds = rate.reset_seconds.max(1);
    Problem::new(
        Code::RATE_LIMITED,
        format!("At most {} in this time. Try again in {seconds} s.", rate.limit.requests),
    )
    .with(header::RETRY_AFTER, seconds)
}
