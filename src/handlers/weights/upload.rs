//! `POST /api/health-metrics/weight/sync`: a device's outbox, at most 100
//! entries, each with its own result.

use http::StatusCode;
use serde::Serialize;
use serde_json::value::RawValue;

use super::fields::{EntryFields, device_id, submission};
use super::view::{LocalView, SyncedView, options, status_name};
use super::{from_write, quota};
use crate::domain::batch::{Conflict, MAX_BATCH, Outcome, Submission};
use crate::domain::conflict::{ConflictStrategy, Reason, Resolution};
use crate::domain::entry::{ClientKey, EntryId};
use crate::domain::time::UtcTime;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::field::{FieldCode, FieldErrors, FromText, Refusal};
use crate::http::json::{FromJson, fields, json, object};
use crate::http::problem::{Code, Problem};
use crate::http::response::{self, MAX_BUFFERED_BYTES, Response};
use crate::store::accounts::Principal;
use crate::store::maintenance;
use crate::store::weights::{Applied, UserWeights};

/// Size of a result without a conflict, with keys of usual length.
const RESULT_BYTES: usize = 256;
/// Size of a conflict with both versions.
const CONFLICT_BYTES: usize = 1024;
/// Size of the response around its lists.
const SYNC_BYTES: usize = 256;

#[derive(Serialize)]
struct UploadResult<'a> {
    synced: Vec<Synced<'a>>,
    conflicts: Vec<Conflicting<'a>>,
    errors: Vec<Refused>,
    sync: Sync,
}

#[derive(Serialize)]
struct Synced<'a> {
    index: usize,
    local_id: Option<&'a ClientKey>,
    server_id: Option<EntryId>,
    status: &'static str,
    updated_at: Option<UtcTime>,
}

#[derive(Serialize)]
struct Conflicting<'a> {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_id: Option<&'a ClientKey>,
    server_id: Option<EntryId>,
    resolution: Resolution,
    reason: Reason,
    server_entry: Option<SyncedView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_entry: Option<LocalView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<&'static [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    copy_id: Option<EntryId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_copy: Option<SyncedView<'a>>,
}

#[derive(Serialize)]
struct Refused {
    index: usize,
    local_id: Option<ClientKey>,
    code: &'static str,
    errors: FieldErrors,
}

#[derive(Serialize)]
struct Sync {
    server_time: UtcTime,
    epoch: String,
}

fields! {
    struct UploadFields {
        entries: Entries,
        device_id: String,
        conflict_strategy: ConflictStrategy,
    }
}

/// The entries of an upload; `None` stands for an entry that is not an object.
/// Reads at most one entry more than the limit, so a long list takes little
/// memory.
struct Entries(Vec<Option<EntryFields>>);

struct Upload {
    strategy: ConflictStrategy,
    accepted: Vec<(usize, Submission)>,
    refused: Vec<Refused>,
}

/// For a user, on their own entries. A device may repeat it at any time.
///
/// # Errors
/// 413 for more than 100 entries; 422 for the request's own fields. An invalid
/// entry, and one that the quota has no room for, is listed in `errors` and does
/// not stop the others.
pub fn upload(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let upload = parse(json(exchange.request)?, exchange.now)?;
    let (indices, batch): (Vec<usize>, Vec<Submission>) = upload.accepted.into_iter().unzip();
    let quota = quota(exchange);
    let applied = if batch.is_empty() {
        Applied { result: Vec::new(), now: exchange.now, epoch: None }
    } else {
        UserWeights::of(user, &mut exchange.database)
            .apply(&batch, upload.strategy, true, quota)
            .map_err(|error| from_write(exchange, user, error))?
    };
    let epoch = match applied.epoch {
        Some(epoch) => epoch,
        None => maintenance::epoch(&mut exchange.database).map_err(from_store)?,
    };
    let mut result = UploadResult {
        synced: Vec::with_capacity(batch.len()),
        conflicts: Vec::new(),
        errors: upload.refused,
        sync: Sync { server_time: applied.now, epoch },
    };
    for ((index, submission), outcome) in indices.into_iter().zip(&batch).zip(&applied.result) {
        result.add(index, submission, outcome);
    }
    exchange.sync_conflicts = u64::try_from(result.conflicts.len()).ok();
    result.render()
}

