//! Applies edits, in order, to the entries they meet: the pure middle of every
//! write. The store loads the entries, holds the user's lock, and writes the
//! changed ones.

use super::batch::{Conflict, Outcome, Precondition, SingleOutcome, Status, Submission};
use super::conflict::{Reason, Resolution, Rules, Verdict, is_equal, judge, overwritten};
use super::content::Content;
use super::edit::{Edit, EditKind};
use super::entry::{Entry, EntryId, Identity, StoredEntry};
use super::recent_edits::RecentEdits;
use super::time::UtcTime;
use super::totals::Totals;
use super::tracked::Tracked;
use copies::Copied;

mod copies;

/// A unit of work: the entries that a batch may meet, and the changes to them.
#[derive(Clone, Debug, Default)]
pub struct UnitOfWork {
    entries: Tracked,
    /// How many entries may still be added; `None` for any number.
    room: Option<i64>,
    stamps_used: i64,
}

impl UnitOfWork {
    /// A unit of work on the entries that the store found.
    pub fn new(loaded: impl IntoIterator<Item = StoredEntry>) -> Self {
        let mut unit = Self::default();
        unit.add(loaded);
        unit
    }

    /// The same, where at most `room` entries may be added.
    #[must_use]
    pub fn with_room(self, room: Option<i64>) -> Self {
        Self { room, ..self }
    }

    /// Adds entries that were loaded later.
    pub fn add(&mut self, loaded: impl IntoIterator<Item = StoredEntry>) {
        loaded.into_iter().for_each(|stored| self.entries.load(stored));
    }

