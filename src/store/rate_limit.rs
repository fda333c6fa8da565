//! Rate-limit counters: a sliding window made of two fixed ones. A row counts
//! the requests of the current window of the database's clock and of the one
//! before, which is taken as evenly spread. A request is let in, and counted,
//! while `previous × share of it still in the sliding window + current` is
//! below the limit.

use mysql::Value;

use super::connection::{Connection, Effect};
use super::database::Database;
use super::error::StoreError;
use super::row::text;
use crate::domain::keyed_hash::KeyedHash;

/// How many requests are allowed in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Requests per window.
    pub requests: u32,
    /// Length of a window in seconds.
    pub window_seconds: u32,
}

impl Limit {
    /// A limit per minute.
    pub fn per_minute(requests: u32) -> Self {
        Self { requests, window_seconds: 60 }
    }

    /// A limit per hour.
    pub fn per_hour(requests: u32) -> Self {
        Self { requests, window_seconds: 3600 }
    }
}

/// The result of counting one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The limit that was applied.
    pub limit: Limit,
    /// Whether the request may pass; it was counted if so.
    pub is_allowed: bool,
    /// Requests that may still follow at once.
    pub remaining: u32,
    /// Seconds until the window ends. For a refused request, seconds until the
    /// next one is let in, unless others are let in before it.
    pub reset_seconds: u32,
}

/// The statement that counts a request of `$subject` for each row of
/// `$source`. Parameters: the window's length four times, those of `$source`,
/// the limit.
///
/// Assignments run from left to right, and each sees the previous ones. A
/// statement that began before a window boundary may run after a statement that
/// began behind it (`window_no - 1`): the row then stays in the newer window. A
/// clock that was set back further restarts the counter. LAST_INSERT_ID returns
/// the counter before this request, see [`State::from_digits`].
macro_rules! count_request {
    ($subject:literal, $($source:tt)+) => {
        concat!(
            "INSERT INTO rate_counters \
             (subject, window_seconds, window_no, seconds_left, previous_count, current_count) \
             SELECT ", $subject, ", ?, UNIX_TIMESTAMP() DIV ?, \
             LAST_INSERT_ID(? - UNIX_TIMESTAMP() MOD ?), 0, 1 FROM ", $($source)+,
            " ON DUPLICATE KEY UPDATE \
             previous_count = IF(VALUES(window_no) = window_no + 1, current_count, \
               IF(VALUES(window_no) IN (window_no, window_no - 1), previous_count, 0)), \
             current_count = IF(VALUES(window_no) IN (window_no, window_no - 1), current_count, 0), \
             window_no = IF(VALUES(window_no) = window_no - 1, window_no, VALUES(window_no)), \
             seconds_left = LAST_INSERT_ID(previous_count * 1000000000000 + current_count * 10000 \
               + (window_no + 1) * window_seconds - UNIX_TIMESTAMP()) MOD 10000, \
             current_count = current_count \
               + (previous_count * seconds_left DIV window_seconds + current_count < ?)"
        )
    };
}
pub(super) use count_request;

/// Parameters of its source: subject.
const COUNT_SUBJECT: &str = count_request!("subject", "(SELECT ? AS subject) given");

/// A counter before the request.
#[derive(Clone, Copy, Debug)]
struct State {
    previous: u64,
    current: u64,
    /// Until the current window ends; more than a window's length where the
    /// statement began before it.
    seconds_left: u64,
}

impl State {
    /// Splits the decimal digits: those of `previous`, eight of `current`, four
    /// of `seconds_left`. Counts that do not fit (18 million admitted requests
    /// in a window) are unreachable.
    fn from_digits(digits: u64) -> Self {
        Self {
            previous: digits / 1_000_000_000_000,
            current: digits / 10_000 % 100_000_000,
            seconds_left: digits % 10_000,
        }
    }

    /// The estimate that the statement compares with the limit.
    fn used(self, window: u64) -> u64 {
        self.previous.saturating_mul(self.seconds_left) / window + self.current
    }

    /// Seconds until the estimate of a refused request falls below the limit:
    /// in this window where `previous` alone is in the way, else in the next.
    fn wait(self, limit: u64, window: u64) -> u64 {
        let share = |room: u64, count: u64| (room * window - 1).checked_div(count).unwrap_or(0);
        match limit.checked_sub(self.current) {
            None | Some(0) => self.seconds_left + window - share(limit, self.current).min(window),
            Some(room) => self.seconds_left.saturating_sub(share(room, self.previous)),
        }
    }
}

impl Rate {
    fn of(state: State, limit: Limit) -> Self {
        let (requests, window) = (u64::from(limit.requests), u64::from(limit.window_seconds));
        let used = state.used(window);
        let is_allowed = used < requests;
        let remaining = requests.saturating_sub(used).saturating_sub(1);
        let reset = if is_allowed { state.seconds_left } else { state.wait(requests, window) };
        let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Self { limit, is_allowed, remaining: narrow(remaining), reset_seconds: narrow(reset) }
    }
}

/// `None` if the source has no row to count. A refusal may change no row
/// either, but its counter is never empty.
fn read_effect(effect: Effect, limit: Limit) -> Option<Rate> {
    let state = State::from_digits(effect.last_insert_id);
    let is_found = effect.affected_rows > 0 || state.previous > 0 || state.current > 0;
    is_found.then(|| Rate::of(state, limit))
}

