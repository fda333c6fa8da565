//! Checks whether another backend's `users` table can be adopted. The service
//! relies only on its `id` and never changes the table.

use serde::Serialize;

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::row::Columns;

/// The facts that migrations need of the table.
#[derive(Clone, Debug, Serialize)]
pub struct UsersTable {
    /// Type, charset and collation of `id`, as a foreign key to it must have
    /// them.
    pub id_type: String,
    /// Columns that require a value which is unknown here: users can be
    /// registered at the other backend only.
    pub required_columns: Vec<String>,
}

/// Reasons why a table cannot be adopted: one sentence each.
pub(in crate::store) type Obstacles = Vec<String>;

const TABLE: &str = "SELECT table_type, engine FROM information_schema.tables \
    WHERE table_schema = DATABASE() AND table_name = 'users'";
const ID: &str = "SELECT column_type, character_set_name, collation_name, data_type \
    FROM information_schema.columns WHERE table_schema = DATABASE() \
    AND table_name = 'users' AND column_name = 'id'";
const IS_KEY: &str = "SELECT COUNT(*) FROM information_schema.statistics one \
    WHERE one.table_schema = DATABASE() AND one.table_name = 'users' \
    AND one.non_unique = 0 AND one.seq_in_index = 1 AND one.column_name = 'id' \
    AND one.sub_part IS NULL AND NOT EXISTS (SELECT 1 FROM information_schema.statistics more \
        WHERE more.table_schema = one.table_schema AND more.table_name = one.table_name \
        AND more.index_name = one.index_name AND more.seq_in_index > 1)";
const REQUIRED: &str = "SELECT column_name FROM information_schema.columns \
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name <> 'id' \
    AND is_nullable = 'NO' AND column_default IS NULL AND extra NOT LIKE '%GENERATED%' \
    ORDER BY ordinal_position";
const TAKEN: &str = "SELECT table_name FROM information_schema.tables \
    WHERE table_schema = DATABASE() AND table_name IN \
    ('credentials', 'device_sessions', 'deleted_accounts', 'weight_entries', 'sync_clocks', \
     'server_state', 'rate_counters', 'google_identities', 'google_key_sets', \
     'deleted_sessions', 'daily_counts', 'one_time_codes') ORDER BY table_name";

/// Types of ids that a token can name.
const ID_TYPES: [&str; 7] =
    ["char", "varchar", "bigint", "int", "mediumint", "smallint", "tinyint"];

/// Inspects the table. `None` if there is none.
pub(in crate::store) fn inspect(
    connection: &mut Connection,
) -> Result<Option<Result<UsersTable, Obstacles>>, StoreError> {
    let Some(mut columns) = connection.first(TABLE, vec![])? else { return Ok(None) };
    let (kind, engine) = (columns.text()?, columns.optional_text()?.unwrap_or_default());
    if kind != "BASE TABLE" {
        return Ok(Some(Err(vec!["users is a view: foreign keys need a table".into()])));
    }
    let mut obstacles = Vec::new();
    if !engine.eq_ignore_ascii_case("InnoDB") {
        let reason = ", which knows no foreign keys: deleting a user would leave their data \
            behind; ALTER TABLE users ENGINE=InnoDB makes it fit";
        obstacles.push(["users is a table of ", &engine, reason].concat());
    }
    let id = id_type(connection)?;
    match &id {
        None => obstacles.push("users has no column id".into()),
        Some((definition, kind)) => {
            if !ID_TYPES.contains(&kind.as_str()) {
                obstacles.push(format!("users.id is {definition}: no id that a token can name"));
            }
            if connection.one(IS_KEY, vec![])?.int()? == 0 {
                obstacles.push("users.id is neither the primary key nor unique".into());
            }
        }
    }
    let (Some((id_type, _)), true) = (id, obstacles.is_empty()) else {
        return Ok(Some(Err(obstacles)));
    };
    let required_columns = connection.rows(REQUIRED, vec![], Columns::text)?;
    Ok(Some(Ok(UsersTable { id_type, required_columns })))
}

/// Tables of migrations that exist already.
pub(in crate::store) fn taken_names(
    connection: &mut Connection,
) -> Result<Vec<String>, StoreError> {
    connection.rows(TAKEN, vec![], Columns::text)
}

/// The definition of `users.id` for a foreign key, charset and collation
/// included, and the bare name of its type.
pub(in crate::store) fn id_type(
    connection: &mut Connection,
) -> Result<Option<(String, String)>, StoreError> {
    let Some(mut columns) = connection.first(ID, vec![])? else { return Ok(None) };
    let mut definition = columns.text()?;
    if let (Some(charset), Some(collation)) = (columns.optional_text()?, columns.optional_text()?) {
        for part in [" CHARACTER SET ", &charset, " COLLATE ", &collation] {
            definition.push_str(part);
        }
    }
    Ok(Some((definition, columns.text()?)))
}
