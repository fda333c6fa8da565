//! Entries of the protocol, read from JSON or from the table.

use serde_json::{Value, json};

use super::step_result::StepResult;
use super::timestamps::{Micros, SECOND, read, render};

/// The values that a person recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Content {
    pub(crate) hundredths: i64,
    pub(crate) unit: &'static str,
    pub(crate) measured: Micros,
}

pub(crate) const UNITS: [&str; 3] = ["kg", "lb", "st"];

/// A person's edit of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    Put(Content),
    Delete,
}

/// A device and its `local_id` for an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) device: String,
    pub(crate) local: String,
}

/// A version of an entry that the server holds or held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) id: String,
    pub(crate) key: Option<Key>,
    pub(crate) content: Content,
    pub(crate) created_at: Micros,
    pub(crate) updated_at: Micros,
    pub(crate) edited_at: Micros,
    pub(crate) deleted_at: Option<Micros>,
}

impl Stored {
    pub(crate) fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    /// The entry as in lists and in responses to POST and PUT: without the fields of sync responses.
    pub(crate) fn listed(&self) -> Self {
        Self { key: None, deleted_at: None, ..self.clone() }
    }
}

impl Content {
    /// The second that identifies the creation. Edits do not change it.
    pub(crate) fn birth(&self) -> Micros {
        self.measured - self.measured % SECOND
    }

    /// The three required fields of a write.
    pub(crate) fn json(&self) -> Value {
        let value = self.hundredths as f64 / 100.0;
        json!({"weight_value": value, "unit": self.unit, "timestamp": render(self.measured)})
    }

    pub(crate) fn read(value: &Value) -> StepResult<Self> {
        let weight = value["weight_value"].as_f64().ok_or_else(|| format!("weight in {value}"))?;
        let unit = text(value, "unit")?;
        let unit = UNITS.into_iter().find(|known| *known == unit);
        Ok(Self {
            hundredths: (weight * 100.0).round() as i64,
            unit: unit.ok_or_else(|| format!("unit in {value}"))?,
            measured: time(value, "timestamp")?,
        })
    }
}

/// Reads an entry from any response.
pub(crate) fn stored(value: &Value) -> StepResult<Stored> {
    let local = value.get("local_id").map(|_| text(value, "local_id")).transpose()?;
    let device = value.get("device_id").map(|_| text(value, "device_id")).transpose()?;
    let deleted_at = value.get("deleted_at").filter(|at| !at.is_null());
    Ok(Stored {
        id: text(value, "id")?,
        key: local.map(|local| Key { device: device.unwrap_or_default(), local }),
        content: Content::read(value)?,
        created_at: time(value, "created_at")?,
        updated_at: time(value, "updated_at")?,
        edited_at: time(value, "edited_at")?,
        deleted_at: deleted_at.map(|_| time(value, "deleted_at")).transpose()?,
    })
}

pub(crate) fn text(value: &Value, name: &str) -> StepResult<String> {
    value[name].as_str().map(str::to_owned).ok_or_else(|| format!("no text {name} in {value}"))
}

pub(crate) fn time(value: &Value, name: &str) -> StepResult<Micros> {
    text(value, name).map(|text| read(&text))
}

/// A member that may be null or missing.
pub(crate) fn optional_text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}
