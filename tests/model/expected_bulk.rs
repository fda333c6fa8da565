//! Computes the expected response to a bulk upload, input by input, and its effects.

use std::collections::BTreeMap;

use serde_json::json;

use super::bulk_response::{Conflict, LineAnswer, LineError, Local, Synced};
use super::conflict_rules::{Base, Incoming, Strategy, Verdict, judge, options, overwrites};
use super::entry::{Edit, Stored};
use super::expected_state::{ExpectedState, Line};
use super::recent_edits::RecentEdits;
use super::step_result::{StepResult, holds, same};
use super::timestamps::Micros;

/// A bulk request and its context.
pub(crate) struct Batch<'a> {
    pub(crate) strategy: Strategy,
    pub(crate) server_time: Micros,
    /// All entries before the request. Its sender may know their stamps as bases, and is shown what it overwrites.
    pub(crate) before: BTreeMap<String, Stored>,
    /// The table after the request. Only what the response omits is read from it: the stamps of new copies, and all ids
    /// and stamps where there was no response.
    pub(crate) table: &'a BTreeMap<String, Stored>,
}

impl ExpectedState {
    /// Applies the effects of one input, and compares its result with the rules if there was a response. Returns the
    /// expected result.
    pub(crate) fn settle(
        &mut self,
        line: &Line,
        got: Option<&LineAnswer>,
        batch: &Batch<'_>,
    ) -> StepResult<LineAnswer> {
        let local_id = line.key.as_ref().map(|key| key.local.clone());
        let mut expected = LineAnswer { local_id, ..LineAnswer::default() };
        if line.spoiled {
            expected.error = Some(LineError {
                code: "validation_failed".into(),
                fields: vec![("weight_value".into(), "out_of_range".into())],
            });
        } else if let Some(stored) = self.find(line).cloned() {
            self.settle_known(&stored, line, got, batch, &mut expected)?;
        } else if line.server_id.is_some() {
            expected.conflict = Some(conflict(line, batch, "server_wins", "gone", None));
        } else if let Edit::Put(content) = line.edit {
            if self.has_room() {
                let (id, stamp) = self.written(None, line, got, batch)?;
                let entry = self.create(&id, line, content, stamp, batch.server_time)?;
                expected.synced = Some(synced("created", &entry));
            } else {
                expected.error = Some(LineError::quota_exceeded());
            }
        } else {
            let status = "unchanged".into();
            expected.synced = Some(Synced { status, server_id: None, updated_at: None });
        }
        if let Some(got) = got {
            same(&format!("the answer to {line:?}"), got, &expected)?;
        }
        Ok(expected)
    }

    /// The id and stamp of the version that an input wrote, from its result or, without a response, from the row.
    fn written(
        &self,
        stored: Option<&Stored>,
        line: &Line,
        got: Option<&LineAnswer>,
        batch: &Batch<'_>,
    ) -> StepResult<(String, Micros)> {
        let written = match (got, stored) {
            (Some(got), _) => {
                got.synced.as_ref().and_then(|it| Some((it.server_id.clone()?, it.updated_at?)))
            }
            (None, Some(stored)) => batch.table.get(&stored.id).map(id_and_stamp),
            (None, None) => self.new_row(batch).map(id_and_stamp),
        };
        written
            .ok_or_else(|| format!("{line:?} should have been written, but was answered {got:?}"))
    }

