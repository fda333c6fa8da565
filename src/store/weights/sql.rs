//! The statements on weight entries. Each filters on `user_id`.
//!
//! Indexes are named: each list must be read in the order of its index, and
//! the optimisers were seen to change their minds (MariaDB 10.11 on the second
//! execution of a prepared statement).

/// The columns of an entry, in the order in which `rows::entry` reads them.
macro_rules! entry_columns {
    () => {
        "id, device_id, local_id, weight_value, unit, timestamp, \
         created_at, updated_at, edited_at, deleted_at"
    };
}

/// What is read besides where an edit is judged.
macro_rules! history_columns {
    () => {
        ", recent_edits"
    };
}

/// The same columns where the table is joined as `e`.
macro_rules! joined_columns {
    () => {
        "e.id, e.device_id, e.local_id, e.weight_value, e.unit, e.timestamp, \
         e.created_at, e.updated_at, e.edited_at, e.deleted_at"
    };
}

/// What stands for the columns of an entry in a row that holds a number only.
macro_rules! no_entry {
    () => {
        "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
    };
}

/// A row with the number of live entries, which the clock row carries, and a
/// page of them. Not joined: that makes the server fill a table with the page
/// and sort it again, a third of what the list costs. Parameters: user, user,
/// limit, offset.
pub(super) const LIST: &str = concat!(
    "(SELECT live_entries, ",
    no_entry!(),
    " FROM sync_clocks WHERE user_id = ?) UNION ALL (SELECT NULL, ",
    entry_columns!(),
    " FROM weight_entries FORCE INDEX (idx_user_timestamp) \
     WHERE user_id = ? AND deleted_at IS NULL ORDER BY timestamp DESC, id DESC LIMIT ? OFFSET ?)"
);

/// The same within a time range, counted. Parameters: user, since, until,
/// user, since, until, limit, offset.
pub(super) const LIST_BETWEEN: &str = concat!(
    "(SELECT COUNT(*), ",
    no_entry!(),
    " FROM weight_entries FORCE INDEX (idx_user_timestamp) \
     WHERE user_id = ? AND timestamp >= ? AND timestamp < ? AND deleted_at IS NULL) \
     UNION ALL (SELECT NULL, ",
    entry_columns!(),
    " FROM weight_entries FORCE INDEX (idx_user_timestamp) \
     WHERE user_id = ? AND timestamp >= ? AND timestamp < ? AND deleted_at IS NULL ORDER BY timestamp DESC, id DESC LIMIT ? OFFSET ?)"
);

/// A row with the state of the user's clock, and the changes after a stamp,
/// oldest first; not joined, as above, so that a page does not carry the state
/// once for each entry. One statement, so both are of one moment. Tombstones
/// are left out up to the second stamp. Parameters: user, user, after,
/// tombstones after, limit.
pub(super) const CHANGES: &str = concat!(
    "(SELECT s.value, UTC_TIMESTAMP(6), c.last_stamp, c.purged_through, c.started_at, ",
    no_entry!(),
    " FROM server_state s LEFT JOIN sync_clocks c ON c.user_id = ? WHERE s.name = 'epoch') \
     UNION ALL (SELECT NULL, NULL, NULL, NULL, NULL, ",
    entry_columns!(),
    " FROM weight_entries FORCE INDEX (idx_user_cursor) WHERE user_id = ? AND updated_at > ? \
     AND (deleted_at IS NULL OR updated_at > ?) ORDER BY updated_at LIMIT ?)"
);

/// Whose entries an export holds. Parameters: user.
pub(super) const EXPORTED: &str = "SELECT UTC_TIMESTAMP(6), c.email, c.created_at, g.sub, g.linked_at \
     FROM users u LEFT JOIN credentials c ON c.user_id = u.id \
     LEFT JOIN google_identities g ON g.user_id = u.id WHERE u.id = ?";

/// All entries by id, whatever their state. Parameters: user, after, limit.
pub(super) const EXPORT: &str = concat!(
    "SELECT ",
    entry_columns!(),
    " FROM weight_entries FORCE INDEX (idx_user_id) \
     WHERE user_id = ? AND id > ? ORDER BY id LIMIT ?"
);

