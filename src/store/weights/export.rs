//! Everything that is stored of a user, page by page, as it was at one moment.

use mysql::Value;

use super::UserWeights;
use super::row::{self, entry_columns};
use crate::domain::entry::{Entry, EntryId};
use crate::domain::time::UtcTime;
use crate::store::error::StoreError;
use crate::store::row::text;

/// Whose entries an export holds. Parameters: user.
const EXPORTED: &str = "SELECT UTC_TIMESTAMP(6), c.email, c.created_at, g.sub, g.linked_at \
     FROM users u LEFT JOIN credentials c ON c.user_id = u.id \
     LEFT JOIN google_identities g ON g.user_id = u.id WHERE u.id = ?";

/// All entries by id, whatever their state. Parameters: user, after, limit.
const EXPORT: &str = concat!(
    "SELECT ",
    entry_columns!(),
    " FROM weight_entries FORCE INDEX (idx_user_id) \
     WHERE user_id = ? AND id > ? ORDER BY id LIMIT ?"
);

/// Entries that are read at once.
const PAGE: u32 = 200;

/// Whose entries follow, and of which moment.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The database's time.
    pub exported_at: UtcTime,
    /// The address, if the user signs in here.
    pub email: Option<String>,
    /// When the user was created here.
    pub created_at: Option<UtcTime>,
    /// The Google account that opens this one, if any does.
    pub google: Option<LinkedGoogle>,
}

/// A Google account that opens an account here.
#[derive(Clone, Debug)]
pub struct LinkedGoogle {
    /// Google's name for it (`sub`).
    pub subject: String,
    /// Since when.
    pub linked_at: UtcTime,
}

impl UserWeights<'_, '_> {
    /// Opens a view of this moment. While it is open, nothing else can be done
    /// by the same session than to read on and to close it.
    pub fn open_export(&mut self) -> Result<Exported, StoreError> {
        let user_id = text(self.user_id.as_str());
        self.database.open_view(|connection| {
            let row = connection.first(EXPORTED, vec![user_id.clone()])?;
            let mut columns = row.ok_or_else(|| StoreError::Failed("the user is gone".into()))?;
            Ok(Exported {
                exported_at: columns.datetime()?,
                email: columns.optional_text()?,
                created_at: columns.optional_datetime()?,
                google: match columns.optional_text()? {
                    Some(subject) => Some(LinkedGoogle { subject, linked_at: columns.datetime()? }),
                    None => None,
                },
            })
        })
    }

    /// The next entries by id, tombstones included; none at the end.
    ///
    /// # Errors
    /// The database's. The view is lost then.
    pub fn export_page(&mut self, after: Option<EntryId>) -> Result<Vec<Entry>, StoreError> {
        let after = after.map_or_else(|| text(""), |id| text(id.to_string()));
        let params = vec![text(self.user_id.as_str()), after, Value::from(PAGE)];
        let entries =
            self.database.look(|connection| connection.rows(EXPORT, params, row::entry))?;
        Ok(entries.into_iter().flatten().collect())
    }

    /// Closes the view.
    pub fn close_export(&mut self) {
        self.database.close_view();
    }
}
