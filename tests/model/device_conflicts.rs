//! A person resolves the conflicts that the `manual` conflict strategy leaves open.

use super::conflict_rules::Strategy;
use super::device::{Device, News};
use super::entry::Edit;
use super::history::Choice;

impl Device {
    /// Resolves the conflicts of one entry.
    pub(crate) fn decide(&mut self, choice: Choice) -> bool {
        let Some(open) = self.outbox.iter().find(|pending| pending.is_open) else { return false };
        let local = open.local.clone();
        let last = self.outbox.iter().rev().find(|pending| pending.local == local);
        let last = last.expect("at least that one").clone();
        let news = self.items[&local].news.clone();
        match (choice, news) {
            (Choice::Server, Some(News::Version(version))) => self.accept(&local, &version),
            (_, Some(News::Vanished)) => self.lose(&local, choice != Choice::Server),
            (Choice::Both, Some(News::Version(_))) if last.edit != Edit::Delete => {
                for pending in self.outbox.iter_mut().filter(|pending| pending.local == local) {
                    pending.is_open = false;
                    pending.settlement = Strategy::KeepBoth;
                }
            }
            (_, Some(News::Version(version))) => {
                self.outbox
                    .retain(|pending| pending.local != local || pending.number == last.number);
                let pending = self.outbox.iter_mut().find(|pending| pending.number == last.number);
                let pending = pending.expect("it was kept");
                pending.is_open = false;
                pending.is_decided = true;
                pending.base = Some(version.updated_at);
            }
            (_, None) => unreachable!("a conflict brings the server's version"),
        }
        true
    }
}