/// Takes the user's lock and reserves stamps: the first comes back in
/// LAST_INSERT_ID. Finds no clock where the epoch is another one; NULL stands
/// for any. Parameters: stamps beyond the first, change in live entries, user,
/// epoch, epoch.
pub(super) const LOCK_CLOCK: &str = "UPDATE sync_clocks SET \
     last_stamp = LAST_INSERT_ID(GREATEST( \
       TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)), last_stamp + 1)) + ?, \
     live_entries = live_entries + ? WHERE user_id = ? \
     AND (? IS NULL OR ? = (SELECT value FROM server_state WHERE name = 'epoch'))";

/// The clock of an adopted user, made at the first write. Parameters: user.
pub(super) const CREATE_CLOCK: &str = "INSERT INTO sync_clocks \
     (user_id, last_stamp, live_entries, started_at) SELECT id, \
     TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)), 0, \
     TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)) \
     FROM users WHERE id = ? ON DUPLICATE KEY UPDATE user_id = sync_clocks.user_id";

/// Corrects the number of live entries. Parameters: change, user.
pub(super) const CORRECT_LIVE: &str =
    "UPDATE sync_clocks SET live_entries = live_entries + ? WHERE user_id = ?";

/// Takes the user's lock and reads one entry, whatever its state. The clock
/// stands first in the join, so it is locked first. Parameters: id, user.
pub(super) const LOCK_ENTRY: &str = concat!(
    "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)), c.last_stamp, ",
    joined_columns!(),
    history_columns!(),
    " FROM sync_clocks c LEFT JOIN weight_entries e ON e.user_id = c.user_id AND e.id = ? \
     WHERE c.user_id = ? FOR UPDATE"
);

/// Writes one entry and moves the clock. Parameters: value, unit, timestamp,
/// updated, edited, deleted, recent edits, stamp, change in live entries, id, user.
pub(super) const WRITE_ENTRY: &str = "UPDATE weight_entries e \
     JOIN sync_clocks c ON c.user_id = e.user_id SET \
     e.weight_value = ?, e.unit = ?, e.timestamp = ?, \
     e.updated_at = ?, e.edited_at = ?, e.deleted_at = ?, e.recent_edits = ?, \
     c.last_stamp = ?, c.live_entries = c.live_entries + ? \
     WHERE e.id = ? AND e.user_id = ?";

/// Writes what an entry remembers. Parameters: recent edits, id, user.
pub(super) const REMEMBER: &str =
    "UPDATE weight_entries SET recent_edits = ? WHERE id = ? AND user_id = ?";

/// Entries by server id. Parameters: user; then ids for `IN`.
pub(super) const BY_ID: &str = concat!(
    "SELECT ",
    entry_columns!(),
    history_columns!(),
    " FROM weight_entries WHERE user_id = ? AND id IN ("
);

/// Entries by a device's keys. Parameters: user, device; then local ids.
pub(super) const BY_LOCAL_ID: &str = concat!(
    "SELECT ",
    entry_columns!(),
    history_columns!(),
    " FROM weight_entries WHERE user_id = ? AND device_id = ? AND local_id IN ("
);

/// Between the two, where both are needed.
pub(super) const UNION: &str = ") UNION ALL ";

/// Writes entries, new and changed, in one statement. Whose entry it is never
/// changes: for another user's id `user_id` becomes NULL, which the column
/// refuses, and the transaction fails.
pub(super) const WRITE: &str = concat!(
    "INSERT INTO weight_entries (user_id, ",
    entry_columns!(),
    history_columns!(),
    ") VALUES "
);

/// One row of [`WRITE`].
pub(super) const WRITE_ROW: &str = "(?,?,?,?,?,?,?,?,?,?,?,?)";
/// The parameters of it.
pub(super) const WRITE_COLUMNS: usize = 12;

/// The end of [`WRITE`]. VALUES() is deprecated in MySQL, but its successor
/// is unknown to MariaDB.
pub(super) const WRITE_END: &str = " ON DUPLICATE KEY UPDATE \
     user_id = IF(weight_entries.user_id = VALUES(user_id), weight_entries.user_id, NULL), \
     weight_value = VALUES(weight_value), unit = VALUES(unit), timestamp = VALUES(timestamp), \
     updated_at = VALUES(updated_at), edited_at = VALUES(edited_at), \
     deleted_at = VALUES(deleted_at), recent_edits = VALUES(recent_edits)";
