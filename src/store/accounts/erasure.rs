//! Deletes a user: all rows of all tables in one transaction, then the rate
//! counters. Hashes of the user's id and the ids of the sessions remain, so
//! that the devices get `account_gone`. Foreign keys would delete all rows too;
//! going table by table counts them, and batches keep each statement below a
//! slow host's time-outs.

use std::collections::BTreeMap;

use mysql::Value;
use serde::Serialize;

use super::one_time_codes;
use super::principal::deletion_record;
use crate::domain::keyed_hash::KeyedHash;
use crate::domain::user::UserId;
use crate::store::connection::Connection;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::rate_limit::{
    CODE_AS, GOOGLE_AS, LOGIN_AS, REFRESH_AS, REGISTER_AS, forget, hashed_subject,
};
use crate::store::row::text;
use crate::store::transaction::Finish;
use crate::store::weights::clock::LOCK_CLOCK;

/// Entries that one statement deletes.
const BATCH: u32 = 2000;

/// Rows that were deleted, by table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Erased(BTreeMap<&'static str, u64>);

/// The tables with rows of a user, children first, and how to empty them. A
/// test compares this list with the foreign keys of the database.
const TABLES: [(&str, &str); 5] = [
    ("google_identities", "DELETE FROM google_identities WHERE user_id = ?"),
    ("device_sessions", "DELETE FROM device_sessions WHERE user_id = ?"),
    ("credentials", "DELETE FROM credentials WHERE user_id = ?"),
    ("sync_clocks", "DELETE FROM sync_clocks WHERE user_id = ?"),
    ("users", "DELETE FROM users WHERE id = ?"),
];

/// After the clock, in the order of writers. From here on no table gets new
/// rows of this user.
const LOCK_USER: &str = "SELECT id FROM users WHERE id = ? FOR UPDATE";
const EMAIL_AND_SUB: &str = "SELECT c.email, g.sub FROM users u \
    LEFT JOIN credentials c ON c.user_id = u.id \
    LEFT JOIN google_identities g ON g.user_id = u.id WHERE u.id = ?";
const DELETE_ENTRIES: &str = "DELETE FROM weight_entries WHERE user_id = ? ORDER BY id LIMIT ?";
const REMEMBER_SESSIONS: &str = "INSERT INTO deleted_sessions (id, expires_at) \
    SELECT id, expires_at FROM device_sessions \
    WHERE user_id = ? AND expires_at > UTC_TIMESTAMP(6)";
const RECORD_DELETION: &str = "INSERT INTO deleted_accounts (user_hash, deleted_at) \
    VALUES (?, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE deleted_at = VALUES(deleted_at)";

/// Deletes a user. `None` if the user does not exist.
pub fn erase(
    database: &mut Database<'_>,
    user_id: &UserId,
    hashes: &KeyedHash,
) -> Result<Option<Erased>, StoreError> {
    let id = text(user_id.as_str());
    let deleted = database.transaction(|connection| {
        connection.first(LOCK_CLOCK, vec![id.clone()])?;
        let mut erased = Erased::default();
        erased.add("weight_entries", delete_entries(connection, &id)?);
        if connection.first(LOCK_USER, vec![id.clone()])?.is_none() {
            return Ok(Finish::Rollback(None));
        }
        let (email, counters) = traces(connection, user_id, hashes)?;
        let address = hashes.of("address", email.as_bytes());
        erased.add("one_time_codes", one_time_codes::forget(connection, &address)?);
        connection.execute(REMEMBER_SESSIONS, vec![id.clone()])?;
        for (table, delete) in TABLES {
            erased.add(table, connection.execute(delete, vec![id.clone()])?.affected_rows);
        }
        connection.execute(RECORD_DELETION, vec![Value::Bytes(deletion_record(user_id))])?;
        Ok(Finish::Commit(Some((erased, counters))))
    })?;
    let Some((mut erased, counters)) = deleted else { return Ok(None) };
    // The table of counters is not transactional. The account is already
    // deleted; if this fails, the next purge removes the counters.
    erased.add("rate_counters", forget(database, &counters).unwrap_or(0));
    Ok(Some(erased))
}

impl Erased {
    /// The number of rows by table.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(table, rows)| (*table, *rows))
    }

    fn add(&mut self, table: &'static str, rows: u64) {
        *self.0.entry(table).or_default() += rows;
    }
}

fn delete_entries(connection: &mut Connection, user_id: &Value) -> Result<u64, StoreError> {
    let mut deleted = 0;
    loop {
        let params = vec![user_id.clone(), Value::from(BATCH)];
        let batch = connection.execute(DELETE_ENTRIES, params)?.affected_rows;
        deleted += batch;
        if batch < u64::from(BATCH) {
            return Ok(deleted);
        }
    }
}

/// The user's address, and the subjects of their rate counters.
fn traces(
    connection: &mut Connection,
    user_id: &UserId,
    hashes: &KeyedHash,
) -> Result<(String, [String; 6]), StoreError> {
    let id = user_id.as_str();
    let mut columns = connection.one(EMAIL_AND_SUB, vec![text(id)])?;
    let email = columns.optional_text()?.unwrap_or_default();
    let sub = columns.optional_text()?.unwrap_or_default();
    let subject = |kind, value: &str| hashed_subject(hashes, kind, value.as_bytes());
    let counters = [
        ["user:", id].concat(),
        subject(REFRESH_AS, id),
        subject(LOGIN_AS, &email),
        subject(REGISTER_AS, &email),
        subject(CODE_AS, &email),
        subject(GOOGLE_AS, &sub),
    ];
    Ok((email, counters))
}
