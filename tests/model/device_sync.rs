//! How a device applies responses to its outbox and its copy.

use std::collections::BTreeSet;

use super::bulk_response::LineAnswer;
use super::device::{Device, Item, News, Upload};
use super::entry::{Edit, Stored};

impl Device {
    pub(crate) fn take_upload(&mut self, upload: &Upload, answers: &[LineAnswer]) {
        for (number, answer) in upload.numbers.iter().zip(answers) {
            let Some(place) = self.outbox.iter().position(|pending| pending.number == *number)
            else {
                continue;
            };
            let pending = self.outbox[place].clone();
            if let Some(synced) = &answer.synced {
                // This also settles earlier edits of the entry in the outbox.
                let is_over = |waiting: &super::device::Pending| {
                    waiting.local == pending.local && waiting.number <= *number
                };
                self.outbox.retain(|waiting| !is_over(waiting));
                let (local, id) = (&pending.local, synced.server_id.as_deref());
                match synced.status.as_str() {
                    "unchanged" if id.is_some() => {
                        self.set_missing_base(local, synced.updated_at);
                        self.take_unchanged(local, id);
                    }
                    _ => self.take_synced(local, id, synced.updated_at),
                }
            } else if let Some(conflict) = &answer.conflict {
                match (conflict.resolution.as_str(), &conflict.server_entry) {
                    ("unresolved", Some(version)) => {
                        let same_entry =
                            self.outbox.iter_mut().filter(|it| it.local == pending.local);
                        same_entry.for_each(|waiting| waiting.is_open = true);
                        self.learn(&pending.local, News::Version(version.clone()));
                    }
                    (_, Some(version)) => {
                        self.outbox.remove(place);
                        self.take_refusal(&pending.local, version);
                    }
                    (_, None) => {
                        let revive = self.habits.revives && pending.edit != Edit::Delete;
                        self.lose(&pending.local, revive);
                    }
                }
            }
        }
    }

    /// Handles an accepted edit. Later edits of the entry are based on it.
    pub(crate) fn take_synced(&mut self, local: &str, id: Option<&str>, stamp: Option<i64>) {
        let waits = self.waits(local);
        let Some(item) = self.items.get_mut(local) else { return };
        item.server_id = id.map(str::to_owned);
        item.base = stamp;
        item.news = None;
        if item.is_deleted && !waits {
            self.items.remove(local);
        }
        for pending in self.outbox.iter_mut().filter(|pending| pending.local == local) {
            pending.base = stamp;
        }
    }

    /// Handles an edit that the server had already accepted or that changed nothing. Others may have edited the entry
    /// since, so the returned stamp may belong to a version that this device has not seen: the base stays, and the
    /// device shows the last pulled version.
    pub(crate) fn take_unchanged(&mut self, local: &str, id: Option<&str>) {
        let waits = self.waits(local);
        let Some(item) = self.items.get_mut(local) else { return };
        item.server_id = id.map(str::to_owned);
        match item.news.clone() {
            Some(News::Version(version)) if !waits => self.show(local, &version),
            _ if item.is_deleted && !waits => {
                self.items.remove(local);
            }
            _ => {}
        }
    }

    /// Handles an edit that was refused because of this version. If it was a creation whose response was lost, others
    /// have edited the entry since, and later edits were based on the created version.
    pub(crate) fn take_refusal(&mut self, local: &str, version: &Stored) {
        self.set_missing_base(local, Some(version.created_at));
        self.take_version(local, version);
    }

    /// Handles the server's current version of an entry.
    pub(crate) fn take_version(&mut self, local: &str, version: &Stored) {
        if self.waits(local) {
            self.learn(local, News::Version(version.clone()));
        } else {
            self.show(local, version);
        }
    }

    fn learn(&mut self, local: &str, news: News) {
        let Some(item) = self.items.get_mut(local) else { return };
        if let News::Version(version) = &news {
            item.server_id = Some(version.id.clone());
        }
        item.news = Some(news);
    }

    /// Applies a page of changes. After the last page of a full pull, drops entries that no page contained.
    pub(crate) fn take_page(&mut self, data: &[Stored], next_since: &str, has_more: bool) {
        if self.cursor.is_none() {
            self.shown = Some(BTreeSet::new());
        }
        for version in data {
            let local = match self.local_of(version) {
                Some(local) => local,
                None if version.is_deleted() => continue,
                None => format!("r{}", self.number()),
            };
            self.take_version(&local, version);
            if let Some(shown) = &mut self.shown {
                shown.insert(local);
            }
        }
        self.cursor = Some(next_since.to_owned());
        if has_more {
            return;
        }
        let Some(shown) = self.shown.take() else { return };
        let missing: Vec<String> =
            self.items.keys().filter(|local| !shown.contains(*local)).cloned().collect();
        for local in missing {
            if !self.waits(&local) {
                self.items.remove(&local);
            } else if self.items[&local].server_id.is_some() {
                self.learn(&local, News::Vanished);
            }
        }
    }

    fn local_of(&self, version: &Stored) -> Option<String> {
        let has_id = |item: &Item| item.server_id.as_ref() == Some(&version.id);
        let by_id = self.items.iter().find(|(_, item)| has_id(item));
        if let Some((local, _)) = by_id {
            return Some(local.clone());
        }
        let key = version.key.as_ref().filter(|key| key.device == self.name)?;
        let item = self.items.get(&key.local)?;
        item.server_id.is_none().then(|| key.local.clone())
    }

    /// Handles an expired cursor: drops the copy and keeps the outbox.
    pub(crate) fn drop_copy(&mut self) {
        self.cursor = None;
        self.shown = None;
        let kept: BTreeSet<String> =
            self.outbox.iter().map(|pending| pending.local.clone()).collect();
        self.items.retain(|local, _| kept.contains(local));
    }

    /// Handles a restored database: uploads all entries again, then pulls everything.
    pub(crate) fn offer_everything(&mut self) {
        self.cursor = None;
        self.shown = None;
        self.epoch = None;
        let offered: Vec<(String, Item)> =
            self.items.iter().map(|(local, item)| (local.clone(), item.clone())).collect();
        for (local, item) in offered {
            if !self.waits(&local) && !item.is_deleted {
                self.enqueue(&local, Edit::Put(item.content), item.edited_at, item.base);
            }
        }
    }
}
