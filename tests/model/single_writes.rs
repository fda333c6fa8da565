//! Sends POST, PUT and DELETE for one entry and checks the responses.

use serde_json::{Value, json};

use super::bulk_response::local;
use super::conflict_rules::{Strategy, Verdict, is_as_wanted, options};
use super::device::{Device, Pending};
use super::entry::{Edit, Stored, stored, text};
use super::expected_bulk;
use super::expected_state::Line;
use super::history::Fate;
use super::simulation::{Sent, Simulation};
use super::step_result::{StepResult, holds, same};
use super::timestamps::{Micros, now, render};
use crate::support::{Answer, Request, WEIGHT};

/// The author of entries without a device.
pub(crate) const NOBODY: usize = usize::MAX;

/// A request with a single edit; `guard` is the version in its `If-Match`, and `is_any` says that it has `*` there.
#[derive(Clone, Debug)]
pub(crate) struct Single {
    pub(crate) line: Line,
    author: usize,
    guard: Option<Micros>,
    is_any: bool,
}

impl Single {
    fn request(&self) -> Request {
        let mut request = match (&self.line.server_id, self.line.edit) {
            (None, _) => Request::new("POST", WEIGHT),
            (Some(id), Edit::Put(_)) => Request::new("PUT", format!("{WEIGHT}/{id}")),
            (Some(id), Edit::Delete) => Request::new("DELETE", format!("{WEIGHT}/{id}")),
        };
        if self.is_any {
            request = request.header("If-Match", "*");
        }
        if let Some(stamp) = self.guard {
            request = request.header("If-Match", format!("\"{}\"", render(stamp)));
        }
        match self.line.edit {
            Edit::Put(content) => request.json(&self.body(content.json())),
            Edit::Delete => request,
        }
    }

    fn body(&self, mut body: Value) -> Value {
        if let Some(edited_at) = self.line.edited_at {
            body["edited_at"] = json!(render(edited_at));
        }
        if let (None, Some(key)) = (&self.line.server_id, &self.line.key) {
            body["local_id"] = json!(key.local);
            if !key.device.is_empty() {
                body["device_id"] = json!(key.device);
            }
        }
        body
    }
}

