//! A device's copy of the entries, which it updates by following the cursor, and the table to compare it with.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use crate::support::live_hash::live_hash;
use crate::support::timestamps::parse;
use crate::support::user::encoded;
use crate::support::{Answer, Request, SYNC, Server, User};

/// Entries as text by id; a pulled entry and its row in the table give the same text.
pub(crate) type Copy = BTreeMap<String, String>;

/// A device that pulls.
pub(crate) struct Device {
    pub(crate) since: Option<String>,
    pub(crate) live: Copy,
    /// Stamps in the order of arrival since the last full pull.
    pub(crate) stamps: Vec<String>,
    /// Whether the copy began with a snapshot, so that it holds all entries after the last page.
    is_whole: bool,
}

impl Device {
    pub(crate) fn new() -> Self {
        Self { since: None, live: Copy::new(), stamps: Vec::new(), is_whole: true }
    }

    /// A device that has all entries up to `since`.
    pub(crate) fn at(since: &str) -> Self {
        Self { since: Some(since.to_owned()), is_whole: false, ..Self::new() }
    }

    /// The request of the next page.
    pub(crate) fn request(&self, limit: usize) -> Request {
        let since = self.since.as_deref().map(|since| format!("&since={}", encoded(since)));
        Request::get(&format!("{SYNC}?limit={limit}{}", since.unwrap_or_default()))
    }

    /// Pulls one page; returns whether more follow. A page must keep to the limit, be in order, and advance the cursor.
    #[track_caller]
    pub(crate) fn pull(&mut self, user: &User<'_>, limit: usize) -> bool {
        let answer = user.send(self.request(limit));
        self.take(&answer, limit)
    }

    /// Applies a page.
    #[track_caller]
    pub(crate) fn take(&mut self, answer: &Answer, limit: usize) -> bool {
        let page = answer.expect(200);
        let data = page["data"].as_array().expect("data");
        let has_more = page["sync"]["has_more"].as_bool().expect("has_more");
        let next = text(&page["sync"]["next_since"]);
        assert!(data.len() <= limit, "{} entries where {limit} were asked for", data.len());
        assert!(!has_more || !data.is_empty(), "a page without entries that is not the last");
        assert!(
            !has_more || self.since.as_ref() != Some(&next),
            "the cursor does not advance: {next}"
        );
        for entry in data {
            let stamp = text(&entry["updated_at"]);
            if let Some(last) = self.stamps.last() {
                assert!(parse(last) < parse(&stamp), "{stamp} after {last}");
            }
            self.stamps.push(stamp);
            let id = text(&entry["id"]);
            if entry["deleted_at"].is_null() {
                self.live.insert(id, of_json(entry));
            } else {
                self.live.remove(&id);
            }
        }
        self.since = Some(next);
        let live = &page["sync"]["live"];
        assert_eq!(live.is_null(), has_more, "the last page has the totals, and no other: {live}");
        if self.is_whole && !has_more {
            assert_eq!(*live, self.totals());
        }
        has_more
    }

    /// Number and hash of the copy's entries, as the last page gives those of the server's.
    fn totals(&self) -> Value {
        let parts = self.live.iter().map(|(id, text)| {
            let mut words = text.split(' ');
            let mut next = || words.next().expect("a word");
            let (hundredths, unit, time) = (next(), next(), next());
            let time = NaiveDateTime::parse_from_str(time, "%Y-%m-%dT%H:%M:%S%.f").expect("a time");
            let hundredths = hundredths.parse().expect("a number");
            (id.as_str(), hundredths, unit, time.and_utc().timestamp_micros())
        });
        json!({"count": self.live.len(), "hash": live_hash(parts)})
    }

    /// Pulls all pages.
    #[track_caller]
    pub(crate) fn catch_up(&mut self, user: &User<'_>, limit: usize) {
        while self.pull(user, limit) {}
    }
}

/// A user's live entries in the table.
pub(crate) fn table(server: &Server, user: &str) -> Copy {
    let rows: Vec<(String, String)> = mysql::prelude::Queryable::exec(
        &mut server.database().connect(),
        "SELECT id, CONCAT_WS(' ', CAST(weight_value * 100 AS SIGNED), unit, \
           DATE_FORMAT(timestamp, '%Y-%m-%dT%H:%i:%s.%f'), DATE_FORMAT(updated_at, '%Y-%m-%dT%H:%i:%s.%f'), \
           DATE_FORMAT(edited_at, '%Y-%m-%dT%H:%i:%s.%f'), DATE_FORMAT(created_at, '%Y-%m-%dT%H:%i:%s.%f')) \
         FROM weight_entries WHERE user_id = ? AND deleted_at IS NULL",
        (user,),
    )
    .expect("the table can be read");
    rows.into_iter().collect()
}

fn of_json(entry: &Value) -> String {
    let time = |name: &str| parse(&text(&entry[name])).format("%Y-%m-%dT%H:%M:%S%.6f").to_string();
    let hundredths = (entry["weight_value"].as_f64().expect("a weight") * 100.0).round();
    let unit = text(&entry["unit"]);
    let times = ["timestamp", "updated_at", "edited_at", "created_at"].map(time).join(" ");
    format!("{hundredths} {unit} {times}")
}

#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}")).to_owned()
}
