//! Rate-limit counters: a sliding window in one statement.
//!
//! A window is cut into 60 slices. A row keeps, for the current slice and the
//! 60 before it, how many requests had been counted when the slice began, as
//! 4-byte numbers in one string, so that "how many in the window" is a
//! subtraction and moving on is cutting the string. 61 slices, because the
//! oldest one may still hold a request younger than the window: never more
//! than the limit pass in any window, wherever it starts. The table's own
//! lock makes the statement atomic among processes.
//!
//! The answer comes back in LAST_INSERT_ID, which spares a second statement.

use mysql::Value;
use sha2::{Digest, Sha256};

use super::connection::{Connection, Effect};
use super::database::Database;
use super::error::StoreError;
use super::row::text;

/// How many requests are allowed in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Requests in any window.
    pub requests: u32,
    /// One sixtieth of the window, in seconds: 1 for a minute, 60 for an hour.
    pub slice_seconds: u32,
}

impl Limit {
    /// So many a minute.
    pub fn per_minute(requests: u32) -> Self {
        Self { requests, slice_seconds: 1 }
    }

    /// So many an hour.
    pub fn per_hour(requests: u32) -> Self {
        Self { requests, slice_seconds: 60 }
    }
}

/// What the counter says of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The limit that was applied.
    pub limit: Limit,
    /// Whether the request may pass; it was counted if so.
    pub is_allowed: bool,
    /// Requests that may still follow at once.
    pub remaining: u32,
    /// Seconds until the oldest counted request leaves the window.
    pub reset_seconds: u32,
}

/// The effect of one upsert; `None` where it found nobody to count for.
pub(super) fn read_effect(effect: Effect, limit: Limit) -> Option<Rate> {
    const RUN_BITS: u64 = 128;
    if effect.affected_rows == 0 && effect.last_insert_id == 0 {
        return None;
    }
    // A row's first request: nothing was counted before, and it will stay in
    // the window for all of its slices.
    let (used, run) = match effect.last_insert_id {
        0 => (0, 61),
        packed => (packed / RUN_BITS, packed % RUN_BITS),
    };
    let used = u32::try_from(used).unwrap_or(u32::MAX);
    let run = u32::try_from(run).unwrap_or(61);
    let is_allowed = used < limit.requests;
    let used_now = used.saturating_add(u32::from(is_allowed));
    Some(Rate {
        limit,
        is_allowed,
        remaining: limit.requests.saturating_sub(used_now),
        reset_seconds: run.saturating_mul(limit.slice_seconds),
    })
}

/// The upsert's second half; takes the parameters of [`tail_params`].
///
/// Assignments run from left to right, each seeing those before it. A clock
/// that stepped back by less than a window stands still until it has caught
/// up; by more, the window starts anew.
macro_rules! on_duplicate_key {
    () => {
        "ON DUPLICATE KEY UPDATE \
         starts = IF(UNIX_TIMESTAMP() DIV ? + 61 < rate_counters.slice, \
           REPEAT(UNHEX(LPAD(HEX(rate_counters.total & 4294967295), 8, '0')), 61), \
           RIGHT(CONCAT(rate_counters.starts, \
             REPEAT(UNHEX(LPAD(HEX(rate_counters.total & 4294967295), 8, '0')), \
               LEAST(GREATEST(CAST(UNIX_TIMESTAMP() DIV ? AS SIGNED) - rate_counters.slice, 0), 61))), 244)), \
         slice = IF(UNIX_TIMESTAMP() DIV ? + 61 < rate_counters.slice, UNIX_TIMESTAMP() DIV ?, \
           GREATEST(rate_counters.slice, UNIX_TIMESTAMP() DIV ?)), \
         total = rate_counters.total + IF(LAST_INSERT_ID( \
           (((rate_counters.total & 4294967295) + 4294967296 \
             - CAST(CONV(HEX(LEFT(rate_counters.starts, 4)), 16, 10) AS UNSIGNED)) & 4294967295) * 128 \
           + (244 - LENGTH(TRIM(LEADING LEFT(rate_counters.starts, 4) FROM rate_counters.starts))) DIV 4 \
         ) DIV 128 < ?, 1, 0)"
    };
}
pub(super) use on_duplicate_key;

