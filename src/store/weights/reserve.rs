//! The user's clock: its row is the lock that every write takes first, and
//! the source of the stamps. It also keeps the totals of the user's entries.

use mysql::Value;

use crate::domain::time::UtcTime;
use crate::domain::totals::Totals;
use crate::domain::user::UserId;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::row::text;
use crate::store::transaction::Finish;

/// Locks the clock and reserves stamps. The first stamp comes back in
/// LAST_INSERT_ID. Parameters: stamps beyond the first, user.
const RESERVE: &str = "UPDATE sync_clocks SET \
     last_stamp = LAST_INSERT_ID(GREATEST( \
       TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)), last_stamp + 1)) + ? \
     WHERE user_id = ?";

/// Creates the clock at the first write of a user from an adopted table.
/// Parameters: user.
const CREATE_CLOCK: &str = "INSERT INTO sync_clocks \
     (user_id, last_stamp, started_at) SELECT id, \
     TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)), \
     TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)) \
     FROM users WHERE id = ? ON DUPLICATE KEY UPDATE user_id = sync_clocks.user_id";

/// Parameters: user, last reserved stamp.
const STORED_ENTRIES: &str =
    "SELECT stored_entries FROM sync_clocks WHERE user_id = ? AND last_stamp = ?";

/// Parameters: change of stored entries, of live entries, of their hash, user.
const SETTLE: &str = "UPDATE sync_clocks SET stored_entries = stored_entries + ?, \
     live_entries = live_entries + ?, live_hash = live_hash ^ ? WHERE user_id = ?";

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
) -> Result<Reservation, StoreError> {
    let beyond_first = i64::try_from(stamps.saturating_sub(1)).unwrap_or(0);
    let params = vec![Value::from(beyond_first), text(user_id.as_str())];
    let mut effect = connection.execute(RESERVE, params.clone())?;
    if effect.affected_rows == 0 {
        connection.execute(CREATE_CLOCK, vec![text(user_id.as_str())])?;
        effect = connection.execute(RESERVE, params)?;
    }
    let first = i64::try_from(effect.last_insert_id).ok().filter(|stamp| *stamp > 0);
    let first = UtcTime::from_micros(first.ok_or(StoreError::NoClock)?);
    Ok(Reservation { first, last: first.plus_micros(beyond_first) })
}

/// How many entries the quota leaves room for; negative where it was lowered.
///
/// # Errors
/// `Contended`: the reserved stamp is gone from the user's clock.
pub(super) fn room(
    connection: &mut Connection,
    user_id: &UserId,
    reservation: &Reservation,
    quota: Option<i64>,
) -> Result<i64, StoreError> {
    let params = vec![text(user_id.as_str()), Value::from(reservation.last.as_micros())];
    let mut columns = connection.first(STORED_ENTRIES, params)?.ok_or_else(stamp_is_gone)?;
    Ok(quota.unwrap_or(i64::MAX).saturating_sub(columns.int()?))
}

/// A database cluster has lost the reservation.
pub(super) fn stamp_is_gone() -> StoreError {
    StoreError::Contended("the reserved stamp is gone from the user's clock".into())
}

/// Adds the change to the user's totals, and commits.
pub(super) fn settle<T>(user_id: &UserId, change: Totals, value: T) -> Finish<T> {
    let params = vec![
        Value::from(change.stored_entries),
        Value::from(change.live_entries),
        Value::from(change.live_hash.bits()),
        text(user_id.as_str()),
    ];
    Finish::CommitAfter(SETTLE, params, value)
}
