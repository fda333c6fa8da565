//! Removes old tombstones, expired sessions and idle rate counters, and checks
//! and repairs each user's totals. A transaction, under the user's lock,
//! removes tombstones and raises the user's horizon, so that a device that
//! missed a deletion gets 410 `cursor_expired`. Transactions are small and
//! final: a purge that was killed is run again.

use mysql::Value;

use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;
use super::maintenance::{try_lock, unlock};
use super::rate_limit::remove_idle;
use super::row::{Columns, datetime, text};
use super::transaction::Finish;
use super::weights::clock::LOCK_CLOCK;
use crate::domain::time::UtcTime;
use crate::domain::totals::Totals;

/// Tombstones that one transaction removes at most, which bounds the wait of a
/// writer of the same user.
const BATCH: u32 = 200;
/// Users that one query returns.
const USERS: u32 = 100;
/// Sessions that one statement removes.
const SESSIONS: u32 = 1000;

const LOCK_NAME: &str = "weight-sync purge";

/// The numbers of removed rows, or of a dry run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Tombstones.
    pub tombstones: u64,
    /// Younger tombstones, which stay; not counted by a dry run.
    pub tombstones_left: u64,
    /// Users whose horizon was raised.
    pub users: u64,
    /// Users whose totals were wrong and are right now.
    /// More than zero means that a bug, or somebody with SQL, changed entries
    /// outside the one write path. A dry run does not look.
    pub repaired_users: u64,
    /// Expired sessions, those of deleted accounts included, and one-time codes.
    pub sessions: u64,
    /// Idle rate counters.
    pub rate_counters: u64,
}

/// Read once, so that all batches have the same cut-off. Parameters: age in
/// seconds.
const CUTOFF: &str = "SELECT UTC_TIMESTAMP(6) - INTERVAL ? SECOND";
/// Every user who has written. Parameters: user, limit.
const USERS_AFTER: &str = "SELECT user_id FROM sync_clocks WHERE user_id > ? \
    ORDER BY user_id LIMIT ?";
/// The tombstones, the oldest of them, and the totals as the clock's row has
/// them and as the entries give them (docs/PROTOCOL.md, "Finding a loss"): one
/// statement, so all of it shows the same moment. Parameters: user.
const SURVEY: &str = "SELECT COUNT(e.deleted_at), MIN(e.deleted_at), \
    c.stored_entries, c.live_entries, c.live_hash, \
    COUNT(e.id), COUNT(e.id) - COUNT(e.deleted_at), \
    BIT_XOR(IF(e.id IS NULL OR e.deleted_at IS NOT NULL, NULL, \
    CAST(CONV(LEFT(SHA2(CONCAT_WS(' ', e.id, CAST(e.weight_value * 100 AS SIGNED), e.unit, \
    TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', e.timestamp)), 256), 16), 16, 10) AS UNSIGNED))) \
    FROM sync_clocks c LEFT JOIN weight_entries e FORCE INDEX (idx_user_id) ON e.user_id = c.user_id \
    WHERE c.user_id = ? GROUP BY c.stored_entries, c.live_entries, c.live_hash";
/// Parameters: stored entries, live entries, their hash, user.
const REPAIR_TOTALS: &str = "UPDATE sync_clocks SET \
    stored_entries = ?, live_entries = ?, live_hash = ? WHERE user_id = ?";
const COUNT_TOMBSTONES: &str = "SELECT COUNT(*) FROM weight_entries \
    FORCE INDEX (idx_user_timestamp) WHERE user_id = ? AND deleted_at < ?";
/// The newest stamp of a batch, and its size. Parameters: user, cut-off, limit.
const NEXT_BATCH: &str = "SELECT MAX(deleted_at), COUNT(*) FROM (SELECT deleted_at FROM weight_entries \
    FORCE INDEX (idx_user_timestamp) WHERE user_id = ? AND deleted_at < ? \
    ORDER BY deleted_at LIMIT ?) oldest";
/// Comes before the deletion: Galera can lose the beginning of a transaction
/// and commit the rest, and a deletion without a horizon would go unnoticed.
/// Parameters: horizon, horizon, removed tombstones, user.
const RAISE_HORIZON: &str = "UPDATE sync_clocks SET \
    purged_through = GREATEST(COALESCE(purged_through, ?), ?), \
    stored_entries = stored_entries - ? WHERE user_id = ?";
