//! Writing a batch: take the user's lock and stamps, load what the edits may meet,
//! let the merge rule decide, write what came out, in one transaction.
//!
//! The lock is the user's row in `sync_clocks`, taken first and nothing before
//! it. Behind it entries are read without locks: no other writer of this user
//! can be under way.

use mysql::Value;

use super::clock::{correct_live, lock};
use super::{UserWeights, rows, sql};
use crate::domain::change::{ConflictStrategy, Edit};
use crate::domain::entry::{Entry, EntryId, Identity};
use crate::domain::merge::{Workspace, copy_id};
use crate::domain::submission::{MAX_BATCH, Outcome, Rules, Submission};
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::row::text;
use crate::store::transaction::Finish;

impl UserWeights<'_, '_> {
    /// Applies a batch in order. The second value is the server's time. Where
    /// `epoch` is not the server's any more, it is replaced.
    ///
    /// # Errors
    /// The database's. Nothing of the batch was stored then, unless it is
    /// [`StoreError::CommitUnknown`]; sending it again is safe either way.
    pub fn apply(
        &mut self,
        batch: &[Submission],
        strategy: ConflictStrategy,
        may_be_late: bool,
        mut epoch: Option<&mut String>,
    ) -> Result<(Vec<Outcome>, UtcTime), StoreError> {
        let user_id = self.user_id.clone();
        let guess = batch.iter().filter(|submission| is_probably_new(submission)).count();
        let guess = i64::try_from(guess).unwrap_or(0);
        let mut first_try = None;
        let applied = self.database.transaction(|connection| {
            let first_stamp = lock(connection, &user_id, batch.len(), guess, epoch.as_deref_mut())?;
            let now = *first_try.get_or_insert(first_stamp);
            let rules = Rules { first_stamp, now, strategy, may_be_late };
            if batch.iter().all(is_probably_new) {
                // Most uploads hold nothing but new entries: the unique keys
                // tell whether that is so, and looking first is spared.
                let mut empty = Workspace::default();
                let outcomes = apply_all(&mut empty, batch, rules);
                match insert(connection, &user_id, &empty) {
                    Ok(()) => {
                        correct_live(connection, &user_id, empty.live_delta() - guess)?;
                        return Ok(Finish::Commit((outcomes, now)));
                    }
                    Err(StoreError::Duplicate(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            let mut workspace = load(connection, &user_id, batch)?;
            if strategy == ConflictStrategy::KeepBoth {
                load_copies(connection, &user_id, batch, &mut workspace)?;
            }
            let outcomes = apply_all(&mut workspace, batch, rules);
            finish(connection, &user_id, &workspace, guess, (outcomes, now))
        });
        if let Some(epoch) = epoch {
            self.database.note_epoch(epoch);
        }
        applied
    }
}

/// Whether an edit most likely makes a new entry: a device that knows the
/// server's id sends it. A wrong guess costs one statement.
fn is_probably_new(submission: &Submission) -> bool {
    submission.server_id.is_none() && submission.change.edit != Edit::Delete
}

fn apply_all(workspace: &mut Workspace, batch: &[Submission], rules: Rules) -> Vec<Outcome> {
    batch.iter().map(|submission| workspace.apply(submission, rules)).collect()
}

/// Reads every entry that the batch may meet.
fn load(
    connection: &mut Connection,
    user_id: &UserId,
    batch: &[Submission],
) -> Result<Workspace, StoreError> {
    let ids: Vec<EntryId> = batch.iter().filter_map(|submission| submission.server_id).collect();
    let identities: Vec<&Identity> = batch
        .iter()
        .filter(|submission| submission.server_id.is_none())
        .filter_map(|submission| submission.identity.as_ref())
        .collect();
    select(connection, user_id, &ids, &identities).map(Workspace::new)
}

fn load_copies(
    connection: &mut Connection,
    user_id: &UserId,
    batch: &[Submission],
    workspace: &mut Workspace,
) -> Result<(), StoreError> {
    let ids: Vec<EntryId> = batch
        .iter()
        .filter_map(|submission| match submission.change.edit {
            Edit::Put(content) => Some(copy_id(workspace.find(submission)?, submission, &content)),
            Edit::Delete => None,
        })
        .collect();
    workspace.add(select(connection, user_id, &ids, &[])?);
    Ok(())
}

/// One statement for both kinds of keys; none where there are no keys. The
/// lists are padded to powers of two, so that few statements are prepared.
fn select(
    connection: &mut Connection,
    user_id: &UserId,
    ids: &[EntryId],
    identities: &[&Identity],
) -> Result<Vec<Entry>, StoreError> {
    let mut statement = String::new();
    let mut params = Vec::new();
    if let Some(last) = ids.last() {
        statement.push_str(sql::BY_ID);
        params.push(text(user_id.as_str()));
        let padding = std::iter::repeat(last);
        let padded = ids.iter().chain(padding).take(ids.len().next_power_of_two());
        params.extend(padded.map(|id| text(id.to_string())));
        push_placeholders(&mut statement, ids.len().next_power_of_two());
    }
    if let Some(last) = identities.last() {
        if !statement.is_empty() {
            statement.push_str(sql::UNION);
        }
        statement.push_str(sql::BY_LOCAL_ID);
        // A request names one device for all its entries.
        params.extend([text(user_id.as_str()), text(last.device_id.as_str())]);
        let padding = std::iter::repeat(last);
        let padded = identities.iter().chain(padding).take(identities.len().next_power_of_two());
        params.extend(padded.map(|identity| text(identity.local_id.as_str())));
        push_placeholders(&mut statement, identities.len().next_power_of_two());
    }
    if statement.is_empty() {
        return Ok(Vec::new());
    }
    statement.push(')');
    let entries = connection.rows(&statement, params, rows::entry_with_history)?;
    Ok(entries.into_iter().flatten().collect())
}

fn push_placeholders(statement: &mut String, count: usize) {
    statement.push('?');
    for _ in 1..count {
        statement.push_str(",?");
    }
}

fn finish<T>(
    connection: &mut Connection,
    user_id: &UserId,
    workspace: &Workspace,
    live_guess: i64,
    result: T,
) -> Result<Finish<T>, StoreError> {
    let entries = workspace.written().chain(workspace.remembering());
    let (mut statement, params) = write_statement(user_id, entries);
    if params.is_empty() {
        return Ok(Finish::Rollback(result));
    }
    statement.push_str(sql::WRITE_END);
    write(connection, &statement, params)?;
    correct_live(connection, user_id, workspace.live_delta() - live_guess)?;
    Ok(Finish::Commit(result))
}

/// Stores entries that must all be new.
fn insert(
    connection: &mut Connection,
    user_id: &UserId,
    workspace: &Workspace,
) -> Result<(), StoreError> {
    let (statement, params) = write_statement(user_id, workspace.written());
    write(connection, &statement, params)
}

/// A statement for each number of rows is too much to keep prepared: those of
/// a few rows are, and the one of a full batch, which a first upload of
/// everything sends over and over.
fn write(connection: &mut Connection, sql: &str, params: Vec<Value>) -> Result<(), StoreError> {
    const FEW: usize = 4;
    let rows = params.len() / sql::WRITE_COLUMNS;
    let effect = if rows <= FEW || rows == MAX_BATCH {
        connection.execute(sql, params)
    } else {
        connection.execute_once(sql, params)
    };
    effect.map(|_| ())
}

fn write_statement<'a>(
    user_id: &UserId,
    entries: impl Iterator<Item = &'a Entry>,
) -> (String, Vec<Value>) {
    let mut statement = sql::WRITE.to_owned();
    let mut params = Vec::new();
    for (index, entry) in entries.enumerate() {
        if index > 0 {
            statement.push(',');
        }
        statement.push_str(sql::WRITE_ROW);
        params.extend(rows::parameters(user_id, entry));
    }
    (statement, params)
}
