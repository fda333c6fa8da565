//! A user's device: its copy of the entries, its outbox and its clock. It is offline-first, like the app.

use std::collections::{BTreeMap, BTreeSet};

use super::conflict_rules::Strategy;
use super::entry::{Content, Edit, Key, Stored};
use super::expected_state::Line;
use super::history::Habits;
use super::timestamps::{FIRST_MEASUREMENT, Micros, SECOND, now};

/// An entry in the device's copy.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) server_id: Option<String>,
    pub(crate) content: Content,
    pub(crate) is_deleted: bool,
    pub(crate) edited_at: Micros,
    /// The stamp of the server's version on which `content` is based.
    pub(crate) base: Option<Micros>,
    /// The server's last known state of the entry, received while an edit waited in the outbox.
    pub(crate) news: Option<News>,
}

#[derive(Clone, Debug)]
pub(crate) enum News {
    Version(Stored),
    Vanished,
}

/// An edit that the server has not confirmed.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) number: u64,
    pub(crate) local: String,
    pub(crate) edit: Edit,
    pub(crate) edited_at: Micros,
    pub(crate) base: Option<Micros>,
    /// The person has seen the server's version, so its stamp is always sent as the base.
    pub(crate) is_decided: bool,
    /// The server reported a conflict that the person has not resolved.
    pub(crate) is_open: bool,
    pub(crate) settlement: Strategy,
    /// The edit was sent and may have arrived.
    pub(crate) is_sent: bool,
}

/// A bulk upload, and the outbox numbers of its edits.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) device: String,
    pub(crate) strategy: Strategy,
    pub(crate) lines: Vec<Line>,
    pub(crate) numbers: Vec<u64>,
    pub(crate) author: usize,
    /// Each edit names its base, so the upload cannot overwrite an unknown version.
    pub(crate) is_careful: bool,
}

#[derive(Debug)]
pub(crate) struct Device {
    place: usize,
    pub(crate) name: String,
    pub(crate) habits: Habits,
    pub(crate) items: BTreeMap<String, Item>,
    pub(crate) outbox: Vec<Pending>,
    pub(crate) cursor: Option<String>,
    pub(crate) epoch: Option<String>,
    /// The local keys received so far by an unfinished full pull.
    pub(crate) shown: Option<BTreeSet<String>>,
    /// Creations that the device repeated, because the server no longer had them.
    pub(crate) revived: BTreeSet<Micros>,
    next_number: u64,
}

impl Device {
    pub(crate) fn new(place: usize, name: String, habits: Habits) -> Self {
        Self {
            place,
            name,
            habits,
            items: BTreeMap::new(),
            outbox: Vec::new(),
            cursor: None,
            epoch: None,
            shown: None,
            revived: BTreeSet::new(),
            next_number: 0,
        }
    }

