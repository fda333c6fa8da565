//! The migrations of the schema, embedded in the program. A released migration
//! is never edited (the database keeps its checksum), and the previous program
//! runs with it too: expand first, contract in a later release. Own code: the
//! known library drops the errors of all statements of a migration but the
//! first, and cannot fit foreign keys to an existing `users` table.

use sha2::{Digest, Sha256};

use super::accounts::users_table::{UsersTable, id_type, inspect, taken_names};
use super::connection::Connection;
use super::counters_table::{CountersEngine, fit};
use super::database::Database;
use super::error::StoreError;
use super::maintenance::{try_lock, unlock};
use super::row::text;
use super::topology::ServerSettings;

/// One migration.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// The name of the file without its extension.
    pub name: &'static str,
    /// The text of the file.
    pub(super) sql: &'static str,
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(Migration {
            name: $name,
            sql: include_str!(concat!("../../migrations/", $name, ".sql")),
        }),*]
    };
}

/// All migrations in order.
pub const MIGRATIONS: &[Migration] = embedded!["0001_initial"];

/// The migrations of a database.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct MigrationReport {
    /// Applied just now.
    pub applied: Vec<&'static str>,
    /// The number applied before.
    pub already_applied: usize,
    /// Not applied yet.
    pub pending: Vec<&'static str>,
    /// The `users` table of another backend, if it was adopted just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adopted: Option<UsersTable>,
}

/// Failures of a migration.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// Another command holds the lock.
    #[error("a migration, a backup, a restore or a purge is running on this database")]
    Locked,
    /// An applied migration differs from the one in this program.
    #[error("migration {0} was edited after it was applied to this database")]
    Edited(String),
    /// This program does not know a migration of the database.
    #[error(
        "the database has migration {0}, which this program does not know: it is older than the database"
    )]
    Newer(String),
    /// Existing tables are in the way; nothing was done.
    #[error("this database cannot be used as it is: {}", .0.join("; "))]
    Unfit(Vec<String>),
    /// A migration failed at a statement. Those before it are applied: MySQL
    /// commits each DDL statement on its own.
    #[error("migration {migration} failed at statement {statement}: {source}")]
    Statement {
        /// The name of the migration.
        migration: &'static str,
        /// The number of the statement, from 1.
        statement: usize,
        /// The error.
        source: StoreError,
    },
    /// Another failure of the database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A statement waits so long for a table that another connection uses, since
