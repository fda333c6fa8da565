//! The user's clock: its row is the lock that every write takes first, and
//! the source of the stamps. It also keeps the totals of the user's entries.

use mysql::Value;

use crate::domain::time::UtcTime;
use crate::domain::totals::Totals;
use crate::domain::user::UserId;
use crate::store::connection::{Connection, Statement};
use crate::store::error::StoreError;
use crate::store::row::text;

/// The last stamp, the next one, and the stored entries. The next stamp is the
/// server's time, unless its clock went back. Parameters: user.
const LOCK: &str = "SELECT last_stamp, GREATEST(TIMESTAMPDIFF(MICROSECOND, \
     '1970-01-01 00:00:00', UTC_TIMESTAMP(6)), last_stamp + 1), stored_entries \
     FROM sync_clocks WHERE user_id = ? FOR UPDATE";

/// Waits for a writer of this user, and blocks further ones. Parameters: user.
pub(in crate::store) const LOCK_CLOCK: &str =
    "SELECT last_stamp FROM sync_clocks WHERE user_id = ? FOR UPDATE";

/// Creates the clock at the first write of a user from an adopted table.
/// Parameters: user.
const CREATE: &str = "INSERT INTO sync_clocks \
     (user_id, last_stamp, started_at) SELECT id, \
     TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)), \
     TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)) \
     FROM users WHERE id = ? ON DUPLICATE KEY UPDATE user_id = sync_clocks.user_id";

/// Parameters: new last stamp, change of stored entries, of live entries, of
/// their hash, user, last stamp at the lock.
const ADVANCE: &str = "UPDATE sync_clocks SET last_stamp = ?, \
     stored_entries = stored_entries + ?, live_entries = live_entries + ?, \
     live_hash = live_hash ^ ? WHERE user_id = ? AND last_stamp = ?";

/// A user's clock, locked until the transaction ends: stamps rise in the order
/// of commits.
pub(super) struct Clock {
    /// The first stamp that the write may use: the server's time, unless its
    /// clock went back.
    pub(super) now: UtcTime,
    last_stamp: i64,
    stored_entries: i64,
}

impl Clock {
    /// Locks the user's clock. `NoClock` means that the user was deleted.
    pub(super) fn lock(connection: &mut Connection, user_id: &UserId) -> Result<Self, StoreError> {
        let mut row = connection.first(LOCK, vec![text(user_id.as_str())])?;
        if row.is_none() {
            connection.execute(CREATE, vec![text(user_id.as_str())])?;
            row = connection.first(LOCK, vec![text(user_id.as_str())])?;
        }
        let mut columns = row.ok_or(StoreError::NoClock)?;
        let last_stamp = columns.int()?;
        let now = UtcTime::from_micros(columns.int()?);
        Ok(Self { now, last_stamp, stored_entries: columns.int()? })
    }

    /// How many entries the quota leaves room for; negative where it was lowered.
    pub(super) fn room(&self, quota: i64) -> i64 {
        quota.saturating_sub(self.stored_entries)
    }

    /// Advances the clock by `stamps` stamps and adds the change to the totals.
    /// Also returns the new last stamp, by which a later statement sees whether
    /// the clock has advanced.
    pub(super) fn advance(
        &self,
        user_id: &UserId,
        stamps: usize,
        change: Totals,
    ) -> (Statement, i64) {
        let beyond_first = i64::try_from(stamps.saturating_sub(1)).unwrap_or(0);
        let last_stamp = self.now.plus_micros(beyond_first).as_micros();
        let params = vec![
            Value::from(last_stamp),
            Value::from(change.stored_entries),
            Value::from(change.live_entries),
            Value::from(change.live_hash.bits()),
            text(user_id.as_str()),
            Value::from(self.last_stamp),
        ];
        (Statement::new(ADVANCE, params), last_stamp)
    }
}
