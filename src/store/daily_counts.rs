//! Daily statistics without personal data.

use chrono::{Days, NaiveDate};
use mysql::Value;
use serde::{Serialize, Serializer};

use super::database::Database;
use super::error::StoreError;
use super::pool::Pool;
use super::row::Columns;

/// Counts of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All requests.
    pub requests: u64,
    /// Answered uploads and downloads of sync.
    pub syncs: u64,
    /// Conflicts reported to clients.
    pub conflicts: u64,
    /// Refused requests (4xx).
    pub rejected: u64,
    /// Requests beyond a rate limit (429).
    pub limited: u64,
    /// Failures of the service or the database (5xx).
    pub errors: u64,
}

impl Counts {
    /// Adds other counts.
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

/// The size of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DataSize {
    /// Users.
    pub users: u64,
    /// Live entries of all users.
    pub live_entries: u64,
    /// Tombstones.
    pub tombstones: u64,
}

/// The counts of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// In UTC.
    #[serde(serialize_with = "as_text")]
    pub day: NaiveDate,
    /// The requests.
    #[serde(flatten)]
    pub counts: Counts,
    /// The size of the data when the purge ran; `None` if it did not.
    #[serde(flatten)]
    pub size: Option<DataSize>,
}

fn as_text<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

const ADD: &str = "INSERT INTO daily_counts (day, requests, syncs, conflicts, rejected, limited, \
    errors) VALUES (UTC_DATE(), ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE \
    requests = requests + VALUES(requests), syncs = syncs + VALUES(syncs), \
    conflicts = conflicts + VALUES(conflicts), rejected = rejected + VALUES(rejected), \
    limited = limited + VALUES(limited), errors = errors + VALUES(errors)";
/// Every writer maintains `live_entries`, so no entry is read for it.
const LIVE: &str = "SELECT (SELECT COUNT(*) FROM users), \
    (SELECT CAST(COALESCE(SUM(live_entries), 0) AS SIGNED) FROM sync_clocks)";
/// Reads a whole index: for `weightctl stats`, and not for every night.
const TOMBSTONES: &str = "SELECT COUNT(*) FROM sync_clocks c, \
    weight_entries e FORCE INDEX (idx_user_timestamp) \
    WHERE e.user_id = c.user_id AND e.deleted_at IS NOT NULL";
const RECORD_SIZE: &str = "INSERT INTO daily_counts (day, users, live_entries, tombstones) \
    VALUES (UTC_DATE(), ?, ?, ?) ON DUPLICATE KEY UPDATE \
    users = VALUES(users), live_entries = VALUES(live_entries), tombstones = VALUES(tombstones)";
const RECENT: &str = "SELECT day, requests, syncs, conflicts, rejected, limited, errors, \
    users, live_entries, tombstones FROM daily_counts \
    WHERE day > UTC_DATE() - INTERVAL ? DAY ORDER BY day";
const TODAY: &str = "SELECT UTC_DATE()";

/// Adds to today's counts, on a connection that it closes. Not repeated after a
/// lost connection: a missing count is better than a double one.
///
/// # Errors
/// [`StoreError::Unavailable`] if nothing was sent.
pub fn add(pool: &Pool, counts: &Counts) -> Result<(), StoreError> {
    let numbers = [
        counts.requests,
        counts.syncs,
        counts.conflicts,
        counts.rejected,
        counts.limited,
        counts.errors,
    ];
    let params = numbers.map(Value::from).to_vec();
    let mut database = Database::new(pool);
    let added = database.run_once(|connection| connection.execute(ADD, params.clone()));
    database.discard_connection();
    added.map(|_| ())
}

/// The present size of the data.
pub fn size(database: &mut Database<'_>) -> Result<DataSize, StoreError> {
    let (users, live_entries) = live(database)?;
    let mut columns = database.run(|connection| connection.one(TOMBSTONES, vec![]))?;
    let tombstones = number(&mut columns)?;
    Ok(DataSize { users, live_entries, tombstones })
}

/// Stores the present size of the data for today; the purge has counted the
/// tombstones.
pub fn record_size(database: &mut Database<'_>, tombstones: u64) -> Result<(), StoreError> {
    let (users, live_entries) = live(database)?;
    let params = [users, live_entries, tombstones].map(Value::from).to_vec();
    database.run(|connection| connection.execute(RECORD_SIZE, params.clone())).map(|_| ())
}

/// The numbers of users and live entries.
fn live(database: &mut Database<'_>) -> Result<(u64, u64), StoreError> {
    let mut columns = database.run(|connection| connection.one(LIVE, vec![]))?;
    Ok((number(&mut columns)?, number(&mut columns)?))
}

/// The last `days` days up to today, the oldest first; days without requests
/// are included.
pub fn recent(database: &mut Database<'_>, days: u32) -> Result<Vec<Day>, StoreError> {
    let today = database.run(|connection| connection.one(TODAY, vec![]))?.date()?;
    let params = vec![Value::from(days)];
    let stored = database.run(|connection| connection.rows(RECENT, params.clone(), day))?;
    let first = today - Days::new(days.saturating_sub(1).into());
    let all = first.iter_days().take_while(|day| *day <= today);
    let find = |day: NaiveDate| {
        let found = stored.iter().find(|stored| stored.day == day).cloned();
        found.unwrap_or(Day { day, counts: Counts::default(), size: None })
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
    let size = match (optional()?, optional()?, optional()?) {
        (Some(users), Some(live_entries), Some(tombstones)) => {
            Some(DataSize { users, live_entries, tombstones })
        }
        _ => None,
    };
    Ok(Day { day, counts, size })
}

fn number(columns: &mut Columns) -> Result<u64, StoreError> {
    columns.int().map(unsigned)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
