//! Registration, sign-in and sessions (DESIGN section 2.2).

mod fields;
mod login;
mod logout;
mod refresh;
mod register;
mod tokens;
mod who_am_i;

pub use login::login;
pub use logout::logout;
pub use refresh::refresh;
pub use register::register;
pub use who_am_i::who_am_i;

use super::Exchange;
use super::failure::{from_store, rate_limited};
use crate::http::problem::Problem;
use crate::store::rate_limit::{Limit, count_subject};

/// Counts an attempt for `subject`; 429 when there were too many.
fn count_attempt(exchange: &mut Exchange<'_>, subject: &str, limit: Limit) -> Result<(), Problem> {
    match count_subject(&mut exchange.session, subject, limit).map_err(from_store)? {
        Some(rate) if !rate.is_allowed => {
            exchange.rate = Some(rate);
            Err(rate_limited(rate))
        }
        _ => Ok(()),
    }
}
