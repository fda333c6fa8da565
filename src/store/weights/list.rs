//! The list of live entries, newest measurement first.

use std::cmp::Reverse;

use mysql::Value;

use super::UserWeights;
use super::row::{self, entry_columns, no_entry};
use crate::domain::entry::Entry;
use crate::domain::time::UtcTime;
use crate::store::error::StoreError;
use crate::store::row::{datetime, text};

/// A row with the number of live entries, which the clock's row keeps, and a
/// page of them. Not joined: for a join the server fills a table with the page
/// and sorts it again, a third of the cost of the list. Parameters: user, user,
/// limit, offset.
const LIST: &str = concat!(
    "(SELECT live_entries, ",
    no_entry!(),
    " FROM sync_clocks WHERE user_id = ?) UNION ALL (SELECT NULL, ",
    entry_columns!(),
    " FROM weight_entries FORCE INDEX (idx_user_timestamp) \
     WHERE user_id = ? AND deleted_at IS NULL ORDER BY timestamp DESC, id DESC LIMIT ? OFFSET ?)"
);

/// The same within a time range, whose entries are counted. Parameters: user, since, until,
/// user, since, until, limit, offset.
const LIST_BETWEEN: &str = concat!(
    "(SELECT COUNT(*), ",
    no_entry!(),
    " FROM weight_entries FORCE INDEX (idx_user_timestamp) \
     WHERE user_id = ? AND timestamp >= ? AND timestamp < ? AND deleted_at IS NULL) \
     UNION ALL (SELECT NULL, ",
    entry_columns!(),
    " FROM weight_entries FORCE INDEX (idx_user_timestamp) \
     WHERE user_id = ? AND timestamp >= ? AND timestamp < ? AND deleted_at IS NULL ORDER BY timestamp DESC, id DESC LIMIT ? OFFSET ?)"
);

/// Selects a page of the list.
#[derive(Clone, Copy, Debug)]
pub struct ListQuery {
    /// The most entries to return.
    pub limit: u32,
    /// The number of entries to skip.
    pub offset: u32,
    /// Measured at this time or later.
    pub since: Option<UtcTime>,
    /// Measured before this time.
    pub until: Option<UtcTime>,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The number of entries on all pages.
    pub total: i64,
    /// The entries of this page.
    pub entries: Vec<Entry>,
}

impl UserWeights<'_, '_> {
    /// One page of live entries, in one statement.
    pub fn list(&mut self, query: ListQuery) -> Result<Listing, StoreError> {
        let user = || text(self.user_id.as_str());
        let page = [Value::from(query.limit), Value::from(query.offset)];
        let (statement, params) = if query.since.is_none() && query.until.is_none() {
            let [limit, offset] = page;
            (LIST, vec![user(), user(), limit, offset])
        } else {
            let since = datetime(query.since.unwrap_or(UtcTime::EARLIEST));
            let until = datetime(query.until.unwrap_or(UtcTime::LATEST));
            let range = [user(), since, until];
            (LIST_BETWEEN, [range.as_slice(), &range, &page].concat())
        };
        self.database.run(|connection| {
            let mut total = 0;
            let entries = connection.rows(statement, params.clone(), |columns| {
                match columns.optional_int()? {
                    Some(number) => {
                        total = number;
                        Ok(None)
                    }
                    None => row::entry(columns),
                }
            })?;
            let mut entries: Vec<Entry> = entries.into_iter().flatten().collect();
            // Already sorted; but SQL promises an order of each part only.
            entries.sort_by_key(|entry| Reverse((entry.content.timestamp, entry.id)));
            Ok(Listing { total, entries })
        })
    }
}
