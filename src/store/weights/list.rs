//! The list of live entries, newest measurement first.

use std::cmp::Reverse;

use mysql::Value;

use super::{UserWeights, rows, sql};
use crate::domain::entry::Entry;
use crate::domain::time::UtcTime;
use crate::store::error::StoreError;
use crate::store::row::{datetime, text};

/// Which page of the list.
#[derive(Clone, Copy, Debug)]
pub struct ListQuery {
    /// At most so many entries.
    pub limit: u32,
    /// So many are passed over.
    pub offset: u32,
    /// Measured at this time or later.
    pub since: Option<UtcTime>,
    /// Measured before this time.
    pub until: Option<UtcTime>,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// How many entries there are in all.
    pub total: i64,
    /// The entries of this page.
    pub entries: Vec<Entry>,
}

impl UserWeights<'_, '_> {
    /// One page of live entries, in one statement.
    ///
    /// # Errors
    /// The database's.
    pub fn list(&mut self, query: ListQuery) -> Result<Listing, StoreError> {
        let user = || text(self.user_id.as_str());
        let page = [Value::from(query.limit), Value::from(query.offset)];
        let (statement, params) = if query.since.is_none() && query.until.is_none() {
            let [limit, offset] = page;
            (sql::LIST, vec![user(), user(), limit, offset])
        } else {
            let since = datetime(query.since.unwrap_or(UtcTime::EARLIEST));
            let until = datetime(query.until.unwrap_or(UtcTime::LATEST));
            let range = [user(), since, until];
            (sql::LIST_BETWEEN, [range.as_slice(), &range, &page].concat())
        };
        self.database.run(|connection| {
            let mut total = 0;
            let entries = connection.rows(statement, params.clone(), |columns| {
                match columns.optional_int()? {
                    Some(number) => {
                        total = number;
                        Ok(None)
                    }
                    None => rows::entry(columns),
                }
            })?;
            let mut entries: Vec<Entry> = entries.into_iter().flatten().collect();
            // They come so. SQL promises an order of each part only.
            entries.sort_by_key(|entry| Reverse((entry.content.timestamp, entry.id)));
            Ok(Listing { total, entries })
        })
    }
}
