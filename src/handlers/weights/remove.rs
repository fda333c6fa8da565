//! `DELETE /api/health-metrics/weight/{id}`: leaves a tombstone, so that the
//! deletion reaches the other devices.

use http::StatusCode;

use super::replace::{precondition, precondition_failed};
use super::{entry_id, from_write};
use crate::domain::batch::SingleOutcome;
use crate::domain::edit::{Edit, EditKind};
use crate::handlers::{Exchange, if_match, not_found};
use crate::http::problem::Problem;
use crate::http::response::{self, Response};
use crate::store::accounts::Principal;
use crate::store::weights::UserWeights;

/// For a user, on their own entry. Repeating it gives 204 again.
///
/// # Errors
/// 404; 412 if `If-Match` names another version.
pub fn remove(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let id = entry_id(exchange)?;
    let edit = Edit { kind: EditKind::Delete, edited_at: None, base_updated_at: None };
    let tag = if_match(exchange.request);
    let outcome = UserWeights::of(user, &mut exchange.database)
        .apply_single(id, edit, |stored| precondition(tag, stored))
        .map_err(|error| from_write(exchange, user, error))?;
    match outcome {
        SingleOutcome::NotFound => Err(not_found()),
        SingleOutcome::PreconditionFailed(stored) => {
            Err(precondition_failed(&stored, id, edit, exchange.now))
        }
        SingleOutcome::Judged(_) => Ok(response::empty(StatusCode::NO_CONTENT)),
    }
}
