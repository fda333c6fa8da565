//! Changes after a cursor.

use mysql::Value;

use super::UserWeights;
use super::row::{self, entry_columns, no_entry};
use crate::domain::entry::Entry;
use crate::domain::time::UtcTime;
use crate::domain::totals::Totals;
use crate::store::error::StoreError;
use crate::store::row::{Columns, datetime, text};

/// A row with the state of the user's clock, and the changes after a stamp,
/// oldest first. One statement, so that both show the same moment; not joined,
/// so that the server sorts nothing and each entry does not repeat the state.
/// The index is named because optimisers were seen to choose another one on the
/// second execution of a prepared statement (MariaDB 10.11). Tombstones up to
/// the second stamp are left out. Parameters: user, user, after, tombstones
/// after, limit.
const CHANGES: &str = concat!(
    "(SELECT s.value, UTC_TIMESTAMP(6), c.last_stamp, c.purged_through, c.started_at, \
     c.stored_entries, c.live_entries, c.live_hash, ",
    no_entry!(),
    " FROM server_state s LEFT JOIN sync_clocks c ON c.user_id = ? WHERE s.name = 'epoch') \
     UNION ALL (SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ",
    entry_columns!(),
    " FROM weight_entries FORCE INDEX (idx_user_cursor) WHERE user_id = ? AND updated_at > ? \
     AND (deleted_at IS NULL OR updated_at > ?) ORDER BY updated_at LIMIT ?)"
);

/// Selects changes.
#[derive(Clone, Copy, Debug)]
pub struct ChangesQuery {
    /// Stamps later than this.
    pub after: UtcTime,
    /// Tombstones only when their stamp is later than this.
    pub tombstones_after: UtcTime,
    /// The most changes to return.
    pub limit: u32,
}

/// Changes, oldest first, with the state of the clock at the same moment.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The server's epoch.
    pub epoch: String,
    /// The database's time.
    pub server_time: UtcTime,
    /// The user's newest stamp; `None` for a user who has no clock yet.
    pub last_stamp: Option<UtcTime>,
    /// Tombstones up to this stamp may be gone.
    pub purged_through: Option<UtcTime>,
    /// When the user's clock began: before it nothing can have been missed.
    pub started_at: Option<UtcTime>,
    /// The totals of the user's entries.
    pub totals: Totals,
    /// The changed entries.
    pub entries: Vec<Entry>,
}

impl UserWeights<'_, '_> {
    /// Reads changes in one statement.
    pub fn changes(&mut self, query: ChangesQuery) -> Result<Changes, StoreError> {
        let user = text(self.user_id.as_str());
        let params = vec![
            user.clone(),
            user,
            datetime(query.after),
            datetime(query.tombstones_after),
            Value::from(query.limit),
        ];
        self.database.run(|connection| {
            let mut state = None;
            let entries =
                connection.rows(CHANGES, params.clone(), |columns| {
                    match clock_state(columns)? {
                        Some(found) => {
                            state = Some(found);
                            Ok(None)
                        }
                        None => row::entry(columns),
                    }
                })?;
            let mut entries: Vec<Entry> = entries.into_iter().flatten().collect();
            // Already sorted; but SQL promises an order of each part only.
            entries.sort_by_key(|entry| entry.updated_at);
            let state: Option<Changes> = state;
            let state =
                state.ok_or_else(|| StoreError::Failed("server_state has no epoch".into()))?;
            Ok(Changes { entries, ..state })
        })
    }
}

/// The first columns of a row; `None` where it is an entry's.
fn clock_state(columns: &mut Columns) -> Result<Option<Changes>, StoreError> {
    let epoch = columns.optional_text()?;
    let server_time = columns.optional_datetime()?;
    let last_stamp = columns.optional_int()?.map(UtcTime::from_micros);
    let purged_through = columns.optional_int()?.map(UtcTime::from_micros);
    let started_at = columns.optional_int()?.map(UtcTime::from_micros);
    let totals = columns.optional_totals()?;
    let (Some(epoch), Some(server_time)) = (epoch, server_time) else { return Ok(None) };
    let clock = Changes {
        epoch,
        server_time,
        last_stamp,
        purged_through,
        started_at,
        totals: totals.unwrap_or_default(),
        entries: Vec::new(),
    };
    Ok(Some(clock))
}
