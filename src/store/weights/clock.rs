//! The user's clock: the lock that every batch takes first, and the stamps
//! that it reserves.

use mysql::Value;

use super::sql;
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::maintenance::read_epoch;
use crate::store::row::text;

/// Takes the lock and reserves stamps; answers the first. An `epoch` that is
/// not the server's any more is replaced: the statement finds no clock then. It
/// has no rows to answer the epoch with, and to ask each time would be one more.
pub(super) fn lock(
    connection: &mut Connection,
    user_id: &UserId,
    stamps: usize,
    live_guess: i64,
    epoch: Option<&mut String>,
) -> Result<UtcTime, StoreError> {
    let beyond_first = i64::try_from(stamps.saturating_sub(1)).unwrap_or(0);
    let advance = |connection: &mut Connection, epoch: Option<&str>| {
        let epoch = epoch.map_or(Value::NULL, text);
        let numbers = [beyond_first, live_guess].map(Value::from);
        let params = [&numbers[..], &[text(user_id.as_str()), epoch.clone(), epoch]].concat();
        connection.execute(sql::LOCK_CLOCK, params)
    };
    let mut effect = advance(connection, epoch.as_deref().map(String::as_str))?;
    if effect.affected_rows == 0
        && let Some(epoch) = epoch
    {
        *epoch = read_epoch(connection)?;
        effect = advance(connection, None)?;
    }
    if effect.affected_rows == 0 {
        connection.execute(sql::CREATE_CLOCK, vec![text(user_id.as_str())])?;
        effect = advance(connection, None)?;
    }
    match i64::try_from(effect.last_insert_id) {
        Ok(stamp) if stamp > 0 => Ok(UtcTime::from_micros(stamp)),
        _ => Err(StoreError::NoClock),
    }
}

/// Corrects the number of live entries that was guessed with the lock.
pub(super) fn correct_live(
    connection: &mut Connection,
    user_id: &UserId,
    correction: i64,
) -> Result<(), StoreError> {
    if correction != 0 {
        let params = vec![Value::from(correction), text(user_id.as_str())];
        connection.execute(sql::CORRECT_LIVE, params)?;
    }
    Ok(())
}