    fn time(&self) -> Micros {
        let time = now() + self.habits.clock_ahead * 60 * SECOND;
        if self.habits.whole_seconds { time - time % SECOND } else { time }
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    pub(crate) fn create(&mut self, content: Content) {
        let local = format!("k{}", self.number());
        let edited_at = self.time();
        let item =
            Item { server_id: None, content, is_deleted: false, edited_at, base: None, news: None };
        self.items.insert(local.clone(), item);
        self.enqueue(&local, Edit::Put(content), edited_at, None);
    }

    /// The local key of the nth entry on the screen.
    pub(crate) fn visible(&self, nth: u8) -> Option<String> {
        let visible: Vec<&String> = self
            .items
            .iter()
            .filter(|(_, item)| !item.is_deleted)
            .map(|(local, _)| local)
            .collect();
        let place = usize::from(nth).checked_rem(visible.len())?;
        Some(visible[place].clone())
    }

    pub(crate) fn edit(&mut self, local: &str, edit: Edit) {
        let edited_at = self.time();
        let item = self.items.get_mut(local).expect("a visible item");
        match edit {
            Edit::Put(content) => item.content = content,
            Edit::Delete => item.is_deleted = true,
        }
        item.edited_at = edited_at;
        let base = item.base;
        // An edit that may have arrived must be sent again unchanged.
        let Habits { keeps_each_edit, sends_base, .. } = self.habits;
        let stays = |pending: &Pending| keeps_each_edit || (sends_base && pending.is_sent);
        let waiting = self.outbox.iter_mut().rev().find(|pending| pending.local == local);
        match waiting {
            Some(pending) if !stays(pending) => {
                pending.edit = edit;
                pending.edited_at = edited_at;
            }
            _ => self.enqueue(local, edit, edited_at, base),
        }
    }

    pub(crate) fn enqueue(
        &mut self,
        local: &str,
        edit: Edit,
        edited_at: Micros,
        base: Option<Micros>,
    ) {
        let is_open = self.outbox.iter().any(|pending| pending.local == local && pending.is_open);
        let pending = Pending {
            number: self.number(),
            local: local.to_owned(),
            edit,
            edited_at,
            base,
            is_decided: false,
            is_open,
            settlement: self.habits.settlement,
            is_sent: false,
        };
        self.outbox.push(pending);
    }

    pub(crate) fn waits(&self, local: &str) -> bool {
        self.outbox.iter().any(|pending| pending.local == local)
    }

    /// The input of a bulk upload for this edit, with the server's id if it is known.
    pub(crate) fn line(&self, pending: &Pending) -> Line {
        let sends_base = self.habits.sends_base || pending.is_decided;
        Line {
            key: Some(Key { device: self.name.clone(), local: pending.local.clone() }),
            server_id: self.items.get(&pending.local).and_then(|item| item.server_id.clone()),
            edit: pending.edit,
            edited_at: self.habits.sends_edited_at.then_some(pending.edited_at),
            base: pending.base.filter(|_| sends_base),
            spoiled: false,
        }
    }

    /// The first edits of the outbox that one upload can carry, in order.
    pub(crate) fn next_upload(&self, most: u8) -> Option<Upload> {
        let strategy = self.outbox.iter().find(|pending| !pending.is_open)?.settlement;
        let mut blocked = BTreeSet::new();
        let (mut lines, mut numbers) = (Vec::new(), Vec::new());
        for pending in &self.outbox {
            if pending.is_open || pending.settlement != strategy {
                blocked.insert(pending.local.as_str());
            } else if !blocked.contains(pending.local.as_str()) && lines.len() < usize::from(most) {
                lines.push(self.line(pending));
                numbers.push(pending.number);
                // Later edits of the entry need the stamp from this edit's response as their base.
                if self.habits.sends_base && pending.is_sent && pending.base.is_none() {
                    blocked.insert(pending.local.as_str());
                }
            }
        }
        Some(Upload {
            device: self.name.clone(),
            strategy,
            lines,
            numbers,
            author: self.place,
            is_careful: self.habits.sends_base,
        })
    }

    pub(crate) fn mark_sent(&mut self, numbers: &[u64]) {
        let sent = self.outbox.iter_mut().filter(|pending| numbers.contains(&pending.number));
        sent.for_each(|pending| pending.is_sent = true);
    }

    /// Sets the base of an entry's waiting edits that lack one.
    pub(crate) fn set_missing_base(&mut self, local: &str, stamp: Option<Micros>) {
        let waiting = self.outbox.iter_mut().filter(|it| it.local == local && it.base.is_none());
        waiting.for_each(|pending| pending.base = stamp);
        if let Some(item) = self.items.get_mut(local) {
            item.base = item.base.or(stamp);
        }
    }

    /// Drops an entry's waiting edits in favour of the server's version.
    pub(crate) fn accept(&mut self, local: &str, version: &Stored) {
        self.outbox.retain(|pending| pending.local != local);
        self.show(local, version);
    }

    /// Handles an entry that the server no longer has: drops it, or creates it again under a new key.
    pub(crate) fn lose(&mut self, local: &str, revive: bool) {
        self.outbox.retain(|pending| pending.local != local);
        let item = self.items.remove(local);
        if let Some(item) = item.filter(|item| revive && !item.is_deleted) {
            self.revived.insert(item.content.birth());
            self.create(item.content);
        }
    }

    /// Replaces the local version by the server's.
    pub(crate) fn show(&mut self, local: &str, version: &Stored) {
        if version.is_deleted() {
            self.items.remove(local);
            return;
        }
        let item = Item {
            server_id: Some(version.id.clone()),
            content: version.content,
            is_deleted: false,
            edited_at: version.edited_at,
            base: Some(version.updated_at),
            news: None,
        };
        self.items.insert(local.to_owned(), item);
    }
}

/// Content whose second identifies the creation it comes from.
pub(crate) fn measured(birth: u32, weight: u8, variant: i64) -> Content {
    Content {
        hundredths: 7000 + i64::from(weight) * 25,
        unit: super::entry::UNITS[usize::from(weight) % 2],
        measured: FIRST_MEASUREMENT + i64::from(birth) * SECOND + variant,
    }
}
