//! The one way to write entries, in one transaction: lock the user's clock →
//! load → merge (pure) → advance the clock, write and commit, in one command.
//! Without a change, ROLLBACK takes the place of the last step.

use mysql::Value;

use super::UserWeights;
use super::clock::Clock;
use super::load::load;
use super::row::{self, entry_columns};
use crate::domain::batch::{Outcome, Precondition, SingleOutcome, Submission};
use crate::domain::conflict::{ConflictStrategy, Rules};
use crate::domain::edit::Edit;
use crate::domain::entry::{Entry, EntryId, StoredEntry};
use crate::domain::merge::UnitOfWork;
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::store::connection::Statement;
use crate::store::error::StoreError;
use crate::store::row::text;
use crate::store::transaction::Finish;

const WRITE: &str =
    concat!("INSERT INTO weight_entries (user_id, ", entry_columns!(), ", recent_edits) VALUES ");

/// The first row carries the guard: its `user_id` is NULL, which the column
/// refuses, and nothing is written, unless the clock's row has the new last
/// stamp. Galera can lose the lock and the clock's update inside a transaction
/// and still commit the rest. Parameters: user, new last stamp, values of the
/// row.
const FIRST_ROW: &str = "((SELECT user_id FROM sync_clocks \
     WHERE user_id = ? AND last_stamp = ?),?,?,?,?,?,?,?,?,?,?,?)";

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

    fn write<T>(
        &mut self,
        batch: &[Submission],
        strategy: ConflictStrategy,
        quota: Option<i64>,
        merge: impl Fn(&mut UnitOfWork, UtcTime) -> T,
    ) -> Result<Applied<T>, StoreError> {
        let user_id = &self.user_id;
        self.database.transaction(|connection| {
            let clock = Clock::lock(connection, user_id)?;
            let (loaded, epoch) = load(connection, user_id, batch, strategy)?;
            let mut unit = loaded.with_room(quota.map(|quota| clock.room(quota)));
            let applied = Applied { result: merge(&mut unit, clock.now), now: clock.now, epoch };
            if unit.changed().next().is_none() {
                return Ok(Finish::Rollback(applied));
            }
            let (advance, last_stamp) = clock.advance(user_id, batch.len(), unit.totals());
            let write = write(user_id, last_stamp, unit.changed());
            Ok(Finish::CommitAfter(vec![advance, write], applied))
        })
    }
}

/// Writes new and changed entries, unless the clock has not advanced to
/// `last_stamp`.
fn write<'a>(
    user_id: &UserId,
    last_stamp: i64,
    entries: impl Iterator<Item = &'a StoredEntry>,
) -> Statement {
    let mut sql = WRITE.to_owned();
    let mut params = Vec::new();
    for (index, entry) in entries.enumerate() {
        sql.push_str(if index == 0 { FIRST_ROW } else { NEXT_ROW });
        params.push(text(user_id.as_str()));
        if index == 0 {
            params.push(Value::from(last_stamp));
        }
        params.extend(row::values(entry));
    }
    sql.push_str(OVERWRITE);
    Statement::new(sql, params)
}
