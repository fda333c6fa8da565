//! What goes into a batch and what comes out of it.

use super::change::{Change, ConflictStrategy};
use super::entry::{Entry, EntryId, Identity};
use super::time::UtcTime;
use super::who_wins::{Reason, Resolution};

/// Most submissions of a batch.
pub const MAX_BATCH: usize = 100;

/// One edit and the entry it is meant for.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The server's id, if the device knows it; it then decides alone.
    pub server_id: Option<EntryId>,
    /// The device's name for the entry.
    pub identity: Option<Identity>,
    /// The edit.
    pub change: Change,
    /// The id that the entry gets if it is new. Drawn once, before the
    /// transaction: a retry after a lost COMMIT then finds its own write.
    pub new_id: EntryId,
}

/// What became of a submission that was no conflict, or won one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A new entry.
    Created,
    /// New content, or a tombstone that lives again.
    Updated,
    /// A tombstone now.
    Deleted,
    /// Nothing was written.
    Unchanged,
}

/// A conflict, to be reported whoever won it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// How it was settled.
    pub resolution: Resolution,
    /// Why it is one.
    pub reason: Reason,
    /// The server's version: the one that stays, or the overwritten one.
    pub server_entry: Option<Entry>,
    /// The new entry of `keep_both`.
    pub copy_id: Option<EntryId>,
}

/// What became of one submission: a status, a conflict, or (`local_wins`)
/// both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Set unless the submission was held back.
    pub status: Option<Status>,
    /// The entry as it stands now; `None` where there is none.
    pub entry: Option<Entry>,
    /// Set where there is something to report.
    pub conflict: Option<Conflict>,
}

/// How a batch is judged.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The first of the stamps that the batch may use.
    pub first_stamp: UtcTime,
    /// The server's time when the request was first tried: what an absent
    /// `edited_at` means, and what one that is ahead is clamped to. A repetition
    /// of the transaction must not make the edit newer.
    pub now: UtcTime,
    /// What to do with conflicts.
    pub strategy: ConflictStrategy,
    /// See [`super::who_wins::Circumstances::may_be_late`].
    pub may_be_late: bool,
}

impl Outcome {
    /// An outcome that is no conflict.
    pub fn plain(status: Status, entry: Entry) -> Self {
        Self { status: Some(status), entry: Some(entry), conflict: None }
    }
}
