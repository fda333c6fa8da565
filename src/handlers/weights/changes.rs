//! `GET /api/health-metrics/weight/sync`: the changes since a cursor.

use http::StatusCode;
use serde::Serialize;

use super::view::SyncedView;
use crate::domain::cursor::Cursor;
use crate::domain::entry::Entry;
use crate::domain::time::UtcTime;
use crate::domain::totals::LiveHash;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::handlers::fields::limit;
use crate::http::field::{FieldErrors, FromText, Refusal};
use crate::http::problem::{Code, Problem};
use crate::http::query::parameter;
use crate::http::response::{self, Response};
use crate::store::accounts::Principal;
use crate::store::weights::{Changes, ChangesQuery, UserWeights};

/// Maximum size of a page's entries, in bytes: a response under 64 KiB frees
/// the process at once (FcgidOutputBufferSize), and the head and the rest of
/// the body need some of it.
const MAX_PAGE_BYTES: usize = 60 * 1024;
/// Size of an entry with all its digits and keys of usual length.
const ENTRY_BYTES: usize = 384;
/// Size of the page around its entries.
const SYNC_BYTES: usize = 512;
const SECONDS_OF_A_DAY: i64 = 86_400;

#[derive(Serialize)]
struct Sync {
    next_since: Cursor,
    has_more: bool,
    server_time: UtcTime,
    cursor_expires_at: UtcTime,
    epoch: String,
    /// On the last page only: the device has all of them then.
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<Live>,
}

/// What a device compares with its copy.
#[derive(Serialize)]
struct Live {
    count: i64,
    hash: LiveHash,
}

/// For a user: their own entries.
///
/// # Errors
/// 422 for a `since` that is not a cursor; 410 if the cursor is older than the
/// purge horizon, or belongs to another epoch.
pub fn changes(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let parameters = exchange.request.uri().query().unwrap_or_default();
    let mut errors = FieldErrors::default();
    let limit = limit(parameters, &mut errors);
    let epoch: Option<String> = parameter(parameters, "epoch").optional(&mut errors);
    let cursor = parameter(parameters, "since").optional(&mut errors);
    errors.check(Some(())).map_err(Problem::parameters)?;
    let changes = UserWeights::of(user, &mut exchange.database)
        .changes(query(cursor, limit))
        .map_err(from_store)?;
    if epoch.is_some_and(|epoch| epoch != changes.epoch) {
        return Err(Problem::new(
            Code::EPOCH_CHANGED,
            "Offer all local entries again by bulk upload, then pull without since.",
        )
        .member("epoch", &changes.epoch));
    }
    if cursor.is_some_and(|cursor| is_expired(cursor, &changes)) {
        return Err(Problem::new(
            Code::CURSOR_EXPIRED,
            "Drop the local copy, keep the outbox, and pull without since.",
        ));
    }
    let retention = exchange.service.settings.sync.tombstone_retention_days;
    exchange.sync_conflicts = Some(0);
    let page = page(cursor, limit, changes, i64::from(retention) * SECONDS_OF_A_DAY)
        .map_err(|error| Problem::internal(&error))?;
    Ok(response::rendered(StatusCode::OK, page))
}

impl FromText for Cursor {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        // Most cursors are times, so an invalid cursor gets the error of a
        // time.
        Self::parse(text).or_else(|_| UtcTime::from_text(text).map(Self::After))
    }
}

/// Asks for one entry more than the page holds, to see whether more follow.
fn query(cursor: Option<Cursor>, limit: u32) -> ChangesQuery {
    let (after, tombstones_after) = match cursor {
        None => (UtcTime::EARLIEST, UtcTime::LATEST),
        Some(Cursor::After(time)) => (time, time),
        Some(Cursor::Snapshot { start, after }) => (after, start),
    };
    ChangesQuery {
        after: after.max(UtcTime::EARLIEST),
        tombstones_after: tombstones_after.max(UtcTime::EARLIEST),
        limit: limit.saturating_add(1),
    }
}

/// Whether tombstones that the device has not seen may be purged. A cursor
/// before the account's clock started has missed nothing.
fn is_expired(cursor: Cursor, changes: &Changes) -> bool {
    let seen_through = match cursor {
        Cursor::After(time) => time,
        Cursor::Snapshot { start, .. } => start,
    };
    let predates_account = changes.started_at.is_none_or(|started| seen_through < started);
    let is_below = changes.purged_through.is_some_and(|purged| seen_through < purged);
    is_below && !predates_account
}

/// Renders a page: `{"data": [entries], "sync": …}`.
fn page(
    cursor: Option<Cursor>,
    limit: u32,
    changes: Changes,
    retention_seconds: i64,
) -> serde_json::Result<Vec<u8>> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).min(changes.entries.len());
    let mut body = Vec::with_capacity((limit * ENTRY_BYTES).min(MAX_PAGE_BYTES) + SYNC_BYTES);
    body.extend_from_slice(br#"{"data":["#);
    let sent = render(changes.entries.iter().take(limit), &mut body)?;
    let has_more = sent < changes.entries.len();
    let last = sent.checked_sub(1).and_then(|last| changes.entries.get(last));
    let last = last.map(|entry| entry.updated_at);
    let newest = changes.last_stamp.unwrap_or(UtcTime::UNIX_EPOCH);
    let retained_until = |time: UtcTime| time.plus_seconds(retention_seconds);
    let (next_since, cursor_expires_at) = match (has_more, last, cursor) {
        (true, Some(after), None) => {
            (Cursor::Snapshot { start: newest, after }, retained_until(newest))
        }
        (true, Some(after), Some(Cursor::Snapshot { start, .. })) => {
            (Cursor::Snapshot { start, after }, retained_until(start))
        }
        (true, Some(after), Some(Cursor::After(_))) => {
            (Cursor::After(after), retained_until(after))
        }
        // The last page: nothing newer exists, so a deletion that the device
        // could miss happens from now on and is kept for the whole retention.
        _ => (Cursor::After(newest), retained_until(changes.server_time)),
    };
    let live = Live { count: changes.totals.live_entries, hash: changes.totals.live_hash };
    let sync = Sync {
        next_since,
        has_more,
        server_time: changes.server_time,
        cursor_expires_at,
        epoch: changes.epoch,
        live: (!has_more).then_some(live),
    };
    body.extend_from_slice(br#"],"sync":"#);
    serde_json::to_writer(&mut body, &sync)?;
    body.push(b'}');
    Ok(body)
}

/// Appends entries, separated by commas, up to the size limit; returns how many.
fn render<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    body: &mut Vec<u8>,
) -> serde_json::Result<usize> {
    let mut sent = 0;
    for entry in entries {
        let end = body.len();
        if sent > 0 {
            body.push(b',');
        }
        serde_json::to_writer(&mut *body, &SyncedView::of(entry))?;
        if body.len() > MAX_PAGE_BYTES {
            body.truncate(end);
            break;
        }
        sent += 1;
    }
    Ok(sent)
}
