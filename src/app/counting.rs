//! What requests have come to, kept in the process and added to the day's row
//! now and then: a statement for each request would cost a round trip and a
//! durable commit, and all users would wait for the same row.
//!
//! Written after an answer has been sent, at most once a minute, and only
//! where the request has used the database anyway: refused tokens cost nothing
//! and an outage is not made longer. Counts that a killed process had are lost.

use std::collections::BTreeMap;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate};

use super::log::Line;
use crate::config::DatabaseSettings;
use crate::http::problem::Code;
use crate::store::daily_counts::{self, Counts};
use crate::store::{Database, Pool, StoreError};

/// Between two writings.
const PAUSE: Duration = Duration::from_secs(60);
/// How often, for each second that connecting may take, and for how long at
/// once Apache is kept waiting at the end: two seconds in all by default, since
/// it kills after three. Counted, since a host that stands still for as long
/// would else leave nothing of them.
const LAST_WAITS: u64 = 20;
const LAST_WAIT: Duration = Duration::from_millis(20);

/// The counts of this process.
#[derive(Default)]
pub(super) struct Counting(Mutex<Pending>);

#[derive(Default)]
struct Pending {
    /// More than one only around midnight.
    days: BTreeMap<NaiveDate, Counts>,
    written_at: Option<Instant>,
    /// Whether the last request has used the database, with success.
    is_database_at_hand: bool,
}

impl Counting {
    /// Counts a request at its end.
    pub(super) fn note(&self, line: &Line) {
        let is_limited = line.status == 429;
        // A single write over another's edit, which bulk reports in its body.
        let conflicts = [Code::NEWER_ON_SERVER.name, Code::PRECONDITION_FAILED.name];
        let is_conflict = line.code.is_some_and(|code| conflicts.contains(&code));
        let is_refused = (400..500).contains(&line.status);
        let counts = Counts {
            requests: 1,
            syncs: u64::from(line.synced.is_some()),
            conflicts: line.synced.unwrap_or(0) + u64::from(is_conflict),
            rejected: u64::from(is_refused && !is_limited && !is_conflict),
            limited: u64::from(is_limited),
            errors: u64::from(line.status >= 500),
        };
        let Some(time) = DateTime::from_timestamp_micros(line.time.as_micros()) else { return };
        let mut pending = self.pending();
        pending.days.entry(time.date_naive()).or_default().add(&counts);
        pending.is_database_at_hand = line.statements > 0 && line.status != 503;
    }

    /// Writes, if it is time to.
    pub(super) fn write_when_due(&self, pool: &Pool) {
        let mut pending = self.pending();
        let is_soon = pending.written_at.is_some_and(|at| at.elapsed() < PAUSE);
        if is_soon || !pending.is_database_at_hand {
            return;
        }
        pending.written_at = Some(Instant::now());
        let days = std::mem::take(&mut pending.days);
        drop(pending);
        self.write(days, pool);
    }

    /// Writes whatever there is, at the end of the process.
    pub(super) fn write_the_last(&'static self, settings: &'static DatabaseSettings) {
        let days = std::mem::take(&mut self.pending().days);
        if days.is_empty() {
            return;
        }
        let (done, wait) = channel();
        std::thread::spawn(move || {
            // A new connection: the old one may have been closed for idleness,
            // and then it would not be known whether this was written.
            if let Ok(pool) = Pool::new(settings) {
                self.write(days, &pool);
            }
            let _ = done.send(());
        });
        for _ in 0..settings.connect_timeout_seconds * LAST_WAITS {
            if wait.recv_timeout(LAST_WAIT) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }

    fn write(&self, days: BTreeMap<NaiveDate, Counts>, pool: &Pool) {
        let mut database = Database::new(pool);
        for (day, counts) in days {
            if let Err(StoreError::Unavailable(_)) = daily_counts::add(&mut database, day, &counts)
            {
                // Certainly not written, so it may be tried again.
                self.pending().days.entry(day).or_default().add(&counts);
            }
        }
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, Pending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::UtcTime;

    fn noted(micros: i64, code: Option<Code>, synced: Option<u64>) -> Line {
        let mut line = Line::new(UtcTime::from_micros(micros), String::new());
        line.status = code.map_or(200, Code::status);
        line.code = code.map(|code| code.name);
        line.synced = synced;
        line
    }

    #[test]
    fn each_request_is_counted_once_as_what_it_came_to() {
        let one = Counts { requests: 1, ..Counts::default() };
        for (code, synced, expected) in [
            (None, None, one),
            (None, Some(2), Counts { syncs: 1, conflicts: 2, ..one }),
            (Some(Code::INVALID_TOKEN), None, Counts { rejected: 1, ..one }),
            (Some(Code::EMAIL_TAKEN), None, Counts { rejected: 1, ..one }),
            (Some(Code::NEWER_ON_SERVER), None, Counts { conflicts: 1, ..one }),
            (Some(Code::PRECONDITION_FAILED), None, Counts { conflicts: 1, ..one }),
            (Some(Code::RATE_LIMITED), None, Counts { limited: 1, ..one }),
            (Some(Code::DATABASE_UNAVAILABLE), None, Counts { errors: 1, ..one }),
        ] {
            let counting = Counting::default();
            counting.note(&noted(0, code, synced));
            let counted = counting.pending().days.values().copied().next();
            assert_eq!(counted, Some(expected), "{code:?}");
        }
    }

    #[test]
    fn a_day_is_one_of_utc() {
        let counting = Counting::default();
        for micros in [86_399_999_999, 86_400_000_000] {
            counting.note(&noted(micros, None, None));
        }
        assert_eq!(counting.pending().days.len(), 2);
    }
}
