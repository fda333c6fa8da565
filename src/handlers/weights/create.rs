//! `POST /api/health-metrics/weight`: one new entry.

use http::{StatusCode, header};

use super::fields::{content, edited_at};
use super::view::{EntryView, LocalView, SyncedView, options};
use super::{from_write, tagged};
use crate::domain::batch::{Outcome, Status, Submission};
use crate::domain::conflict::ConflictStrategy;
use crate::domain::edit::{Edit, EditKind};
use crate::domain::entry::{EntryId, Identity};
use crate::domain::time::UtcTime;
use crate::handlers::Exchange;
use crate::handlers::fields::{Fields, check};
use crate::http::body::json_text;
use crate::http::problem::{Code, Problem};
use crate::http::response::Response;
use crate::store::accounts::Principal;
use crate::store::weights::UserWeights;

/// For a user, on their own entries. A `local_id` makes it safe to repeat.
///
/// # Errors
/// 409 where the `local_id` is known with a newer edit; those of all bodies.
pub fn create(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let submission = parse(json_text(exchange.request)?, exchange.now)?;
    let batch = std::slice::from_ref(&submission);
    let applied = UserWeights::of(user, &mut exchange.database)
        .apply(batch, ConflictStrategy::LastWriteWins, false)
        .map_err(|error| from_write(exchange, user, error))?;
    let outcome = applied.result.into_iter().next();
    let outcome = outcome.ok_or_else(|| Problem::internal(&"a batch of one gave no outcome"))?;
    answer(&outcome, &submission, user, applied.now)
}

fn parse(json: &str, now: UtcTime) -> Result<Submission, Problem> {
    let mut fields = Fields::of_body(json)?;
    let content = content(&mut fields, now);
    let edited_at = edited_at(&mut fields);
    let local_id = fields.client_key("local_id");
    let device_id = fields.device_id();
    check(fields.errors)?;
    let content = content.ok_or_else(|| Problem::internal(&"no error was noted"))?;
    Ok(Submission {
        server_id: None,
        identity: local_id.map(|local_id| Identity { device_id, local_id }),
        edit: Edit { kind: EditKind::Put(content), edited_at, base_updated_at: None },
        new_id: EntryId::generate(),
    })
}

fn answer(
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
            let response = Response::json(StatusCode::CREATED, &view)?;
            let location = format!("/api/health-metrics/weight/{}", entry.id);
            Ok(tagged(response, entry).with(header::LOCATION, location))
        }
        // Without Location: with a 200 Apache would follow it.
        (Some(_), _) => Ok(tagged(Response::json(StatusCode::OK, &view)?, entry)),
        (None, conflict) => {
            let options =
                conflict.as_ref().map(|conflict| options(conflict.reason, submission.edit.kind));
            Err(Problem::new(
                Code::NEWER_ON_SERVER,
                "This local_id is known with a newer edit. Nothing was changed.",
            )
            .member("server_entry", &SyncedView::of(entry))
            .member("local_entry", &LocalView::of(submission, now))
            .member("options", &options))
        }
    }
}
