//! Creates a database for each test, with a user that has a shared host's privileges.

pub(crate) mod cluster;
mod server;

use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder, Params};

use super::folder::random_name;
pub(crate) use cluster::{Cluster, is_cluster, is_galera};
pub(crate) use server::{DatabaseProgram, DatabaseServer};

/// The privileges that DreamHost grants on a customer's database: no EVENT, no GRANT, nothing global.
const PRIVILEGES: &str = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, \
     LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, TRIGGER";

/// One connection in the server's list.
pub(crate) struct Listed {
    id: u64,
    /// In its state.
    seconds: i64,
    /// What it does or waits for, in the server's words.
    state: String,
}

/// A database and a user of the same name. Dropping this value drops both.
pub(crate) struct TestDatabase {
    administrator: Opts,
    name: String,
    password: String,
}

impl TestDatabase {
    pub(crate) fn create() -> Self {
        if let Some(cluster) = Cluster::of_environment() {
            return Self::create_on(&cluster.next_home().url);
        }
        let url = std::env::var("WEIGHT_SYNC_TEST_DATABASE_URL").unwrap_or_else(|_| {
            panic!("WEIGHT_SYNC_TEST_DATABASE_URL is not set: start the tests by tests/run, which brings a database along")
        });
        Self::create_on(&url)
    }

