//! Deleting a user for good: every row of theirs in every table, in one
//! transaction. What remains are hashes, of the id and of the refresh tokens
//! that were out, on which the user's devices are told `account_gone`.
//!
//! Foreign keys would delete all of it by themselves. It is done table by table
//! to say how many rows there were, and in batches: one statement over a large
//! account would run into the time-outs of a slow host.

use std::collections::BTreeMap;

use mysql::Value;
use serde::Serialize;

use super::admission::deletion_record;
use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;
use super::rate_limit::{GOOGLE_AS, LOGIN_AS, REFRESH_AS, REGISTER_AS, forget, hashed_subject};
use super::row::{Columns, text};
use super::transaction::Finish;
use crate::domain::user::UserId;

/// Entries that one statement deletes.
const BATCH: u32 = 2000;

/// Rows that were deleted, by table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Erased(BTreeMap<&'static str, u64>);

/// The tables of what belongs to a user, children first, and how to empty
/// them. A test holds this list against the foreign keys of the database.
const TABLES: [(&str, &str); 5] = [
    ("google_identities", "DELETE FROM google_identities WHERE user_id = ?"),
    ("refresh_tokens", "DELETE FROM refresh_tokens WHERE user_id = ?"),
    ("credentials", "DELETE FROM credentials WHERE user_id = ?"),
    ("sync_clocks", "DELETE FROM sync_clocks WHERE user_id = ?"),
    ("users", "DELETE FROM users WHERE id = ?"),
];

/// Waits for a writer of this user, and keeps others from beginning.
const LOCK_CLOCK: &str = "SELECT last_stamp FROM sync_clocks WHERE user_id = ? FOR UPDATE";
/// After the clock, as writers do it. From here on no table gets new rows.
const LOCK_USER: &str = "SELECT id FROM users WHERE id = ? FOR UPDATE";
/// By what others than we know the user.
const KNOWN_BY: &str = "SELECT c.email, g.sub FROM users u \
    LEFT JOIN credentials c ON c.user_id = u.id \
    LEFT JOIN google_identities g ON g.user_id = u.id WHERE u.id = ?";
/// The last id of a batch; none for the last batch. Parameters: user, the last
/// id of the batch before, rows of a batch less one.
const END_OF_BATCH: &str = "SELECT id FROM weight_entries FORCE INDEX (idx_user_id) \
    WHERE user_id = ? AND id > ? ORDER BY id LIMIT 1 OFFSET ?";
/// Between two ids, since a scan from the start would pass over all that was
/// deleted before. Parameters: user, last id of the batch before, of this one.
const DELETE_BATCH: &str = "DELETE FROM weight_entries WHERE user_id = ? AND id > ? AND id <= ?";
const DELETE_REST: &str = "DELETE FROM weight_entries WHERE user_id = ? AND id > ?";
const REMEMBER_SESSIONS: &str = "INSERT INTO deleted_sessions (token_hash, expires_at) \
    SELECT token_hash, expires_at FROM refresh_tokens \
    WHERE user_id = ? AND expires_at > UTC_TIMESTAMP(6)";
const RECORD_DELETION: &str = "INSERT INTO deleted_accounts (user_hash, deleted_at) \
    VALUES (?, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE deleted_at = VALUES(deleted_at)";

/// Deletes a user. `None` where there is none.
///
/// # Errors
/// The database's. Nothing was deleted then, unless it is
/// [`StoreError::CommitUnknown`].
pub fn erase(database: &mut Database<'_>, user_id: &UserId) -> Result<Option<Erased>, StoreError> {
    let erased = database.transaction(|connection| {
        connection.first(LOCK_CLOCK, vec![text(user_id.as_str())])?;
        let mut erased = Erased::default();
        erased.add("weight_entries", delete_entries(connection, user_id)?);
        if connection.first(LOCK_USER, vec![text(user_id.as_str())])?.is_none() {
            return Ok(Finish::Rollback(None));
        }
        let counters = counters(connection, user_id)?;
        connection.execute(REMEMBER_SESSIONS, vec![text(user_id.as_str())])?;
        for (table, delete) in TABLES {
            let deleted = connection.execute(delete, vec![text(user_id.as_str())])?;
            erased.add(table, deleted.affected_rows);
        }
        connection.execute(RECORD_DELETION, vec![Value::Bytes(deletion_record(user_id))])?;
        Ok(Finish::Commit(Some((erased, counters))))
    })?;
    let Some((mut erased, counters)) = erased else { return Ok(None) };
    // Counters stand in memory and know no transaction. The account is gone by
    // now: a failure here only leaves them to the next purge.
    let forgotten = counters.iter().map(|subject| forget(database, subject).unwrap_or(0)).sum();
    erased.add("rate_counters", forgotten);
    Ok(Some(erased))
}

impl Erased {
    /// How many rows of which table.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(table, rows)| (*table, *rows))
    }

    fn add(&mut self, table: &'static str, rows: u64) {
        *self.0.entry(table).or_default() += rows;
    }
}

fn delete_entries(connection: &mut Connection, user_id: &UserId) -> Result<u64, StoreError> {
    let mut deleted = 0;
    let mut after = text("");
    loop {
        let user = text(user_id.as_str());
        let params = vec![user.clone(), after.clone(), Value::from(BATCH - 1)];
        let Some(row) = connection.first(END_OF_BATCH, params)? else {
            let rest = connection.execute(DELETE_REST, vec![user, after])?;
            return Ok(deleted + rest.affected_rows);
        };
        let end = text(Columns::of(row).text()?);
        let batch = connection.execute(DELETE_BATCH, vec![user, after, end.clone()])?;
        deleted += batch.affected_rows;
        after = end;
    }
}

/// What the user's requests are counted by.
fn counters(connection: &mut Connection, user_id: &UserId) -> Result<Vec<String>, StoreError> {
    let mut subjects = vec![
        ["user:", user_id.as_str()].concat(),
        hashed_subject(REFRESH_AS, user_id.as_str().as_bytes()),
    ];
    if let Some(row) = connection.first(KNOWN_BY, vec![text(user_id.as_str())])? {
        let mut columns = Columns::of(row);
        let email = columns.optional_text()?.unwrap_or_default();
        subjects.extend([LOGIN_AS, REGISTER_AS].map(|kind| hashed_subject(kind, email.as_bytes())));
        let sub = columns.optional_text()?.unwrap_or_default();
        subjects.push(hashed_subject(GOOGLE_AS, sub.as_bytes()));
    }
    Ok(subjects)
}
