//! A request arrives once more, its answer unread: at once, or long after others have written.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::Stored;
use super::ledger::Line;
use super::moment::now;
use super::outcome::{Outcome, holds, same};
use super::world::{Sent, World};

impl World<'_> {
    pub(crate) fn echo(&mut self, back: usize) -> Outcome {
        let Some(place) = self.sent.len().checked_sub(1 + back) else { return Ok(()) };
        let before = self.ledger.entries.clone();
        let lines = match self.sent[place].clone() {
            Sent::Bulk(upload) => self.send_bulk(&upload).map(|_| upload.lines)?,
            Sent::Single(single) => self.send_single(&single).map(|_| vec![single.line])?,
        };
        let names: BTreeSet<_> = lines.iter().map(|line| (&line.server_id, &line.key)).collect();
        if back == 0 && self.is_quiet && names.len() == lines.len() {
            return same("what a request changed that came twice", &self.ledger.entries, &before);
        }
        self.is_quiet = false;
        self.check_late(&before, &lines)
    }

    /// A late resend undoes nothing, but for what the rules cannot tell from a new edit.
    fn check_late(&mut self, before: &BTreeMap<String, Stored>, lines: &[Line]) -> Outcome {
        let changed: Vec<Stored> = self
            .ledger
            .entries
            .values()
            .filter(|entry| {
                before.get(&entry.id).is_none_or(|old| {
                    (old.content, old.is_deleted()) != (entry.content, entry.is_deleted())
                })
            })
            .cloned()
            .collect();
        for entry in changed {
            let is_meant = |line: &&Line| {
                line.server_id.as_ref() == Some(&entry.id)
                    || (line.server_id.is_none() && line.key == entry.key)
            };
            let sent_at = lines.iter().rev().find(is_meant).map(|line| line.edited_at);
            let cause = match (before.get(&entry.id), sent_at) {
                (None, _) => "made anew what was purged",
                (_, Some(None)) => "undid an edit, for want of edited_at",
                (_, Some(Some(sent_at))) if sent_at > now() => "undid an edit by a fast clock",
                (Some(old), Some(Some(sent_at))) if sent_at == old.edited_at => {
                    "undid an edit by a tie"
                }
                // It is the later edit, but had nothing to write or was held back when it first came.
                (Some(old), Some(Some(sent_at))) if sent_at > old.edited_at => {
                    "won as the later edit"
                }
                _ => "undid an edit",
            };
            self.traffic.saw(&format!("late resend {cause}"));
            holds(cause != "undid an edit", || format!("a late resend changed {entry:?}"))?;
        }
        Ok(())
    }
}
