//! The fields of a weight entry as clients send them.

use crate::domain::batch::Submission;
use crate::domain::content::Content;
use crate::domain::edit::{Edit, EditKind};
use crate::domain::entry::{ClientKey, EntryId, Identity};
use crate::domain::time::UtcTime;
use crate::domain::weight::{Hundredths, Unit, Weight};
use crate::http::field::{Field, FieldCode, FieldErrors, FromText, Refusal};
use crate::http::json::{FromJson, fields};

/// How far `timestamp` may be ahead of the server, in seconds: a day, because
/// people set the wrong time zone.
pub(in crate::handlers) const MAX_AHEAD_SECONDS: i64 = 86_400;

fields! {
    /// An entry. Each route reads the fields that it needs; errors in other
    /// fields are not reported.
    pub(super) struct EntryFields {
        weight_value: Hundredths,
        unit: Unit,
        timestamp: UtcTime,
        edited_at: UtcTime,
        local_id: ClientKey,
        device_id: String,
        server_id: EntryId,
        deleted: bool,
        base_updated_at: UtcTime,
    }
}

impl FromJson for Hundredths {
    fn from_json(json: &str) -> Result<Self, Refusal> {
        if !json.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            return Err(Refusal::new(FieldCode::WrongType, "must be a number"));
        }
        Ok(Self::from_json_number(json))
    }
}

impl FromText for Unit {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::new(FieldCode::UnknownValue, "must be kg, lb or st");
        Self::parse(text).ok_or_else(unknown)
    }
}

impl FromText for EntryId {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let message = "must be an id that this server gave, or absent";
        Self::parse(text).ok_or_else(|| Refusal::new(FieldCode::InvalidFormat, message))
    }
}

/// The measurement: the three required fields.
pub(super) fn content(
    value: Field<Hundredths>,
    unit: Field<Unit>,
    timestamp: Field<UtcTime>,
    now: UtcTime,
    errors: &mut FieldErrors,
) -> Option<Content> {
    let value = value.required(errors);
    let unit = unit.required(errors);
    let timestamp = timestamp.and_then(|timestamp| plausible(timestamp, now)).required(errors);
    let (value, unit) = value.zip(unit)?;
    let weight = Weight::new(value, unit);
    if weight.is_none() {
        let (least, most) = unit.range();
        let message = format!("must be {least} to {most} {}", unit.as_str());
        errors.push("weight_value", Refusal::new(FieldCode::OutOfRange, message));
    }
    Some(Content { weight: weight?, timestamp: timestamp? })
}

fn plausible(timestamp: UtcTime, now: UtcTime) -> Result<UtcTime, Refusal> {
    if (UtcTime::EARLIEST..=now.plus_seconds(MAX_AHEAD_SECONDS)).contains(&timestamp) {
        return Ok(timestamp);
    }
    let message = "must not lie before 1900 or more than 24 h ahead";
    Err(Refusal::new(FieldCode::OutOfRange, message))
}

/// `edited_at`: the store later clamps a time in the future to its own clock.
pub(super) fn edited_at(field: Field<UtcTime>, errors: &mut FieldErrors) -> Option<UtcTime> {
    let rule = |edited_at| {
        if edited_at < UtcTime::EARLIEST {
            return Err(Refusal::new(FieldCode::OutOfRange, "must not lie before 1900"));
        }
        Ok(edited_at)
    };
    field.and_then(rule).optional(errors)
}

/// `device_id`: empty means the same as absent.
pub(super) fn device_id(field: Field<String>, errors: &mut FieldErrors) -> ClientKey {
    let read = |text: String| match text.as_str() {
        "" => Ok(ClientKey::default()),
        key => ClientKey::from_text(key),
    };
    field.and_then(read).optional(errors).unwrap_or_default()
}

/// An entry of a bulk upload. A refused entry keeps its `local_id`, if that is
/// valid.
pub(super) fn submission(
    entry: EntryFields,
    device_id: &ClientKey,
    now: UtcTime,
) -> Result<Submission, (FieldErrors, Option<ClientKey>)> {
    let mut errors = FieldErrors::default();
    let local_id = entry.local_id.required(&mut errors);
    let server_id = entry.server_id.optional(&mut errors);
    let kind = if entry.deleted.optional(&mut errors) == Some(true) {
        Some(EditKind::Delete)
    } else {
        let content = content(entry.weight_value, entry.unit, entry.timestamp, now, &mut errors);
        content.map(EditKind::Put)
    };
    let edited_at = edited_at(entry.edited_at, &mut errors);
    let base_updated_at = entry.base_updated_at.optional(&mut errors);
    match (kind, local_id) {
        (Some(kind), Some(local_id)) if errors.is_empty() => Ok(Submission {
            server_id,
            identity: Some(Identity { device_id: device_id.clone(), local_id }),
            edit: Edit { kind, edited_at, base_updated_at },
            new_id: EntryId::generate(),
        }),
        (_, local_id) => Err((errors, local_id)),
    }
}
