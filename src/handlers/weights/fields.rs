//! The fields of a weight entry as a client sends them.

use crate::domain::batch::Submission;
use crate::domain::content::Content;
use crate::domain::edit::{Edit, EditKind};
use crate::domain::entry::{ClientKey, EntryId, Identity};
use crate::domain::time::UtcTime;
use crate::domain::validation::{FieldCode, FieldErrors};
use crate::domain::weight::{Hundredths, Unit, Weight};
use crate::handlers::fields::Fields;

/// How far a device's clock may be ahead in `timestamp`, in seconds: a day,
/// because people set the wrong zone.
pub(in crate::handlers) const MAX_AHEAD_SECONDS: i64 = 86_400;

/// The three required fields.
pub(super) fn content(fields: &mut Fields<'_>, now: UtcTime) -> Option<Content> {
    let number = fields.number("weight_value");
    let number = fields.require("weight_value", number).map(Hundredths::from_json_number);
    let unit = unit(fields);
    let timestamp = fields.time("timestamp");
    let timestamp = fields.require("timestamp", timestamp);
    let timestamp = timestamp.and_then(|timestamp| in_range(fields, timestamp, now));
    let weight = weight(fields, number?, unit?);
    Some(Content { weight: weight?, timestamp: timestamp? })
}

fn unit(fields: &mut Fields<'_>) -> Option<Unit> {
    let text = fields.text("unit");
    let text = fields.require("unit", text)?;
    let unit = Unit::parse(&text);
    if unit.is_none() {
        fields.errors.push("unit", FieldCode::UnknownValue, "must be kg, lb or st");
    }
    unit
}

fn weight(fields: &mut Fields<'_>, value: Hundredths, unit: Unit) -> Option<Weight> {
    let weight = Weight::new(value, unit);
    if weight.is_none() {
        let (least, most) = unit.range();
        let message = format!("must be {least} to {most} {}", unit.as_str());
        fields.errors.push("weight_value", FieldCode::OutOfRange, message);
    }
    weight
}

fn in_range(fields: &mut Fields<'_>, timestamp: UtcTime, now: UtcTime) -> Option<UtcTime> {
    let fits = (UtcTime::EARLIEST..=now.plus_seconds(MAX_AHEAD_SECONDS)).contains(&timestamp);
    if !fits {
        let message = "must not lie before 1900 or more than 24 h ahead";
        fields.errors.push("timestamp", FieldCode::OutOfRange, message);
    }
    fits.then_some(timestamp)
}

/// `edited_at`: ahead of the server it is clamped later, by the store's clock.
pub(super) fn edited_at(fields: &mut Fields<'_>) -> Option<UtcTime> {
    let edited_at = fields.time("edited_at")?;
    if edited_at < UtcTime::EARLIEST {
        fields.errors.push("edited_at", FieldCode::OutOfRange, "must not lie before 1900");
        return None;
    }
    Some(edited_at)
}

/// An entry of a bulk upload, or what is wrong with it, and its `local_id`
/// where that could be read.
pub(super) fn submission(
    json: &str,
    device_id: &ClientKey,
    now: UtcTime,
) -> Result<Submission, (FieldErrors, Option<ClientKey>)> {
    let mut fields = Fields::of(json).map_err(|errors| (errors, None))?;
    let local_id = fields.client_key("local_id");
    let local_id = fields.require("local_id", local_id);
    let server_id = server_id(&mut fields);
    let is_delete = fields.boolean("deleted").unwrap_or(false);
    let kind = if is_delete {
        Some(EditKind::Delete)
    } else {
        content(&mut fields, now).map(EditKind::Put)
    };
    let edited_at = edited_at(&mut fields);
    let base_updated_at = fields.time("base_updated_at");
    let errors = fields.errors;
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

fn server_id(fields: &mut Fields<'_>) -> Option<EntryId> {
    let text = fields.text("server_id")?;
    let id = EntryId::parse(&text);
    if id.is_none() {
        let message = "must be an id that this server gave, or absent";
        fields.errors.push("server_id", FieldCode::InvalidFormat, message);
    }
    id
}