/// the requests that come later wait behind it. The default is a day, and a
/// year in MySQL.
const WAIT_BRIEFLY: &str = "SET SESSION lock_wait_timeout = 5";
const LOCK_NAME: &str = "weight-sync migrate";
const CREATE_HISTORY: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (\
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, \
    checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, \
    applied_at DATETIME(6) NOT NULL, PRIMARY KEY (name)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";
const HISTORY_EXISTS: &str = "SELECT COUNT(*) FROM information_schema.tables \
    WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'";
const HISTORY: &str = "SELECT name, checksum FROM schema_migrations ORDER BY name";
const RECORD: &str = "INSERT INTO schema_migrations (name, checksum, applied_at) \
    VALUES (?, ?, UTC_TIMESTAMP(6))";
/// The type of `users.id` if the table does not exist yet.
const OWN_USER_ID: &str = "VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin";

/// Compares the database with this program; changes nothing.
///
/// # Errors
/// See [`MigrationError`].
pub fn status(database: &mut Database<'_>) -> Result<MigrationReport, MigrationError> {
    let done = database.run(history)?;
    report(&done)
}

/// Applies missing migrations. `progress` gets the name of each before it runs.
///
/// # Errors
/// See [`MigrationError`].
pub fn migrate(
    database: &mut Database<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<MigrationReport, MigrationError> {
    lock(database)?;
    database.run(|connection| connection.run_migration_statement(WAIT_BRIEFLY))?;
    let mut report = status(database)?;
    if report.already_applied == 0 {
        report.adopted = adopt(database)?;
    }
    for name in std::mem::take(&mut report.pending) {
        progress(name);
        apply_all(database, &[name])?;
        report.applied.push(name);
    }
    fit(database)?;
    database.run(release)?;
    Ok(report)
}

/// Takes the lock of migrations; the connection may hold it already.
pub(super) fn lock(database: &mut Database<'_>) -> Result<(), MigrationError> {
    match database.run(|connection| try_lock(connection, LOCK_NAME))? {
        true => Ok(()),
        false => Err(MigrationError::Locked),
    }
}

/// Releases the lock of migrations.
pub(super) fn release(connection: &mut Connection) -> Result<(), StoreError> {
    unlock(connection, LOCK_NAME)
}

/// The names of the migrations of a database.
///
/// # Errors
/// This program does not know one of them.
pub(super) fn applied(database: &mut Database<'_>) -> Result<Vec<String>, MigrationError> {
    let done = database.run(history)?;
    report(&done)?;
    Ok(done.into_iter().map(|(name, _)| name).collect())
}

/// Applies migrations by their names.
pub(super) fn apply_all(
    database: &mut Database<'_>,
    names: &[impl AsRef<str>],
) -> Result<(), MigrationError> {
    database.run(|connection| connection.run_migration_statement(CREATE_HISTORY))?;
    let named = |name: &str| MIGRATIONS.iter().find(|migration| migration.name == name);
    for migration in names.iter().filter_map(|name| named(name.as_ref())) {
        apply(database, migration)?;
    }
    Ok(())
}

/// Inspects whether the first migration can be applied beside existing tables.
fn adopt(database: &mut Database<'_>) -> Result<Option<UsersTable>, MigrationError> {
    let taken = database.run(taken_names)?;
    if !taken.is_empty() {
        return Err(MigrationError::Unfit(vec![format!(
            "it has tables of names that are needed ({}); drop them if an interrupted migration \
             left them, else use a database without them",
            taken.join(", ")
        )]));
    }
    database.run(inspect)?.transpose().map_err(MigrationError::Unfit)
}

fn apply(database: &mut Database<'_>, migration: &Migration) -> Result<(), MigrationError> {
    let counters = CountersEngine::suitable(&database.run(ServerSettings::read)?);
    for (index, statement) in statements(migration.sql).enumerate() {
        let failed = |source| MigrationError::Statement {
            migration: migration.name,
            statement: index + 1,
            source,
        };
        // Read before each statement: the first may create `users`.
        let found = database.run(id_type).map_err(failed)?;
        let user_id = found.map_or_else(|| OWN_USER_ID.to_owned(), |(definition, _)| definition);
        let statement = statement
            .replace("${user_id}", &user_id)
            .replace("${counters_engine}", counters.name());
        database
            .run_once(|connection| connection.run_migration_statement(&statement))
            .map_err(failed)?;
    }
    let record = vec![text(migration.name), text(checksum(migration))];
    database.run_once(|connection| connection.execute(RECORD, record.clone()))?;
    Ok(())
}

/// The statements of a migration, which end with a semicolon at the end of a
/// line; without comment lines.
pub(super) fn statements(sql: &str) -> impl Iterator<Item = String> + '_ {
    sql.split(";\n").filter_map(|part| {
        let lines: Vec<&str> =
            part.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
        let statement = lines.join("\n").trim().to_owned();
        (!statement.is_empty()).then_some(statement)
    })
}

fn checksum(migration: &Migration) -> String {
    Sha256::digest(migration.sql.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn report(done: &[(String, String)]) -> Result<MigrationReport, MigrationError> {
    for (name, applied) in done {
        match MIGRATIONS.iter().find(|migration| migration.name == name) {
            None => return Err(MigrationError::Newer(name.clone())),
            Some(migration) if checksum(migration) != *applied => {
                return Err(MigrationError::Edited(name.clone()));
            }
            Some(_) => {}
        }
    }
    let is_done = |migration: &&Migration| done.iter().any(|(name, _)| name == migration.name);
    let pending = MIGRATIONS.iter().filter(|migration| !is_done(migration));
    Ok(MigrationReport {
        applied: Vec::new(),
        already_applied: done.len(),
        pending: pending.map(|migration| migration.name).collect(),
        adopted: None,
    })
}

fn history(connection: &mut Connection) -> Result<Vec<(String, String)>, StoreError> {
    let exists = connection.one(HISTORY_EXISTS, vec![])?.int()?;
    if exists == 0 {
        return Ok(Vec::new());
    }
    connection.rows(HISTORY, vec![], |columns| Ok((columns.text()?, columns.text()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_without_gaps() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert!(
                migration.name.starts_with(&format!("{:04}_", index + 1)),
                "{}",
                migration.name
            );
        }
    }

    #[test]
    fn a_migration_is_parted_into_its_statements() {
        let sql = "-- one; and\nCREATE TABLE a (\n  -- not this\n  x INT\n);\n\nINSERT INTO a VALUES (1);\n";
        let parted: Vec<String> = statements(sql).collect();
        assert_eq!(parted, ["CREATE TABLE a (\n  x INT\n)", "INSERT INTO a VALUES (1)"]);
    }

    #[test]
    fn an_unknown_or_edited_migration_is_reported() {
        let newer = [("9999_later".to_owned(), String::new())];
        assert!(matches!(report(&newer), Err(MigrationError::Newer(_))));
        let edited = [("0001_initial".to_owned(), "x".to_owned())];
        assert!(matches!(report(&edited), Err(MigrationError::Edited(_))));
    }
}
