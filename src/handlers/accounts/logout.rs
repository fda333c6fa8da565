//! `POST /api/auth/logout`: ends the session of a refresh token, or all
//! sessions of its user.

use http::StatusCode;

use super::fields;
use crate::auth::refresh_token::hash;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::Problem;
use crate::http::response::{self, Response};
use crate::store::accounts::sessions::revoke;
use crate::store::accounts::sessions::revoke_all;

/// For the holder of a refresh token. An unknown token counts as logged out.
pub fn logout(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    let (token, all) = fields::logout(exchange.request)?;
    let token = hash(&token);
    if all {
        exchange.user_id = revoke_all(&mut exchange.database, &token).map_err(from_store)?;
    } else {
        revoke(&mut exchange.database, &token).map_err(from_store)?;
    }
    Ok(response::empty(StatusCode::NO_CONTENT))
}
