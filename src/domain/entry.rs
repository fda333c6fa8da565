//! A weight entry and the keys under which it is known.

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

use super::content::Content;
use super::recent_edits::RecentEdits;
use super::time::UtcTime;

/// The server's id of an entry: a UUID (version 7; version 5 for the copies
/// of `keep_both`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EntryId(Uuid);

/// Namespace of the ids of `keep_both` copies. Never change it: a resend must
/// find the copy that an earlier version of the server made.
const COPY_NAMESPACE: Uuid = Uuid::from_u128(0x5f0f_61a5_6a0e_4f0e_9d2a_6c55_77e1_0b26);

impl EntryId {
    /// A fresh id.
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }

    /// Reads the hyphenated form of 36 characters, the only form we render.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 36 {
            return None;
        }
        Uuid::try_parse(text).ok().map(Self)
    }

    /// The id that a device's key spells: an export gives the server's id as
    /// the key. `None` for a key that cannot be one: ids made here are of
    /// version 7 or 5, in lower case.
    pub fn spelled_by(key: &ClientKey) -> Option<Self> {
        let id = Self::parse(key.as_str())?;
        let is_made_here = matches!(id.0.get_version_num(), 5 | 7);
        (is_made_here && id.to_string() == key.as_str()).then_some(id)
    }

    /// The id of the copy that `keep_both` makes of `content` beside the entry
    /// `self`, when it was sent under `identity`. Every resend gets the same id.
    #[must_use]
    pub fn of_copy(self, identity: Option<&Identity>, content: &Content) -> Self {
        let (device_id, local_id) =
            identity.map_or(("", ""), |keys| (keys.device_id.as_str(), keys.local_id.as_str()));
        let name = format!(
            "{self}\n{device_id}\n{local_id}\n{} {}\n{}",
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

/// A key that a device chose: at most 64 of `A-Za-z0-9._:-`, compared byte
/// for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ClientKey(String);

/// Why a text is not a [`ClientKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKeyError {
    /// The text is empty.
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
    pub fn parse(text: impl AsRef<str> + Into<String>) -> Result<Self, ClientKeyError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-');
        let key = text.as_ref();
        if key.is_empty() {
            Err(ClientKeyError::Empty)
        } else if !key.bytes().all(allowed) {
            Err(ClientKeyError::Character)
        } else if key.len() > Self::MAX_LENGTH {
            Err(ClientKeyError::TooLong)
        } else {
            Ok(Self(text.into()))
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

/// The name that a device gave an entry before it knew the server's id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// Scopes `local_id`; empty where the client names no device.
    pub device_id: ClientKey,
    /// The device's own key for the entry.
    pub local_id: ClientKey,
}

/// An entry as the server holds it. A deleted entry stays as a tombstone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The server's id.
    pub id: EntryId,
    /// The device's name for the entry, if it gave one.
    pub identity: Option<Identity>,
    /// What was recorded; for a tombstone, what was recorded last.
    pub content: Content,
    /// The server's stamp of the first accepted write.
    pub created_at: UtcTime,
    /// The server's stamp of the last accepted write; strictly increasing
    /// within a user. Never compared with a device's clock.
    pub updated_at: UtcTime,
    /// When the person made the last edit, by the device's clock, at most the
    /// server's time. Last write wins compares this.
    pub edited_at: UtcTime,
    /// When it was deleted; only a tombstone has it.
    pub deleted_at: Option<UtcTime>,
}

impl Entry {
    /// Whether this is a tombstone.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}

/// An entry with its recent edits. Only this can be written: an entry that was
/// loaded without them would forget them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// The entry.
    pub entry: Entry,
    /// The edits that were last judged for it.
    pub recent_edits: RecentEdits,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::weight::{Hundredths, Unit, Weight};

    #[test]
    fn a_key_spells_an_id_only_in_the_form_in_which_ids_are_rendered() {
        let spelled = |text: &str| EntryId::spelled_by(&ClientKey::parse(text).unwrap());
        let id = EntryId::generate();
        assert_eq!(spelled(&id.to_string()), Some(id));
        assert_eq!(spelled(&id.to_string().to_uppercase()), None);
        assert_eq!(spelled("0199e1a0-0000-4000-8000-000000000001"), None, "version 4");
        assert_eq!(spelled("local-1"), None);
    }

    #[test]
    fn a_key_has_1_to_64_of_the_allowed_characters() {
        let of = |length| ClientKey::parse("Az09._:-".repeat(9).split_at(length).0).map(|_| length);
        assert_eq!((of(1), of(63), of(64)), (Ok(1), Ok(63), Ok(64)));
        assert!(ClientKey::default().is_empty() && !ClientKey::parse("a").unwrap().is_empty());
        assert_eq!((of(0), of(65)), (Err(ClientKeyError::Empty), Err(ClientKeyError::TooLong)));
        for text in ["a b", "a/b", "\u{e4}", "a\n"] {
            assert_eq!(ClientKey::parse(text), Err(ClientKeyError::Character), "{text}");
        }
    }

    #[test]
    fn a_copy_keeps_its_id_and_any_other_edit_gets_another_id() {
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
            first.of_copy(Some(&phone), &kilograms),
            second.of_copy(Some(&phone), &kilograms),
            first.of_copy(Some(&identity("tablet", "1")), &kilograms),
            first.of_copy(Some(&identity("phone", "2")), &kilograms),
            first.of_copy(Some(&phone), &content(7551, Unit::Kilogram, 1)),
            first.of_copy(Some(&phone), &content(7550, Unit::Pound, 1)),
            first.of_copy(Some(&phone), &content(7550, Unit::Kilogram, 2)),
        ];
        assert_eq!(ids[0], first.of_copy(Some(&phone), &kilograms));
        assert_eq!(std::collections::HashSet::from(ids).len(), ids.len());
    }
}
