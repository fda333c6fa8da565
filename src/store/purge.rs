//! Removing what nobody needs any more: old tombstones, expired refresh
//! tokens, idle rate counters.
//!
//! A user's tombstones go in one transaction with the raising of the user's
//! horizon, under the user's lock, so a device can never miss a deletion
//! without being told (410 `cursor_expired`).

use mysql::Value;

use super::connection::Connection;
use super::error::StoreError;
use super::maintenance::{try_lock, unlock};
use super::rate_limit::remove_idle;
use super::session::{Finish, Session};
use super::values::{Columns, text};

/// Tombstones that one transaction removes at most: a writer of the same user
/// waits no longer than that.
const BATCH: u32 = 500;

const LOCK_NAME: &str = "weight-sync purge";

/// What was removed, or would be.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Purged {
    /// Tombstones.
    pub tombstones: u64,
    /// Users whose horizon was raised.
    pub users: u64,
    /// Expired refresh tokens.
    pub refresh_tokens: u64,
    /// Idle rate counters.
    pub rate_counters: u64,
}

const USERS_WITH_OLD_TOMBSTONES: &str = "SELECT user_id, COUNT(*) FROM weight_entries \
    WHERE user_id > ? AND deleted_at < UTC_TIMESTAMP(6) - INTERVAL ? SECOND \
    GROUP BY user_id ORDER BY user_id LIMIT 100";
const LOCK_CLOCK: &str = "SELECT last_stamp FROM sync_clocks WHERE user_id = ? FOR UPDATE";
const OLD_TOMBSTONES: &str = "SELECT id, TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', updated_at) \
    FROM weight_entries WHERE user_id = ? AND updated_at < UTC_TIMESTAMP(6) - INTERVAL ? SECOND \
    AND deleted_at IS NOT NULL ORDER BY updated_at LIMIT ?";
const RAISE_HORIZON: &str = "UPDATE sync_clocks SET \
    purged_through = GREATEST(COALESCE(purged_through, ?), ?) WHERE user_id = ?";
const DELETE_TOMBSTONES: &str = "DELETE FROM weight_entries WHERE user_id = ? \
    AND deleted_at IS NOT NULL AND updated_at <= ? \
    AND updated_at < UTC_TIMESTAMP(6) - INTERVAL ? SECOND";
const DELETE_TOKENS: &str =
    "DELETE FROM refresh_tokens WHERE expires_at < UTC_TIMESTAMP(6) LIMIT 1000";
const COUNT_TOKENS: &str =
    "SELECT COUNT(*) FROM refresh_tokens WHERE expires_at < UTC_TIMESTAMP(6)";

/// Purges tombstones deleted more than `older_than_seconds` ago. `None` when
/// another purge is running.
///
/// # Errors
/// The database's. What was purged so far stays purged; running again goes on
/// from there.
pub fn purge(
    session: &mut Session<'_>,
    older_than_seconds: u32,
    dry_run: bool,
) -> Result<Option<Purged>, StoreError> {
    if !session.run(|connection| try_lock(connection, LOCK_NAME))? {
        return Ok(None);
    }
    let mut purged = Purged::default();
    let mut last_user = String::new();
    loop {
        let users = users_after(session, &last_user, older_than_seconds)?;
        let Some((last, _)) = users.last() else { break };
        last_user.clone_from(last);
        for (user_id, count) in users {
            purged.users += 1;
            purged.tombstones +=
                if dry_run { count } else { purge_user(session, &user_id, older_than_seconds)? };
        }
    }
    if dry_run {
        purged.refresh_tokens = session.run(count_expired_tokens)?;
    } else {
        purged.refresh_tokens = session.run(delete_expired_tokens)?;
        purged.rate_counters = session.run(remove_idle)?;
    }
    session.run(|connection| unlock(connection, LOCK_NAME))?;
    Ok(Some(purged))
}

fn users_after(
    session: &mut Session<'_>,
    user_id: &str,
    older_than_seconds: u32,
) -> Result<Vec<(String, u64)>, StoreError> {
    let params = vec![text(user_id), Value::from(older_than_seconds)];
    let rows =
        session.run(|connection| connection.rows(USERS_WITH_OLD_TOMBSTONES, params.clone()))?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(row);
            Ok((columns.text()?, u64::try_from(columns.int()?).unwrap_or(0)))
        })
        .collect()
}

fn purge_user(
    session: &mut Session<'_>,
    user_id: &str,
    older_than_seconds: u32,
) -> Result<u64, StoreError> {
    let mut removed = 0;
    loop {
        let batch = session
            .transaction(|connection, _| purge_batch(connection, user_id, older_than_seconds))?;
        removed += batch;
        if batch == 0 {
            return Ok(removed);
        }
    }
}

fn purge_batch(
    connection: &mut Connection,
    user_id: &str,
    older_than_seconds: u32,
) -> Result<Finish<u64>, StoreError> {
    if connection.first(LOCK_CLOCK, vec![text(user_id)])?.is_none() {
        return Ok(Finish::Rollback(0));
    }
    let age = Value::from(older_than_seconds);
    let params = vec![text(user_id), age.clone(), Value::from(BATCH)];
    let rows = connection.rows(OLD_TOMBSTONES, params)?;
    let Some(newest) = rows.into_iter().last() else { return Ok(Finish::Rollback(0)) };
    let mut columns = Columns::of(newest);
    columns.text()?;
    let horizon = columns.int()?;
    let raise = vec![Value::from(horizon), Value::from(horizon), text(user_id)];
    connection.execute(RAISE_HORIZON, raise)?;
    let through = crate::domain::time::UtcTime::from_micros(horizon);
    let params = vec![text(user_id), super::values::datetime(through), age];
    let deleted = connection.execute(DELETE_TOMBSTONES, params)?;
    Ok(Finish::Commit(deleted.affected_rows))
}

fn delete_expired_tokens(connection: &mut Connection) -> Result<u64, StoreError> {
    let mut removed = 0;
    loop {
        let deleted = connection.execute(DELETE_TOKENS, vec![])?.affected_rows;
        removed += deleted;
        if deleted == 0 {
            return Ok(removed);
        }
    }
}

fn count_expired_tokens(connection: &mut Connection) -> Result<u64, StoreError> {
    let row = connection.first(COUNT_TOKENS, vec![])?;
    let row = row.ok_or_else(|| StoreError::Failed("COUNT gave no row".into()))?;
    Ok(u64::try_from(Columns::of(row).int()?).unwrap_or(0))
}
