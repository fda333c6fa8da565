//! The user's clock: its row is the lock that every write takes first, and
//! the source of the stamps. Also keeps the number of live entries.

use mysql::Value;

use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::row::text;

/// Locks the clock, reserves stamps and counts the expected new live entries.
/// The first stamp comes back in LAST_INSERT_ID. Parameters: stamps beyond the
/// first, change of live entries, user.
const RESERVE: &str = "UPDATE sync_clocks SET \
     last_stamp = LAST_INSERT_ID(GREATEST( \
       TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)), last_stamp + 1)) + ?, \
     live_entries = live_entries + ? WHERE user_id = ?";

/// Creates the clock at the first write of a user from an adopted table.
/// Parameters: user.
const CREATE_CLOCK: &str = "INSERT INTO sync_clocks \
     (user_id, last_stamp, live_entries, started_at) SELECT id, \
     TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)), 0, \
     TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)) \
     FROM users WHERE id = ? ON DUPLICATE KEY UPDATE user_id = sync_clocks.user_id";

/// Parameters: change of live entries, user.
const SETTLE: &str = "UPDATE sync_clocks SET live_entries = live_entries + ? WHERE user_id = ?";

/// The stamps that a write may use. They rise in the order of commits, since
/// the clock stays locked until the transaction ends.
pub(super) struct Reservation {
    /// Later than every stamp before; the server's time, unless its clock went
    /// back.
    pub(super) first: UtcTime,
    /// Stands in the clock's row from now on.
    pub(super) last: UtcTime,
}

/// Locks the user's clock and reserves `stamps` stamps. `NoClock` means that
/// the user was deleted.
pub(super) fn reserve(
    connection: &mut Connection,
    user_id: &UserId,
    stamps: usize,
    live_delta: i64,
) -> Result<Reservation, StoreError> {
    let beyond_first = i64::try_from(stamps.saturating_sub(1)).unwrap_or(0);
    let params = vec![Value::from(beyond_first), Value::from(live_delta), text(user_id.as_str())];
    let mut effect = connection.execute(RESERVE, params.clone())?;
    if effect.affected_rows == 0 {
        connection.execute(CREATE_CLOCK, vec![text(user_id.as_str())])?;
        effect = connection.execute(RESERVE, params)?;
    }
    let first = i64::try_from(effect.last_insert_id).ok().filter(|stamp| *stamp > 0);
    let first = UtcTime::from_micros(first.ok_or(StoreError::NoClock)?);
    Ok(Reservation { first, last: first.plus_micros(beyond_first) })
}

/// Corrects the number of live entries if the reservation expected another.
pub(super) fn settle(
    connection: &mut Connection,
    user_id: &UserId,
    correction: i64,
) -> Result<(), StoreError> {
    if correction != 0 {
        let params = vec![Value::from(correction), text(user_id.as_str())];
        connection.execute(SETTLE, params)?;
    }
    Ok(())
}
