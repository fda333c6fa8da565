//! `weightctl migrate`.

use std::process::Output;

use mysql::prelude::Queryable;
use serde_json::json;

use crate::support::database::{is_cluster, is_galera};
use crate::support::site::{Site, assert_code, said};
use crate::support::waiting::wait_until;
use crate::support::{Server, WEIGHT};

#[test]
fn migrate_creates_the_tables_once_and_reports_it() {
    let site = Site::unmigrated(&[]);
    let first = site.weightctl_json(&["migrate"]);
    let applied = first["applied"].as_array().unwrap().clone();
    assert!(!applied.is_empty() && applied[0].as_str().unwrap().starts_with("0001_"), "{first}");
    assert_eq!((&first["already_applied"], &first["pending"]), (&json!(0), &json!([])));
    let tables = site.database.rows("SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2");

    let second = site.weightctl_json(&["migrate"]);

    assert_eq!(second, json!({"applied": [], "already_applied": applied.len(), "pending": []}));
    assert_eq!(site.database.rows("SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2"), tables);
}

#[test]
fn migrate_status_changes_nothing() {
    let site = Site::unmigrated(&[]);
    let before = site.weightctl_json(&["migrate", "--status"]);
    assert_eq!((&before["applied"], &before["already_applied"]), (&json!([]), &json!(0)));
    assert!(before["pending"].as_array().is_some_and(|pending| !pending.is_empty()), "{before}");
    assert_eq!(site.database.count("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'weight_entries'", ()), 0);
    site.weightctl_ok(&["migrate"]);
    let after = site.weightctl_json(&["migrate", "--status"]);
    assert_eq!(
        (&after["pending"], &after["already_applied"]),
        (&json!([]), &json!(before["pending"].as_array().unwrap().len()))
    );
}

#[test]
fn every_table_names_its_charset_whatever_the_databases_default() {
    let site = Site::new(&[]);
    let foreign = site.database.rows(
        "SELECT table_name, table_collation FROM information_schema.tables WHERE table_schema = DATABASE() \
         AND table_name IN ('users', 'weight_entries', 'sync_clocks', 'credentials') AND table_collation NOT LIKE 'utf8mb4%'",
    );
    assert!(foreign.is_empty(), "{foreign:?}");
}

#[test]
fn two_concurrent_migrations_both_succeed_or_one_reports_that_another_runs() {
    let site = Site::unmigrated(&[]);
    let outputs: Vec<Output> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..3).map(|_| scope.spawn(|| site.weightctl(&["migrate"]))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for output in &outputs {
        assert!(matches!(output.status.code(), Some(0 | 5)), "{}", said(output));
    }
    assert!(outputs.iter().any(|output| output.status.success()));
    assert_eq!(site.weightctl_json(&["migrate", "--status"])["pending"], json!([]));
}

/// Ends when it is dropped, also by a failed assertion: no migration then waits for it.
fn hold(site: &Site, statement: &str) -> mysql::Conn {
    let mut connection = site.database.connect();
    connection.query_drop("SET autocommit = 0").unwrap();
    connection.query_drop(statement).unwrap();
    connection
}

#[test]
fn a_second_migration_ends_with_code_5_while_the_first_still_runs() {
    if is_galera() {
        // A migration that waits for a table stops every node, and LOCK TABLES is not supported.
        return;
    }
    // The time limit of a request does not end a migration.
    let site = Site::unmigrated(&[("WEIGHT_SYNC_DATABASE_READ_TIMEOUT_SECONDS", "1")]);
    site.database
        .execute("CREATE TABLE users (id CHAR(36) NOT NULL PRIMARY KEY) ENGINE=InnoDB", ());
    std::thread::scope(|scope| {
        let holder = hold(&site, "LOCK TABLES users WRITE");
        let first = scope.spawn(|| site.weightctl(&["migrate"]));
        wait_until("it has waited for the table longer than that", || {
            first.is_finished() || site.database.has_table_waiter(2)
        });
        assert_code(&site.weightctl(&["migrate"]), 5);
        drop(holder);
        assert_code(&first.join().unwrap(), 0);
    });
    assert_eq!(site.weightctl_json(&["migrate", "--status"])["pending"], json!([]));
}

#[test]
fn requests_go_on_while_a_migration_waits_for_a_table_and_it_gives_up_in_the_end() {
    if is_cluster() {
        // A migration that waits for a table stops every node, and the counters stay in InnoDB.
        return;
    }
    let server = Server::start();
    let user = server.user();
    // The migration puts another table in its place, which waits for this connection.
    server.database().execute("ALTER TABLE rate_counters ENGINE=InnoDB", ());
    std::thread::scope(|scope| {
        let holder = hold(&server.site, "SELECT * FROM rate_counters LIMIT 1");
        let migration = scope.spawn(|| server.site.weightctl(&["migrate"]));
        wait_until("the migration waits for the table", || server.database().has_table_waiter(0));
        user.get(WEIGHT).expect(200);
        assert!(!migration.is_finished());
        let output = migration.join().unwrap();
        assert_code(&output, 4);
        assert!(said(&output).contains("SHOW PROCESSLIST"), "{}", said(&output));
        drop(holder);
    });
    assert_code(&server.site.weightctl(&["migrate"]), 0);
    user.get(WEIGHT).expect(200);
}
