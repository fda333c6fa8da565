//! `DELETE /api/health-metrics/weight/{id}`: leaves a tombstone, so that the
//! deletion reaches the other devices.

use http::StatusCode;

use super::replace::{precondition, precondition_failed};
use super::{entry_id, from_write};
use crate::domain::change::{Change, Edit};
use crate::handlers::{Exchange, if_match, not_found};
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::store::accounts::Principal;
use crate::store::weights::{Guarded, UserWeights};

/// For a user, on their own entry. Repeating it answers 204 again.
///
/// # Errors
/// 404; 412 where `If-Match` names another version.
pub fn remove(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let id = entry_id(exchange)?;
    let change = Change { edit: Edit::Delete, edited_at: None, base_updated_at: None };
    let tag = if_match(exchange.request);
    let guarded = UserWeights::of(user, &mut exchange.database)
        .change_one(id, change, &|stored| precondition(tag, stored))
        .map_err(|error| from_write(exchange, user, error))?;
    match guarded {
        Guarded::NotFound => Err(not_found()),
        Guarded::PreconditionFailed(stored) => {
            Err(precondition_failed(&stored, id, change, exchange.now))
        }
        Guarded::Judged(_) => Ok(Response::empty(StatusCode::NO_CONTENT)),
    }
}