impl Simulation<'_> {
    /// Sends the first edit of the outbox if a single request can carry it.
    pub(crate) fn single(&mut self, device: usize, is_guarded: bool, fate: Fate) -> StepResult {
        let sender = &self.devices[device];
        let Some(pending) = sender.outbox.first().filter(|pending| !pending.is_open).cloned()
        else {
            return Ok(());
        };
        let mut line = sender.line(&pending);
        let is_new = line.server_id.is_none();
        if pending.settlement != sender.habits.settlement || (is_new && line.edit == Edit::Delete) {
            return Ok(());
        }
        let guard = pending.base.filter(|_| is_guarded && !is_new);
        let is_any = is_guarded && !is_new && guard.is_none();
        line.base = None;
        line.key = line.key.filter(|_| is_new);
        if line.edit == Edit::Delete {
            line.edited_at = None;
        }
        self.devices[device].mark_sent(&[pending.number]);
        if fate == Fate::RequestLost {
            return Ok(());
        }
        let single = Single { line, author: device, guard, is_any };
        let floor = self.expected.floor;
        let answer = self.send_single(&single)?;
        let written = self.expected.find(&single.line).filter(|entry| entry.updated_at > floor);
        let accepted = written.map(|entry| entry.id.clone());
        self.sent.push(Sent::Single(single, accepted));
        self.is_quiet = true;
        if fate == Fate::Delivered {
            take(&mut self.devices[device], &pending, &answer)?;
        }
        Ok(())
    }

    /// Creates an entry without a key, by one request.
    pub(crate) fn post_keyless(&mut self, weight: u8) -> StepResult {
        let edit = Edit::Put(self.birth(weight));
        let line =
            Line { key: None, server_id: None, edit, edited_at: None, base: None, spoiled: false };
        self.is_quiet = false;
        self.send_single(&Single { line, author: NOBODY, guard: None, is_any: false }).map(|_| ())
    }

    /// Sends the request, compares the response with the rules, and applies its effects.
    pub(crate) fn send_single(&mut self, single: &Single) -> StepResult<Answer> {
        let asked_at = now();
        let answer = self.client.send(&single.request());
        let line = &single.line;
        match self.expected.find(line).cloned() {
            None if line.server_id.is_some() => same("an unknown id", answer.status, 404)?,
            None if !self.expected.has_room() => {
                same(
                    "the refusal of a new entry",
                    (answer.status, answer.code()),
                    (403, "quota_exceeded".into()),
                )?;
            }
            None => {
                same("the status of a new entry", answer.status, 201)?;
                let got = shown(&answer, &self.expected.user)?;
                let Edit::Put(content) = line.edit else { return Err("a delete by POST".into()) };
                let stamp = got.updated_at;
                self.expected.overwrites.take_single(single.author, &got.id, stamp, None);
                let entry = self.expected.create(&got.id, line, content, stamp, stamp)?;
                same("a new entry", got, entry.listed())?;
            }
            Some(entry) if entry.is_deleted() && line.server_id.is_some() => {
                let status = if line.edit == Edit::Delete { 204 } else { 404 };
                same("the status for a tombstone", answer.status, status)?;
            }
            Some(entry) => self.check_known(single, &entry, &answer, asked_at)?,
        }
        self.check_table()?;
        Ok(answer)
    }

    fn check_known(
        &mut self,
        single: &Single,
        entry: &Stored,
        answer: &Answer,
        asked_at: Micros,
    ) -> StepResult {
        // With a matching precondition, the edit is based on the current version.
        let line = &Line { base: single.guard, ..single.line.clone() };
        if !is_as_wanted(entry, line.edit)
            && single.guard.is_some_and(|tag| tag != entry.updated_at)
        {
            return refused(answer, 412, "precondition_failed", entry, line);
        }
        let verdict = self.expected.judge_single(entry, line);
        match (verdict, line.edit) {
            (Verdict::Unchanged, Edit::Put(_)) => {
                same("the status for what stands already", answer.status, 200)?;
                let got = shown(answer, &self.expected.user)?;
                // The server's time is known only from what it made of a time ahead of it.
                let sent = single.line.edited_at.unwrap_or(0);
                let now = if sent > asked_at { got.edited_at.max(asked_at) } else { asked_at };
                let stands = self.expected.confirm(&entry.id, &single.line, now);
                same("the entry as it stands", got, stands.listed())
            }
            (Verdict::Unchanged, Edit::Delete) => {
                // It has no time.
                self.expected.remember(&entry.id, &single.line);
                same("a repeated delete", answer.status, 204)
            }
            (Verdict::Applied(_), edit) => {
                if edit == Edit::Delete {
                    same("the status of a delete", answer.status, 204)?;
                    let row = self.table().entries.remove(&entry.id).ok_or("no tombstone")?;
                    let stamp = row.updated_at;
                    self.expected.overwrites.take_single(
                        single.author,
                        &entry.id,
                        stamp,
                        single.guard,
                    );
                    return self.expected.change(entry, line, stamp, stamp).map(|_| ());
                }
                same("the status of an edit", answer.status, 200)?;
                let got = shown(answer, &self.expected.user)?;
                let stamp = got.updated_at;
                self.expected.overwrites.take_single(single.author, &entry.id, stamp, single.guard);
                let changed = self.expected.change(entry, line, stamp, stamp)?;
                same("the edited entry", got, changed.listed())
            }
            (Verdict::Held(..), _) => {
                // The server read its clock at an unknown moment after `asked_at`. If the edit's time lies between,
                // the row shows whether the edit was remembered. The server's time is at least the next stamp.
                let table = self.table();
                let known = self.expected.recent_edits[&entry.id].count() * 8;
                let has_grown =
                    table.recent_edits.get(&entry.id).is_some_and(|it| it.len() > known);
                let looked_at = if has_grown { asked_at } else { now() };
                let judged_at = looked_at.max(table.last_stamp + 1);
                self.expected.remember_clamped(&entry.id, line, judged_at);
                refused(answer, 409, "newer_on_server", entry, line)
            }
        }
    }

    /// Checks that writes treat another user's entry as unknown.
    pub(crate) fn meddle(&mut self, entry: usize) -> StepResult {
        let id = Some(self.foreign[entry % self.foreign.len()].clone());
        let edit = Edit::Put(super::device::measured(0, 3, 7));
        for edit in [edit, Edit::Delete] {
            let line = Line {
                key: None,
                server_id: id.clone(),
                edit,
                edited_at: None,
                base: None,
                spoiled: false,
            };
            self.send_single(&Single {
                line: line.clone(),
                author: NOBODY,
                guard: None,
                is_any: false,
            })?;
            let key = Some(super::entry::Key { device: "x".into(), local: "x".into() });
            let lines = vec![Line { key, ..line }];
            let upload = super::device::Upload {
                device: "x".into(),
                strategy: Strategy::KeepBoth,
                lines,
                numbers: vec![0],
                author: NOBODY,
                is_careful: false,
            };
            self.send_bulk(&upload)?;
        }
        Ok(())
    }
}