    /// Creates a database on the server at an administrator's URL.
    pub(crate) fn create_on(url: &str) -> Self {
        let administrator = Opts::from_url(url).expect("a mysql:// URL");
        let database =
            Self { administrator, name: format!("ws_{}", random_name()), password: random_name() };
        let Self { name, password, .. } = &database;
        let mut connection = database.as_administrator();
        // The old default charset of such hosts, which every table must override.
        for statement in [
            format!("CREATE DATABASE {name} CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci"),
            format!("CREATE USER '{name}'@'%' IDENTIFIED BY '{password}'"),
            format!("GRANT {PRIVILEGES} ON {name}.* TO '{name}'@'%'"),
        ] {
            connection
                .query_drop(&statement)
                .unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
        database
    }

    /// The URL for the configuration, with the restricted user and this database.
    pub(crate) fn url(&self) -> String {
        let Self { name, password, .. } = self;
        format!("mysql://{name}:{password}@{}/{name}", self.authority())
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The server's host and port.
    pub(crate) fn authority(&self) -> String {
        let administrator = &self.administrator;
        format!("{}:{}", administrator.get_ip_or_hostname(), administrator.get_tcp_port())
    }

    /// Requires TLS for the restricted user.
    pub(crate) fn only_encrypted(&self) {
        self.execute(&format!("ALTER USER '{}'@'%' REQUIRE SSL", self.name), ());
    }

    /// An administrator's connection in UTC, with this database selected.
    pub(crate) fn connect(&self) -> Conn {
        let options = OptsBuilder::from_opts(self.administrator.clone())
            .db_name(Some(self.name.clone()))
            .init(vec!["SET time_zone = '+00:00'"]);
        Conn::new(options).expect("the test database answers")
    }

    /// Runs one statement and returns the number of changed rows.
    #[track_caller]
    pub(crate) fn execute(&self, statement: &str, parameters: impl Into<Params>) -> u64 {
        let mut connection = self.connect();
        connection
            .exec_drop(statement, parameters)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
        connection.affected_rows()
    }

    #[track_caller]
    pub(crate) fn count(&self, statement: &str, parameters: impl Into<Params>) -> u64 {
        self.connect()
            .exec_first(statement, parameters)
            .unwrap_or_else(|error| panic!("{statement}: {error}"))
            .expect("a count")
    }

    /// All rows of a query as text, to compare states.
    #[track_caller]
    pub(crate) fn rows(&self, statement: &str) -> Vec<String> {
        self.connect()
            .query_map(statement, |row: mysql::Row| {
                let values = row.unwrap();
                values.iter().map(|value| value.as_sql(true)).collect::<Vec<_>>().join(" | ")
            })
            .unwrap_or_else(|error| panic!("{statement}: {error}"))
    }

    /// Whether the server is MariaDB rather than MySQL.
    pub(crate) fn is_mariadb(&self) -> bool {
        self.rows("SELECT VERSION()").concat().contains("MariaDB")
    }

    /// The connections to this database, without the one that asks. Not from MySQL's information_schema.processlist, which
    /// fails (3854) while any connection runs a statement with a value that is not UTF-8.
    pub(crate) fn connections(&self) -> Vec<Listed> {
        let mut connection = self.connect();
        let own = u64::from(connection.connection_id());
        let rows: Vec<mysql::Row> = connection.query("SHOW PROCESSLIST").expect("the list");
        let listed = rows.into_iter().map(|mut row| {
            let database: Option<String> = row.take("db").expect("a column");
            let state: Option<String> = row.take("State").expect("a column");
            let id = row.take("Id").expect("a column");
            let seconds = row.take("Time").expect("a column");
            (database, Listed { id, seconds, state: state.unwrap_or_default() })
        });
        listed
            .filter(|(database, listed)| database.as_ref() == Some(&self.name) && listed.id != own)
            .map(|(_, listed)| listed)
            .collect()
    }

    /// Whether a statement has waited for so many seconds for a table that another connection uses.
    pub(crate) fn has_table_waiter(&self, seconds: i64) -> bool {
        self.connections().iter().any(|listed| {
            listed.state.starts_with("Waiting for table metadata lock") && listed.seconds >= seconds
        })
    }

    /// The connections to this database that wait for a row lock.
    pub(crate) fn lock_waiters(&self) -> Vec<u64> {
        if self.is_mariadb() {
            self.lock_waiters_of_mariadb()
        } else {
            self.lock_waiters_of_mysql()
        }
    }

    /// Reads InnoDB's status report. InnoDB's table of transactions is refreshed only after 100 ms without a read, so
    /// many parallel tests would see an old state.
    fn lock_waiters_of_mariadb(&self) -> Vec<u64> {
        let ours: Vec<u64> = self.connections().iter().map(|listed| listed.id).collect();
        // The report contains statements of all tests, possibly cut in the middle of a character.
        let report: Option<(String, String, Vec<u8>)> =
            self.connect().query_first("SHOW ENGINE INNODB STATUS").expect("the report");
        let (_, _, report) = report.expect("a report");
        let report = String::from_utf8_lossy(&report);
        let transactions = report.split("---TRANSACTION").skip(1);
        transactions
            .filter(|transaction| transaction.contains("LOCK WAIT"))
            .filter_map(|transaction| {
                let (_, rest) = transaction.split_once("MariaDB thread id ")?;
                rest.split(',').next()?.parse().ok()
            })
            .filter(|id| ours.contains(id))
            .collect()
    }

    fn lock_waiters_of_mysql(&self) -> Vec<u64> {
        let statement = "SELECT DISTINCT t.processlist_id FROM performance_schema.data_lock_waits w \
             JOIN performance_schema.threads t ON t.thread_id = w.requesting_thread_id WHERE t.processlist_db = DATABASE()";
        self.connect().query(statement).expect("the transactions can be seen")
    }

    /// Every weight entry with its visible fields.
    pub(crate) fn entries(&self) -> Vec<String> {
        self.rows(
            "SELECT id, user_id, weight_value, unit, timestamp, created_at, updated_at, edited_at, deleted_at, \
             device_id, local_id FROM weight_entries ORDER BY id",
        )
    }

    /// Sets the start of a user's clock and the purge horizon, both in days ago.
    pub(crate) fn set_horizon(&self, user: &str, started_days_ago: i64, purged_days_ago: i64) {
        const DAY: i64 = 24 * 3600 * 1_000_000;
        let now = chrono::Utc::now().timestamp_micros();
        let (started, purged) = (now - started_days_ago * DAY, now - purged_days_ago * DAY);
        let changed = self.execute(
            "UPDATE sync_clocks SET started_at = ?, purged_through = ? WHERE user_id = ?",
            (started, purged, user),
        );
        assert_eq!(changed, 1, "the user has a clock");
    }

    /// Moves the user's last stamp forward, as if the server's clock had been ahead.
    pub(crate) fn advance_clock(&self, user: &str, seconds: i64) {
        let changed = self.execute(
            "UPDATE sync_clocks SET last_stamp = last_stamp + ? WHERE user_id = ?",
            (seconds * 1_000_000, user),
        );
        assert_eq!(changed, 1, "the user has a clock");
    }

    fn as_administrator(&self) -> Conn {
        Conn::new(self.administrator.clone())
            .expect("the database server of WEIGHT_SYNC_TEST_DATABASE_URL answers")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Ok(mut connection) = Conn::new(self.administrator.clone()) {
            // A failed test may have left a transaction open. The default would let DROP wait for a day.
            let _ = connection.query_drop("SET lock_wait_timeout = 180");
            let _ = connection.query_drop(format!("DROP DATABASE IF EXISTS {}", self.name));
            let _ = connection.query_drop(format!("DROP USER IF EXISTS '{}'@'%'", self.name));
        }
    }
}
