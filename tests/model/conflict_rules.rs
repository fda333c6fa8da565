//! The conflict rules, written from docs/PROTOCOL.md ("Who wins") and independent of the program.

use super::entry::{Edit, Stored};
use super::timestamps::Micros;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    LastWriteWins,
    Manual,
    KeepBoth,
}

impl Strategy {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LastWriteWins => "last_write_wins",
            Self::Manual => "manual",
            Self::KeepBoth => "keep_both",
        }
    }
}

/// An edit of an existing entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming {
    pub(crate) edit: Edit,
    pub(crate) edited_at: Option<Micros>,
    pub(crate) base: Base,
    /// The entry has already accepted the same edit.
    pub(crate) is_repeated: bool,
    /// The edit comes from an outbox, which may be sent again much later, unlike a single request.
    pub(crate) from_outbox: bool,
    pub(crate) strategy: Strategy,
}

/// The version that the sender knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Unknown,
    Current,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Unchanged,
    /// The edit is applied. Holds the reason if a conflict is reported.
    Applied(Option<&'static str>),
    /// The edit is not applied. Holds the resolution and the reason.
    Held(&'static str, &'static str),
}

pub(crate) fn is_as_wanted(stored: &Stored, edit: Edit) -> bool {
    match edit {
        Edit::Delete => stored.is_deleted(),
        Edit::Put(content) => !stored.is_deleted() && content == stored.content,
    }
}

pub(crate) fn judge(stored: &Stored, incoming: &Incoming) -> Verdict {
    if is_as_wanted(stored, incoming.edit) {
        return Verdict::Unchanged;
    }
    if incoming.is_repeated {
        let is_deleted = stored.is_deleted();
        let reason = if is_deleted { "deleted_on_server" } else { "newer_on_server" };
        return Verdict::Held("server_wins", reason);
    }
    if incoming.base == Base::Current {
        return Verdict::Applied(None);
    }
    // A missing time, or a time ahead of the server, counts as now, so no stored edit is later.
    let is_older = incoming.edited_at.is_some_and(|edited_at| stored.edited_at > edited_at);
    let reason = if is_older && !stored.is_deleted() {
        Some("newer_on_server")
    } else {
        overwrites(stored, incoming)
    };
    match (reason, incoming.strategy) {
        (Some(reason), Strategy::Manual) => Verdict::Held("unresolved", reason),
        (Some(reason), Strategy::KeepBoth) if incoming.edit == Edit::Delete => {
            Verdict::Held("server_wins", reason)
        }
        (Some(reason), Strategy::KeepBoth) => Verdict::Held("kept_both", reason),
        (Some(reason), Strategy::LastWriteWins) if is_older => Verdict::Held("server_wins", reason),
        (reason, _) => Verdict::Applied(reason),
    }
}

/// The reason for which an edit over this version is reported.
pub(crate) fn overwrites(version: &Stored, incoming: &Incoming) -> Option<&'static str> {
    let blind = incoming.edited_at.is_none() && incoming.base == Base::Unknown;
    if version.is_deleted() {
        Some("deleted_on_server")
    } else if incoming.base == Base::Other || (blind && incoming.from_outbox) {
        Some("concurrent_edit")
    } else {
        None
    }
}

/// The possible resolutions of a conflict.
pub(crate) fn options(reason: &str, edit: Edit) -> Vec<&'static str> {
    let mut options = vec!["keep_server"];
    if reason != "gone" || edit != Edit::Delete {
        options.push("keep_local");
    }
    if reason != "gone" && edit != Edit::Delete {
        options.push("keep_both");
    }
    options
}
