//! Pulls changes and compares each page with the expected changes after its cursor.

use serde_json::{Value, json};

use super::entry::{Stored, stored, text};
use super::simulation::Simulation;
use super::step_result::{StepResult, holds, same};
use super::timestamps::{Micros, read, render};
use crate::support::user::encoded;
use crate::support::{Request, SYNC};

/// A page of changes.
pub(crate) struct Page {
    pub(crate) data: Vec<Stored>,
    pub(crate) next_since: String,
    pub(crate) has_more: bool,
    pub(crate) epoch: String,
    /// Number and hash of the live entries, on the last page.
    pub(crate) live: Value,
}

/// A parsed cursor.
struct Place {
    after: Micros,
    /// The start of an unfinished full pull.
    start: Option<Micros>,
    is_full: bool,
}

impl Place {
    fn of(cursor: Option<&str>) -> Self {
        let Some(cursor) = cursor else { return Self { after: 0, start: None, is_full: true } };
        match cursor.strip_prefix("snapshot:").and_then(|pair| pair.split_once("Z:")) {
            Some((start, after)) => {
                let start = Some(read(&format!("{start}Z")));
                Self { after: read(after), start, is_full: true }
            }
            None => Self { after: read(cursor), start: None, is_full: false },
        }
    }
}

impl Simulation<'_> {
    /// Pulls one page. Returns the status and code, and the page on success.
    pub(crate) fn page(
        &mut self,
        cursor: Option<&str>,
        epoch: Option<&str>,
        limit: usize,
    ) -> StepResult<(u16, String, Option<Page>)> {
        let mut target = format!("{SYNC}?limit={limit}");
        for (name, value) in [("since", cursor), ("epoch", epoch)] {
            if let Some(value) = value {
                target.push_str(&format!("&{name}={}", encoded(value)));
            }
        }
        let answer = self.client.send(&Request::get(&target));
        let place = Place::of(cursor);
        let seen = if place.is_full { place.start } else { Some(place.after) };
        let is_expired = seen.is_some_and(|seen| {
            seen >= self.expected.started_at
                && self.expected.purged_through.is_some_and(|purged| seen < purged)
        });
        if answer.status == 410 && answer.code() == "epoch_changed" {
            holds(epoch.is_some_and(|epoch| *epoch != *self.epoch()), || "no other epoch".into())?;
            return Ok((410, answer.code(), None));
        }
        if is_expired {
            same(
                "a pull below the horizon",
                (answer.status, answer.code()),
                (410, "cursor_expired".into()),
            )?;
            return Ok((410, answer.code(), None));
        }
        same("the status of a pull", answer.status, 200)?;
        let json = answer.json();
        let data = json["data"].as_array().ok_or("no data")?;
        let page = Page {
            data: data.iter().map(stored).collect::<StepResult<_>>()?,
            next_since: text(&json["sync"], "next_since")?,
            has_more: json["sync"]["has_more"].as_bool().ok_or("no has_more")?,
            epoch: text(&json["sync"], "epoch")?,
            live: json["sync"]["live"].clone(),
        };
        if epoch.is_some() {
            same("the epoch of a pull", Some(page.epoch.as_str()), epoch)?;
        }
        self.check_page(&place, limit, &page)?;
        Ok((200, String::new(), Some(page)))
    }

    fn epoch(&mut self) -> String {
        let site = &self.client.processes.server.site;
        let rows = site.database.rows("SELECT value FROM server_state WHERE name = 'epoch'");
        rows[0].trim_matches('\'').to_owned()
    }

    fn check_page(&mut self, place: &Place, limit: usize, page: &Page) -> StepResult {
        let tombstones_after = match (place.is_full, place.start) {
            (true, None) => Micros::MAX,
            (true, Some(start)) => start,
            (false, _) => place.after,
        };
        let mut expected: Vec<Stored> = self.expected.entries.values().cloned().collect();
        expected.retain(|entry| {
            entry.updated_at > place.after
                && (!entry.is_deleted() || entry.updated_at > tombstones_after)
        });
        expected.sort_by_key(|entry| entry.updated_at);
        let has_more = expected.len() > limit;
        expected.truncate(limit);
        same("a page of changes", &page.data, &expected)?;
        same("has_more", page.has_more, has_more)?;
        let live = (!has_more).then(|| self.expected.live_totals());
        same("the totals of the live entries", &page.live, &json!(live))?;
        let last = expected.last().map(|entry| entry.updated_at);
        let next = Place::of(Some(&page.next_since));
        match last {
            Some(last) if has_more => {
                same("the next page's place", (next.after, next.is_full), (last, place.is_full))?;
                match place.start {
                    Some(start) => same("the start of a full pull", next.start, Some(start)),
                    None if place.is_full => {
                        self.raise_floor(next.start.ok_or("a full pull without a start")?)
                    }
                    None => same("the cursor as rendered", page.next_since.as_str(), &render(last)),
                }
            }
            _ => {
                same("the form of the cursor at the end", next.is_full, false)?;
                self.raise_floor(next.after)
            }
        }
    }

    /// Records the newest stamp that the service reported: all entries have this stamp or an earlier one, and all
    /// future stamps are later.
    fn raise_floor(&mut self, newest: Micros) -> StepResult {
        let known = self.expected.entries.values().map(|entry| entry.updated_at).max().unwrap_or(0);
        holds(newest >= known, || {
            format!("the cursor {newest} is older than the entry of {known}")
        })?;
        self.expected.floor = self.expected.floor.max(newest);
        Ok(())
    }
}
