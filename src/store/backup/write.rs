//! Writes a backup in one consistent snapshot, while the service goes on.

use std::io::Write;

use super::{END, FLEETING, FORMAT, INSERT, MIGRATIONS, Owner, USERS};
use crate::store::connection::Connection;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::literal::push_statement;
use crate::store::migrations::{self, MigrationError};
use crate::store::schema::Table;

/// Far below every server's limit on a statement.
const STATEMENT_BYTES: usize = 256 * 1024;

const REPEATABLE_READ: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
const SNAPSHOT: &str = "START TRANSACTION WITH CONSISTENT SNAPSHOT";
const COUNT: &str = "SELECT COUNT(*) FROM ";
const SELECT: &str = "SELECT ";
const FROM: &str = " FROM ";

/// Writes everything to `out`; returns the number of rows. `progress` gets the
/// rows written so far, and those of all tables.
///
/// # Errors
/// [`MigrationError::Locked`] while a migration or a restore runs. After others
/// the output is incomplete: its last line is missing.
pub fn write(
    database: &mut Database<'_>,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<u64, MigrationError> {
    // A restore that runs would be half in the backup.
    migrations::lock(database)?;
    let migrations = migrations::applied(database)?.join(" ");
    let owner = Owner::read(database)?;
    let mut tables = owner.tables();
    tables.retain(|table| !FLEETING.contains(&table.name.as_str()));
    let rows = database.read_once(|connection| {
        connection.control(REPEATABLE_READ)?;
        connection.control(SNAPSHOT)?;
        let mut total = 0;
        for table in &tables {
            total += count(connection, table)?;
        }
        // From here on, a restore waits for the tables that were read.
        migrations::release(connection)?;
        writeln!(out, "{FORMAT}\n{MIGRATIONS}{migrations}\n{USERS}{}", owner.name())?;
        let mut rows = 0;
        for table in &tables {
            write_table(connection, table, out, &mut || {
                rows += 1;
                progress(rows, total);
            })?;
        }
        writeln!(out, "{END}{rows}")?;
        connection.control("COMMIT")?;
        Ok(rows)
    })?;
    Ok(rows)
}

fn count(connection: &mut Connection, table: &Table) -> Result<u64, StoreError> {
    let rows = connection.one(&[COUNT, &table.name].concat(), vec![])?.int()?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

fn write_table(
    connection: &mut Connection,
    table: &Table,
    out: &mut dyn Write,
    note_row: &mut dyn FnMut(),
) -> Result<(), StoreError> {
    let columns = format!("`{}`", table.columns.join("`, `"));
    let places = format!("({})", vec!["?"; table.columns.len()].join(", "));
    let head = [INSERT, &table.name, " (", &columns, ") VALUES "].concat();
    let mut statement = String::new();
    connection.rows(&[SELECT, &columns, FROM, &table.name].concat(), vec![], |row| {
        statement.push_str(if statement.is_empty() { &head } else { ", " });
        push_statement(&mut statement, &places, &row.rest()).ok_or_else(|| {
            StoreError::Failed(format!("a row of {} has a value of no known kind", table.name))
        })?;
        note_row();
        if statement.len() >= STATEMENT_BYTES {
            flush(&mut statement, out)?;
        }
        Ok(())
    })?;
    flush(&mut statement, out)
}

fn flush(statement: &mut String, out: &mut dyn Write) -> Result<(), StoreError> {
    if !statement.is_empty() {
        statement.push_str(";\n");
        out.write_all(statement.as_bytes())?;
        statement.clear();
    }
    Ok(())
}