/// The entry in the response to a POST or PUT, whose headers must match it.
fn shown(answer: &Answer, user: &str) -> StepResult<Stored> {
    let json = answer.json();
    let entry = stored(&json)?;
    same("whose entry it is", text(&json, "user_id")?.as_str(), user)?;
    let tag = format!("\"{}\"", render(entry.updated_at));
    same("the ETag", answer.header("etag"), Some(tag.as_str()))?;
    let location = (answer.status == 201).then(|| format!("{WEIGHT}/{}", entry.id));
    same("the Location", answer.header("location"), location.as_deref())?;
    Ok(entry)
}

fn refused(answer: &Answer, status: u16, code: &str, entry: &Stored, line: &Line) -> StepResult {
    same("a refusal", (answer.status, answer.code().as_str()), (status, code))?;
    let json = answer.json();
    same("server_entry", stored(&json["server_entry"])?, entry.clone())?;
    let got = local(&json["local_entry"])?;
    holds(line.edited_at.is_none_or(|sent| got.edited_at <= sent), || format!("{got:?}"))?;
    same("local_entry", &got, &expected_bulk::local(line, got.edited_at))?;
    let named = json["options"].as_array().cloned().unwrap_or_default();
    let named: Vec<&str> = named.iter().filter_map(Value::as_str).collect();
    same("options", named, options(code, line.edit))
}

fn take(device: &mut Device, pending: &Pending, answer: &Answer) -> StepResult {
    // Without room, the edit waits.
    if answer.status == 403 {
        return Ok(());
    }
    device.outbox.retain(|waiting| waiting.number != pending.number);
    match answer.status {
        200 | 201 => {
            let entry = stored(&answer.json())?;
            let item = device.items.get(&pending.local);
            if device.waits(&pending.local) || item.is_some_and(|it| it.content == entry.content) {
                device.take_synced(&pending.local, Some(&entry.id), Some(entry.updated_at));
            } else {
                // The edit had been accepted before, and the entry was edited since.
                device.take_unchanged(&pending.local, Some(&entry.id));
            }
        }
        204 => {
            let id = device.items.get(&pending.local).and_then(|item| item.server_id.clone());
            device.take_synced(&pending.local, id.as_deref(), None);
        }
        404 => device.lose(&pending.local, false),
        _ => device.take_refusal(&pending.local, &stored(&answer.json()["server_entry"])?),
    }
    Ok(())
}
