//! Computes the expected response to a bulk upload, input by input, and its effects.

use std::collections::BTreeMap;

use serde_json::json;

use super::bulk_response::{Conflict, LineAnswer, Local, Synced};
use super::conflict_rules::{Base, Incoming, Strategy, Verdict, judge, options, overwrites};
use super::entry::{Edit, Stored};
use super::expected_state::{ExpectedState, Line};
use super::outcome::{Outcome, holds, same};
use super::recent_edits::RecentEdits;
use super::timestamps::Micros;

/// A bulk request and its context.
pub(crate) struct Batch<'a> {
    pub(crate) strategy: Strategy,
    pub(crate) server_time: Micros,
    /// All entries before the request. Its sender may know their stamps as bases, and is shown what it overwrites.
    pub(crate) before: BTreeMap<String, Stored>,
    /// The table after the request. Only the stamps of new copies are read from it, since the response omits them.
    pub(crate) table: &'a BTreeMap<String, Stored>,
}

impl ExpectedState {
    /// Compares the result of one input with the rules, and applies its effects.
    pub(crate) fn settle(&mut self, line: &Line, got: &LineAnswer, batch: &Batch<'_>) -> Outcome {
        let local_id = line.key.as_ref().map(|key| key.local.clone());
        same("local_id of a result", got.local_id.clone(), local_id)?;
        let mut expected = LineAnswer { local_id: got.local_id.clone(), ..LineAnswer::default() };
        if line.spoiled {
            expected.error = Some(vec![("weight_value".into(), "out_of_range".into())]);
        } else if let Some(stored) = self.find(line).cloned() {
            self.settle_known(&stored, line, got, batch, &mut expected)?;
        } else if line.server_id.is_some() {
            expected.conflict = Some(conflict(line, batch, "server_wins", "gone", None));
        } else {
            expected.synced = Some(match line.edit {
                Edit::Delete => {
                    Synced { status: "unchanged".into(), server_id: None, updated_at: None }
                }
                Edit::Put(content) => {
                    let (id, stamp) = written(got)?;
                    let entry = self.create(&id, line, content, stamp, batch.server_time)?;
                    synced("created", &entry)
                }
            });
        }
        same(&format!("the answer to {line:?}"), got, &expected)
    }

    fn settle_known(
        &mut self,
        stored: &Stored,
        line: &Line,
        got: &LineAnswer,
        batch: &Batch<'_>,
        expected: &mut LineAnswer,
    ) -> Outcome {
        // A device that sends two edits of an entry in one request gives both the same base.
        let found = batch.before.get(&stored.id);
        let stamps = [Some(stored.updated_at), found.map(|found| found.updated_at)];
        let base = match line.base {
            None => Base::Unknown,
            known if stamps.contains(&known) => Base::Current,
            Some(_) => Base::Other,
        };
        let incoming = Incoming {
            edit: line.edit,
            edited_at: line.edited_at,
            base,
            is_repeated: self.recent_edits[&stored.id].knows(line),
            from_outbox: true,
            strategy: batch.strategy,
        };
        match judge(stored, &incoming) {
            Verdict::Unchanged => {
                self.remember(&stored.id, line);
                expected.synced = Some(synced("unchanged", stored));
            }
            Verdict::Applied(reason) => {
                let (_, stamp) = written(got)?;
                let entry = self.change(stored, line, stamp, batch.server_time)?;
                let status = if entry.is_deleted() { "deleted" } else { "updated" };
                expected.synced = Some(synced(status, &entry));
                // An earlier edit in the same request is the sender's own: the version of others is shown.
                let shown = found.filter(|_| reason.is_some());
                expected.conflict = shown.and_then(|found| {
                    let reason = overwrites(found, &incoming)?;
                    Some(conflict(line, batch, "local_wins", reason, Some(found)))
                });
            }
            Verdict::Held(resolution, reason) => {
                if resolution == "server_wins" {
                    self.remember_clamped(&stored.id, line, batch.server_time);
                }
                let mut conflict = conflict(line, batch, resolution, reason, Some(stored));
                if let ("kept_both", Edit::Put(content)) = (resolution, line.edit) {
                    let copy = got.conflict.as_ref().and_then(|conflict| conflict.copy_id.clone());
                    let copy = copy.ok_or("kept_both without a copy_id")?;
                    conflict.replaced_copy = self.keep(stored, line, content, &copy, batch)?;
                    conflict.copy_id = Some(copy);
                }
                expected.conflict = Some(conflict);
            }
        }
        Ok(())
    }

