//! Registration, sign-in, sessions and what a user does with their account.

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

use std::net::{IpAddr, Ipv6Addr};

use super::Exchange;
use super::failure::{from_store, rate_limited};
use crate::http::problem::Problem;
use crate::store::rate_limit::{Limit, count_subject, hashed_subject};

/// Counts an attempt for `subject`; 429 when there were too many.
fn count_attempt(exchange: &mut Exchange<'_>, subject: &str, limit: Limit) -> Result<(), Problem> {
    match count_subject(&mut exchange.database, subject, limit).map_err(from_store)? {
        Some(rate) if !rate.is_allowed => {
            exchange.rate = Some(rate);
            Err(rate_limited(rate))
        }
        _ => Ok(()),
    }
}

/// Counts an attempt from the request's network address; 429 when there were
/// too many. An IPv6 address counts by its /64, which is one household, and by
/// its /48 with ten times the limit: a provider gives anybody a /48, which
/// holds 65,536 households.
fn count_from_address(
    exchange: &mut Exchange<'_>,
    kind: &str,
    limit: Limit,
) -> Result<(), Problem> {
    const HOUSEHOLDS: u32 = 10;
    let address = exchange.request.remote_address.to_canonical();
    if let IpAddr::V6(address) = address {
        let network = first_bytes(address, 6);
        let limit = Limit { requests: limit.requests.saturating_mul(HOUSEHOLDS), ..limit };
        count_attempt(exchange, &hashed_subject(kind, &network), limit)?;
    }
    // Hashed, so that the table holds no addresses.
    let bytes = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => first_bytes(address, 8),
    };
    count_attempt(exchange, &hashed_subject(kind, &bytes), limit)
}

fn first_bytes(address: Ipv6Addr, count: usize) -> Vec<u8> {
    address.octets().into_iter().take(count).collect()
}
