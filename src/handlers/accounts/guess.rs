//! The limit on guesses at an account's password. A right password is not
//! counted, nor one that is not compared, and a guess that the account's limit refuses counts for no address:
//! one phone with an old password does not lock out its household.

use super::{count_from_address, network, network_hash, refuse_over_limit};
use crate::domain::user::Email;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::Problem;
use crate::store::accounts::guesses::{Source, count_guess, give_back};
use crate::store::rate_limit::{self, Limit, hashed_subject};

/// Counts an attempt at sign-in, before its body is read.
///
/// # Errors
/// 429 after too many from the network address.
pub(super) fn count_sign_in(exchange: &mut Exchange<'_>) -> Result<(), Problem> {
    let limits = &exchange.service.settings.rate_limit;
    count_from_address(exchange, SIGN_IN, Limit::per_minute(limits.login_per_address_per_minute))
}

/// Counts sign-ins from a network address.
const SIGN_IN: &str = "login";

/// Counts a guess, before the password is compared.
///
/// # Errors
/// 429 after too many.
pub(super) fn guess(exchange: &mut Exchange<'_>, email: &Email) -> Result<(), Problem> {
    let per_minute = exchange.service.settings.rate_limit.login_per_account_per_minute;
    let (network, limit) = (network_hash(exchange), Limit::per_minute(per_minute));
    let source = Source::new(&exchange.service.hashes, email, network);
    let rate = count_guess(&mut exchange.database, &source, limit).map_err(from_store)?;
    refuse_over_limit(exchange, rate)
}

/// Takes back what [`count_sign_in`] counted: the guess was refused.
pub(super) fn forget_sign_in(exchange: &mut Exchange<'_>) {
    let subject = hashed_subject(&exchange.service.hashes, SIGN_IN, &network(exchange));
    // A failure costs the address one attempt.
    let _ = rate_limit::give_back(&mut exchange.database, &subject);
}

/// Takes back what [`guess`] counted: the password was right, or could not be
/// compared.
pub(super) fn forget_guess(exchange: &mut Exchange<'_>, email: &Email) {
    if exchange.service.settings.rate_limit.login_per_account_per_minute == 0 {
        return;
    }
    let network = network_hash(exchange);
    // A failure costs the account one attempt.
    let source = Source::new(&exchange.service.hashes, email, network);
    let _ = give_back(&mut exchange.database, &source);
}
