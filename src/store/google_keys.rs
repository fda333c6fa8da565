//! Google's key set as `weightctl google-keys refresh` fetched it: one row an
//! address, so that keys of another address are not used after the setting
//! has changed.

use mysql::Value;

use super::database::Database;
use super::error::StoreError;
use super::row::{Columns, text};
use crate::domain::google::{GoogleKey, KeySet};

const KEEP: &str = "INSERT INTO google_key_sets (source, key_set, fetched_at, expires_at) \
    VALUES (?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? SECOND) \
    ON DUPLICATE KEY UPDATE key_set = VALUES(key_set), fetched_at = VALUES(fetched_at), \
    expires_at = VALUES(expires_at)";
const LOAD: &str = "SELECT key_set, TIMESTAMPDIFF(SECOND, fetched_at, UTC_TIMESTAMP(6)), \
    TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), expires_at) FROM google_key_sets WHERE source = ?";

/// Puts a set in the place of the one before, in one statement.
///
/// # Errors
/// The database's.
pub fn keep(
    database: &mut Database<'_>,
    source: &str,
    keys: &[GoogleKey],
    lifetime_seconds: u32,
) -> Result<(), StoreError> {
    let keys = serde_json::to_string(keys).map_err(|error| unreadable(&error))?;
    database.run(|connection| {
        let params = vec![text(source), text(&keys), Value::from(lifetime_seconds)];
        connection.execute(KEEP, params).map(|_| ())
    })
}

/// The set that was fetched from `source`, if ever, with its age.
///
/// # Errors
/// The database's.
pub fn load(database: &mut Database<'_>, source: &str) -> Result<Option<KeySet>, StoreError> {
    let row = database.run(|connection| connection.first(LOAD, vec![text(source)]))?;
    row.map(|row| {
        let mut columns = Columns::of(row);
        let keys = serde_json::from_str(&columns.text()?).map_err(|error| unreadable(&error))?;
        Ok(KeySet { keys, age_seconds: columns.int()?, expires_in_seconds: columns.int()? })
    })
    .transpose()
}

fn unreadable(error: &serde_json::Error) -> StoreError {
    StoreError::Failed(format!("the key set cannot be stored or read: {error}"))
}
