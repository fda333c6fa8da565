//! Counts a process's requests and adds them to the current day's row: after a
//! response was sent, at most once a minute, and only if the request used the
//! database. A statement per request would cost a durable commit each time, and
//! all users would wait for the same row. A process that ends loses the counts
//! since its last write.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::log::Line;
use crate::http::problem::Code;
use crate::store::daily_counts::{self, Counts};
use crate::store::{Pool, StoreError};

/// Shortest time between two writes, failed ones included.
const PAUSE: Duration = Duration::from_secs(60);

/// This process's counts.
#[derive(Default)]
pub(super) struct Counting(Mutex<Pending>);

#[derive(Default)]
struct Pending {
    counts: Counts,
    written_at: Option<Instant>,
    /// Whether the last request used the database and did not end in 503. Other
    /// requests write no counts: a refused token must not cost a statement, and
    /// in an outage the write would only add delay.
    is_database_in_use: bool,
}

impl Counting {
    /// Counts a completed request.
    pub(super) fn note(&self, line: &Line) {
        let mut pending = self.pending();
        pending.counts.add(&counts_of(line));
        pending.is_database_in_use = line.statements > 0 && line.status != 503;
    }

    /// Writes the counts if the last request used the database and [`PAUSE`] has
    /// passed since the last write.
    pub(super) fn write_when_due(&self, pool: &Pool) {
        let mut pending = self.pending();
        let is_soon = pending.written_at.is_some_and(|at| at.elapsed() < PAUSE);
        if is_soon || !pending.is_database_in_use {
            return;
        }
        pending.written_at = Some(Instant::now());
        let counts = std::mem::take(&mut pending.counts);
        drop(pending);
        let written = daily_counts::add(pool, &counts);
        // If nothing was sent, keeps the counts for the next write.
        if let Err(StoreError::Unavailable(_)) = written {
            self.pending().counts.add(&counts);
        }
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, Pending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counts_of(line: &Line) -> Counts {
    // Conflicts of single writes; `sync_conflicts` those of an upload.
    let conflicts = [Code::NEWER_ON_SERVER.name, Code::PRECONDITION_FAILED.name];
    let is_conflict = line.code.is_some_and(|code| conflicts.contains(&code));
    let is_limited = line.status == 429;
    let is_refused = (400..500).contains(&line.status);
    Counts {
        requests: 1,
        syncs: u64::from(line.sync_conflicts.is_some()),
        conflicts: line.sync_conflicts.unwrap_or(0) + u64::from(is_conflict),
        rejected: u64::from(is_refused && !is_limited && !is_conflict),
        limited: u64::from(is_limited),
        errors: u64::from(line.status >= 500),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::UtcTime;

    fn line(code: Option<Code>, sync_conflicts: Option<u64>) -> Line {
        let mut line = Line::new(UtcTime::from_micros(0), String::new());
        line.status = code.map_or(200, Code::status);
        line.code = code.map(|code| code.name);
        line.sync_conflicts = sync_conflicts;
        line
    }

    #[test]
    fn each_request_is_counted_once_by_its_outcome() {
        let one = Counts { requests: 1, ..Counts::default() };
        for (code, sync_conflicts, expected) in [
            (None, None, one),
            (None, Some(2), Counts { syncs: 1, conflicts: 2, ..one }),
            (Some(Code::INVALID_TOKEN), None, Counts { rejected: 1, ..one }),
            (Some(Code::EMAIL_TAKEN), None, Counts { rejected: 1, ..one }),
            (Some(Code::NEWER_ON_SERVER), None, Counts { conflicts: 1, ..one }),
            (Some(Code::PRECONDITION_FAILED), None, Counts { conflicts: 1, ..one }),
            (Some(Code::RATE_LIMITED), None, Counts { limited: 1, ..one }),
            (Some(Code::DATABASE_UNAVAILABLE), None, Counts { errors: 1, ..one }),
        ] {
            assert_eq!(counts_of(&line(code, sync_conflicts)), expected, "{code:?}");
        }
    }
}
