//! Converts between rows of `weight_entries` and entries.

use mysql::Value;

use crate::domain::content::Content;
use crate::domain::entry::{ClientKey, Entry, EntryId, Identity, StoredEntry};
use crate::domain::recent_edits::RecentEdits;
use crate::domain::weight::{Hundredths, Unit, Weight};
use crate::store::error::StoreError;
use crate::store::row::{Columns, datetime, optional_datetime, text};

/// The columns of an entry, in the order in which [`entry`] reads them.
macro_rules! entry_columns {
    () => {
        "id, device_id, local_id, weight_value, unit, timestamp, \
         created_at, updated_at, edited_at, deleted_at"
    };
}
pub(super) use entry_columns;

/// The place of these columns in a row that holds something else.
macro_rules! no_entry {
    () => {
        "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
    };
}
pub(super) use no_entry;

/// Reads `entry_columns!`; `None` where a row holds `no_entry!`.
pub(super) fn entry(columns: &mut Columns) -> Result<Option<Entry>, StoreError> {
    let Some(id) = columns.optional_text()? else { return Ok(None) };
    let id = EntryId::parse(&id).ok_or_else(|| unreadable("id"))?;
    let device_id = columns.text()?;
    let identity =
        columns.optional_text()?.map(|local_id| identity(device_id, local_id)).transpose()?;
    let value = Hundredths::from_json_number(&columns.text()?);
    let unit = Unit::parse(&columns.text()?).ok_or_else(|| unreadable("unit"))?;
    let weight = Weight::new(value, unit).ok_or_else(|| unreadable("weight_value"))?;
    Ok(Some(Entry {
        id,
        identity,
        content: Content { weight, timestamp: columns.datetime()? },
        created_at: columns.datetime()?,
        updated_at: columns.datetime()?,
        edited_at: columns.datetime()?,
        deleted_at: columns.optional_datetime()?,
    }))
}

/// Reads `entry_columns!` and `recent_edits`.
pub(super) fn stored_entry(columns: &mut Columns) -> Result<Option<StoredEntry>, StoreError> {
    let Some(entry) = entry(columns)? else { return Ok(None) };
    let recent_edits = RecentEdits::from_bytes(&columns.bytes()?);
    Ok(Some(StoredEntry { entry, recent_edits }))
}

fn identity(device_id: String, local_id: String) -> Result<Identity, StoreError> {
    let device_id = match device_id.as_str() {
        "" => ClientKey::default(),
        _ => ClientKey::parse(device_id).map_err(|_| unreadable("device_id"))?,
    };
    let local_id = ClientKey::parse(local_id).map_err(|_| unreadable("local_id"))?;
    Ok(Identity { device_id, local_id })
}

fn unreadable(column: &str) -> StoreError {
    StoreError::Failed(["weight_entries.", column, " holds an unexpected value"].concat())
}

/// The values of `entry_columns!` and `recent_edits`.
pub(super) fn values(stored: &StoredEntry) -> [Value; 11] {
    let entry = &stored.entry;
    let (device_id, local_id) = match &entry.identity {
        Some(identity) => (text(identity.device_id.as_str()), text(identity.local_id.as_str())),
        None => (text(""), Value::NULL),
    };
    [
        text(entry.id.to_string()),
        device_id,
        local_id,
        text(entry.content.weight.value().to_string()),
        text(entry.content.weight.unit().as_str()),
        datetime(entry.content.timestamp),
        datetime(entry.created_at),
        datetime(entry.updated_at),
        datetime(entry.edited_at),
        optional_datetime(entry.deleted_at),
        Value::Bytes(stored.recent_edits.to_bytes()),
    ]
}
