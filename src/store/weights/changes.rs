//! Changes after a cursor.

use mysql::Value;

use super::{UserWeights, rows, sql};
use crate::domain::entry::Entry;
use crate::domain::time::UtcTime;
use crate::store::error::StoreError;
use crate::store::row::{Columns, datetime, text};

/// Which changes.
#[derive(Clone, Copy, Debug)]
pub struct ChangesQuery {
    /// Stamps later than this.
    pub after: UtcTime,
    /// Tombstones only when their stamp is later than this.
    pub tombstones_after: UtcTime,
    /// At most so many.
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
    /// The changed entries.
    pub entries: Vec<Entry>,
}

impl UserWeights<'_, '_> {
    /// Reads changes in one statement.
    ///
    /// # Errors
    /// The database's.
    pub fn changes(&mut self, query: ChangesQuery) -> Result<Changes, StoreError> {
        let user = text(self.user_id.as_str());
        let params = vec![
            user.clone(),
            user,
            datetime(query.after),
            datetime(query.tombstones_after),
            Value::from(query.limit),
        ];
        let changes = self.database.run(|connection| {
            let mut state = None;
            let entries = connection.rows(sql::CHANGES, params.clone(), |columns| {
                match clock_state(columns)? {
                    Some(found) => {
                        state = Some(found);
                        Ok(None)
                    }
                    None => rows::entry(columns),
                }
            })?;
            let mut entries: Vec<Entry> = entries.into_iter().flatten().collect();
            // They come so. SQL promises an order of each part only.
            entries.sort_by_key(|entry| entry.updated_at);
            let state: Option<Changes> = state;
            let state =
                state.ok_or_else(|| StoreError::Failed("server_state has no epoch".into()))?;
            Ok(Changes { entries, ..state })
        })?;
        self.database.note_epoch(&changes.epoch);
        Ok(changes)
    }
}

/// The first columns of a row; `None` where it is an entry's.
fn clock_state(columns: &mut Columns) -> Result<Option<Changes>, StoreError> {
    let epoch = columns.optional_text()?;
    let server_time = columns.optional_datetime()?;
    let last_stamp = columns.optional_int()?.map(UtcTime::from_micros);
    let purged_through = columns.optional_int()?.map(UtcTime::from_micros);
    let started_at = columns.optional_int()?.map(UtcTime::from_micros);
    let (Some(epoch), Some(server_time)) = (epoch, server_time) else { return Ok(None) };
    let entries = Vec::new();
    Ok(Some(Changes { epoch, server_time, last_stamp, purged_through, started_at, entries }))
}
