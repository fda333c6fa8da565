//! Backups: all data of the service as SQL text, an INSERT a line, and the way
//! back. The migrations that the head names make the schema. mysqldump is not
//! used: hosts have it in many versions, and it needs the password. Another
//! backend's `users` table stays as it is.

mod restore;
mod write;

pub use restore::{BackupError, Checked, check, restore};
pub use write::write;

use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::row::Columns;
use crate::store::schema::{Table, created_tables};

/// The first line.
const FORMAT: &str = "-- weight-sync backup 1";
/// The second line, followed by the names of the migrations.
const MIGRATIONS: &str = "-- migrations ";
/// The third line, followed by [`Owner::name`].
const USERS: &str = "-- users ";
/// The last line, followed by the number of rows.
const END: &str = "-- end, rows ";
/// The beginning of each other line, followed by a table.
const INSERT: &str = "INSERT INTO ";

/// Counters that may be lost.
const FLEETING: [&str; 1] = ["rate_counters"];

/// Who owns the table `users`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// This service.
    Own,
    /// Another backend, by its columns.
    Another,
}

impl Owner {
    fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Another => "another",
        }
    }

    /// A missing table will be this service's.
    fn read(database: &mut Database<'_>) -> Result<Self, StoreError> {
        const USERS_COLUMNS: &str = "SELECT column_name FROM information_schema.columns \
            WHERE table_schema = DATABASE() AND table_name = 'users' ORDER BY ordinal_position";
        let found =
            database.run(|connection| connection.rows(USERS_COLUMNS, vec![], Columns::text))?;
        let own = created_tables().into_iter().find(|table| table.name == "users");
        let is_own = found.is_empty() || own.is_some_and(|own| own.columns == found);
        Ok(if is_own { Self::Own } else { Self::Another })
    }

    /// The tables of the service, users first.
    fn tables(self) -> Vec<Table> {
        let mut tables = created_tables();
        tables.retain(|table| self == Self::Own || table.name != "users");
        tables
    }
}