/// Runs a [`count_request`]; `None` where its source is empty.
///
/// Where the table is full it makes room: idle counters go first, then those
/// that have counted least. A flood from new networks makes counters of one
/// request each, so it cannot push out a counter that refuses guesses.
pub(super) fn count(
    connection: &mut Connection,
    sql: &str,
    source: impl IntoIterator<Item = Value>,
    limit: Limit,
) -> Result<Option<Rate>, StoreError> {
    const MAKE_ROOM: &str = "DELETE FROM rate_counters \
        ORDER BY (window_no + 2) * window_seconds > UNIX_TIMESTAMP(), \
        previous_count + current_count LIMIT 100";
    let mut params = vec![Value::from(limit.window_seconds); 4];
    params.extend(source);
    params.push(Value::from(limit.requests));
    let effect = match connection.execute(sql, params.clone()) {
        Err(StoreError::TableFull(_)) => {
            connection.execute(MAKE_ROOM, vec![])?;
            connection.execute(sql, params)?
        }
        result => result?,
    };
    Ok(read_effect(effect, limit))
}

/// Deletes counters that no longer affect a limit; returns how many.
pub(super) fn remove_idle(connection: &mut Connection) -> Result<u64, StoreError> {
    const SQL: &str =
        "DELETE FROM rate_counters WHERE (window_no + 2) * window_seconds <= UNIX_TIMESTAMP()";
    connection.execute(SQL, vec![]).map(|effect| effect.affected_rows)
}

/// Counts guesses at one account's password, by its address.
pub const LOGIN_AS: &str = "login-as";
/// Counts registrations of one address.
pub const REGISTER_AS: &str = "register-as";
/// Counts one-time codes for one address.
pub const CODE_AS: &str = "code-as";
/// Counts sign-ins with one Google account, by its `sub`.
pub const GOOGLE_AS: &str = "google-as";
/// Counts refreshes of one user, by the id.
pub const REFRESH_AS: &str = "refresh-as";

/// The subject for a value that the database must not tell a thief.
pub fn hashed_subject(hashes: &KeyedHash, kind: &str, bytes: &[u8]) -> String {
    let hex: String = hashes.prefix(kind, bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}:{hex}")
}

/// Deletes the counters of subjects, those with a network behind an @ included;
/// returns how many there were.
pub(super) fn forget(
    database: &mut Database<'_>,
    subjects: &[String; 6],
) -> Result<u64, StoreError> {
    const SQL: &str = "DELETE FROM rate_counters \
        WHERE SUBSTRING_INDEX(subject, '@', 1) IN (?, ?, ?, ?, ?, ?)";
    let params: Vec<Value> = subjects.iter().map(text).collect();
    let effect = database.run(|connection| connection.execute(SQL, params.clone()))?;
    Ok(effect.affected_rows)
}

/// Takes back a counted request of `subject`.
pub fn give_back(database: &mut Database<'_>, subject: &str) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE rate_counters SET current_count = current_count - 1 \
        WHERE subject = ? AND current_count > 0";
    database.run_once(|connection| connection.execute(SQL, vec![text(subject)])).map(|_| ())
}

/// Counts one request of `subject` (at most 48 ASCII characters). A limit of 0
/// is lifted: nothing is counted.
pub fn count_subject(
    database: &mut Database<'_>,
    subject: &str,
    limit: Limit,
) -> Result<Option<Rate>, StoreError> {
    if limit.requests == 0 {
        return Ok(None);
    }
    database.run(|connection| count(connection, COUNT_SUBJECT, [text(subject)], limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: u64 = 60;

    /// The state after `seconds` in which no request was let in.
    fn later(state: State, seconds: u64) -> State {
        let since_start = WINDOW - state.seconds_left + seconds;
        let (previous, current) = match since_start / WINDOW {
            0 => (state.previous, state.current),
            1 => (state.current, 0),
            _ => (0, 0),
        };
        State { previous, current, seconds_left: WINDOW - since_start % WINDOW }
    }

    #[test]
    fn a_refused_request_is_let_in_after_the_wait_and_not_a_second_earlier() {
        for limit in [1, 2, 7, 100] {
            let counts = [0, 1, 2, 3, 6, 7, 50, 99, 100];
            for (previous, current) in counts.iter().flat_map(|p| counts.map(|c| (*p, c))) {
                for seconds_left in 1..=WINDOW {
                    let state = State { previous, current, seconds_left };
                    if state.used(WINDOW) < limit {
                        continue;
                    }
                    let wait = state.wait(limit, WINDOW);
                    let used_after = |seconds| later(state, seconds).used(WINDOW);
                    assert!(used_after(wait) < limit, "{state:?}, limit {limit}: {wait}");
                    assert!(used_after(wait - 1) >= limit, "{state:?}, limit {limit}: {wait}");
                }
            }
        }
    }

    #[test]
    fn digits_of_the_state_are_taken_apart() {
        let state = State::from_digits(1_234_567_000_001_007_199);
        assert_eq!((state.previous, state.current, state.seconds_left), (1_234_567, 100, 7199));
    }

    #[test]
    fn a_statement_that_found_nobody_has_no_rate() {
        let limit = Limit::per_minute(5);
        let rate = |affected_rows, last_insert_id| {
            read_effect(Effect { affected_rows, last_insert_id }, limit)
        };
        assert_eq!(rate(0, 0), None);
        assert_eq!(rate(0, 60), None);
        let remaining =
            rate(1, 42).map(|rate| (rate.is_allowed, rate.remaining, rate.reset_seconds));
        assert_eq!(remaining, Some((true, 4, 42)));
        let refused = rate(0, 50_042).map(|rate| (rate.is_allowed, rate.remaining));
        assert_eq!(refused, Some((false, 0)));
    }
}
