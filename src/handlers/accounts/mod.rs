//! Registration, sign-in and sessions (DESIGN section 2.2).

mod change_password;
mod delete_account;
mod export;
pub mod export_document;
mod fields;
mod google;
mod google_identity;
mod login;
mod logout;
mod passwords;
mod refresh;
mod register;
mod tokens;
mod who_am_i;

pub use change_password::change_password;
pub use delete_account::delete_account;
pub use export::export;
pub use google::google;
pub use login::login;
pub use logout::logout;
pub use refresh::refresh;
pub use register::register;
pub use who_am_i::who_am_i;

use std::net::IpAddr;

use super::Exchange;
use super::failure::{from_store, rate_limited};
use crate::http::problem::Problem;
use crate::store::rate_limit::{Limit, count_subject, hashed_subject};

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

/// The counter's name for a network address: a hash, so that the table holds
/// no addresses. Of IPv6 the /64, which is what one household has.
fn address_subject(kind: &str, address: IpAddr) -> String {
    let bytes = match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().into_iter().take(8).collect(),
    };
    hashed_subject(kind, &bytes)
}
