//! Facts about the whole server: its epoch and the notes of the maintenance
//! command; and named locks.

use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;
use super::pool::Pool;
use super::row::text;

const REMEMBER: &str = "INSERT INTO server_state (name, value) VALUES (?, ?) \
    ON DUPLICATE KEY UPDATE value = VALUES(value)";
const REMEMBERED: &str = "SELECT value FROM server_state WHERE name = ?";

/// Reads the epoch.
pub fn epoch(database: &mut Database<'_>) -> Result<String, StoreError> {
    remembered(database, "epoch")?
        .ok_or_else(|| StoreError::Failed("server_state has no epoch".into()))
}

/// Whether the database answers. Asks on a new connection, which it closes, and
/// once.
pub fn check(pool: &Pool) -> Result<(), StoreError> {
    let mut database = Database::new(pool);
    let row = database.read_once(|connection| connection.first(REMEMBERED, vec![text("epoch")]));
    database.discard_connection();
    row?.map(|_| ()).ok_or_else(|| StoreError::Failed("server_state has no epoch".into()))
}

/// Gives the server a new epoch, on which every device offers all its entries
/// again. For use after a backup was restored (docs/OPERATIONS.md).
pub fn renew_epoch(database: &mut Database<'_>) -> Result<String, StoreError> {
    let epoch = uuid::Uuid::now_v7().to_string();
    remember(database, "epoch", &epoch)?;
    Ok(epoch)
}

/// Stores a fact under a name, in place of an earlier one. At most 32 ASCII
/// characters for the name and 255 for the value.
pub fn remember(database: &mut Database<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    let params = vec![text(name), text(value)];
    database.run(|connection| connection.execute(REMEMBER, params.clone())).map(|_| ())
}

/// A fact that was stored.
pub fn remembered(database: &mut Database<'_>, name: &str) -> Result<Option<String>, StoreError> {
    let params = vec![text(name)];
    let row = database.run(|connection| connection.first(REMEMBERED, params.clone()))?;
    row.map(|mut columns| columns.text()).transpose()
}

/// Takes a named lock of the server, which the connection holds until
/// [`unlock`] or its end. `false` if another connection holds it.
pub(super) fn try_lock(connection: &mut Connection, name: &str) -> Result<bool, StoreError> {
    const LOCK: &str = "SELECT GET_LOCK(CONCAT(?, ':', LEFT(SHA2(DATABASE(), 256), 16)), 0)";
    Ok(connection.one(LOCK, vec![text(name)])?.optional_int()? == Some(1))
}

/// Releases a named lock.
pub(super) fn unlock(connection: &mut Connection, name: &str) -> Result<(), StoreError> {
    const UNLOCK: &str = "SELECT RELEASE_LOCK(CONCAT(?, ':', LEFT(SHA2(DATABASE(), 256), 16)))";
    connection.first(UNLOCK, vec![text(name)]).map(|_| ())
}
