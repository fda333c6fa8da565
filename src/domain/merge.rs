//! Applies a batch of edits, in order, to the entries they meet: the pure
//! middle of every write. The store loads what the edits may meet, holds the
//! user's lock, and writes what comes out.

use std::collections::HashMap;

use super::change::{Change, Edit};
use super::entry::{Content, Entry, EntryId, Identity};
use super::history::History;
use super::submission::{Conflict, Outcome, Rules, Status, Submission};
use super::time::UtcTime;
use super::who_wins::{Circumstances, Reason, Resolution, Verdict, judge};

/// The entries a batch may meet, by both of their names.
#[derive(Debug, Default)]
pub struct Workspace {
    slots: HashMap<EntryId, Slot>,
    by_identity: HashMap<Identity, EntryId>,
    written: Vec<EntryId>,
    remembering: Vec<EntryId>,
    live_delta: i64,
    stamps_used: i64,
}

#[derive(Debug)]
struct Slot {
    entry: Entry,
    /// `updated_at` before this batch. A device that sends two edits of one
    /// entry in one request gives both the base it knows, which its own first
    /// edit has just replaced.
    loaded_as: Option<UtcTime>,
    is_written: bool,
    is_remembering: bool,
}

impl Workspace {
    /// A workspace that holds what the store found.
    pub fn new(stored: impl IntoIterator<Item = Entry>) -> Self {
        let mut workspace = Self::default();
        workspace.add(stored);
        workspace
    }

    /// Adds entries that were found later.
    pub fn add(&mut self, stored: impl IntoIterator<Item = Entry>) {
        for entry in stored {
            let loaded_as = Some(entry.updated_at);
            self.insert(Slot { entry, loaded_as, is_written: false, is_remembering: false });
        }
    }

    fn insert(&mut self, slot: Slot) {
        if let Some(identity) = &slot.entry.identity {
            self.by_identity.insert(identity.clone(), slot.entry.id);
        }
        self.slots.insert(slot.entry.id, slot);
    }

    /// The entry that a submission is meant for.
    pub fn find(&self, submission: &Submission) -> Option<&Entry> {
        let id = match (submission.server_id, &submission.identity) {
            (Some(id), _) => Some(id),
            (None, Some(identity)) => self.by_identity.get(identity).copied(),
            (None, None) => None,
        };
        id.and_then(|id| self.entry(id))
    }

