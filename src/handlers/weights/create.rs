//! `POST /api/health-metrics/weight`: one new entry.

use http::{StatusCode, header};

use super::fields::{EntryFields, content, device_id, edited_at};
use super::view::{EntryView, LocalView, SyncedView, options};
use super::{from_write, quota, tagged};
use crate::domain::batch::{Outcome, Status, Submission};
use crate::domain::conflict::ConflictStrategy;
use crate::domain::edit::{Edit, EditKind};
use crate::domain::entry::{EntryId, Identity};
use crate::domain::time::UtcTime;
use crate::handlers::Exchange;
use crate::http::field::FieldErrors;
use crate::http::json::json;
use crate::http::problem::{Code, Problem};
use crate::http::response::{self, Response};
use crate::store::accounts::Principal;
use crate::store::weights::UserWeights;

/// For a user, on their own entries. A `local_id` makes it safe to repeat.
///
/// # Errors
/// 403 where the quota has no room for it; 409 where the `local_id` is known
/// with a newer edit, or was deleted and the request has no `edited_at`; those
/// of all bodies.
pub fn create(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let submission = submission(json(exchange.request)?, exchange.now)?;
    let batch = std::slice::from_ref(&submission);
    // Without a time it may be a late resend. This response has no place to
    // report that it restored what another device deleted.
    let strategy = match submission.edit.edited_at {
        Some(_) => ConflictStrategy::LastWriteWins,
        None => ConflictStrategy::Manual,
    };
    let quota = quota(exchange);
    let applied = UserWeights::of(user, &mut exchange.database)
        .apply(batch, strategy, false, quota)
        .map_err(|error| from_write(exchange, user, error))?;
    let outcome = applied.result.into_iter().next();
    let outcome = outcome.ok_or_else(|| Problem::internal(&"a batch of one gave no outcome"))?;
    if outcome == Outcome::NO_ROOM {
        return Err(Problem::new(
            Code::QUOTA_EXCEEDED,
            "The account has as many entries as this server keeps for a user. Nothing was stored.",
        ));
    }
    response(&outcome, &submission, user, applied.now)
}

fn submission(entry: EntryFields, now: UtcTime) -> Result<Submission, Problem> {
    let mut errors = FieldErrors::default();
    let content = content(entry.weight_value, entry.unit, entry.timestamp, now, &mut errors);
    let edited_at = edited_at(entry.edited_at, &mut errors);
    let local_id = entry.local_id.optional(&mut errors);
    let device_id = device_id(entry.device_id, &mut errors);
    let content = errors.check(content).map_err(Problem::validation)?;
    Ok(Submission {
        server_id: None,
        identity: local_id.map(|local_id| Identity { device_id, local_id }),
        edit: Edit { kind: EditKind::Put(content), edited_at, base_updated_at: None },
        new_id: EntryId::generate(),
    })
}

fn response(
    outcome: &Outcome,
    submission: &Submission,
    user: &Principal,
    now: UtcTime,
) -> Result<Response, Problem> {
    let missing = || Problem::internal(&"an entry that was stored has no version");
    let entry = outcome.entry.as_ref().ok_or_else(missing)?;
    let view = EntryView::owned(entry, user.user_id());
    match (outcome.status, &outcome.conflict) {
        (Some(Status::Created), _) => {
            let response = response::json(StatusCode::CREATED, &view)?;
            let location = format!("/api/health-metrics/weight/{}", entry.id);
            Ok(response::with(tagged(response, entry), header::LOCATION, location))
        }
        // Without Location: with a 200 Apache would follow it.
        (Some(_), _) => Ok(tagged(response::json(StatusCode::OK, &view)?, entry)),
        (None, conflict) => {
            let options =
                conflict.as_ref().map(|conflict| options(conflict.reason, submission.edit.kind));
            Err(Problem::new(
                Code::NEWER_ON_SERVER,
                "This local_id is known with a newer edit, or was deleted. Nothing was changed.",
            )
            .member("server_entry", &SyncedView::of(entry))
            .member("local_entry", &LocalView::of(submission, now))
            .member("options", &options))
        }
    }
}
