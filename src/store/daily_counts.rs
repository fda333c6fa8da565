//! What happened on each day, in numbers that are about nobody.

use chrono::{Days, NaiveDate};
use mysql::Value;
use serde::{Serialize, Serializer};

use super::database::Database;
use super::error::StoreError;
use super::row::{Columns, date};

/// What requests have come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Requests of whatever kind.
    pub requests: u64,
    /// Uploads and downloads of sync that were answered.
    pub syncs: u64,
    /// Conflicts that were reported to clients.
    pub conflicts: u64,
    /// Requests that were refused for what they were (4xx).
    pub rejected: u64,
    /// Requests beyond a rate limit (429).
    pub limited: u64,
    /// Faults of ours or of the database (5xx).
    pub errors: u64,
}

impl Counts {
    /// Adds what another request has come to.
    pub fn add(&mut self, more: &Self) {
        let pairs = [
            (&mut self.requests, more.requests),
            (&mut self.syncs, more.syncs),
            (&mut self.conflicts, more.conflicts),
            (&mut self.rejected, more.rejected),
            (&mut self.limited, more.limited),
            (&mut self.errors, more.errors),
        ];
        for (sum, more) in pairs {
            *sum = sum.saturating_add(more);
        }
    }
}

/// How much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Users.
    pub users: u64,
    /// Live entries of all users.
    pub entries: u64,
    /// Deletions that are remembered.
    pub tombstones: u64,
}

/// One day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// In UTC.
    #[serde(serialize_with = "as_text")]
    pub day: NaiveDate,
    /// What happened.
    #[serde(flatten)]
    pub counts: Counts,
    /// How much there was when the purge ran, if it did.
    #[serde(flatten)]
    pub totals: Option<Totals>,
}

fn as_text<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

const ADD: &str = "INSERT INTO daily_counts (day, requests, syncs, conflicts, rejected, limited, \
    errors) VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE \
    requests = requests + VALUES(requests), syncs = syncs + VALUES(syncs), \
    conflicts = conflicts + VALUES(conflicts), rejected = rejected + VALUES(rejected), \
    limited = limited + VALUES(limited), errors = errors + VALUES(errors)";
/// `live_entries` is kept by every writer, so no entry is read for it.
const LIVE: &str = "SELECT (SELECT COUNT(*) FROM users), \
    (SELECT CAST(COALESCE(SUM(live_entries), 0) AS SIGNED) FROM sync_clocks)";
/// Reads the whole of an index: for a person who asks, not for every night.
const TOMBSTONES: &str = "SELECT COUNT(*) FROM sync_clocks c, \
    weight_entries e FORCE INDEX (idx_user_timestamp) \
    WHERE e.user_id = c.user_id AND e.deleted_at IS NOT NULL";
const RECORD_TOTALS: &str = "INSERT INTO daily_counts (day, users, entries, tombstones) \
    VALUES (UTC_DATE(), ?, ?, ?) ON DUPLICATE KEY UPDATE \
    users = VALUES(users), entries = VALUES(entries), tombstones = VALUES(tombstones)";
const RECENT: &str = "SELECT day, requests, syncs, conflicts, rejected, limited, errors, \
    users, entries, tombstones FROM daily_counts \
    WHERE day > UTC_DATE() - INTERVAL ? DAY ORDER BY day";
const TODAY: &str = "SELECT UTC_DATE()";

/// Adds to a day. Not tried again: where it is not known whether a statement
/// was carried out, too little is better than twice.
///
/// # Errors
/// The database's; [`StoreError::Unavailable`] where nothing was sent.
pub fn add(database: &mut Database<'_>, day: NaiveDate, counts: &Counts) -> Result<(), StoreError> {
    let numbers = [
        counts.requests,
        counts.syncs,
        counts.conflicts,
        counts.rejected,
        counts.limited,
        counts.errors,
    ];
    let params: Vec<Value> = std::iter::once(date(day)).chain(numbers.map(Value::from)).collect();
    database.run_once(|connection| connection.execute(ADD, params.clone())).map(|_| ())
}

/// How much there is now.
///
/// # Errors
/// The database's.
pub fn totals(database: &mut Database<'_>) -> Result<Totals, StoreError> {
    let (users, entries) = live(database)?;
    let mut columns = database.run(|connection| connection.one(TOMBSTONES, vec![]))?;
    let tombstones = number(&mut columns)?;
    Ok(Totals { users, entries, tombstones })
}

/// Notes for today how much there is; the purge has seen all tombstones.
///
/// # Errors
/// The database's.
pub fn record_totals(database: &mut Database<'_>, tombstones: u64) -> Result<(), StoreError> {
    let (users, entries) = live(database)?;
    let params = [users, entries, tombstones].map(Value::from).to_vec();
    database.run(|connection| connection.execute(RECORD_TOTALS, params.clone())).map(|_| ())
}

/// Users and their entries.
fn live(database: &mut Database<'_>) -> Result<(u64, u64), StoreError> {
    let mut columns = database.run(|connection| connection.one(LIVE, vec![]))?;
    Ok((number(&mut columns)?, number(&mut columns)?))
}

/// The last `days` days up to today, the oldest first, those without anything
/// included.
///
/// # Errors
/// The database's.
pub fn recent(database: &mut Database<'_>, days: u32) -> Result<Vec<Day>, StoreError> {
    let today = database.run(|connection| connection.one(TODAY, vec![]))?.date()?;
    let params = vec![Value::from(days)];
    let stored = database.run(|connection| connection.rows(RECENT, params.clone(), day))?;
    let first = today - Days::new(days.saturating_sub(1).into());
    let all = first.iter_days().take_while(|day| *day <= today);
    let find = |day: NaiveDate| {
        let found = stored.iter().find(|stored| stored.day == day).cloned();
        found.unwrap_or(Day { day, counts: Counts::default(), totals: None })
    };
    Ok(all.map(find).collect())
}

fn day(columns: &mut Columns) -> Result<Day, StoreError> {
    let day = columns.date()?;
    let counts = Counts {
        requests: number(columns)?,
        syncs: number(columns)?,
        conflicts: number(columns)?,
        rejected: number(columns)?,
        limited: number(columns)?,
        errors: number(columns)?,
    };
    let mut optional =
        || -> Result<Option<u64>, StoreError> { Ok(columns.optional_int()?.map(unsigned)) };
    let totals = match (optional()?, optional()?, optional()?) {
        (Some(users), Some(entries), Some(tombstones)) => {
            Some(Totals { users, entries, tombstones })
        }
        _ => None,
    };
    Ok(Day { day, counts, totals })
}

fn number(columns: &mut Columns) -> Result<u64, StoreError> {
    columns.int().map(unsigned)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
