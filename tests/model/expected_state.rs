//! The expected state of one user's data, computed from the requests. Only ids and stamps come from the responses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::conflict_rules::{Base, Incoming, Strategy, Verdict, judge};
use super::entry::{Content, Edit, Key, Stored};
use super::recent_edits::RecentEdits;
use super::silent_overwrites::Overwrites;
use super::step_result::{StepResult, holds, same};
use super::timestamps::Micros;
use crate::support::live_hash::live_hash;

/// One edit in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) key: Option<Key>,
    pub(crate) server_id: Option<String>,
    pub(crate) edit: Edit,
    pub(crate) edited_at: Option<Micros>,
    pub(crate) base: Option<Micros>,
    /// The edit is sent with an invalid weight.
    pub(crate) spoiled: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ExpectedState {
    pub(crate) user: String,
    /// Entries by server id, tombstones included.
    pub(crate) entries: BTreeMap<String, Stored>,
    /// By server id.
    pub(crate) recent_edits: BTreeMap<String, RecentEdits>,
    /// The id of each copy that `keep_both` made, by the entry and the edit's key and content.
    pub(crate) copies: BTreeMap<(String, Key, Content), String>,
    /// The ids of purged tombstones.
    pub(crate) purged: BTreeSet<String>,
    pub(crate) purged_through: Option<Micros>,
    pub(crate) started_at: Micros,
    /// How many entries, tombstones included, the server keeps.
    pub(crate) quota: Option<usize>,
    /// All future stamps are later than this.
    pub(crate) floor: Micros,
    pub(crate) overwrites: Overwrites,
}

