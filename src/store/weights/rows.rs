//! Between rows of weight_entries and entries.

use mysql::Value;

use super::sql::WRITE_COLUMNS;
use crate::domain::entry::{ClientKey, Content, Entry, EntryId, Identity};
use crate::domain::history::History;
use crate::domain::user::UserId;
use crate::domain::weight::{Hundredths, Unit, Weight};
use crate::store::error::StoreError;
use crate::store::row::{Columns, datetime, optional_datetime, text};

/// Reads the columns of `entry_columns!`; `None` for the empty side of a
/// LEFT JOIN.
pub(super) fn entry(columns: &mut Columns) -> Result<Option<Entry>, StoreError> {
    let Some(id) = columns.optional_text()? else { return Ok(None) };
    let id = EntryId::parse(&id).ok_or_else(|| unreadable("id"))?;
    let device_id = columns.text()?;
    let identity =
        columns.optional_text()?.map(|local_id| identity(&device_id, &local_id)).transpose()?;
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
        history: History::default(),
    }))
}

/// Reads the columns of `history_columns!` too.
pub(super) fn entry_with_history(columns: &mut Columns) -> Result<Option<Entry>, StoreError> {
    let Some(entry) = entry(columns)? else { return Ok(None) };
    let history = History::from_bytes(&columns.bytes()?);
    Ok(Some(Entry { history, ..entry }))
}

fn identity(device_id: &str, local_id: &str) -> Result<Identity, StoreError> {
    let device_id = match device_id {
        "" => ClientKey::default(),
        named => ClientKey::parse(named).map_err(|_| unreadable("device_id"))?,
    };
    let local_id = ClientKey::parse(local_id).map_err(|_| unreadable("local_id"))?;
    Ok(Identity { device_id, local_id })
}

fn unreadable(column: &str) -> StoreError {
    StoreError::Failed(["weight_entries.", column, " holds a value that is not ours"].concat())
}

/// The parameters of `WRITE_ENTRY`.
pub(super) fn update_parameters(user_id: &UserId, entry: &Entry, live_delta: i64) -> Vec<Value> {
    vec![
        text(entry.content.weight.value().to_string()),
        text(entry.content.weight.unit().as_str()),
        datetime(entry.content.timestamp),
        datetime(entry.updated_at),
        datetime(entry.edited_at),
        optional_datetime(entry.deleted_at),
        Value::Bytes(entry.history.to_bytes()),
        Value::from(entry.updated_at.as_micros()),
        Value::from(live_delta),
        text(entry.id.to_string()),
        text(user_id.as_str()),
    ]
}

/// The parameters of `REMEMBER`.
pub(super) fn memory_parameters(user_id: &UserId, entry: &Entry) -> Vec<Value> {
    vec![Value::Bytes(entry.history.to_bytes()), text(entry.id.to_string()), text(user_id.as_str())]
}

/// The parameters of one `WRITE_ROW`.
pub(super) fn parameters(user_id: &UserId, entry: &Entry) -> [Value; WRITE_COLUMNS] {
    let (device_id, local_id) = match &entry.identity {
        Some(identity) => (text(identity.device_id.as_str()), text(identity.local_id.as_str())),
        None => (text(""), Value::NULL),
    };
    [
        text(user_id.as_str()),
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
        Value::Bytes(entry.history.to_bytes()),
    ]
}
