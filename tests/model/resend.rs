//! Delivers a request again, at once or after other writes, and ignores the response.

use std::collections::{BTreeMap, BTreeSet};

use super::bulk_response::LineAnswer;
use super::conflict_rules::is_as_wanted;
use super::device::Upload;
use super::entry::Stored;
use super::expected_state::Line;
use super::import;
use super::simulation::{Sent, Simulation};
use super::step_result::{StepResult, holds, same};
use super::timestamps::now;

impl Simulation<'_> {
    /// A person makes the edits of an earlier upload once more: the same content on the same bases, now or, by a slow
    /// clock, earlier. Prefers an upload whose copy by `keep_both` was deleted or edited since.
    pub(crate) fn again(&mut self, back: usize, minutes_ago: u8) -> StepResult {
        let uploads = self.sent.iter().rev().filter_map(|sent| match sent {
            Sent::Bulk(upload, answers) => Some((upload, answers)),
            Sent::Single(..) => None,
        });
        let has_changed_copy = |(upload, answers): &(&Upload, &Vec<LineAnswer>)| {
            upload.lines.iter().zip(*answers).any(|(line, answer)| {
                let copy = answer.conflict.as_ref().and_then(|it| it.copy_id.as_ref());
                let copy = copy.and_then(|id| self.expected.entries.get(id));
                copy.is_some_and(|copy| !is_as_wanted(copy, line.edit))
            })
        };
        let found = uploads.clone().find(has_changed_copy).or_else(|| uploads.clone().nth(back));
        let Some((upload, _)) = found else { return Ok(()) };
        let mut upload = upload.clone();
        let made_at = now() - i64::from(minutes_ago) * 60_000_000;
        for line in &mut upload.lines {
            line.edited_at = line.edited_at.map(|_| made_at);
        }
        // A creation names no base, though its entry may be known.
        upload.is_careful = false;
        let answers = self.send_bulk(&upload)?;
        self.sent.push(Sent::Bulk(upload, answers));
        self.is_quiet = true;
        Ok(())
    }

    pub(crate) fn echo(&mut self, back: usize) -> StepResult {
        let Some(place) = self.sent.len().checked_sub(1 + back) else { return Ok(()) };
        let before = self.expected.entries.clone();
        let recent_edits = self.expected.recent_edits.clone();
        let remembers = |id: &Option<String>, line: &Line| {
            let is_marked = line.edited_at.is_some() || line.base.is_some();
            let memory = id.as_ref().and_then(|id| recent_edits.get(id));
            is_marked && memory.is_some_and(|memory| !memory.is_full())
        };
        let has_moved_on = |id: &Option<String>, line: &Line| {
            let entry = id.as_ref().and_then(|id| before.get(id));
            entry.is_some_and(|entry| !is_as_wanted(entry, line.edit))
        };
        let mut known = 0_u64;
        let lines = match self.sent[place].clone() {
            Sent::Bulk(mut upload, first) => {
                // The resend has the bases of the first request.
                upload.is_careful = false;
                let second = self.send_bulk(&upload)?;
                for ((line, first), second) in upload.lines.iter().zip(first).zip(second) {
                    let copy = first.conflict.and_then(|conflict| conflict.copy_id);
                    if let Some(copy) = copy.filter(|copy| {
                        recent_edits.get(copy).is_some_and(|memory| memory.knows(line))
                    }) {
                        known += u64::from(has_moved_on(&Some(copy.clone()), line));
                        let after = self.expected.entries.get(&copy);
                        same("a copy whose edit came again", after, before.get(&copy))?;
                    }
                    let id = first.synced.and_then(|synced| synced.server_id);
                    if remembers(&id, line) {
                        known += u64::from(has_moved_on(&id, line));
                        // The response lists an edit that was replaced meanwhile among the conflicts.
                        let status = second.synced.map(|synced| synced.status);
                        holds(
                            status.as_deref().is_none_or(|status| status == "unchanged"),
                            || format!("{line:?} came again and was {status:?}"),
                        )?;
                    }
                }
                upload.lines
            }
            Sent::Single(single, accepted) => {
                self.send_single(&single)?;
                if remembers(&accepted, &single.line) {
                    known += u64::from(has_moved_on(&accepted, &single.line));
                    same("what an accepted edit changed late", &self.expected.entries, &before)?;
                }
                vec![single.line]
            }
        };
        for _ in 0..known {
            self.client.saw("late resend known again, over a later version");
        }
        let names: BTreeSet<_> = lines.iter().map(|line| (&line.server_id, &line.key)).collect();
        if back == 0 && self.is_quiet && names.len() == lines.len() {
            return same("what a request changed that came twice", &self.expected.entries, &before);
        }
        self.is_quiet = false;
        self.check_late(&before, &lines)
    }

    /// Checks that a late resend undoes an accepted edit only if the resent edit was not accepted the first time or has
    /// no time.
    fn check_late(&mut self, before: &BTreeMap<String, Stored>, lines: &[Line]) -> StepResult {
        let changed: Vec<Stored> = self
            .expected
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
            let copies = || self.expected.copies.iter().filter(|(_, copy)| **copy == entry.id);
            let is_meant = |line: &&Line| {
                line.server_id.as_ref() == Some(&entry.id)
                    || (line.server_id.is_none() && line.key == entry.key)
                    || line.key.as_ref().is_some_and(|key| key.local == entry.id)
                    || copies().any(|((_, key, _), _)| line.key.as_ref() == Some(key))
            };
            let is_result = |line: &&Line| is_meant(line) && is_as_wanted(&entry, line.edit);
            let sent_at = lines.iter().rev().find(is_result).map(|line| line.edited_at);
            let cause = match (before.get(&entry.id), sent_at) {
                (None, _) => {
                    if entry.key.as_ref().is_some_and(|key| key.device == import::DEVICE) {
                        self.imported.insert(entry.content.birth());
                    }
                    "created what was purged again"
                }
                (_, Some(None)) => "undid an edit, for want of edited_at",
                (_, Some(Some(sent_at))) if sent_at > now() => "undid an edit by a fast clock",
                (Some(old), Some(Some(sent_at))) if sent_at == old.edited_at => {
                    "undid an edit by a tie"
                }
                // The resent edit is the later one, but it was not applied the first time.
                (Some(old), Some(Some(sent_at))) if sent_at > old.edited_at => {
                    "won as the later edit"
                }
                _ => "undid an edit",
            };
            self.client.saw(&format!("late resend {cause}"));
            holds(cause != "undid an edit", || format!("a late resend changed {entry:?}"))?;
        }
        Ok(())
    }
}
