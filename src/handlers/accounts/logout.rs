//! `POST /api/auth/logout`: ends the session that a refresh token belongs to.

use http::StatusCode;

use super::fields::refresh_token;
use crate::auth::refresh_token::hash;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::body::json_text;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::store::refresh_tokens::revoke;

/// For whoever holds a refresh token. An unknown one is logged out already.
///
/// # Errors
/// Those of all bodies.
pub fn logout(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    let token = refresh_token(json_text(exchange.request)?)?;
    revoke(&mut exchange.session, &hash(&token)).map_err(from_store)?;
    Ok(Response::empty(StatusCode::NO_CONTENT))
}
