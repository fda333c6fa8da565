//! Measures how much space entries take in the database.

use mysql::Conn;
use mysql::prelude::Queryable;

use crate::support::site::Instance;

pub(crate) fn print(instance: &Instance) {
    let mut database = Conn::new(instance.database_url().as_str()).expect("the database answers");
    database.query_drop("ANALYZE TABLE weight_entries").expect("statistics");
    let row: Option<(u64, u64, u64)> = database
        .query_first(
            "SELECT TABLE_ROWS, DATA_LENGTH, INDEX_LENGTH FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'weight_entries'",
        )
        .expect("the table");
    let (rows, data, index) = row.expect("one table");
    println!(
        "an entry takes {} bytes ({} of them indexes), by {rows} entries",
        (data + index) / rows.max(1),
        index / rows.max(1)
    );
}
