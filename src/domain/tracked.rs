//! The entries that a batch may meet, each with the version that was loaded:
//! what has changed, and what that does to the user's totals.

use std::collections::BTreeMap;

use super::entry::{Entry, EntryId, Identity, StoredEntry};
use super::totals::Totals;

/// Entries by id and by the key that a device gave them.
#[derive(Clone, Debug, Default)]
pub(super) struct Tracked {
    entries: BTreeMap<EntryId, TrackedEntry>,
    by_identity: BTreeMap<Identity, EntryId>,
}

#[derive(Clone, Debug)]
struct TrackedEntry {
    stored: StoredEntry,
    /// The entry as it was loaded; `None` for a new one.
    loaded: Option<Entry>,
    is_changed: bool,
}

impl Tracked {
    /// Adds an entry that the store found.
    pub(super) fn load(&mut self, stored: StoredEntry) {
        let loaded = Some(stored.entry.clone());
        self.insert(TrackedEntry { stored, loaded, is_changed: false });
    }

    /// Adds a new entry.
    pub(super) fn create(&mut self, stored: StoredEntry) {
        self.insert(TrackedEntry { stored, loaded: None, is_changed: true });
    }

    fn insert(&mut self, tracked: TrackedEntry) {
        let entry = &tracked.stored.entry;
        if let Some(identity) = &entry.identity {
            self.by_identity.insert(identity.clone(), entry.id);
        }
        self.entries.insert(entry.id, tracked);
    }

    /// Replaces a tracked entry by its next version.
    pub(super) fn replace(&mut self, next: StoredEntry) {
        if let Some(tracked) = self.entries.get_mut(&next.entry.id) {
            tracked.stored = next;
            tracked.is_changed = true;
        }
    }

    /// The entry with that id, in its last version.
    pub(super) fn get(&self, id: EntryId) -> Option<&StoredEntry> {
        self.entries.get(&id).map(|tracked| &tracked.stored)
    }

    /// The version of an entry that others wrote: the one that was loaded.
    pub(super) fn loaded(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(&id)?.loaded.as_ref()
    }

    /// The entry to which a device gave that key.
    pub(super) fn id_of(&self, identity: &Identity) -> Option<EntryId> {
        self.by_identity.get(identity).copied()
    }

    /// The entries to write, each once, in its last version.
    pub(super) fn changed(&self) -> impl Iterator<Item = &StoredEntry> {
        let changed = self.entries.values().filter(|tracked| tracked.is_changed);
        changed.map(|tracked| &tracked.stored)
    }

    /// The change of the user's totals.
    pub(super) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for tracked in self.entries.values().filter(|tracked| tracked.is_changed) {
            totals.replace(tracked.loaded.as_ref(), &tracked.stored.entry);
        }
        totals
    }
}