    /// The entry of that id.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.slots.get(&id).map(|slot| &slot.entry)
    }

    /// What must be written: each touched entry once, in its last version.
    pub fn written(&self) -> impl Iterator<Item = &Entry> {
        self.written.iter().filter_map(|id| self.entry(*id))
    }

    /// Entries that got no new version, and remember one more edit.
    pub fn remembering(&self) -> impl Iterator<Item = &Entry> {
        let slots = self.remembering.iter().filter_map(|id| self.slots.get(id));
        slots.filter(|slot| !slot.is_written).map(|slot| &slot.entry)
    }

    /// Whether any entry stands exactly as `written` left it: stamps are unique
    /// and a commit is whole, so that commit was carried out.
    pub fn holds_any(&self, written: &[(EntryId, UtcTime)]) -> bool {
        written
            .iter()
            .any(|(id, stamp)| self.entry(*id).is_some_and(|entry| entry.updated_at == *stamp))
    }

    /// By how much the number of live entries changes.
    pub fn live_delta(&self) -> i64 {
        self.live_delta
    }

    /// Applies one submission.
    pub fn apply(&mut self, submission: &Submission, rules: Rules) -> Outcome {
        let Some(stored) = self.find(submission).cloned() else {
            return self.apply_to_nothing(submission, rules);
        };
        if stored.id == submission.new_id {
            // Our own write of an attempt whose COMMIT went unanswered.
            return Outcome::plain(Status::Created, stored);
        }
        let change = self.rebased(&stored, submission.change);
        let circumstances = Circumstances {
            now: rules.now,
            strategy: rules.strategy,
            may_be_late: rules.may_be_late,
            is_repeated: stored.history.knows(&submission.change),
        };
        match judge(&stored, &change, circumstances) {
            Verdict::Unchanged => {
                self.remember(stored.id, submission);
                Outcome::plain(Status::Unchanged, stored)
            }
            Verdict::Apply { edited_at, overwrites } => {
                let (status, entry) = self.overwrite(&stored, submission, edited_at, rules);
                let conflict = overwrites.map(|reason| Conflict {
                    resolution: Resolution::LocalWins,
                    reason,
                    server_entry: Some(stored),
                    copy_id: None,
                });
                Outcome { status: Some(status), entry: Some(entry), conflict }
            }
            Verdict::Keep { resolution, reason } => {
                // Sent later, the same edit would be clamped to a later time.
                let is_clamped = change.edited_at.is_some_and(|edited_at| edited_at > rules.now);
                if resolution == Resolution::ServerWins && is_clamped {
                    self.remember(stored.id, submission);
                }
                let copy_id = match (resolution, change.edit) {
                    (Resolution::KeptBoth, Edit::Put(content)) => {
                        Some(self.copy(&stored, submission, content, rules))
                    }
                    _ => None,
                };
                let server_entry = Some(stored.clone());
                let conflict = Some(Conflict { resolution, reason, server_entry, copy_id });
                Outcome { status: None, entry: Some(stored), conflict }
            }
        }
    }

    fn apply_to_nothing(&mut self, submission: &Submission, rules: Rules) -> Outcome {
        if let Some(own) = self.entry(submission.new_id) {
            return Outcome::plain(Status::Created, own.clone());
        }
        if submission.server_id.is_some() {
            let conflict = Conflict {
                resolution: Resolution::ServerWins,
                reason: Reason::Gone,
                server_entry: None,
                copy_id: None,
            };
            return Outcome { status: None, entry: None, conflict: Some(conflict) };
        }
        match submission.change.edit {
            Edit::Delete => {
                Outcome { status: Some(Status::Unchanged), entry: None, conflict: None }
            }
            Edit::Put(content) => {
                let identity = submission.identity.clone();
                let entry = self.create(submission.new_id, identity, content, submission, rules);
                Outcome::plain(Status::Created, entry)
            }
        }
    }

    fn rebased(&self, stored: &Entry, mut change: Change) -> Change {
        let loaded_as = self.slots.get(&stored.id).and_then(|slot| slot.loaded_as);
        if change.base_updated_at.is_some() && change.base_updated_at == loaded_as {
            change.base_updated_at = Some(stored.updated_at);
        }
        change
    }

    fn create(
        &mut self,
        id: EntryId,
        identity: Option<Identity>,
        content: Content,
        submission: &Submission,
        rules: Rules,
    ) -> Entry {
        let stamp = self.next_stamp(rules);
        let edited_at = submission.change.edited_at.unwrap_or(rules.now);
        let history = History::default().after(&submission.change);
        let entry = Entry {
            id,
            identity,
            content,
            created_at: stamp,
            updated_at: stamp,
            edited_at: edited_at.min(rules.now),
            deleted_at: None,
            history,
        };
        let slot =
            Slot { entry: entry.clone(), loaded_as: None, is_written: true, is_remembering: false };
        self.insert(slot);
        self.written.push(id);
        self.live_delta += 1;
        entry
    }

    fn copy(
        &mut self,
        stored: &Entry,
        submission: &Submission,
        content: Content,
        rules: Rules,
    ) -> EntryId {
        let id = copy_id(stored, submission, &content);
        if self.entry(id).is_none() {
            self.create(id, None, content, submission, rules);
        }
        id
    }

    fn overwrite(
        &mut self,
        stored: &Entry,
        submission: &Submission,
        edited_at: UtcTime,
        rules: Rules,
    ) -> (Status, Entry) {
        let stamp = self.next_stamp(rules);
        let history = stored.history.after(&submission.change);
        let mut entry = Entry { updated_at: stamp, edited_at, history, ..stored.clone() };
        let status = match submission.change.edit {
            Edit::Put(content) => {
                entry.content = content;
                self.live_delta += i64::from(entry.deleted_at.take().is_some());
                Status::Updated
            }
            Edit::Delete => {
                entry.deleted_at = Some(stamp);
                self.live_delta -= 1;
                Status::Deleted
            }
        };
        if let Some(slot) = self.slots.get_mut(&entry.id) {
            slot.entry = entry.clone();
            if !std::mem::replace(&mut slot.is_written, true) {
                self.written.push(entry.id);
            }
        }
        (status, entry)
    }

    /// An edit that was judged without being written is not to be judged
    /// otherwise when it comes again, after others have edited the entry.
    fn remember(&mut self, id: EntryId, submission: &Submission) {
        let Some(slot) = self.slots.get_mut(&id) else { return };
        let history = slot.entry.history.after(&submission.change);
        if slot.entry.history.knows(&submission.change) || history == slot.entry.history {
            return;
        }
        slot.entry.history = history;
        if !std::mem::replace(&mut slot.is_remembering, true) {
            self.remembering.push(id);
        }
    }

    fn next_stamp(&mut self, rules: Rules) -> UtcTime {
        let stamp = rules.first_stamp.plus_micros(self.stamps_used);
        self.stamps_used += 1;
        stamp
    }
}

/// The id that the copy of `keep_both` has, or would have.
pub fn copy_id(stored: &Entry, submission: &Submission, content: &Content) -> EntryId {
    let identity = submission
        .identity
        .clone()
        .unwrap_or(Identity { device_id: Default::default(), local_id: Default::default() });
    stored.id.of_copy(&identity, content)
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