    /// Stores the local version as a separate entry. A copy that exists is judged like any entry; returns the version
    /// of it that was replaced.
    fn keep(
        &mut self,
        stored: &Stored,
        line: &Line,
        content: super::entry::Content,
        copy: &str,
        batch: &Batch<'_>,
    ) -> Outcome<Option<Stored>> {
        let key = line.key.clone().ok_or("a line without a key")?;
        let name = (stored.id.clone(), key, content);
        if let Some(known) = self.copies.get(&name).cloned() {
            same("the id of a copy that was made before", copy, known.as_str())?;
            return self.keep_again(copy, line, batch);
        }
        let row = batch.table.get(copy).ok_or_else(|| format!("no row of the copy {copy}"))?;
        // The copy's id derives from its original, so the same id may return after a purge.
        self.purged.remove(copy);
        let anonymous = Line { key: None, ..line.clone() };
        self.create(copy, &anonymous, content, row.created_at, batch.server_time)?;
        self.recent_edits.insert(copy.to_owned(), RecentEdits::default());
        self.remember(copy, line);
        self.copies.insert(name, copy.to_owned());
        Ok(None)
    }

    fn keep_again(
        &mut self,
        copy: &str,
        line: &Line,
        batch: &Batch<'_>,
    ) -> Outcome<Option<Stored>> {
        let known = self.entries.get(copy).cloned().ok_or("a copy that is no entry")?;
        let incoming = Incoming {
            edit: line.edit,
            edited_at: line.edited_at,
            base: line.base.map_or(Base::Unknown, |_| Base::Other),
            is_repeated: self.recent_edits[copy].knows(line),
            from_outbox: true,
            strategy: Strategy::LastWriteWins,
        };
        match judge(&known, &incoming) {
            Verdict::Unchanged => self.remember(copy, line),
            Verdict::Held(..) => self.remember_clamped(copy, line, batch.server_time),
            Verdict::Applied(_) => {
                // The response omits the stamp: those of one request follow each other.
                let stamp = batch.server_time.max(self.floor + 1);
                self.change(&known, line, stamp, batch.server_time)?;
                let replaced = batch.before.get(copy).cloned();
                let reported = replaced.as_ref().map(|version| version.updated_at);
                self.overwrites.take_copy(copy, stamp, reported);
                return Ok(replaced);
            }
        }
        Ok(None)
    }
}

fn written(got: &LineAnswer) -> Outcome<(String, Micros)> {
    let synced = got.synced.as_ref();
    let written = synced.and_then(|synced| Some((synced.server_id.clone()?, synced.updated_at?)));
    written.ok_or_else(|| format!("should have been written, but was answered {got:?}"))
}

fn synced(status: &str, entry: &Stored) -> Synced {
    Synced {
        status: status.into(),
        server_id: Some(entry.id.clone()),
        updated_at: Some(entry.updated_at),
    }
}

fn conflict(
    line: &Line,
    batch: &Batch<'_>,
    resolution: &str,
    reason: &str,
    stored: Option<&Stored>,
) -> Conflict {
    Conflict {
        resolution: resolution.into(),
        reason: reason.into(),
        server_id: stored.map(|stored| stored.id.clone()).or_else(|| line.server_id.clone()),
        server_entry: stored.cloned(),
        local_entry: local(line, batch.server_time),
        options: options(reason, line.edit).into_iter().map(str::to_owned).collect(),
        copy_id: None,
        replaced_copy: None,
    }
}

/// The edit as the server returns it, normalised at time `now`.
pub(crate) fn local(line: &Line, now: Micros) -> Local {
    let content = match line.edit {
        Edit::Put(content) => Some(content),
        Edit::Delete => None,
    };
    Local {
        id: line.server_id.clone(),
        local_id: line.key.as_ref().map(|key| key.local.clone()),
        content,
        edited_at: line.edited_at.unwrap_or(now).min(now),
        deleted: content.is_none(),
    }
}

/// Compares the whole table, and the clock's count and stamp.
pub(crate) fn compare(expected: &ExpectedState, table: &super::stored_rows::UserTable) -> Outcome {
    same("the table", &table.entries, &expected.entries)?;
    let expected_lengths =
        expected.recent_edits.iter().map(|(id, memory)| (id, memory.count() * 8)).collect();
    let recent_edits: BTreeMap<_, _> =
        table.recent_edits.iter().map(|(id, memory)| (id, memory.len())).collect();
    same("the length of accepted", recent_edits, expected_lengths)?;
    let (stored, live, hash) = table.totals;
    same("stored_entries of the clock", stored, expected.entries.len() as i64)?;
    let totals = json!({"count": live, "hash": format!("{hash:016x}")});
    same("the clock's totals of live entries", totals, expected.live_totals())?;
    let newest = expected.entries.values().map(|entry| entry.updated_at).max().unwrap_or(0);
    holds(table.last_stamp >= newest, || {
        format!("the clock's stamp {} is older than the entry of {newest}", table.last_stamp)
    })
}
