//! Decides the engine of `rate_counters`, and changes it where the server has
//! become another. MEMORY, because a durable commit would be the largest cost
//! of a small read; InnoDB where the server is a member of a cluster, which
//! does not replicate MEMORY, or refuses MEMORY.

use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;
use super::topology::ServerSettings;

/// An engine of the counters' table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountersEngine {
    /// In memory, lost when the server ends.
    Memory,
    /// Durable and replicated.
    InnoDb,
}

impl CountersEngine {
    /// The engine that the settings of the server allow.
    pub fn suitable(settings: &ServerSettings) -> Self {
        if settings.suits_memory() { Self::Memory } else { Self::InnoDb }
    }

    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "MEMORY",
            Self::InnoDb => "InnoDB",
        }
    }

    /// The statement that gives it to the empty table that will be the next.
    fn set(self) -> &'static str {
        match self {
            Self::Memory => "ALTER TABLE rate_counters_next ENGINE=MEMORY",
            Self::InnoDb => "ALTER TABLE rate_counters_next ENGINE=InnoDB",
        }
    }
}

const ENGINE: &str = "SELECT engine FROM information_schema.tables \
    WHERE table_schema = DATABASE() AND table_name = 'rate_counters'";
/// A row that expired long ago. Group Replication refuses it where the table's
/// engine is MEMORY, though it has taken the table.
const TRY: [&str; 2] = [
    "INSERT INTO rate_counters (subject, window_seconds, window_no, seconds_left, previous_count, \
     current_count) VALUES ('migrate', 1, 0, 0, 0, 0) ON DUPLICATE KEY UPDATE window_no = 0",
    "DELETE FROM rate_counters WHERE subject = 'migrate'",
];
const DROP_NEXT: &str = "DROP TABLE IF EXISTS rate_counters_next";
const CREATE_NEXT: &str = "CREATE TABLE rate_counters_next LIKE rate_counters";
const TRY_NEXT: [&str; 2] = [
    "INSERT INTO rate_counters_next (subject, window_seconds, window_no, seconds_left, \
     previous_count, current_count) VALUES ('migrate', 1, 0, 0, 0, 0)",
    "DELETE FROM rate_counters_next",
];
const SWITCH: &str =
    "RENAME TABLE rate_counters TO rate_counters_last, rate_counters_next TO rate_counters";
const DROP_LAST: &str = "DROP TABLE IF EXISTS rate_counters_last";

/// The engine of the table; another one counts as InnoDB. `None` without table.
pub fn engine(database: &mut Database<'_>) -> Result<Option<CountersEngine>, StoreError> {
    let row = database.run(|connection| connection.first(ENGINE, vec![]))?;
    let name = row.map(|mut columns| columns.text()).transpose()?;
    Ok(name.map(|name| {
        if name.eq_ignore_ascii_case("MEMORY") {
            CountersEngine::Memory
        } else {
            CountersEngine::InnoDb
        }
    }))
}

/// Gives the table the engine that suits the server, and loses the counts where
/// that is another one. Requests find the table at every moment.
pub(super) fn fit(database: &mut Database<'_>) -> Result<(), StoreError> {
    let Some(present) = engine(database)? else { return Ok(()) };
    let suitable = CountersEngine::suitable(&database.run(ServerSettings::read)?);
    let is_accepted = match (present, suitable) {
        (CountersEngine::Memory, CountersEngine::Memory) => try_row(database, TRY)?,
        (CountersEngine::InnoDb, CountersEngine::Memory) => {
            // Where MEMORY is refused after all, the table stays as it is.
            replace(database, CountersEngine::Memory)?;
            true
        }
        (present, CountersEngine::InnoDb) => present == CountersEngine::InnoDb,
    };
    if !is_accepted {
        replace(database, CountersEngine::InnoDb)?;
    }
    Ok(())
}

/// Puts a new, empty table in place of the present one, which is not altered:
/// each node of a cluster has other rows in a MEMORY table, and nodes must not
/// disagree about an InnoDB table. Leaves it where the server refuses the engine.
fn replace(database: &mut Database<'_>, engine: CountersEngine) -> Result<(), StoreError> {
    database.run(|connection| {
        for statement in [DROP_LAST, DROP_NEXT, CREATE_NEXT] {
            connection.run_migration_statement(statement)?;
        }
        Ok(())
    })?;
    let is_set =
        accepted(database.run(|connection| connection.run_migration_statement(engine.set())))?;
    if !is_set || !try_row(database, TRY_NEXT)? {
        return database.run(|connection| connection.run_migration_statement(DROP_NEXT));
    }
    database.run_once(|connection| connection.run_migration_statement(SWITCH))?;
    database.run(|connection| connection.run_migration_statement(DROP_LAST))
}

/// Inserts a row and deletes it; false if the server refuses.
fn try_row(database: &mut Database<'_>, statements: [&str; 2]) -> Result<bool, StoreError> {
    accepted(database.run(|connection: &mut Connection| {
        statements.iter().try_for_each(|sql| connection.execute(sql, vec![]).map(|_| ()))
    }))
}

/// Whether the server did what it was asked; a failure that is none of the
/// statement's stays one.
fn accepted(result: Result<(), StoreError>) -> Result<bool, StoreError> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.is_outage() => Err(error),
        Err(_) => Ok(false),
    }
}