/// Stamps are unique within a user, so this deletes exactly the batch. A
/// tombstone's deleted_at is its stamp.
const DELETE_TOMBSTONES: &str = "DELETE FROM weight_entries WHERE user_id = ? AND deleted_at <= ?";
const DELETE_SESSIONS: [&str; 3] = [
    "DELETE FROM device_sessions WHERE expires_at < UTC_TIMESTAMP(6) LIMIT ?",
    "DELETE FROM deleted_sessions WHERE expires_at < UTC_TIMESTAMP(6) LIMIT ?",
    "DELETE FROM one_time_codes WHERE expires_at < UTC_TIMESTAMP(6) LIMIT ?",
];
const COUNT_SESSIONS: &str = "SELECT (SELECT COUNT(*) FROM device_sessions WHERE expires_at < UTC_TIMESTAMP(6)) \
    + (SELECT COUNT(*) FROM deleted_sessions WHERE expires_at < UTC_TIMESTAMP(6)) \
    + (SELECT COUNT(*) FROM one_time_codes WHERE expires_at < UTC_TIMESTAMP(6))";

/// Takes the lock of the purge. `false` if another connection holds it.
pub(super) fn lock(connection: &mut Connection) -> Result<bool, StoreError> {
    try_lock(connection, LOCK_NAME)
}

/// Releases the lock of the purge.
pub(super) fn release(connection: &mut Connection) -> Result<(), StoreError> {
    unlock(connection, LOCK_NAME)
}

/// Purges tombstones that were deleted more than `older_than_seconds` ago; with
/// `dry_run` only counts them. `None` if another purge, or a restore, is
/// running. `progress` gets the number of tombstones removed so far. After an
/// error, what was removed stays removed.
pub fn purge(
    database: &mut Database<'_>,
    older_than_seconds: u32,
    dry_run: bool,
    progress: &mut dyn FnMut(u64),
) -> Result<Option<Purged>, StoreError> {
    if !database.run(lock)? {
        return Ok(None);
    }
    let cutoff = database.run(|connection| cutoff(connection, older_than_seconds))?;
    let mut purged = Purged::default();
    let mut last_user = String::new();
    loop {
        let users = database.run(|connection| users_after(connection, &last_user))?;
        for user_id in &users {
            let removed = if dry_run {
                database.run(|connection| count_tombstones(connection, user_id, cutoff))?
            } else {
                let survey = database.run(|connection| survey(connection, user_id))?;
                // Since USERS_AFTER the user may have been deleted.
                let Some(survey) = survey else { continue };
                if survey.kept != survey.actual
                    && database.transaction(|connection| repair(connection, user_id))?
                {
                    purged.repaired_users += 1;
                }
                let removed = purge_user(database, user_id, &survey, cutoff)?;
                purged.tombstones_left += survey.tombstones.saturating_sub(removed);
                removed
            };
            purged.users += u64::from(removed > 0);
            purged.tombstones += removed;
            progress(purged.tombstones);
        }
        match users.into_iter().next_back() {
            Some(last) => last_user = last,
            None => break,
        }
    }
    if dry_run {
        purged.sessions = database.run(|connection| count(connection, COUNT_SESSIONS, vec![]))?;
    } else {
        purged.sessions = delete_expired_sessions(database)?;
        purged.rate_counters = database.run(remove_idle)?;
    }
    database.run(release)?;
    Ok(Some(purged))
}

fn cutoff(connection: &mut Connection, older_than_seconds: u32) -> Result<UtcTime, StoreError> {
    connection.one(CUTOFF, vec![Value::from(older_than_seconds)])?.datetime()
}

fn users_after(connection: &mut Connection, user_id: &str) -> Result<Vec<String>, StoreError> {
    connection.rows(USERS_AFTER, vec![text(user_id), Value::from(USERS)], Columns::text)
}

/// The stamp of the last tombstone of the next batch, and their number.
fn next_batch(
    connection: &mut Connection,
    user_id: &str,
    cutoff: UtcTime,
) -> Result<Option<(UtcTime, u64)>, StoreError> {
    let params = vec![text(user_id), datetime(cutoff), Value::from(BATCH)];
    let mut columns = connection.one(NEXT_BATCH, params)?;
    let Some(horizon) = columns.optional_datetime()? else { return Ok(None) };
    Ok(Some((horizon, u64::try_from(columns.int()?).unwrap_or(0))))
}

