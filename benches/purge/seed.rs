//! Creates users and entries by SQL inside the database.

use mysql::prelude::Queryable;

use crate::support::Server;

/// Entries inserted by one statement.
const CHUNK: u64 = 50_000;

/// Creates users, each with tombstones older than 100 days and twice as many live entries. Returns the users' ids.
/// The entries of all users are interleaved, as if all users had written over the years.
pub(crate) fn seed(server: &Server, users: u64, tombstones: u64) -> Vec<String> {
    let mut connection = server.database().connect();
    let mut run = |statement: String| {
        connection.query_drop(&statement).unwrap_or_else(|error| panic!("{error}: {statement}"));
    };
    let user =
        |number: &str| format!("CONCAT('0199b000-0000-7000-8000-', LPAD(HEX({number}), 12, '0'))");
    run(format!("INSERT INTO users (id) SELECT {} FROM seq_0_to_{}", user("seq"), users - 1));
    run("INSERT INTO sync_clocks (user_id, last_stamp, started_at) SELECT id, \
         TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)), \
         TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6) - INTERVAL 500 DAY) FROM users"
        .to_owned());
    let total = 3 * tombstones;
    // Spreads the tombstones from 400 to 100 days ago.
    let step = 300 * 86_400_000_000 / total;
    for start in (0..total).step_by(usize::try_from(CHUNK).unwrap()) {
        let end = (start + CHUNK).min(total) - 1;
        run(format!(
            "INSERT INTO weight_entries (id, user_id, weight_value, unit, timestamp, created_at, updated_at, edited_at, \
               deleted_at, device_id, local_id) \
             SELECT LOWER(CONCAT('0199b001-', LPAD(HEX(n >> 16), 4, '0'), '-7', LPAD(HEX((n >> 4) & 4095), 3, '0'), \
               '-8000-', LPAD(HEX(n), 12, '0'))), {user}, 60 + n % 3000 / 100, 'kg', at, at, at, at, IF(n DIV {users} % 3 = 0, at, NULL), \
               'pixel-8', CONCAT('local-', n) \
             FROM (SELECT seq AS n, UTC_TIMESTAMP(6) - INTERVAL 400 DAY + INTERVAL seq * {step} MICROSECOND AS at \
               FROM seq_{start}_to_{end}) s",
            user = user(&format!("n % {users}"))
        ));
    }
    run("UPDATE sync_clocks c JOIN (SELECT user_id, COUNT(*) AS stored, SUM(deleted_at IS NULL) AS live, \
         BIT_XOR(IF(deleted_at IS NULL, CAST(CONV(LEFT(SHA2(CONCAT_WS(' ', id, CAST(weight_value * 100 AS SIGNED), \
           unit, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', timestamp)), 256), 16), 16, 10) AS UNSIGNED), NULL)) AS hash \
         FROM weight_entries GROUP BY user_id) e USING (user_id) \
         SET stored_entries = stored, live_entries = live, live_hash = hash"
        .to_owned());
    run("ANALYZE TABLE weight_entries, sync_clocks, users".to_owned());
    connection.query("SELECT id FROM users ORDER BY id").expect("users")
}

/// Describes the database server.
pub(crate) fn describe(server: &Server) -> String {
    let row: Option<(String, u64, u64)> = server
        .database()
        .connect()
        .query_first("SELECT VERSION(), @@innodb_buffer_pool_size DIV 1048576, @@innodb_flush_log_at_trx_commit")
        .expect("variables");
    let (version, pool, flush) = row.expect("a row");
    format!("{version}, buffer pool {pool} MiB, innodb_flush_log_at_trx_commit = {flush}")
}

/// The number of tombstones that a purge of 90 days removes.
pub(crate) fn old_tombstones(server: &Server) -> u64 {
    server.database().count(
        "SELECT COUNT(*) FROM weight_entries WHERE deleted_at < UTC_TIMESTAMP(6) - INTERVAL 90 DAY",
        (),
    )
}

/// Describes what is left at the end, and checks the counts of live entries.
pub(crate) fn describe_left(server: &Server) -> String {
    let wrong = server.database().count(
        "SELECT COUNT(*) FROM sync_clocks c WHERE live_entries <> \
         (SELECT COUNT(*) FROM weight_entries e WHERE e.user_id = c.user_id AND e.deleted_at IS NULL)",
        (),
    );
    assert_eq!(wrong, 0, "every user's number of live entries is right");
    let live =
        server.database().count("SELECT COUNT(*) FROM weight_entries WHERE deleted_at IS NULL", ());
    format!("{live} live entries, each user's number of them right")
}
