//! Google's keys, fetched by `weightctl google-keys refresh`. Each source
//! address has a row, so a changed setting never uses the old source's keys.

use mysql::Value;

use crate::domain::google::{GoogleKey, KeySet};
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::row::text;

const KEEP: &str = "INSERT INTO google_key_sets (source, key_set, fetched_at, expires_at) \
    VALUES (?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? SECOND) \
    ON DUPLICATE KEY UPDATE key_set = VALUES(key_set), fetched_at = VALUES(fetched_at), \
    expires_at = VALUES(expires_at)";
const LOAD: &str = "SELECT key_set, TIMESTAMPDIFF(SECOND, fetched_at, UTC_TIMESTAMP(6)), \
    TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), expires_at) FROM google_key_sets WHERE source = ?";

/// Stores the keys that were fetched from `source` just now.
pub fn keep(
    database: &mut Database<'_>,
    source: &str,
    keys: &[GoogleKey],
    lifetime_seconds: u32,
) -> Result<(), StoreError> {
    let keys = serde_json::to_string(keys).map_err(|error| unreadable(&error))?;
    let params = vec![text(source), text(&keys), Value::from(lifetime_seconds)];
    database.run(|connection| connection.execute(KEEP, params.clone())).map(|_| ())
}

/// The keys that were last fetched from `source`, with their age.
pub fn load(database: &mut Database<'_>, source: &str) -> Result<Option<KeySet>, StoreError> {
    let found = database.run(|connection| connection.first(LOAD, vec![text(source)]))?;
    let Some(mut columns) = found else { return Ok(None) };
    let keys = serde_json::from_str(&columns.text()?).map_err(|error| unreadable(&error))?;
    let (age_seconds, expires_in_seconds) = (columns.int()?, columns.int()?);
    Ok(Some(KeySet { keys, age_seconds, expires_in_seconds }))
}

fn unreadable(error: &serde_json::Error) -> StoreError {
    StoreError::Failed(format!("the stored key set cannot be read or written: {error}"))
}
