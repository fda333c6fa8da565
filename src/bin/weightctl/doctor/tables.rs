//! Checks that every table and column is there and can be read and written.

use weight_sync::store::{Database, StoreError, schema};

use super::finding::{Check, DATABASE, Finding};

const TABLES: Check = Check(DATABASE, "tables");
const WRITES: Check = Check(DATABASE, "writes");

/// These hold nothing that lasts.
const FLEETING: [&str; 1] = ["rate_counters"];

pub(super) fn examine(database: &mut Database<'_>) -> Vec<Finding> {
    let missing = match schema::missing(database) {
        Ok(missing) => missing,
        Err(error) => return vec![TABLES.fail(error.to_string(), "see the check database")],
    };
    if !missing.is_empty() {
        return vec![lacking(&missing)];
    }
    let count = schema::expected().len();
    let there = TABLES.pass(format!("all {count} are there, with all their columns"));
    vec![there, writes(schema::try_all(database))]
}

fn lacking(missing: &[String]) -> Finding {
    let is_fleeting = missing.iter().all(|name| FLEETING.contains(&name.as_str()));
    let remedy = if is_fleeting {
        "run its CREATE TABLE, from migrations/0001_initial.sql, in the panel: it holds nothing that lasts"
    } else {
        "a restore that ended halfway, or a hand in the database: weightctl restore, with the newest \
         backup (docs/OPERATIONS.md)"
    };
    TABLES.fail(format!("missing: {}", missing.join(", ")), remedy)
}

fn writes(result: Result<(), (String, StoreError)>) -> Finding {
    let Err((table, error)) = result else {
        return WRITES.pass("all tables can be read, and a row written (it was taken back)");
    };
    let text = error.to_string();
    let says = |word: &str| text.contains(word);
    let remedy = if says("1290") || says("1836") || says("read-only") {
        "the server takes no writes now: its host is working on it, or database.url leads to a replica"
    } else if says("1205") {
        "another connection holds it: SHOW PROCESSLIST names it, KILL ends it; a backup may do so"
    } else if says("1021") || says("1114") {
        "the database's disk or quota is full: see the host's panel"
    } else {
        "look at the table with the panel's tool (CHECK TABLE)"
    };
    WRITES.fail(format!("{table}: {text}"), remedy)
}
