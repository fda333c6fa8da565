//! `PUT /api/health-metrics/weight/{id}`: the whole entry anew.

use http::StatusCode;

use super::fields::{content, edited_at};
use super::view::{EntryView, LocalView, SyncedView, options};
use super::{entry_id, from_write, tagged};
use crate::domain::change::{Change, Edit};
use crate::domain::entry::{Entry, EntryId};
use crate::domain::submission::{Outcome, Submission};
use crate::domain::time::UtcTime;
use crate::domain::who_wins::Reason;
use crate::handlers::fields::{Fields, check};
use crate::handlers::{Exchange, if_match, not_found};
use crate::http::body::json_text;
use crate::http::etag::{entity_tag, if_match_allows};
use crate::http::problem::{Code, Problem};
use crate::http::response::Response;
use crate::store::accounts::Principal;
use crate::store::weights::{Guarded, UserWeights};

/// For a user, on their own entry.
///
/// # Errors
/// 404; 412 where `If-Match` names another version; 409 where the stored
/// edit is newer; those of all bodies.
pub fn replace(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let change = parse(json_text(exchange.request)?, exchange.now)?;
    let id = entry_id(exchange)?;
    let tag = if_match(exchange.request);
    let guarded = UserWeights::of(user, &mut exchange.database)
        .change_one(id, change, &|stored| precondition(tag, stored))
        .map_err(|error| from_write(exchange, user, error))?;
    match guarded {
        Guarded::NotFound => Err(not_found()),
        Guarded::PreconditionFailed(stored) => {
            Err(precondition_failed(&stored, id, change, exchange.now))
        }
        Guarded::Judged(outcome) => answer(&outcome, id, change, user, exchange.now),
    }
}

/// Whether `If-Match` allows a write over `stored`; `None` without the field.
pub(super) fn precondition(tag: Option<&str>, stored: &Entry) -> Option<bool> {
    tag.map(|tag| if_match_allows(tag, &entity_tag(stored.updated_at)))
}

/// 412 with both versions.
pub(super) fn precondition_failed(
    stored: &Entry,
    id: EntryId,
    change: Change,
    now: UtcTime,
) -> Problem {
    let problem = Problem::new(
        Code::PRECONDITION_FAILED,
        "The entry has changed since the version in If-Match. Nothing was changed.",
    );
    both_versions(problem, stored, id, change, now)
}

fn both_versions(
    problem: Problem,
    stored: &Entry,
    id: EntryId,
    change: Change,
    now: UtcTime,
) -> Problem {
    let submission = Submission { server_id: Some(id), identity: None, change, new_id: id };
    problem
        .member("server_entry", &SyncedView::of(stored))
        .member("local_entry", &LocalView::of(&submission, now))
        .member("options", &options(Reason::NewerOnServer, change.edit))
}

fn parse(json: &str, now: UtcTime) -> Result<Change, Problem> {
    let mut fields = Fields::of_body(json)?;
    let content = content(&mut fields, now);
    let edited_at = edited_at(&mut fields);
    check(fields.errors)?;
    let content = content.ok_or_else(|| Problem::internal(&"no error was noted"))?;
    Ok(Change { edit: Edit::Put(content), edited_at, base_updated_at: None })
}

fn answer(
    outcome: &Outcome,
    id: EntryId,
    change: Change,
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
        return Err(both_versions(problem, entry, id, change, now));
    }
    let view = EntryView::owned(entry, user.user_id());
    Ok(tagged(Response::json(StatusCode::OK, &view)?, entry))
}
