//! Writing one entry that must exist: the same as a batch, in fewer round
//! trips, because one look-up by the primary key can be joined to the lock.

use super::{UserWeights, rows, sql};
use crate::domain::change::{Change, ConflictStrategy, Edit};
use crate::domain::entry::{Entry, EntryId};
use crate::domain::merge::Workspace;
use crate::domain::submission::{Outcome, Rules, Submission};
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::domain::who_wins::is_equal;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::row::text;
use crate::store::transaction::Finish;

/// What became of a write to one entry that must exist.
#[derive(Clone, Debug)]
pub enum Guarded {
    /// The user has no live entry of that id.
    NotFound,
    /// The precondition does not hold; the entry as it stands.
    PreconditionFailed(Box<Entry>),
    /// The merge rule has decided.
    Judged(Box<Outcome>),
}

impl UserWeights<'_, '_> {
    /// Applies an edit to the live entry `id`, if `precondition` allows it
    /// (`None`: there is none; `Some(true)` makes the edit one of the current
    /// version). A delete of a tombstone is judged too: it is `Unchanged`.
    ///
    /// # Errors
    /// As for [`Self::apply`].
    pub fn change_one(
        &mut self,
        id: EntryId,
        change: Change,
        precondition: &dyn Fn(&Entry) -> Option<bool>,
    ) -> Result<Guarded, StoreError> {
        let user_id = self.user_id.clone();
        let new_id = EntryId::generate();
        let mut first_try = None;
        self.database.transaction(|connection| {
            let Some((first_stamp, stored)) = lock_entry(connection, &user_id, id)? else {
                return Ok(Finish::Rollback(Guarded::NotFound));
            };
            if stored.is_deleted() && change.edit != Edit::Delete {
                return Ok(Finish::Rollback(Guarded::NotFound));
            }
            let mut change = change;
            // What is there already as it was sent needs no permission: the answer
            // to the same request may have been lost (RFC 9110 section 13.1.1).
            if !is_equal(&stored, change.edit) {
                match precondition(&stored) {
                    Some(false) => {
                        return Ok(Finish::Rollback(Guarded::PreconditionFailed(Box::new(stored))));
                    }
                    Some(true) => change.base_updated_at = Some(stored.updated_at),
                    None => {}
                }
            }
            let submission = Submission { server_id: Some(id), identity: None, change, new_id };
            let strategy = ConflictStrategy::LastWriteWins;
            let now = *first_try.get_or_insert(first_stamp);
            let rules = Rules { first_stamp, now, strategy, may_be_late: false };
            let mut workspace = Workspace::new([stored]);
            let outcome = workspace.apply(&submission, rules);
            let result = Guarded::Judged(Box::new(outcome));
            if let Some(entry) = workspace.written().next() {
                let params = rows::update_parameters(&user_id, entry, workspace.live_delta());
                connection.execute(sql::WRITE_ENTRY, params)?;
            } else if let Some(entry) = workspace.remembering().next() {
                connection.execute(sql::REMEMBER, rows::memory_parameters(&user_id, entry))?;
            } else {
                return Ok(Finish::Rollback(result));
            }
            Ok(Finish::Commit(result))
        })
    }
}

/// Takes the user's lock; the next stamp and the entry, if there is one.
fn lock_entry(
    connection: &mut Connection,
    user_id: &UserId,
    id: EntryId,
) -> Result<Option<(UtcTime, Entry)>, StoreError> {
    let params = vec![text(id.to_string()), text(user_id.as_str())];
    let found = connection.rows(sql::LOCK_ENTRY, params, |columns| {
        let (now, last_stamp) = (columns.int()?, columns.int()?);
        let stamp = UtcTime::from_micros(now.max(last_stamp.saturating_add(1)));
        Ok(rows::entry_with_history(columns)?.map(|entry| (stamp, entry)))
    })?;
    found.into_iter().next().ok_or(StoreError::NoClock)
}
