//! The input and the output of a write: edits with their targets, and the
//! outcome of each.

use super::conflict::{Reason, Resolution};
use super::edit::Edit;
use super::entry::{Entry, EntryId, Identity};

/// The most submissions in a batch.
pub const MAX_BATCH: usize = 100;

/// One edit and the entry it is meant for.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The server's id, if the device knows it. It then decides alone.
    pub server_id: Option<EntryId>,
    /// The device's name for the entry. Where no entry has it, a `local_id`
    /// that spells the id of one of the user's entries means that entry.
    pub identity: Option<Identity>,
    /// The edit.
    pub edit: Edit,
    /// The id of the entry, if this submission creates one.
    pub new_id: EntryId,
}

impl Submission {
    /// An edit of an entry that the client names by the server's id.
    pub fn of_entry(id: EntryId, edit: Edit) -> Self {
        Self { server_id: Some(id), identity: None, edit, new_id: EntryId::generate() }
    }

    /// The id that the `local_id` spells, where no server id is given.
    pub fn spelled_id(&self) -> Option<EntryId> {
        let identity = self.identity.as_ref().filter(|_| self.server_id.is_none())?;
        EntryId::spelled_by(&identity.local_id)
    }
}

/// The effect of a submission that was applied or needed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A new entry.
    Created,
    /// New content, or a restored tombstone.
    Updated,
    /// Now a tombstone.
    Deleted,
    /// The entry was already in the intended state.
    Unchanged,
}

/// A conflict, reported whichever side won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// How it was settled.
    pub resolution: Resolution,
    /// Why it is a conflict.
    pub reason: Reason,
    /// The server's version: the one that stays, or the overwritten one that
    /// the batch found.
    pub server_entry: Option<Entry>,
    /// The entry that `keep_both` made of the edit.
    pub copy_id: Option<EntryId>,
    /// The version of that entry that the edit replaced.
    pub replaced_copy: Option<Entry>,
}

/// The outcome of one submission: a status, a conflict, or (`local_wins`)
/// both; or [`Self::NO_ROOM`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// `None` if the edit was not applied.
    pub status: Option<Status>,
    /// The entry as it is now; `None` if there is none.
    pub entry: Option<Entry>,
    /// The conflict to report.
    pub conflict: Option<Conflict>,
}

impl Outcome {
    /// Nothing was done: the user's quota has no room for another entry.
    pub const NO_ROOM: Self = Self { status: None, entry: None, conflict: None };

    /// An outcome without a conflict.
    pub fn plain(status: Status, entry: Entry) -> Self {
        Self { status: Some(status), entry: Some(entry), conflict: None }
    }
}

/// The result of comparing `If-Match` with the stored version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// The request has no `If-Match`.
    Absent,
    /// `If-Match` names the stored version.
    Holds,
    /// `If-Match` names another version.
    Fails,
}

/// The outcome of a single edit of an entry that must exist.
#[derive(Clone, Debug)]
pub enum SingleOutcome {
    /// The user has no live entry with that id.
    NotFound,
    /// `If-Match` names another version than this stored one.
    PreconditionFailed(Box<Entry>),
    /// The merge rule has decided.
    Judged(Box<Outcome>),
}
