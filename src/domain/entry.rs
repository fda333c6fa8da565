//! A weight entry and the keys under which it is known.

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

use super::history::History;
use super::time::UtcTime;
use super::weight::Weight;

/// The server's id of an entry: a UUID (version 7; version 5 for the copies
/// of `keep_both`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(Uuid);

/// Namespace of the ids of `keep_both` copies. Never change it: a resend after
/// an update of the server must find the copy that it made before.
const COPY_NAMESPACE: Uuid = Uuid::from_u128(0x5f0f_61a5_6a0e_4f0e_9d2a_6c55_77e1_0b26);

impl EntryId {
    /// A fresh id.
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }

    /// Reads the hyphenated form of 36 characters, the only one we render.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 36 {
            return None;
        }
        Uuid::try_parse(text).ok().map(Self)
    }

    /// The id of the copy that `keep_both` makes of `content`, sent under
    /// `identity`, beside the entry `self`: the same for every resend.
    #[must_use]
    pub fn of_copy(self, identity: &Identity, content: &Content) -> Self {
        let name = format!(
            "{self}\n{}\n{}\n{} {}\n{}",
            identity.device_id.as_str(),
            identity.local_id.as_str(),
            content.weight.value(),
            content.weight.unit().as_str(),
            content.timestamp,
        );
        Self(Uuid::new_v5(&COPY_NAMESPACE, name.as_bytes()))
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl Serialize for EntryId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A key that a device chose: at most 64 of `A-Za-z0-9._:-`, compared byte
/// for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ClientKey(String);

/// Why a text is no [`ClientKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKeyError {
    /// No character at all.
    Empty,
    /// More than 64 characters.
    TooLong,
    /// A character outside `A-Za-z0-9._:-`.
    Character,
}

impl ClientKey {
    /// The characters a key may hold, as a regular expression's class.
    pub const CHARACTERS: &str = "[A-Za-z0-9._:-]";
    /// The most characters a key may have.
    pub const MAX_LENGTH: usize = 64;

    /// Takes a key of 1 to 64 characters.
    ///
    /// # Errors
    /// See [`ClientKeyError`].
    pub fn parse(text: &str) -> Result<Self, ClientKeyError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-');
        if text.is_empty() {
            Err(ClientKeyError::Empty)
        } else if !text.bytes().all(allowed) {
            Err(ClientKeyError::Character)
        } else if text.len() > Self::MAX_LENGTH {
            Err(ClientKeyError::TooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The key as the device sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the default: no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The name a device gave an entry before it knew the server's id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// Scopes `local_id`; empty where the client names no device.
    pub device_id: ClientKey,
    /// The device's own key for the entry.
    pub local_id: ClientKey,
}

/// What a person recorded: the part of an entry that two versions are
/// compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// How much.
    pub weight: Weight,
    /// When it was measured.
    pub timestamp: UtcTime,
}

/// An entry as the server holds it, tombstones included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The server's id.
    pub id: EntryId,
    /// The device's name for it, where one was given.
    pub identity: Option<Identity>,
    /// What was recorded; of a tombstone, what was recorded last.
    pub content: Content,
    /// When the server first accepted it.
    pub created_at: UtcTime,
    /// The server's stamp of the last accepted write; strictly increasing
    /// within a user. Never compared with a device's clock.
    pub updated_at: UtcTime,
    /// When the person made the last edit, by the device's clock, at most the
    /// server's time. This is what last write wins compares.
    pub edited_at: UtcTime,
    /// When it was deleted; an entry that has it is a tombstone.
    pub deleted_at: Option<UtcTime>,
    /// The edits that were judged for it. Read only where an edit is judged.
    pub history: History,
}

impl Entry {
    /// Whether this is a tombstone.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::weight::{Hundredths, Unit};

    #[test]
    fn a_copy_has_one_id_for_one_edit_and_another_for_any_other() {
        let identity = |device: &str, local: &str| Identity {
            device_id: ClientKey::parse(device).unwrap(),
            local_id: ClientKey::parse(local).unwrap(),
        };
        let content = |hundredths, unit, timestamp| Content {
            weight: Weight::new(Hundredths::new(hundredths), unit).unwrap(),
            timestamp: UtcTime::from_micros(timestamp),
        };
        let (first, second) = (EntryId::generate(), EntryId::generate());
        let (phone, kilograms) = (identity("phone", "1"), content(7550, Unit::Kilogram, 1));
        let ids = [
            first.of_copy(&phone, &kilograms),
            second.of_copy(&phone, &kilograms),
            first.of_copy(&identity("tablet", "1"), &kilograms),
            first.of_copy(&identity("phone", "2"), &kilograms),
            first.of_copy(&phone, &content(7551, Unit::Kilogram, 1)),
            first.of_copy(&phone, &content(7550, Unit::Pound, 1)),
            first.of_copy(&phone, &content(7550, Unit::Kilogram, 2)),
        ];
        assert_eq!(ids[0], first.of_copy(&phone, &kilograms));
        assert_eq!(std::collections::HashSet::from(ids).len(), ids.len());
    }
}
