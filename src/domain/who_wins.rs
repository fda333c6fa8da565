//! Who wins when an edit meets a stored version: the merge rule.
//!
//! DESIGN section 2.1, "Who wins"; docs/PROTOCOL.md tells it to client
//! authors. The cases that server and app share stand in
//! `tests/who_wins.json`.

use serde::Serialize;

use super::change::{Change, ConflictStrategy, Edit};
use super::entry::Entry;
use super::time::UtcTime;

/// Why an edit is reported as a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The stored version was edited later.
    NewerOnServer,
    /// Somebody else edited since the version that this edit was based on.
    ConcurrentEdit,
    /// The stored version is a tombstone.
    DeletedOnServer,
    /// The user has no entry of that id (purged meanwhile, or never theirs).
    Gone,
}

/// How a conflict was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// The stored version stays.
    ServerWins,
    /// The edit was applied over the stored version.
    LocalWins,
    /// Nothing was done; the person decides.
    Unresolved,
    /// The stored version stays, the edit lives on as a new entry.
    KeptBoth,
}

/// What shall be done with an edit of an entry that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The entry is already as the edit wants it: nothing is written.
    Unchanged,
    /// The edit is written.
    Apply {
        /// The `edited_at` that the entry then has.
        edited_at: UtcTime,
        /// Set where somebody else's edit is overwritten, to be reported.
        overwrites: Option<Reason>,
    },
    /// The stored version stays.
    Keep {
        /// [`Resolution::ServerWins`], [`Resolution::Unresolved`] or
        /// [`Resolution::KeptBoth`].
        resolution: Resolution,
        /// Why.
        reason: Reason,
    },
}

/// Where an edit comes from, as far as the rule asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// The server's time; an `edited_at` beyond it is clamped to it.
    pub now: UtcTime,
    /// What to do with a conflict.
    pub strategy: ConflictStrategy,
    /// Whether an edit without `edited_at` and `base_updated_at` may be a
    /// late resend that undoes another device's edit. So in bulk, where
    /// outboxes are sent again; not in a request that answers one tap.
    pub may_be_late: bool,
    /// Whether this very edit was judged before, and written, needed nothing
    /// to be written, or lost.
    pub is_repeated: bool,
}

/// Judges `change` against `stored`.
pub fn judge(stored: &Entry, change: &Change, circumstances: Circumstances) -> Verdict {
    if is_equal(stored, change.edit) {
        return Verdict::Unchanged;
    }
    // What was judged once is not applied after others have edited since: a
    // resend may come at any time. Its sender is shown what stands there now.
    if circumstances.is_repeated {
        return Verdict::Keep { resolution: Resolution::ServerWins, reason: newer(stored) };
    }
    let incoming = change.edited_at.unwrap_or(circumstances.now).min(circumstances.now);
    let later = stored.edited_at.max(incoming);
    if change.base_updated_at == Some(stored.updated_at) {
        return Verdict::Apply { edited_at: later, overwrites: None };
    }
    if stored.edited_at > incoming {
        return keep(change.edit, circumstances.strategy, newer(stored));
    }
    let overwrites = overwritten(stored, change, circumstances.may_be_late);
    match (overwrites, circumstances.strategy) {
        (Some(reason), ConflictStrategy::Manual | ConflictStrategy::KeepBoth) => {
            keep(change.edit, circumstances.strategy, reason)
        }
        _ => Verdict::Apply { edited_at: later, overwrites },
    }
}

fn newer(stored: &Entry) -> Reason {
    if stored.is_deleted() { Reason::DeletedOnServer } else { Reason::NewerOnServer }
}

/// Whether the entry is already as the edit wants it.
pub fn is_equal(stored: &Entry, edit: Edit) -> bool {
    match edit {
        Edit::Put(content) => !stored.is_deleted() && stored.content == content,
        Edit::Delete => stored.is_deleted(),
    }
}

fn overwritten(stored: &Entry, change: &Change, may_be_late: bool) -> Option<Reason> {
    let blind = change.edited_at.is_none() && change.base_updated_at.is_none();
    if stored.is_deleted() {
        Some(Reason::DeletedOnServer)
    } else if change.base_updated_at.is_some() || (may_be_late && blind) {
        Some(Reason::ConcurrentEdit)
    } else {
        None
    }
}

fn keep(edit: Edit, strategy: ConflictStrategy, reason: Reason) -> Verdict {
    let resolution = match (strategy, edit) {
        (ConflictStrategy::Manual, _) => Resolution::Unresolved,
        (ConflictStrategy::KeepBoth, Edit::Put(_)) => Resolution::KeptBoth,
        // A deletion leaves nothing to keep beside the server's version.
        (ConflictStrategy::KeepBoth, Edit::Delete) | (ConflictStrategy::LastWriteWins, _) => {
            Resolution::ServerWins
        }
    };
    Verdict::Keep { resolution, reason }
}

#[cfg(test)]
#[path = "who_wins_tests.rs"]
mod tests;