impl<'a> UploadResult<'a> {
    /// The response. What does not fit the web server's buffer is rendered once
    /// more without what the client has sent itself or pulls anyway
    /// (docs/PROTOCOL.md, "Long responses").
    fn render(mut self) -> Result<Response, Problem> {
        let results = self.synced.len() + self.errors.len();
        let bytes = results * RESULT_BYTES + self.conflicts.len() * CONFLICT_BYTES + SYNC_BYTES;
        let mut body = Vec::with_capacity(bytes);
        serde_json::to_writer(&mut body, &self)?;
        if body.len() > MAX_BUFFERED_BYTES {
            self.shorten();
            body.clear();
            serde_json::to_writer(&mut body, &self)?;
        }
        Ok(response::rendered(StatusCode::OK, body))
    }

    /// 100 results of any kind then take at most [`MAX_BUFFERED_BYTES`].
    fn shorten(&mut self) {
        for conflict in &mut self.conflicts {
            conflict.shorten();
        }
        for refused in &mut self.errors {
            refused.errors.keep_first();
        }
    }

    fn add(&mut self, index: usize, submission: &'a Submission, outcome: &'a Outcome) {
        let local_id = submission.identity.as_ref().map(|identity| &identity.local_id);
        if *outcome == Outcome::NO_ROOM {
            let (code, errors) = (Code::QUOTA_EXCEEDED.name, FieldErrors::default());
            self.errors.push(Refused { index, local_id: local_id.cloned(), code, errors });
        }
        if let Some(status) = outcome.status {
            self.synced.push(Synced {
                index,
                local_id,
                server_id: outcome.entry.as_ref().map(|entry| entry.id),
                status: status_name(status),
                updated_at: outcome.entry.as_ref().map(|entry| entry.updated_at),
            });
        }
        if let Some(conflict) = &outcome.conflict {
            let Conflict { resolution, reason, server_entry, copy_id, replaced_copy } = conflict;
            let server_id = server_entry.as_ref().map(|entry| entry.id).or(submission.server_id);
            self.conflicts.push(Conflicting {
                index,
                local_id,
                server_id,
                resolution: *resolution,
                reason: *reason,
                server_entry: server_entry.as_ref().map(SyncedView::of),
                local_entry: Some(LocalView::of(submission, self.sync.server_time)),
                options: Some(options(*reason, submission.edit.kind)),
                copy_id: *copy_id,
                replaced_copy: replaced_copy.as_ref().map(SyncedView::of),
            });
        }
    }
}

impl Conflicting<'_> {
    /// Leaves `index` to name the entry. Beside a replaced copy the server's
    /// entry, which stays as it is, is left out too: two versions do not fit.
    fn shorten(&mut self) {
        self.local_id = None;
        self.local_entry = None;
        self.options = None;
        if self.replaced_copy.is_some() {
            self.server_entry = None;
        }
        for entry in self.server_entry.iter_mut().chain(&mut self.replaced_copy) {
            entry.drop_keys();
        }
    }
}

impl FromJson for Entries {
    fn from_json(json: &str) -> Result<Self, Refusal> {
        let not_an_array = |_| Refusal::new(FieldCode::WrongType, "must be an array");
        let entries: Vec<&RawValue> = serde_json::from_str(json).map_err(not_an_array)?;
        let read = |entry: &RawValue| object(entry.get()).ok();
        Ok(Self(entries.into_iter().take(MAX_BATCH + 1).map(read).collect()))
    }
}

impl FromText for ConflictStrategy {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| {
            let names = Self::NAMES.map(|(name, _)| name).join(", ");
            Refusal::new(FieldCode::UnknownValue, format!("must be one of {names}"))
        })
    }
}

fn parse(fields: UploadFields, now: UtcTime) -> Result<Upload, Problem> {
    let mut errors = FieldErrors::default();
    let entries = fields.entries.required(&mut errors);
    if entries.as_ref().is_some_and(|entries| entries.0.len() > MAX_BATCH) {
        return Err(Problem::new(
            Code::TOO_MANY_ENTRIES,
            format!("At most {MAX_BATCH} entries in one request. Nothing was stored."),
        ));
    }
    let device_id = device_id(fields.device_id, &mut errors);
    let strategy = fields.conflict_strategy.optional(&mut errors).unwrap_or_default();
    let Entries(entries) = errors.check(entries).map_err(Problem::validation)?;
    let mut upload = Upload { strategy, accepted: Vec::new(), refused: Vec::new() };
    for (index, entry) in entries.into_iter().enumerate() {
        let submission = match entry {
            Some(fields) => submission(fields, &device_id, now),
            None => Err((FieldErrors::not_an_object(), None)),
        };
        match submission {
            Ok(submission) => upload.accepted.push((index, submission)),
            Err((errors, local_id)) => upload.refused.push(Refused {
                index,
                local_id,
                code: Code::VALIDATION_FAILED.name,
                errors,
            }),
        }
    }
    Ok(upload)
}
