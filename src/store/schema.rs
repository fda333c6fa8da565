//! Compares the tables of the database with those that the migrations make,
//! and tries whether they can be read and written. Changes nothing that stays.

use super::database::Database;
use super::error::StoreError;
use super::migrations::{MIGRATIONS, statements};

/// A table that the migrations make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The names of its columns; of `users` only `id`, since the table may
    /// belong to another backend.
    pub columns: Vec<String>,
}

const COLUMNS: &str = "SELECT CONCAT(table_name, '.', column_name) \
    FROM information_schema.columns WHERE table_schema = DATABASE()";
const BE_QUICK: &str = "SET SESSION lock_wait_timeout = 3, SESSION innodb_lock_wait_timeout = 3";
const READ: &str = "SELECT 1 FROM ";
/// A row of this name is never committed.
const WRITE: &str = "INSERT INTO server_state (name, value) VALUES ('doctor', '') \
    ON DUPLICATE KEY UPDATE value = VALUES(value)";

/// The tables that the service needs.
pub fn expected() -> Vec<Table> {
    let mut tables = created_tables();
    for users in tables.iter_mut().filter(|table| table.name == "users") {
        users.columns.retain(|column| column == "id");
    }
    tables
}

/// The tables that all migrations make. Reads CREATE TABLE with a column a line
/// and nothing else, which a test holds against a database.
pub(super) fn created_tables() -> Vec<Table> {
    let all = MIGRATIONS.iter().flat_map(|migration| statements(migration.sql));
    all.filter_map(|statement| {
        let (head, body) = statement.split_once("(\n")?;
        let name = head.strip_prefix("CREATE TABLE ")?.split_whitespace().next_back()?;
        let words = body.lines().filter_map(|line| line.strip_prefix("    ")?.split(' ').next());
        // Keys and constraints begin with a word in capitals.
        let columns = words.filter(|word| !word.starts_with(char::is_uppercase));
        Some(Table { name: name.to_owned(), columns: columns.map(str::to_owned).collect() })
    })
    .collect()
}

/// What the database lacks: names of tables, and `table.column` where only a
/// column is missing.
pub fn missing(database: &mut Database<'_>) -> Result<Vec<String>, StoreError> {
    let found = database.run(|connection| {
        connection.rows(COLUMNS, vec![], |columns| Ok(columns.text()?.to_lowercase()))
    })?;
    let has = |name: &str| found.iter().any(|found| found == name);
    let mut missing = Vec::new();
    for Table { name, columns } in expected() {
        let start = format!("{name}.");
        if !found.iter().any(|found| found.starts_with(&start)) {
            missing.push(name);
            continue;
        }
        let names = columns.iter().map(|column| format!("{start}{column}"));
        missing.extend(names.filter(|name| !has(name)));
    }
    Ok(missing)
}

/// Reads from each table, waiting 3 s for one that is locked; then inserts a
/// row and takes it back.
///
/// # Errors
/// The name of the table and its failure.
pub fn try_all(database: &mut Database<'_>) -> Result<(), (String, StoreError)> {
    let result = try_each(database);
    // The connection has other time limits now.
    database.discard_connection();
    result
}

fn try_each(database: &mut Database<'_>) -> Result<(), (String, StoreError)> {
    let mut table = String::new();
    let mut work = || {
        let connection = database.connection()?;
        connection.control(BE_QUICK)?;
        for Table { name, .. } in expected() {
            let statement = [READ, &name, " LIMIT 1"].concat();
            table = name;
            connection.first(&statement, vec![])?;
        }
        table = "server_state".to_owned();
        connection.begin();
        database.is_in_transaction = true;
        database.connection()?.execute(WRITE, vec![])?;
        database.roll_back();
        Ok(())
    };
    let result: Result<(), StoreError> = work();
    result.map_err(|error| (table, error))
}
