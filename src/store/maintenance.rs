//! Facts about the server as a whole: its epoch, and whether it answers.

use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;
use super::row::text;

const PING: &str = "SELECT value FROM server_state WHERE name = 'epoch'";
const REMEMBER: &str = "INSERT INTO server_state (name, value) VALUES (?, ?) \
    ON DUPLICATE KEY UPDATE value = VALUES(value)";
const REMEMBERED: &str = "SELECT value FROM server_state WHERE name = ?";

/// Asks the database something that needs the schema; returns the epoch.
///
/// # Errors
/// The database's.
pub fn epoch(database: &mut Database<'_>) -> Result<String, StoreError> {
    database.run(read_epoch)
}

fn read_epoch(connection: &mut Connection) -> Result<String, StoreError> {
    let row = connection.first(PING, vec![])?;
    let mut row = row.ok_or_else(|| StoreError::Failed("server_state has no epoch".into()))?;
    row.text()
}

/// Gives the server a new epoch: every device then offers all it has again.
/// To be done once after a backup was restored (docs/OPERATIONS.md).
///
/// # Errors
/// The database's.
pub fn renew_epoch(database: &mut Database<'_>) -> Result<String, StoreError> {
    let epoch = uuid::Uuid::now_v7().to_string();
    remember(database, "epoch", &epoch)?;
    Ok(epoch)
}

/// Keeps a fact (at most 32 and 255 characters of ASCII) in place of an
/// earlier one of that name.
///
/// # Errors
/// The database's.
pub fn remember(database: &mut Database<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    let params = vec![text(name), text(value)];
    database.run(|connection| connection.execute(REMEMBER, params.clone())).map(|_| ())
}

/// A fact that was kept.
///
/// # Errors
/// The database's.
pub fn remembered(database: &mut Database<'_>, name: &str) -> Result<Option<String>, StoreError> {
    let params = vec![text(name)];
    let row = database.run(|connection| connection.first(REMEMBERED, params.clone()))?;
    row.map(|mut columns| columns.text()).transpose()
}

/// An advisory lock of the server, held as long as the connection
/// lives. `false` when another connection holds it.
///
/// # Errors
/// The database's.
pub(super) fn try_lock(connection: &mut Connection, name: &str) -> Result<bool, StoreError> {
    const LOCK: &str = "SELECT GET_LOCK(CONCAT(?, ':', LEFT(SHA2(DATABASE(), 256), 16)), 0)";
    Ok(connection.one(LOCK, vec![text(name)])?.optional_int()? == Some(1))
}

/// Gives an advisory lock back.
///
/// # Errors
/// The database's.
pub(super) fn unlock(connection: &mut Connection, name: &str) -> Result<(), StoreError> {
    const UNLOCK: &str = "SELECT RELEASE_LOCK(CONCAT(?, ':', LEFT(SHA2(DATABASE(), 256), 16)))";
    connection.first(UNLOCK, vec![text(name)]).map(|_| ())
}