impl ExpectedState {
    pub(crate) fn find(&self, line: &Line) -> Option<&Stored> {
        match &line.server_id {
            Some(id) => self.entries.get(id),
            None => {
                let key = line.key.as_ref()?;
                let known = self.entries.values().find(|entry| entry.key.as_ref() == Some(key));
                known.or_else(|| self.entries.get(&key.local))
            }
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.quota.is_none_or(|quota| self.entries.len() < quota)
    }

    pub(crate) fn live(&self) -> impl Iterator<Item = &Stored> {
        self.entries.values().filter(|entry| !entry.is_deleted())
    }

    /// Number and hash of the live entries, as the last page of a pull has them.
    pub(crate) fn live_totals(&self) -> Value {
        let parts = self.live().map(|Stored { id, content, .. }| {
            (id.as_str(), content.hundredths, content.unit, content.measured)
        });
        json!({"count": self.live().count(), "hash": live_hash(parts)})
    }

    /// All ids that have ever existed.
    pub(crate) fn ids(&self) -> BTreeSet<String> {
        self.entries.keys().chain(&self.purged).cloned().collect()
    }

    /// Records a stamp, which must be later than all stamps before it.
    pub(crate) fn stamp(&mut self, stamp: Micros) -> StepResult<Micros> {
        let floor = self.floor;
        holds(stamp > floor, || format!("stamp {stamp} does not come after {floor}"))?;
        self.floor = stamp;
        Ok(stamp)
    }

    /// Adds a new entry. `now` is the server's time of the request.
    pub(crate) fn create(
        &mut self,
        id: &str,
        line: &Line,
        content: Content,
        stamp: Micros,
        now: Micros,
    ) -> StepResult<Stored> {
        holds(!self.entries.contains_key(id), || format!("the id {id} of a new entry is taken"))?;
        holds(!self.purged.contains(id), || format!("the purged {id} is back"))?;
        let stamp = self.stamp(stamp)?;
        let entry = Stored {
            id: id.to_owned(),
            key: line.key.clone(),
            content,
            created_at: stamp,
            updated_at: stamp,
            edited_at: line.edited_at.unwrap_or(now).min(now),
            deleted_at: None,
        };
        self.entries.insert(id.to_owned(), entry.clone());
        self.recent_edits.insert(id.to_owned(), RecentEdits::default());
        self.remember(id, line);
        Ok(entry)
    }

    /// Stores the next version of an entry.
    pub(crate) fn change(
        &mut self,
        stored: &Stored,
        line: &Line,
        stamp: Micros,
        now: Micros,
    ) -> StepResult<Stored> {
        let stamp = self.stamp(stamp)?;
        let incoming = line.edited_at.unwrap_or(now).min(now);
        let (content, deleted_at) = match line.edit {
            Edit::Put(content) => (content, None),
            Edit::Delete => (stored.content, Some(stamp)),
        };
        let entry = Stored {
            content,
            updated_at: stamp,
            edited_at: stored.edited_at.max(incoming),
            deleted_at,
            ..stored.clone()
        };
        self.entries.insert(entry.id.clone(), entry.clone());
        self.remember(&entry.id, line);
        Ok(entry)
    }

    pub(crate) fn remember(&mut self, id: &str, line: &Line) {
        self.recent_edits.get_mut(id).expect("a memory for each entry").take(line);
    }

    /// Remembers an edit of what stands already; of its time and the entry's, the later stays. `now` is the server's time.
    pub(crate) fn confirm(&mut self, id: &str, line: &Line, now: Micros) -> Stored {
        let entry = self.entries.get_mut(id).expect("an entry");
        if let Some(edited_at) = line.edited_at.filter(|_| !self.recent_edits[id].knows(line)) {
            entry.edited_at = entry.edited_at.max(edited_at.min(now));
        }
        let entry = entry.clone();
        self.remember(id, line);
        entry
    }

    /// Remembers a refused edit whose time was ahead of the server. Otherwise each resend would get a later time.
    pub(crate) fn remember_clamped(&mut self, id: &str, line: &Line, now: Micros) {
        if line.edited_at.is_some_and(|edited_at| edited_at > now) {
            self.remember(id, line);
        }
    }

    /// Judges a PUT, DELETE or POST of a known key: an edit of the current version or of an unknown version. A POST
    /// without a time restores nothing.
    pub(crate) fn judge_single(&self, stored: &Stored, line: &Line) -> Verdict {
        let incoming = Incoming {
            edit: line.edit,
            edited_at: line.edited_at,
            base: if line.base.is_some() { Base::Current } else { Base::Unknown },
            is_repeated: self.recent_edits[&stored.id].knows(line),
            from_outbox: false,
            strategy: match (&line.server_id, line.edited_at) {
                (None, None) => Strategy::Manual,
                _ => Strategy::LastWriteWins,
            },
        };
        judge(stored, &incoming)
    }

    /// Checks that the purge, which ran between `before` and `after`, removed only tombstones older than `after` and left
    /// none older than `before`.
    pub(crate) fn purge(
        &mut self,
        left: &BTreeMap<String, Stored>,
        purged_through: Option<Micros>,
        (before, after): (Micros, Micros),
    ) -> StepResult {
        let removed: Vec<Stored> =
            self.entries.values().filter(|entry| !left.contains_key(&entry.id)).cloned().collect();
        for entry in &removed {
            holds(entry.is_deleted(), || format!("the purge took the live entry {entry:?}"))?;
            holds(entry.updated_at < after, || {
                format!("the purge took a young tombstone {entry:?}")
            })?;
            self.entries.remove(&entry.id);
            self.recent_edits.remove(&entry.id);
            self.purged.insert(entry.id.clone());
            self.copies.retain(|_, copy| *copy != entry.id);
        }
        same("the entries after the purge", left, &self.entries)?;
        let old = |entry: &&Stored| entry.is_deleted() && entry.updated_at < before;
        holds(!left.values().any(|entry| old(&entry)), || {
            "the purge left an old tombstone".into()
        })?;
        let newest = removed.iter().map(|entry| entry.updated_at).max();
        same("the purge horizon", purged_through, self.purged_through.max(newest))?;
        self.purged_through = purged_through;
        Ok(())
    }
}