fn count_tombstones(
    connection: &mut Connection,
    user_id: &str,
    cutoff: UtcTime,
) -> Result<u64, StoreError> {
    count(connection, COUNT_TOMBSTONES, vec![text(user_id), datetime(cutoff)])
}

/// What one user has before the purge.
struct Survey {
    tombstones: u64,
    oldest_tombstone: Option<UtcTime>,
    /// The totals that the clock's row has.
    kept: Option<Totals>,
    /// The totals that the entries give.
    actual: Option<Totals>,
}

/// `None` for a user who has no clock.
fn survey(connection: &mut Connection, user_id: &str) -> Result<Option<Survey>, StoreError> {
    let row = connection.first(SURVEY, vec![text(user_id)])?;
    let read = |mut columns: Columns| {
        Ok(Survey {
            tombstones: u64::try_from(columns.int()?).unwrap_or(0),
            oldest_tombstone: columns.optional_datetime()?,
            kept: columns.optional_totals()?,
            actual: columns.optional_totals()?,
        })
    };
    row.map(read).transpose()
}

/// Repairs the totals under the clock's lock, so no entry changes meanwhile.
/// Returns whether they were wrong.
fn repair(connection: &mut Connection, user_id: &str) -> Result<Finish<bool>, StoreError> {
    connection.first(LOCK_CLOCK, vec![text(user_id)])?;
    let survey = survey(connection, user_id)?.filter(|survey| survey.kept != survey.actual);
    let Some(actual) = survey.and_then(|survey| survey.actual) else {
        return Ok(Finish::Rollback(false));
    };
    let params = vec![
        Value::from(actual.stored_entries),
        Value::from(actual.live_entries),
        Value::from(actual.live_hash.bits()),
        text(user_id),
    ];
    connection.execute(REPAIR_TOTALS, params)?;
    Ok(Finish::Commit(true))
}

/// Purges one user; returns the number of removed tombstones.
fn purge_user(
    database: &mut Database<'_>,
    user_id: &str,
    survey: &Survey,
    cutoff: UtcTime,
) -> Result<u64, StoreError> {
    let mut removed = 0;
    // Most users have nothing to purge, which needs no lock to find out.
    if survey.oldest_tombstone.is_none_or(|oldest| oldest >= cutoff) {
        return Ok(0);
    }
    loop {
        let batch = database.transaction(|connection| purge_batch(connection, user_id, cutoff))?;
        removed += batch;
        if batch < u64::from(BATCH) {
            return Ok(removed);
        }
    }
}

fn purge_batch(
    connection: &mut Connection,
    user_id: &str,
    cutoff: UtcTime,
) -> Result<Finish<u64>, StoreError> {
    if connection.first(LOCK_CLOCK, vec![text(user_id)])?.is_none() {
        return Ok(Finish::Rollback(0));
    }
    let Some((horizon, size)) = next_batch(connection, user_id, cutoff)? else {
        return Ok(Finish::Rollback(0));
    };
    let micros = Value::from(horizon.as_micros());
    let params = vec![micros.clone(), micros, Value::from(size), text(user_id)];
    connection.execute(RAISE_HORIZON, params)?;
    connection.execute(DELETE_TOMBSTONES, vec![text(user_id), datetime(horizon)])?;
    Ok(Finish::Commit(size))
}

fn delete_expired_sessions(database: &mut Database<'_>) -> Result<u64, StoreError> {
    let mut removed = 0;
    for delete in DELETE_SESSIONS {
        loop {
            let deleted = database
                .run(|connection| connection.execute(delete, vec![Value::from(SESSIONS)]))?
                .affected_rows;
            removed += deleted;
            if deleted < u64::from(SESSIONS) {
                break;
            }
        }
    }
    Ok(removed)
}

fn count(connection: &mut Connection, sql: &str, params: Vec<Value>) -> Result<u64, StoreError> {
    Ok(u64::try_from(connection.one(sql, params)?.int()?).unwrap_or(0))
}
