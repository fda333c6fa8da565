//! Facts about the database server, for `weightctl doctor`.

use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;
use super::row::Columns;
use super::topology::ServerSettings;
use crate::domain::time::UtcTime;

/// Facts about the server and this connection.
#[derive(Clone, Debug)]
pub struct ServerFacts {
    /// As `VERSION()` returns it: `8.0.41`, `10.11.9-MariaDB`.
    pub version: String,
    /// Of this connection.
    pub sql_mode: String,
    /// Of this connection.
    pub time_zone: String,
    /// Of this connection.
    pub charset: String,
    /// The default of new tables.
    pub database_charset: String,
    /// The limit on simultaneous connections of one account; 0 means unlimited.
    pub max_user_connections: i64,
    /// The limit on simultaneous connections of all accounts.
    pub max_connections: i64,
    /// Seconds after which the server closes an idle connection.
    pub wait_timeout: i64,
    /// Open connections of this account, this one included.
    pub connections: i64,
}

const FACTS: &str = "SELECT VERSION(), @@session.sql_mode, @@session.time_zone, \
    @@session.character_set_connection, @@session.character_set_database, \
    @@session.max_user_connections, @@global.max_connections, @@session.wait_timeout, \
    SUBSTRING_INDEX(USER(), '@', 1)";
/// MySQL's information_schema.processlist fails (3854) while another connection
/// runs a statement with a value that is not UTF-8.
const CONNECTIONS: &str = "SHOW PROCESSLIST";
const CLOCK: &str = "SELECT UTC_TIMESTAMP(6)";
const FOREIGN_TABLES: &str = "SELECT table_name FROM information_schema.tables \
    WHERE table_schema = DATABASE() AND table_name IN ('credentials', 'device_sessions', \
    'weight_entries', 'sync_clocks', 'server_state', 'daily_counts') \
    AND table_collation NOT LIKE 'utf8mb4%' ORDER BY table_name";
const GRANTS: &str = "SHOW GRANTS FOR CURRENT_USER()";
const DATABASE_NAME: &str = "SELECT DATABASE()";

/// Reads the facts.
pub fn facts(database: &mut Database<'_>) -> Result<ServerFacts, StoreError> {
    let mut columns = database.run(|connection| connection.one(FACTS, vec![]))?;
    let users = database.run(|connection| {
        connection.rows(CONNECTIONS, vec![], |columns| {
            columns.int()?;
            columns.text()
        })
    })?;
    Ok(ServerFacts {
        version: columns.text()?,
        sql_mode: columns.text()?,
        time_zone: columns.text()?,
        charset: columns.text()?,
        database_charset: columns.text()?,
        max_user_connections: columns.int()?,
        max_connections: columns.int()?,
        wait_timeout: columns.int()?,
        connections: count_of(&columns.text()?, &users),
    })
}

fn count_of(user: &str, users: &[String]) -> i64 {
    let own = users.iter().filter(|other| *other == user).count();
    i64::try_from(own).unwrap_or(i64::MAX)
}

/// The kind of server, and settings of it.
pub fn settings(database: &mut Database<'_>) -> Result<ServerSettings, StoreError> {
    database.run(ServerSettings::read)
}

/// The server's time.
pub fn clock(database: &mut Database<'_>) -> Result<UtcTime, StoreError> {
    database.run(|connection| connection.one(CLOCK, vec![]))?.datetime()
}

/// Tables of the service whose charset is not utf8mb4.
pub fn tables_without_utf8mb4(database: &mut Database<'_>) -> Result<Vec<String>, StoreError> {
    texts(database, FOREIGN_TABLES)
}

/// The privileges of the account as GRANT statements, and the database's name.
pub fn grants(database: &mut Database<'_>) -> Result<(Vec<String>, String), StoreError> {
    let grants = texts(database, GRANTS)?;
    let name = database.run(|connection| connection.one(DATABASE_NAME, vec![]))?.text()?;
    Ok((grants, name))
}

fn texts(database: &mut Database<'_>, sql: &str) -> Result<Vec<String>, StoreError> {
    database.run(|connection: &mut Connection| connection.rows(sql, vec![], Columns::text))
}
