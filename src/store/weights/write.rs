//! The one way to write entries, in one transaction: reserve (lock the user's
//! clock, take stamps) → load → merge (pure) → write → settle the user's totals
//! and commit. Without a change, ROLLBACK takes the place of the last two steps.

use mysql::Value;

use super::UserWeights;
use super::load::load;
use super::reserve::{Reservation, reserve, room, settle, stamp_is_gone};
use super::row::{self, entry_columns};
use crate::domain::batch::{Outcome, Precondition, SingleOutcome, Submission};
use crate::domain::conflict::{ConflictStrategy, Rules};
use crate::domain::edit::Edit;
use crate::domain::entry::{Entry, EntryId, StoredEntry};
use crate::domain::merge::UnitOfWork;
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::row::text;
use crate::store::transaction::Finish;

const WRITE: &str =
    concat!("INSERT INTO weight_entries (user_id, ", entry_columns!(), ", recent_edits) VALUES ");

/// The first row carries the guard: its `user_id` is NULL, which the column
/// refuses, and nothing is written, unless the clock's row has the reserved
/// stamp (Galera can lose the clock's update inside a transaction and still
/// commit the rest) and at most so many stored entries. Parameters: user, last
/// reserved stamp, stored entries, values of the row.
const FIRST_ROW: &str = "((SELECT user_id FROM sync_clocks \
     WHERE user_id = ? AND last_stamp = ? AND stored_entries <= ?),?,?,?,?,?,?,?,?,?,?,?)";

/// Parameters: user, values of the row.
const NEXT_ROW: &str = ",(?,?,?,?,?,?,?,?,?,?,?,?)";

/// An entry never changes its user: for another user's id, `user_id` becomes
/// NULL, which the column refuses. VALUES() is deprecated in MySQL, but MariaDB
/// does not know its successor.
const OVERWRITE: &str = " ON DUPLICATE KEY UPDATE \
     user_id = IF(weight_entries.user_id = VALUES(user_id), weight_entries.user_id, NULL), \
     weight_value = VALUES(weight_value), unit = VALUES(unit), timestamp = VALUES(timestamp), \
     updated_at = VALUES(updated_at), edited_at = VALUES(edited_at), \
     deleted_at = VALUES(deleted_at), recent_edits = VALUES(recent_edits)";

/// The outcome of a write.
pub struct Applied<T> {
    /// The outcome of the merge.
    pub result: T,
    /// The server's time.
    pub now: UtcTime,
    /// The server's epoch; `None` if the batch named no entry.
    pub epoch: Option<String>,
}

impl UserWeights<'_, '_> {
    /// Applies a batch in order. On an error nothing was stored, unless it is
    /// `CommitUnknown`; sending the batch again is safe either way.
    ///
    /// `may_be_late`: see [`Rules::may_be_late`]. `quota`: how many entries the
    /// user may have, tombstones included; where it has no room, a submission
    /// that would add one is [`Outcome::NO_ROOM`].
    ///
    /// # Errors
    /// `NoClock`: the user was deleted.
    pub fn apply(
        &mut self,
        batch: &[Submission],
        strategy: ConflictStrategy,
        may_be_late: bool,
        quota: Option<i64>,
    ) -> Result<Applied<Vec<Outcome>>, StoreError> {
        self.write(batch, strategy, quota, |unit, now| {
            let rules = Rules { now, strategy, may_be_late };
            batch.iter().map(|submission| unit.apply(submission, rules)).collect()
        })
    }

    /// Applies an edit to the live entry `id`, unless `precondition` fails for
    /// the stored version. See [`UnitOfWork::apply_single`].
    ///
    /// # Errors
    /// As for [`Self::apply`].
    pub fn apply_single(
        &mut self,
        id: EntryId,
        edit: Edit,
        precondition: impl Fn(&Entry) -> Precondition,
    ) -> Result<SingleOutcome, StoreError> {
        let strategy = ConflictStrategy::LastWriteWins;
        let applied =
            self.write(&[Submission::of_entry(id, edit)], strategy, None, |unit, now| {
                let rules = Rules { now, strategy, may_be_late: false };
                unit.apply_single(id, edit, &precondition, rules)
            })?;
        Ok(applied.result)
    }

    /// `merge` runs again where the quota turns out to have less room than a
    /// first merge took.
    fn write<T>(
        &mut self,
        batch: &[Submission],
        strategy: ConflictStrategy,
        quota: Option<i64>,
        merge: impl Fn(&mut UnitOfWork, UtcTime) -> T,
    ) -> Result<Applied<T>, StoreError> {
        let user_id = &self.user_id;
        self.database.transaction(|connection| {
            let reservation = reserve(connection, user_id, batch.len())?;
            let (loaded, epoch) = load(connection, user_id, batch, strategy)?;
            let now = reservation.first;
            let attempt = |connection: &mut Connection, room| -> Result<_, StoreError> {
                let mut unit = loaded.clone().with_room(room);
                let applied = Applied { result: merge(&mut unit, now), now, epoch: epoch.clone() };
                if unit.changed().next().is_none() {
                    return Ok(Some(Finish::Rollback(applied)));
                }
                let change = unit.totals();
                let added = change.stored_entries;
                let most_stored =
                    quota.filter(|_| added > 0).map_or(i64::MAX, |quota| quota - added);
                let is_written =
                    write(connection, user_id, &reservation, most_stored, unit.changed())?;
                Ok(is_written.then(|| settle(user_id, change, applied)))
            };
            // Most accounts have room, and then the guard of the write is all
            // that is asked about it.
            if let Some(finish) = attempt(connection, quota)? {
                return Ok(finish);
            }
            let room = room(connection, user_id, &reservation, quota)?;
            attempt(connection, Some(room))?.ok_or_else(stamp_is_gone)
        })
    }
}

/// Writes new and changed entries in one statement. `false` if the guard has
/// refused them: the reserved stamp is gone, or the user has more than
/// `most_stored` entries before it.
fn write<'a>(
    connection: &mut Connection,
    user_id: &UserId,
    reservation: &Reservation,
    most_stored: i64,
    entries: impl Iterator<Item = &'a StoredEntry>,
) -> Result<bool, StoreError> {
    let mut statement = WRITE.to_owned();
    let mut params = Vec::new();
    for (index, entry) in entries.enumerate() {
        statement.push_str(if index == 0 { FIRST_ROW } else { NEXT_ROW });
        params.push(text(user_id.as_str()));
        if index == 0 {
            params.push(Value::from(reservation.last.as_micros()));
            params.push(Value::from(most_stored));
        }
        params.extend(row::values(entry));
    }
    statement.push_str(OVERWRITE);
    match connection.execute(&statement, params) {
        Err(StoreError::NullRefused(_)) => Ok(false),
        written => written.map(|_| true),
    }
}