/// The head for a subject that needs no check of its own.
const COUNT_SUBJECT: &str = concat!(
    "INSERT INTO rate_counters (subject, slice, slice_seconds, total, starts) ",
    "VALUES (?, UNIX_TIMESTAMP() DIV ?, ?, 1, REPEAT(UNHEX('00000000'), 61)) ",
    on_duplicate_key!()
);

/// The parameters of the upsert's second half.
pub(super) fn tail_params(limit: Limit) -> impl Iterator<Item = Value> {
    std::iter::repeat_n(Value::from(limit.slice_seconds), 5)
        .chain(std::iter::once(Value::from(limit.requests)))
}

/// Runs a counting statement. Where the table is full it makes room: of what
/// no longer counts, then of what counts least. Strangers who come from ever
/// new networks make such counters; the one that holds up guesses at a
/// password stays.
pub(super) fn count(
    connection: &mut Connection,
    sql: &str,
    params: Vec<Value>,
) -> Result<Effect, StoreError> {
    for make_room in [remove_idle, remove_smallest] {
        match connection.execute(sql, params.clone()) {
            Err(StoreError::TableFull(_)) => make_room(connection)?,
            result => return result,
        };
    }
    connection.execute(sql, params)
}

/// Deletes counters whose window has passed; returns how many.
pub(super) fn remove_idle(connection: &mut Connection) -> Result<u64, StoreError> {
    const SQL: &str =
        "DELETE FROM rate_counters WHERE (slice + 61) * slice_seconds < UNIX_TIMESTAMP()";
    connection.execute(SQL, vec![]).map(|effect| effect.affected_rows)
}

/// Deletes the counters that have counted least; returns how many. So many
/// that their sorting is shared by as many requests.
fn remove_smallest(connection: &mut Connection) -> Result<u64, StoreError> {
    const SQL: &str = "DELETE FROM rate_counters ORDER BY total LIMIT 100";
    connection.execute(SQL, vec![]).map(|effect| effect.affected_rows)
}

/// Counts guesses at one account's password, by its address.
pub const LOGIN_AS: &str = "login-as";
/// Counts registrations of one address.
pub const REGISTER_AS: &str = "register-as";
/// Counts sign-ins with one Google account, by its `sub`.
pub const GOOGLE_AS: &str = "google-as";
/// Counts refreshes of one user, by the id.
pub const REFRESH_AS: &str = "refresh-as";

/// The counter's name for something that must not be stored as it is.
pub fn hashed_subject(kind: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}:{hex}")
}

/// Deletes a subject's counter; says how many there were.
pub(super) fn forget(database: &mut Database<'_>, subject: &str) -> Result<u64, StoreError> {
    const SQL: &str = "DELETE FROM rate_counters WHERE subject = ?";
    let effect = database.run(|connection| connection.execute(SQL, vec![text(subject)]))?;
    Ok(effect.affected_rows)
}

/// Counts one request for `subject` (at most 48 ASCII characters). A limit of
/// 0 requests is lifted: nothing is counted.
///
/// # Errors
/// The database's.
pub fn count_subject(
    database: &mut Database<'_>,
    subject: &str,
    limit: Limit,
) -> Result<Option<Rate>, StoreError> {
    if limit.requests == 0 {
        return Ok(None);
    }
    let seconds = Value::from(limit.slice_seconds);
    database.run(|connection| {
        let mut params = vec![text(subject), seconds.clone(), seconds.clone()];
        params.extend(tail_params(limit));
        count(connection, COUNT_SUBJECT, params).map(|effect| read_effect(effect, limit))
    })
}
