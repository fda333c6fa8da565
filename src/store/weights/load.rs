//! Loads the entries that a write may affect. The user's clock is already
//! locked, so no other write of this user is running and plain reads suffice.

use mysql::Value;

use super::row::{self, entry_columns, no_entry};
use crate::domain::batch::Submission;
use crate::domain::conflict::ConflictStrategy;
use crate::domain::edit::EditKind;
use crate::domain::entry::{EntryId, Identity, StoredEntry};
use crate::domain::merge::UnitOfWork;
use crate::domain::user::UserId;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::row::text;

/// The server's epoch travels with the entries.
const EPOCH: &str =
    concat!("SELECT value, ", no_entry!(), ", NULL FROM server_state WHERE name = 'epoch'");

/// Parameters: user; ids for `IN`.
const BY_ID: &str = concat!(
    " UNION ALL SELECT NULL, ",
    entry_columns!(),
    ", recent_edits FROM weight_entries WHERE user_id = ? AND id IN ("
);

/// Parameters: user, device; local ids for `IN`.
const BY_LOCAL_ID: &str = concat!(
    " UNION ALL SELECT NULL, ",
    entry_columns!(),
    ", recent_edits FROM weight_entries WHERE user_id = ? AND device_id = ? AND local_id IN ("
);

/// Loads the entries that a batch names, and the copies that `keep_both` made
/// of it before. Also returns the server's epoch; `None` if the batch names no
/// entry, and nothing was read.
pub(super) fn load(
    connection: &mut Connection,
    user_id: &UserId,
    batch: &[Submission],
    strategy: ConflictStrategy,
) -> Result<(UnitOfWork, Option<String>), StoreError> {
    let keeps_both = strategy == ConflictStrategy::KeepBoth;
    let copies = batch.iter().filter_map(|one| copy_id(one, one.server_id?));
    let named = batch.iter().filter_map(|one| one.server_id.or_else(|| one.spelled_id()));
    let ids: Vec<EntryId> = named.chain(copies.filter(|_| keeps_both)).collect();
    let identities: Vec<&Identity> = batch
        .iter()
        .filter(|one| one.server_id.is_none())
        .filter_map(|one| one.identity.as_ref())
        .collect();
    let (entries, epoch) = select(connection, user_id, &ids, &identities)?;
    let mut unit = UnitOfWork::new(entries);
    if keeps_both {
        // The id of a copy derives from its original's, which a device that
        // never got the server's id could not name.
        let unnamed = batch.iter().filter(|one| one.server_id.is_none());
        let copies: Vec<EntryId> =
            unnamed.filter_map(|one| copy_id(one, unit.find(one)?.id)).collect();
        unit.add(select(connection, user_id, &copies, &[])?.0);
    }
    Ok((unit, epoch))
}

/// The id of the copy that `keep_both` would make beside `original`.
fn copy_id(submission: &Submission, original: EntryId) -> Option<EntryId> {
    match submission.edit.kind {
        EditKind::Put(content) => Some(original.of_copy(submission.identity.as_ref(), &content)),
        EditKind::Delete => None,
    }
}

/// One statement for both kinds of keys; none without keys.
fn select(
    connection: &mut Connection,
    user_id: &UserId,
    ids: &[EntryId],
    identities: &[&Identity],
) -> Result<(Vec<StoredEntry>, Option<String>), StoreError> {
    let mut statement = EPOCH.to_owned();
    let mut params = Vec::new();
    if !ids.is_empty() {
        statement.push_str(BY_ID);
        params.push(text(user_id.as_str()));
        push_list(&mut statement, &mut params, ids.iter().map(ToString::to_string));
    }
    if let Some(first) = identities.first() {
        statement.push_str(BY_LOCAL_ID);
        // A request names one device for all its entries.
        params.extend([text(user_id.as_str()), text(first.device_id.as_str())]);
        let local_ids = identities.iter().map(|identity| identity.local_id.as_str());
        push_list(&mut statement, &mut params, local_ids);
    }
    if params.is_empty() {
        return Ok((Vec::new(), None));
    }
    let mut epoch = None;
    let entries =
        connection.rows(&statement, params, |columns| match columns.optional_text()? {
            Some(value) => {
                epoch = Some(value);
                Ok(None)
            }
            None => row::stored_entry(columns),
        })?;
    Ok((entries.into_iter().flatten().collect(), epoch))
}

/// Ends an `IN (` with a placeholder for each value.
fn push_list(
    statement: &mut String,
    params: &mut Vec<Value>,
    values: impl Iterator<Item = impl AsRef<str>>,
) {
    for (index, value) in values.enumerate() {
        statement.push_str(if index == 0 { "?" } else { ",?" });
        params.push(text(value));
    }
    statement.push(')');
}
