//! The copies of `keep_both`.

use super::UnitOfWork;
use crate::domain::batch::Status;
use crate::domain::conflict::{ConflictStrategy, Rules};
use crate::domain::content::Content;
use crate::domain::edit::Edit;
use crate::domain::entry::{Entry, EntryId};

/// What became of the copy that `keep_both` makes.
pub(super) enum Copied {
    /// It stands, or a resend found what became of it. Holds the version that
    /// the edit replaced.
    Kept(Option<Entry>),
    /// It was edited or deleted later than this edit was made.
    Refused,
    /// The user's quota is used up.
    NoRoom,
}

impl UnitOfWork {
    /// Creates the copy of `keep_both`. A copy that an earlier request made is
    /// an entry like any other: a resend leaves it as it is, a later edit
    /// restores or changes it, an earlier edit loses.
    pub(super) fn copy(
        &mut self,
        id: EntryId,
        content: Content,
        edit: &Edit,
        rules: Rules,
    ) -> Copied {
        let Some(copy) = self.entry(id).cloned() else {
            if !self.has_room() {
                return Copied::NoRoom;
            }
            self.create(id, None, content, edit, rules);
            return Copied::Kept(None);
        };
        let is_resend = self.was_judged(id, edit);
        let rules = Rules { strategy: ConflictStrategy::LastWriteWins, ..rules };
        match self.edit(copy, edit, None, rules).status {
            Some(Status::Updated) => Copied::Kept(self.entries.loaded(id).cloned()),
            None if !is_resend => Copied::Refused,
            _ => Copied::Kept(None),
        }
    }
}
