//! The merge rule: which version wins when an edit meets a stored entry.
//!
//! docs/PROTOCOL.md, "Who wins", is the specification. `tests/who_wins.json`
//! holds the cases that server and app share.

use serde::Serialize;

use super::edit::{Edit, EditKind};
use super::entry::Entry;
use super::time::UtcTime;

/// How a bulk upload settles conflicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConflictStrategy {
    /// The newest edit stays.
    #[default]
    LastWriteWins,
    /// A conflicting edit is not applied; the person decides.
    Manual,
    /// The server's version stays, and the edit becomes a new entry.
    KeepBoth,
}

impl ConflictStrategy {
    /// The names on the wire.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("last_write_wins", Self::LastWriteWins),
        ("manual", Self::Manual),
        ("keep_both", Self::KeepBoth),
    ];

    /// The strategy of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(name, _)| *name == text).map(|(_, strategy)| strategy)
    }
}

/// Why an edit is reported as a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The stored version was edited later.
    NewerOnServer,
    /// Another device edited the entry after the version that this edit is
    /// based on.
    ConcurrentEdit,
    /// The stored version is a tombstone.
    DeletedOnServer,
    /// The user has no entry with that id: it was purged, or never theirs.
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
    /// The edit was not applied; the person decides.
    Unresolved,
    /// The stored version stays, and the edit became a new entry.
    KeptBoth,
}

/// The decision on an edit of an existing entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The entry is already in the intended state: nothing is written.
    Unchanged,
    /// The edit is written.
    Apply {
        /// The `edited_at` that the entry then has.
        edited_at: UtcTime,
        /// Set where the edit overwrites another device's, to be reported.
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

/// The rules of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The server's time: the meaning of an absent `edited_at`, and the limit
    /// to which a later one is clamped.
    pub now: UtcTime,
    /// How conflicts are settled.
    pub strategy: ConflictStrategy,
    /// Whether an edit without `edited_at` and `base_updated_at` may be a late
    /// resend that undoes another device's edit. True for bulk uploads, which
    /// resend outboxes; false for a request that answers one tap.
    pub may_be_late: bool,
}

/// Judges `edit` against `stored`. `is_repeated` says that this very edit was
/// judged before.
pub fn judge(stored: &Entry, edit: &Edit, is_repeated: bool, rules: Rules) -> Verdict {
    if is_equal(stored, edit.kind) {
        return Verdict::Unchanged;
    }
    // A resend may arrive at any time. It must not undo the edits that other
    // devices made since; its sender is shown the current version.
    if is_repeated {
        return Verdict::Keep { resolution: Resolution::ServerWins, reason: newer(stored) };
    }
    let incoming = edit.edited_at.unwrap_or(rules.now).min(rules.now);
    let later = stored.edited_at.max(incoming);
    if edit.base_updated_at == Some(stored.updated_at) {
        return Verdict::Apply { edited_at: later, overwrites: None };
    }
    if stored.edited_at > incoming {
        return keep(edit.kind, rules.strategy, newer(stored));
    }
    let overwrites = overwritten(stored, edit, rules.may_be_late);
    match (overwrites, rules.strategy) {
        (Some(reason), ConflictStrategy::Manual | ConflictStrategy::KeepBoth) => {
            keep(edit.kind, rules.strategy, reason)
        }
        _ => Verdict::Apply { edited_at: later, overwrites },
    }
}

fn newer(stored: &Entry) -> Reason {
    if stored.is_deleted() { Reason::DeletedOnServer } else { Reason::NewerOnServer }
}

/// Whether the entry is already in the intended state.
pub fn is_equal(stored: &Entry, kind: EditKind) -> bool {
    match kind {
        EditKind::Put(content) => !stored.is_deleted() && stored.content == content,
        EditKind::Delete => stored.is_deleted(),
    }
}

/// Why an edit that is applied over `stored` is reported, if it is.
pub(super) fn overwritten(stored: &Entry, edit: &Edit, may_be_late: bool) -> Option<Reason> {
    let blind = edit.edited_at.is_none() && edit.base_updated_at.is_none();
    if stored.is_deleted() {
        Some(Reason::DeletedOnServer)
    } else if edit.base_updated_at.is_some() || (may_be_late && blind) {
        Some(Reason::ConcurrentEdit)
    } else {
        None
    }
}

fn keep(kind: EditKind, strategy: ConflictStrategy, reason: Reason) -> Verdict {
    let resolution = match (strategy, kind) {
        (ConflictStrategy::Manual, _) => Resolution::Unresolved,
        (ConflictStrategy::KeepBoth, EditKind::Put(_)) => Resolution::KeptBoth,
        // A deletion leaves nothing to keep beside the server's version.
        (ConflictStrategy::KeepBoth, EditKind::Delete) | (ConflictStrategy::LastWriteWins, _) => {
            Resolution::ServerWins
        }
    };
    Verdict::Keep { resolution, reason }
}

#[cfg(test)]
#[path = "conflict_tests.rs"]
mod tests;
