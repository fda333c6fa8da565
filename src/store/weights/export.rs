//! Exports all of a user's stored data by one statement.

use super::UserWeights;
use super::row::{self, entry_columns, no_entry};
use crate::domain::entry::Entry;
use crate::domain::time::UtcTime;
use crate::store::error::StoreError;
use crate::store::row::{Columns, text};

/// A row with the user, and all entries, whatever their state. Not joined, so
/// that an entry's row does not repeat the user. Parameters: user, user.
const EXPORT: &str = concat!(
    "(SELECT UTC_TIMESTAMP(6), c.email, c.created_at, g.sub, g.linked_at, ",
    no_entry!(),
    " FROM users u LEFT JOIN credentials c ON c.user_id = u.id \
     LEFT JOIN google_identities g ON g.user_id = u.id WHERE u.id = ?) \
     UNION ALL (SELECT NULL, NULL, NULL, NULL, NULL, ",
    entry_columns!(),
    " FROM weight_entries FORCE INDEX (idx_user_id) WHERE user_id = ?)"
);

/// A part of an export.
#[derive(Clone, Debug)]
pub enum Exported {
    /// The user: comes once, first.
    User(ExportedUser),
    /// An entry, deleted ones included.
    Entry(Entry),
}

/// The user of an export.
#[derive(Clone, Debug)]
pub struct ExportedUser {
    /// The database's time of the export.
    pub exported_at: UtcTime,
    /// The address, if the user signs in here.
    pub email: Option<String>,
    /// When the user was created here.
    pub created_at: Option<UtcTime>,
    /// The linked Google account, if there is one.
    pub google: Option<LinkedGoogle>,
}

/// A Google account that signs in to an account here.
#[derive(Clone, Debug)]
pub struct LinkedGoogle {
    /// Google's id of the account (`sub`).
    pub subject: String,
    /// When it was linked.
    pub linked_at: UtcTime,
}

impl UserWeights<'_, '_> {
    /// Passes the parts of an export to `write`, one at a time, and returns
    /// the time of the export. One statement sees one state of the database,
    /// whatever others write meanwhile.
    ///
    /// # Errors
    /// Parts may have been written before the error. It is never retried,
    /// because they cannot be taken back.
    pub fn export(
        &mut self,
        mut write: impl FnMut(Exported) -> Result<(), StoreError>,
    ) -> Result<UtcTime, StoreError> {
        let user_id = text(self.user_id.as_str());
        let mut exported_at = None;
        self.database.read_once(|connection| {
            connection.rows(EXPORT, vec![user_id.clone(), user_id], |columns| {
                if let Some(user) = user(columns)? {
                    exported_at = Some(user.exported_at);
                    return write(Exported::User(user));
                }
                row::entry(columns)?.map_or(Ok(()), |entry| write(Exported::Entry(entry)))
            })
        })?;
        exported_at.ok_or_else(|| StoreError::Failed("the user is gone".into()))
    }
}

/// The first columns of a row; `None` where the row holds an entry.
fn user(columns: &mut Columns) -> Result<Option<ExportedUser>, StoreError> {
    let exported_at = columns.optional_datetime()?;
    let email = columns.optional_text()?;
    let created_at = columns.optional_datetime()?;
    let google = columns.optional_text()?.zip(columns.optional_datetime()?);
    let google = google.map(|(subject, linked_at)| LinkedGoogle { subject, linked_at });
    Ok(exported_at.map(|exported_at| ExportedUser { exported_at, email, created_at, google }))
}
