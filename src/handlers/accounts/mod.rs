//! Registration, sign-in, sessions and the user's own account.

mod change_password;
mod codes;
mod delete_account;
mod export;
pub mod export_document;
mod fields;
mod forgot_password;
mod google;
mod google_identity;
mod guess;
mod login;
mod logout;
mod passwords;
mod refresh;
mod register;
mod reset_password;
mod sessions;
mod tokens;
mod who_am_i;

pub use change_password::change_password;
pub use delete_account::delete_account;
pub use export::export;
pub use forgot_password::forgot_password;
pub use google::google;
pub use login::login;
pub use logout::logout;
pub use refresh::refresh;
pub use register::register;
pub use reset_password::reset_password;
pub use sessions::{end_session, list_sessions};
pub use who_am_i::who_am_i;

use std::net::IpAddr;

use super::Exchange;
use super::failure::{from_store, rate_limited};
use crate::http::problem::Problem;
use crate::store::accounts::guesses::NetworkHash;
use crate::store::rate_limit::{Limit, Rate, count_subject, hashed_subject};

/// Counts an attempt for `subject`; 429 if there were too many.
fn count_attempt(exchange: &mut Exchange<'_>, subject: &str, limit: Limit) -> Result<(), Problem> {
    let rate = count_subject(&mut exchange.database, subject, limit).map_err(from_store)?;
    refuse_over_limit(exchange, rate)
}

/// 429 if the counter refused the attempt.
fn refuse_over_limit(exchange: &mut Exchange<'_>, rate: Option<Rate>) -> Result<(), Problem> {
    match rate {
        Some(rate) if !rate.is_allowed => {
            exchange.rate = Some(rate);
            Err(rate_limited(rate))
        }
        _ => Ok(()),
    }
}

/// Counts an attempt from the request's network address; 429 if there were too
/// many.
fn count_from_address(
    exchange: &mut Exchange<'_>,
    kind: &str,
    limit: Limit,
) -> Result<(), Problem> {
    // Hashed, so that the table holds no addresses.
    let subject = hashed_subject(&exchange.service.hashes, kind, &network(exchange));
    count_attempt(exchange, &subject, limit)
}

/// The request's network: its IPv4 address, or the /56 of an IPv6 address,
/// which providers assign to a household.
fn network(exchange: &Exchange<'_>) -> Vec<u8> {
    const BYTES_OF_56_BITS: usize = 7;
    match exchange.origin.remote_address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().into_iter().take(BYTES_OF_56_BITS).collect(),
    }
}

/// The same as sessions store it.
fn network_hash(exchange: &Exchange<'_>) -> NetworkHash {
    exchange.service.hashes.prefix("network", &network(exchange))
}
