//! `PUT /api/health-metrics/weight/{id}`: replaces the whole entry.

use http::StatusCode;

use super::fields::{EntryFields, content, edited_at};
use super::view::{EntryView, LocalView, SyncedView, options};
use super::{entry_id, from_write, tagged};
use crate::domain::batch::{Outcome, Precondition, SingleOutcome, Submission};
use crate::domain::conflict::Reason;
use crate::domain::edit::{Edit, EditKind};
use crate::domain::entry::{Entry, EntryId};
use crate::domain::time::UtcTime;
use crate::handlers::{Exchange, if_match, not_found};
use crate::http::etag::{entity_tag, if_match_allows};
use crate::http::field::FieldErrors;
use crate::http::json::json;
use crate::http::problem::{Code, Problem};
use crate::http::response::{self, Response};
use crate::store::accounts::Principal;
use crate::store::weights::UserWeights;

/// For a user, on their own entry.
///
/// # Errors
/// 404; 412 if `If-Match` names another version; 409 if the stored edit is
/// newer; the errors of all bodies.
pub fn replace(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let edit = edit(json(exchange.request)?, exchange.now)?;
    let id = entry_id(exchange)?;
    let tag = if_match(exchange.request);
    let outcome = UserWeights::of(user, &mut exchange.database)
        .apply_single(id, edit, |stored| precondition(tag, stored))
        .map_err(|error| from_write(exchange, user, error))?;
    match outcome {
        SingleOutcome::NotFound => Err(not_found()),
        SingleOutcome::PreconditionFailed(stored) => {
            Err(precondition_failed(&stored, id, edit, exchange.now))
        }
        SingleOutcome::Judged(outcome) => response(&outcome, id, edit, user, exchange.now),
    }
}

/// Compares `If-Match` with the stored version. `*` holds for any version, so it
/// names none: a resend must not overwrite what others wrote since.
pub(super) fn precondition(tag: Option<&str>, stored: &Entry) -> Precondition {
    match tag {
        None | Some("*") => Precondition::Absent,
        Some(tag) if if_match_allows(tag, &entity_tag(stored.updated_at)) => Precondition::Holds,
        Some(_) => Precondition::Fails,
    }
}

/// 412 with both versions.
pub(super) fn precondition_failed(
    stored: &Entry,
    id: EntryId,
    edit: Edit,
    now: UtcTime,
) -> Problem {
    let problem = Problem::new(
        Code::PRECONDITION_FAILED,
        "The entry has changed since the version in If-Match. Nothing was changed.",
    );
    both_versions(problem, stored, id, edit, now)
}

fn both_versions(
    problem: Problem,
    stored: &Entry,
    id: EntryId,
    edit: Edit,
    now: UtcTime,
) -> Problem {
    let submission = Submission::of_entry(id, edit);
    problem
        .member("server_entry", &SyncedView::of(stored))
        .member("local_entry", &LocalView::of(&submission, now))
        .member("options", &options(Reason::NewerOnServer, edit.kind))
}

fn edit(entry: EntryFields, now: UtcTime) -> Result<Edit, Problem> {
    let mut errors = FieldErrors::default();
    let content = content(entry.weight_value, entry.unit, entry.timestamp, now, &mut errors);
    let edited_at = edited_at(entry.edited_at, &mut errors);
    let content = errors.check(content).map_err(Problem::validation)?;
    Ok(Edit { kind: EditKind::Put(content), edited_at, base_updated_at: None })
}

fn response(
    outcome: &Outcome,
    id: EntryId,
    edit: Edit,
    user: &Principal,
    now: UtcTime,
) -> Result<Response, Problem> {
    let missing = || Problem::internal(&"an entry that was stored has no version");
    let entry = outcome.entry.as_ref().ok_or_else(missing)?;
    if outcome.status.is_none() {
        let problem = Problem::new(
            Code::NEWER_ON_SERVER,
            "The stored entry was edited later. Nothing was changed.",
        );
        return Err(both_versions(problem, entry, id, edit, now));
    }
    let view = EntryView::owned(entry, user.user_id());
    Ok(tagged(response::json(StatusCode::OK, &view)?, entry))
}