    /// A row that did not exist before the request.
    fn new_row<'table>(&self, batch: &Batch<'table>) -> Option<&'table Stored> {
        batch.table.values().find(|row| !self.entries.contains_key(&row.id))
    }

    fn settle_known(
        &mut self,
        stored: &Stored,
        line: &Line,
        got: Option<&LineAnswer>,
        batch: &Batch<'_>,
        expected: &mut LineAnswer,
    ) -> StepResult {
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
                self.confirm(&stored.id, line, batch.server_time);
                expected.synced = Some(synced("unchanged", stored));
            }
            Verdict::Applied(reason) => {
                let (_, stamp) = self.written(Some(stored), line, got, batch)?;
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
            Verdict::Held("kept_both", _) if !self.has_room() && !self.has_copy(stored, line) => {
                expected.error = Some(LineError::quota_exceeded());
            }
            Verdict::Held(resolution, reason) => {
                if resolution == "server_wins" {
                    self.remember_clamped(&stored.id, line, batch.server_time);
                }
                let mut conflict = conflict(line, batch, resolution, reason, Some(stored));
                if let ("kept_both", Edit::Put(content)) = (resolution, line.edit) {
                    match self.keep(stored, line, content, got, batch)? {
                        Kept::Copy(copy, replaced) => {
                            conflict.copy_id = Some(copy);
                            conflict.replaced_copy = replaced;
                        }
                        Kept::Nothing => conflict.resolution = "server_wins".into(),
                    }
                }
                expected.conflict = Some(conflict);
            }
        }
        Ok(())
    }

    /// Whether the copy that this edit would make exists already.
    fn has_copy(&self, stored: &Stored, line: &Line) -> bool {
        let (Edit::Put(content), Some(key)) = (line.edit, line.key.clone()) else { return false };
        self.copies.contains_key(&(stored.id.clone(), key, content))
    }

    /// Stores the local version as a separate entry. A copy that exists is judged like any entry.
    fn keep(
        &mut self,
        stored: &Stored,
        line: &Line,
        content: super::entry::Content,
        got: Option<&LineAnswer>,
        batch: &Batch<'_>,
    ) -> StepResult<Kept> {
        let key = line.key.clone().ok_or("a line without a key")?;
        let name = (stored.id.clone(), key, content);
        let named = got.map(|got| got.conflict.as_ref().and_then(|it| it.copy_id.clone()));
        if let Some(known) = self.copies.get(&name).cloned() {
            return self.keep_again(&known, line, got.is_some(), batch);
        }
        let row = match named {
            Some(named) => named.and_then(|id| batch.table.get(&id)),
            None => self.new_row(batch),
        };
        let Stored { id: copy, created_at, .. } = row.ok_or("kept_both without a copy")?.clone();
        // The copy's id derives from its original, so the same id may return after a purge.
        self.purged.remove(&copy);
        let anonymous = Line { key: None, ..line.clone() };
        self.create(&copy, &anonymous, content, created_at, batch.server_time)?;
        self.recent_edits.insert(copy.clone(), RecentEdits::default());
        self.remember(&copy, line);
        self.copies.insert(name, copy.clone());
        Ok(Kept::Copy(copy, None))
    }

    fn keep_again(
        &mut self,
        copy: &str,
        line: &Line,
        was_answered: bool,
        batch: &Batch<'_>,
    ) -> StepResult<Kept> {
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
            Verdict::Unchanged => {
                self.confirm(copy, line, batch.server_time);
            }
            Verdict::Held(..) => {
                self.remember_clamped(copy, line, batch.server_time);
                return Ok(match incoming.is_repeated {
                    true => Kept::Copy(copy.to_owned(), None),
                    false => Kept::Nothing,
                });
            }
            Verdict::Applied(_) => {
                // The response omits the stamp: those of one request follow each other.
                let stamp = match was_answered {
                    true => batch.server_time.max(self.floor + 1),
                    false => batch.table.get(copy).ok_or("no row of a copy")?.updated_at,
                };
                self.change(&known, line, stamp, batch.server_time)?;
                let replaced = batch.before.get(copy).cloned();
                let reported = replaced.as_ref().map(|version| version.updated_at);
                self.overwrites.take_copy(copy, stamp, reported);
                return Ok(Kept::Copy(copy.to_owned(), replaced));
            }
        }
        Ok(Kept::Copy(copy.to_owned(), None))
    }
}

/// What stands of an edit that lost, by `keep_both`.
enum Kept {
    /// The id of its copy, and the version of the copy that was replaced.
    Copy(String, Option<Stored>),
    /// The copy was edited or deleted later than this edit was made.
    Nothing,
}

fn id_and_stamp(row: &Stored) -> (String, Micros) {
    (row.id.clone(), row.updated_at)
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
pub(crate) fn compare(
    expected: &ExpectedState,
    table: &super::stored_rows::UserTable,
) -> StepResult {
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
