//! `/api/account/sessions`: the devices that are signed in, and signing one of
//! them out.

use http::StatusCode;
use serde::Serialize;
use uuid::Uuid;

use crate::domain::time::UtcTime;
use crate::handlers::failure::from_store;
use crate::handlers::{Exchange, not_found};
use crate::http::problem::Problem;
use crate::http::response::{self, Response};
use crate::store::accounts::{Principal, own_sessions};

#[derive(Serialize)]
struct Sessions {
    sessions: Vec<Session>,
}

#[derive(Serialize)]
struct Session {
    id: Uuid,
    device_name: Option<String>,
    created_at: UtcTime,
    last_used_at: UtcTime,
    expires_at: UtcTime,
}

/// For a user: their sessions, the one used last first.
pub fn list_sessions(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let found = own_sessions::list(&mut exchange.database, user.user_id()).map_err(from_store)?;
    let view = |session: own_sessions::Session| Session {
        id: session.id,
        device_name: session.device_name,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
    };
    let sessions = found.into_iter().map(view).collect();
    Ok(response::json(StatusCode::OK, &Sessions { sessions })?)
}

/// For a user, on their own session. Its access token stays good until it
/// expires.
///
/// # Errors
/// 404.
pub fn end_session(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let id = exchange.id.as_deref().and_then(|id| Uuid::try_parse(id).ok());
    let id = id.ok_or_else(not_found)?;
    let ended = own_sessions::end_own(&mut exchange.database, user.user_id(), id);
    if !ended.map_err(from_store)? {
        return Err(not_found());
    }
    Ok(response::empty(StatusCode::NO_CONTENT))
}
