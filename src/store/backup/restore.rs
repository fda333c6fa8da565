//! Puts a backup in the place of all data, and gives the server a new epoch.

use std::io::BufRead;

use super::{END, FORMAT, INSERT, MIGRATIONS, Owner, USERS};
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::maintenance::renew_epoch;
use crate::store::migrations::{self, MIGRATIONS as KNOWN, MigrationError};
use crate::store::purge;
use crate::store::schema::created_tables;

/// Why a backup cannot be restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Its first lines are other ones.
    #[error("this is not a weight-sync backup: {0}")]
    Foreign(String),
    /// Its last line is missing.
    #[error("the backup is not complete: its end is missing")]
    CutOff,
    /// It cannot be read, or decompressed.
    #[error("the backup cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// A newer program made it.
    #[error("the backup has the migration {0}, which this program does not know: it is older")]
    Newer(String),
    /// The table `users` belongs to somebody else than when it was made.
    #[error(
        "the backup and this database differ in whether the table users is another backend's: \
         restore it into a database like the one it is from"
    )]
    OtherUsers,
    /// It holds other numbers than were read before, or than its end says.
    #[error(
        "it was loaded with {rows} rows in {statements} statements, and its check had {} and {}",
        expected.1, expected.0
    )]
    Different {
        /// The statements that were run.
        statements: u64,
        /// The rows that they wrote.
        rows: u64,
        /// The statements and rows that the check found.
        expected: (u64, u64),
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] MigrationError),
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Database(error.into())
    }
}

/// A backup that was read to its end.
pub struct Checked {
    migrations: Vec<String>,
    owner: Owner,
    /// The number of its statements.
    pub statements: u64,
    /// The number of its rows.
    pub rows: u64,
}

const NO_FOREIGN_KEYS: &str = "SET SESSION foreign_key_checks = 0";
const FOREIGN_KEYS: &str = "SET SESSION foreign_key_checks = 1";
const DROP: &str = "DROP TABLE IF EXISTS ";
/// A migration has put an epoch there.
const FORGET_STATE: &str = "DELETE FROM server_state";
const DELETE: &str = "DELETE t FROM ";
/// Sessions and codes may have been ended since the backup, and access tokens
/// have been revoked: no generation comes again.
const SIGN_EVERYBODY_OUT: [&str; 3] = [
    "DELETE FROM device_sessions",
    "DELETE FROM one_time_codes",
    "UPDATE credentials SET generation = generation + 1000",
];
const ORPHANS: &str = " t LEFT JOIN users u ON u.id = t.user_id WHERE u.id IS NULL";

/// Reads a backup from its first to its last line.
///
/// # Errors
/// It cannot be restored by this program.
pub fn check(source: impl BufRead) -> Result<Checked, BackupError> {
    let mut lines = source.lines();
    let mut line = || lines.next().unwrap_or_else(|| Ok(String::new()));
    let foreign = |found: &str| {
        let start: String = found.chars().take(40).collect();
        BackupError::Foreign(format!("a line begins with \"{start}\""))
    };
    let first = line()?;
    if first != FORMAT {
        return Err(foreign(&first));
    }
    let (second, third) = (line()?, line()?);
    let names = second.strip_prefix(MIGRATIONS).ok_or_else(|| foreign(&second))?;
    let migrations: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
    let is_known = |name: &&String| KNOWN.iter().any(|known| known.name == name.as_str());
    if let Some(newer) = migrations.iter().find(|name| !is_known(name)) {
        return Err(BackupError::Newer(newer.clone()));
    }
    let owners = [Owner::Own, Owner::Another];
    let named = third.strip_prefix(USERS).ok_or_else(|| foreign(&third))?;
    let owner = owners.into_iter().find(|owner| owner.name() == named);
    let owner = owner.ok_or_else(|| foreign(&third))?;
    let known: Vec<String> =
        owner.tables().iter().map(|table| [INSERT, &table.name, " ("].concat()).collect();
    for (statements, line) in (0..).zip(lines) {
        let line = line?;
        if let Some(rows) = line.strip_prefix(END).and_then(|rows| rows.parse().ok()) {
            return Ok(Checked { migrations, owner, statements, rows });
        }
        if !known.iter().any(|head| line.starts_with(head)) {
            return Err(foreign(&line));
        }
    }
    Err(BackupError::CutOff)
}

/// Drops the tables of the service, makes them as the migrations of the backup
/// do, loads its rows, applies later migrations, signs everybody out and renews
/// the epoch. Returns the new epoch. `progress` gets the statements done so far.
///
/// The service must be offline. After a failure the data is incomplete: restore
/// again.
pub fn restore(
    database: &mut Database<'_>,
    checked: &Checked,
    source: impl BufRead,
    progress: &mut dyn FnMut(u64),
) -> Result<String, BackupError> {
    if Owner::read(database)? != checked.owner {
        return Err(BackupError::OtherUsers);
    }
    migrations::lock(database)?;
    if !database.run(purge::lock)? {
        return Err(MigrationError::Locked.into());
    }
    let mut command =
        |sql: &str| database.run(|connection| connection.run_migration_statement(sql));
    command(NO_FOREIGN_KEYS)?;
    for table in checked.owner.tables() {
        command(&[DROP, &table.name].concat())?;
    }
    command(&[DROP, "schema_migrations"].concat())?;
    migrations::apply_all(database, &checked.migrations)?;
    database.run(|connection| connection.run_migration_statement(FORGET_STATE))?;
    load(database, checked, source, progress)?;
    if checked.owner == Owner::Another {
        // The other backend may have deleted users since.
        for table in created_tables() {
            if table.name != "users" && table.columns.iter().any(|column| column == "user_id") {
                let statement = [DELETE, &table.name, ORPHANS].concat();
                database.run(|connection| connection.run_migration_statement(&statement))?;
            }
        }
    }
    database.run(|connection| connection.run_migration_statement(FOREIGN_KEYS))?;
    migrations::migrate(database, &mut |_| ())?;
    for statement in SIGN_EVERYBODY_OUT {
        database.run_once(|connection| connection.run_migration_statement(statement))?;
    }
    let epoch = renew_epoch(database)?;
    database.run(purge::release)?;
    Ok(epoch)
}

/// Runs all statements of a backup.
fn load(
    database: &mut Database<'_>,
    checked: &Checked,
    source: impl BufRead,
    progress: &mut dyn FnMut(u64),
) -> Result<(), BackupError> {
    let (mut statements, mut rows) = (0, 0);
    for line in source.lines() {
        let line = line?;
        if line.starts_with(INSERT) {
            let statement = line.trim_end_matches(';');
            rows += database.run_once(|connection| connection.load(statement))?;
            statements += 1;
            progress(statements);
        }
    }
    let expected = (checked.statements, checked.rows);
    if (statements, rows) != expected {
        return Err(BackupError::Different { statements, rows, expected });
    }
    Ok(())
}
