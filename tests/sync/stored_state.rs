//! The stored entries of a user, read from the database, and locks on them.

use mysql::prelude::Queryable;

use crate::support::live_hash::live_hash;
use crate::support::waiting::wait_until;
use crate::support::{Server, User};

/// All columns of a user's entries and clock.
pub(crate) fn stored(user: &User<'_>) -> Vec<String> {
    let of = |table: &str| {
        user.server
            .database()
            .rows(&format!("SELECT * FROM {table} WHERE user_id = '{}' ORDER BY 1, 2", user.id))
    };
    [of("weight_entries"), of("sync_clocks")].concat()
}

/// The contents without ids and stamps, sorted: equal for two users who sent the same.
pub(crate) fn contents(user: &User<'_>) -> Vec<String> {
    user.server.database().rows(&format!(
        "SELECT weight_value, unit, timestamp, deleted_at IS NULL, device_id, local_id FROM weight_entries \
         WHERE user_id = '{}' ORDER BY local_id, weight_value, timestamp",
        user.id
    ))
}

/// The invariants that hold at any time.
#[track_caller]
pub(crate) fn assert_sound(user: &User<'_>, what: &str) {
    let count = |sql: &str| user.server.database().count(sql, (&user.id,));
    let all = count("SELECT COUNT(*) FROM weight_entries WHERE user_id = ?");
    let live =
        count("SELECT COUNT(*) FROM weight_entries WHERE user_id = ? AND deleted_at IS NULL");
    assert_eq!(totals(user), Some((all, live, actual_hash(user))), "{what}: the clock's totals");
    let stamps = count("SELECT COUNT(DISTINCT updated_at) FROM weight_entries WHERE user_id = ?");
    assert_eq!(stamps, all, "{what}: each entry has a stamp of its own");
    let ahead = count(
        "SELECT COUNT(*) FROM weight_entries e JOIN sync_clocks c USING (user_id) WHERE user_id = ? \
         AND TIMESTAMPDIFF(MICROSECOND, '1970-01-01', e.updated_at) > c.last_stamp",
    );
    assert_eq!(ahead, 0, "{what}: no stamp is ahead of the user's clock");
    let odd = count(
        "SELECT COUNT(*) FROM weight_entries WHERE user_id = ? AND deleted_at IS NOT NULL AND deleted_at <> updated_at",
    );
    assert_eq!(odd, 0, "{what}: a tombstone's deleted_at is its stamp");
}

/// The totals of the user's clock: stored entries, live entries and their hash.
pub(crate) fn totals(user: &User<'_>) -> Option<(u64, u64, String)> {
    let clock = "SELECT stored_entries, live_entries, LOWER(LPAD(HEX(live_hash), 16, '0')) \
        FROM sync_clocks WHERE user_id = ?";
    user.server.database().connect().exec_first(clock, (&user.id,)).expect("the clock")
}

/// The hash of the live entries in the table.
fn actual_hash(user: &User<'_>) -> String {
    let rows: Vec<(String, i64, String, i64)> = user
        .server
        .database()
        .connect()
        .exec(
            "SELECT id, CAST(weight_value * 100 AS SIGNED), unit, \
             TIMESTAMPDIFF(MICROSECOND, '1970-01-01', timestamp) \
             FROM weight_entries WHERE user_id = ? AND deleted_at IS NULL",
            (&user.id,),
        )
        .expect("the entries");
    live_hash(rows.iter().map(|(id, value, unit, time)| (&**id, *value, &**unit, *time)))
}

/// Waits until a connection other than `known` waits for a lock; returns its id.
pub(crate) fn wait_for_waiter(server: &Server, known: &[u64]) -> u64 {
    let mut found = None;
    wait_until("a connection waits for a lock", || {
        found = server.database().lock_waiters().into_iter().find(|id| !known.contains(id));
        found.is_some()
    });
    found.expect("one")
}

/// A connection that holds the lock on the user's clock until ROLLBACK or the end of the connection.
pub(crate) fn hold_clock(user: &User<'_>) -> mysql::Conn {
    let mut holder = user.server.database().connect();
    holder.query_drop("START TRANSACTION").unwrap();
    let held: Option<u64> = holder
        .exec_first("SELECT last_stamp FROM sync_clocks WHERE user_id = ? FOR UPDATE", (&user.id,))
        .unwrap();
    assert!(held.is_some(), "the user has a clock");
    holder
}
