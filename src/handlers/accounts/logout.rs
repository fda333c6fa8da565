//! `POST /api/auth/logout`: ends the session of a refresh token, or all
//! sessions of its user.

use http::StatusCode;

use super::{count_from_address, fields};
use crate::domain::session::RefreshToken;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::Problem;
use crate::http::response::{self, Response};
use crate::store::accounts::sessions::{end, end_all};
use crate::store::rate_limit::Limit;

/// For the holder of a refresh token. An unknown token counts as logged out.
///
/// # Errors
/// 429, with refreshes from the same network address.
pub fn logout(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    let limit = exchange.service.settings.rate_limit.refresh_per_address_per_minute;
    count_from_address(exchange, "refresh", Limit::per_minute(limit))?;
    let (token, all) = fields::logout(exchange.request)?;
    match RefreshToken::parse(&token) {
        None => {}
        Some(token) if all => {
            exchange.user_id = end_all(&mut exchange.database, &token).map_err(from_store)?;
        }
        Some(token) => end(&mut exchange.database, &token).map_err(from_store)?,
    }
    Ok(response::empty(StatusCode::NO_CONTENT))
}