    /// The entry with that id.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(id).map(|stored| &stored.entry)
    }

    /// The entry that a submission is meant for.
    pub fn find(&self, submission: &Submission) -> Option<&Entry> {
        let by_identity = || self.entries.id_of(submission.identity.as_ref()?);
        let id = submission.server_id.or_else(by_identity);
        self.entry(id.or_else(|| submission.spelled_id())?)
    }

    /// The entries to write, each once, in its last version.
    pub fn changed(&self) -> impl Iterator<Item = &StoredEntry> {
        self.entries.changed()
    }

    /// The change of the user's totals.
    pub fn totals(&self) -> Totals {
        self.entries.totals()
    }

    /// Applies one submission of a batch.
    pub fn apply(&mut self, submission: &Submission, rules: Rules) -> Outcome {
        if let Some(entry) = self.find(submission).cloned() {
            return self.edit(entry, &submission.edit, submission.identity.as_ref(), rules);
        }
        match (submission.server_id, submission.edit.kind) {
            (Some(_), _) => Outcome { status: None, entry: None, conflict: Some(gone()) },
            (None, EditKind::Delete) => {
                Outcome { status: Some(Status::Unchanged), entry: None, conflict: None }
            }
            (None, EditKind::Put(_)) if !self.has_room() => Outcome::NO_ROOM,
            (None, EditKind::Put(content)) => {
                let identity = submission.identity.clone();
                let entry =
                    self.create(submission.new_id, identity, content, &submission.edit, rules);
                Outcome::plain(Status::Created, entry)
            }
        }
    }

    /// Applies a single edit to the live entry `id`. Where the precondition
    /// holds, the edit is based on the stored version. Deleting a tombstone is
    /// `Unchanged`.
    pub fn apply_single(
        &mut self,
        id: EntryId,
        mut edit: Edit,
        precondition: impl Fn(&Entry) -> Precondition,
        rules: Rules,
    ) -> SingleOutcome {
        let Some(entry) = self.entry(id).cloned() else { return SingleOutcome::NotFound };
        if entry.is_deleted() && edit.kind != EditKind::Delete {
            return SingleOutcome::NotFound;
        }
        // An entry that is already in the intended state needs no permission:
        // this may be a resend after a lost response (RFC 9110 section 13.1.1).
        if !is_equal(&entry, edit.kind) {
            match precondition(&entry) {
                Precondition::Absent => {}
                Precondition::Holds => edit.base_updated_at = Some(entry.updated_at),
                Precondition::Fails => {
                    return SingleOutcome::PreconditionFailed(Box::new(entry));
                }
            }
        }
        SingleOutcome::Judged(Box::new(self.edit(entry, &edit, None, rules)))
    }

    /// Judges an edit of an existing entry and carries out the verdict.
    fn edit(
        &mut self,
        entry: Entry,
        edit: &Edit,
        identity: Option<&Identity>,
        rules: Rules,
    ) -> Outcome {
        let is_repeated = self.was_judged(entry.id, edit);
        match judge(&entry, &self.rebased(&entry, *edit), is_repeated, rules) {
            Verdict::Unchanged => {
                // Where two devices made the same edit, the later time stays,
                // without a new stamp: the order of arrival decides nothing. A
                // time ahead of the server would rise at each resend.
                let sent = edit.edited_at.filter(|sent| *sent <= rules.now);
                let edited_at = sent.map_or(entry.edited_at, |sent| sent.max(entry.edited_at));
                let id = entry.id;
                self.remember(Entry { edited_at, ..entry.clone() }, edit);
                Outcome::plain(Status::Unchanged, self.entry(id).cloned().unwrap_or(entry))
            }
            Verdict::Apply { edited_at, overwrites } => {
                let (status, written) = self.overwrite(&entry, edit, edited_at, rules);
                let conflict = overwrites.and_then(|_| self.local_wins(entry.id, edit, rules));
                Outcome { status: Some(status), entry: Some(written), conflict }
            }
            Verdict::Keep { resolution, reason } => {
                // A later resend would be clamped to a later time, and win.
                let is_clamped = edit.edited_at.is_some_and(|edited_at| edited_at > rules.now);
                if resolution == Resolution::ServerWins && is_clamped {
                    self.remember(entry.clone(), edit);
                }
                let mut conflict = Conflict {
                    resolution,
                    reason,
                    server_entry: Some(entry.clone()),
                    copy_id: None,
                    replaced_copy: None,
                };
                if let (Resolution::KeptBoth, EditKind::Put(content)) = (resolution, edit.kind) {
                    let id = entry.id.of_copy(identity, &content);
                    match self.copy(id, content, edit, rules) {
                        Copied::Kept(replaced_copy) => {
                            conflict.copy_id = Some(id);
                            conflict.replaced_copy = replaced_copy;
                        }
                        Copied::Refused => conflict.resolution = Resolution::ServerWins,
                        Copied::NoRoom => return Outcome::NO_ROOM,
                    }
                }
                Outcome { status: None, entry: Some(entry), conflict: Some(conflict) }
            }
        }
    }

    fn has_room(&self) -> bool {
        self.room.is_none_or(|room| room > 0)
    }

    fn was_judged(&self, id: EntryId, edit: &Edit) -> bool {
        self.entries.get(id).is_some_and(|stored| stored.recent_edits.contains(edit))
    }

    /// Two edits of one entry in one request give the same base, which the
    /// first of them replaces. The second is based on the first.
    fn rebased(&self, entry: &Entry, mut edit: Edit) -> Edit {
        let loaded = self.entries.loaded(entry.id).map(|loaded| loaded.updated_at);
        if edit.base_updated_at.is_some() && edit.base_updated_at == loaded {
            edit.base_updated_at = Some(entry.updated_at);
        }
        edit
    }

    /// Reports the version of others that an applied edit overwrites. An
    /// earlier edit of the same batch is the sender's own.
    fn local_wins(&self, id: EntryId, edit: &Edit, rules: Rules) -> Option<Conflict> {
        let found = self.entries.loaded(id)?;
        Some(Conflict {
            resolution: Resolution::LocalWins,
            reason: overwritten(found, edit, rules.may_be_late)?,
            server_entry: Some(found.clone()),
            copy_id: None,
            replaced_copy: None,
        })
    }

    /// Adds an entry; the caller has asked for room.
    fn create(
        &mut self,
        id: EntryId,
        identity: Option<Identity>,
        content: Content,
        edit: &Edit,
        rules: Rules,
    ) -> Entry {
        let stamp = self.next_stamp(rules);
        self.room = self.room.map(|room| room - 1);
        let entry = Entry {
            id,
            identity,
            content,
            created_at: stamp,
            updated_at: stamp,
            edited_at: edit.edited_at.unwrap_or(rules.now).min(rules.now),
            deleted_at: None,
        };
        let recent_edits = RecentEdits::default().with(edit);
        let stored = StoredEntry { entry: entry.clone(), recent_edits };
        self.entries.create(stored);
        entry
    }

    fn overwrite(
        &mut self,
        entry: &Entry,
        edit: &Edit,
        edited_at: UtcTime,
        rules: Rules,
    ) -> (Status, Entry) {
        let stamp = self.next_stamp(rules);
        let mut written = Entry { updated_at: stamp, edited_at, ..entry.clone() };
        let status = match edit.kind {
            EditKind::Put(content) => {
                written.content = content;
                written.deleted_at = None;
                Status::Updated
            }
            EditKind::Delete => {
                written.deleted_at = Some(stamp);
                Status::Deleted
            }
        };
        if let Some(stored) = self.entries.get(entry.id) {
            let recent_edits = stored.recent_edits.with(edit);
            self.entries.replace(StoredEntry { entry: written.clone(), recent_edits });
        }
        (status, written)
    }

    /// Remembers an edit that got no new version of the entry, so that a resend
    /// gets the same verdict after others have edited it.
    fn remember(&mut self, entry: Entry, edit: &Edit) {
        let Some(stored) = self.entries.get(entry.id) else { return };
        if stored.recent_edits.contains(edit) {
            return;
        }
        let remembered = StoredEntry { recent_edits: stored.recent_edits.with(edit), entry };
        if *stored != remembered {
            self.entries.replace(remembered);
        }
    }

    fn next_stamp(&mut self, rules: Rules) -> UtcTime {
        let stamp = rules.now.plus_micros(self.stamps_used);
        self.stamps_used += 1;
        stamp
    }
}

/// The conflict with an entry that was purged, or never the user's.
fn gone() -> Conflict {
    Conflict {
        resolution: Resolution::ServerWins,
        reason: Reason::Gone,
        server_entry: None,
        copy_id: None,
        replaced_copy: None,
    }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
