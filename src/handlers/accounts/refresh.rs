//! `POST /api/auth/refresh`: a new pair of tokens for a refresh token.

use http::StatusCode;

use super::fields::refresh_token;
use super::tokens::{lifetimes, response};
use super::{count_attempt, count_from_address, network_hash};
use crate::auth::account_gone;
use crate::domain::session::RefreshToken;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::{Code, Problem};
use crate::http::response::Response;
use crate::store::accounts::sessions::{Refresh, owner_of, renew};
use crate::store::rate_limit::{Limit, REFRESH_AS, hashed_subject};

/// For the holder of a refresh token.
///
/// # Errors
/// 401 for a token that is unknown, expired or ended, with another code if the
/// account was deleted; 429.
pub fn refresh(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    let settings = &exchange.service.settings;
    let limit = Limit::per_minute(settings.rate_limit.refresh_per_address_per_minute);
    count_from_address(exchange, "refresh", limit)?;
    let refused = || Problem::new(Code::INVALID_REFRESH_TOKEN, "Sign in again.");
    let token = RefreshToken::parse(&refresh_token(exchange.request)?).ok_or_else(refused)?;
    count_for_owner(exchange, &token)?;
    let (network, lifetimes) = (network_hash(exchange), lifetimes(exchange));
    match renew(&mut exchange.database, &token, &network, lifetimes).map_err(from_store)? {
        Refresh::Renewed(account, successor) => {
            response(exchange, StatusCode::OK, &account, &successor)
        }
        Refresh::Unknown => Err(refused()),
        Refresh::Gone => Err(account_gone()),
        Refresh::Reused(user_id) => {
            exchange.user_id = Some(user_id);
            Err(refused().because(&"an ended refresh token was used: its session was ended"))
        }
    }
}

/// Counts a refresh for the token's user, all devices together. An unknown
/// token counts for its network address only.
fn count_for_owner(exchange: &mut Exchange<'_>, token: &RefreshToken) -> Result<(), Problem> {
    let per_minute = exchange.service.settings.rate_limit.refresh_per_account_per_minute;
    if per_minute == 0 {
        return Ok(());
    }
    match owner_of(&mut exchange.database, token).map_err(from_store)? {
        Some(owner) => {
            let subject =
                hashed_subject(&exchange.service.hashes, REFRESH_AS, owner.as_str().as_bytes());
            count_attempt(exchange, &subject, Limit::per_minute(per_minute))
        }
        None => Ok(()),
    }
}
