//! What an entry remembers of the edits that were judged for it: enough to
//! know an edit that comes a second time.
//!
//! Times alone do not tell: a resend may tie with a later edit (whole seconds,
//! a slow clock) or be made newer by the clamp (a fast one).

use sha2::{Digest, Sha256};

use super::change::{Change, Edit};

/// How many edits are remembered. A resend that comes after so many
/// later edits is judged by its time alone.
pub const REMEMBERED: usize = 16;

/// The memory of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History(Vec<Fingerprint>);

/// An edit in 64 bits: what it wants, when it was made, what it was made on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 8]);

impl Fingerprint {
    /// The fingerprint of an edit as it was sent. `None` for an edit that
    /// says neither when it was made nor on what: nothing tells a second one
    /// from a resend.
    pub fn of(change: &Change) -> Option<Self> {
        if change.edited_at.is_none() && change.base_updated_at.is_none() {
            return None;
        }
        let edit = match change.edit {
            Edit::Put(content) => format!(
                "{} {} {}",
                content.weight.value(),
                content.weight.unit().as_str(),
                content.timestamp
            ),
            Edit::Delete => "deleted".to_owned(),
        };
        let time = |time: Option<super::time::UtcTime>| {
            time.map(|time| time.to_string()).unwrap_or_default()
        };
        let text = format!("{edit}\n{}\n{}", time(change.edited_at), time(change.base_updated_at));
        let mut bytes = [0; 8];
        for (byte, hashed) in bytes.iter_mut().zip(Sha256::digest(text.as_bytes())) {
            *byte = hashed;
        }
        Some(Self(bytes))
    }
}

impl History {
    /// Reads what [`Self::to_bytes`] made.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.as_chunks().0.iter().map(|bytes| Fingerprint(*bytes)).collect())
    }

    /// The remembered edits, oldest first, 8 bytes each.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|fingerprint| fingerprint.0).collect()
    }

    /// Whether this very edit was judged before.
    pub fn knows(&self, change: &Change) -> bool {
        Fingerprint::of(change).is_some_and(|sought| self.0.contains(&sought))
    }

    /// The memory after one more edit.
    #[must_use]
    pub fn after(&self, change: &Change) -> Self {
        let mut accepted = self.0.clone();
        accepted.extend(Fingerprint::of(change));
        let surplus = accepted.len().saturating_sub(REMEMBERED);
        accepted.drain(..surplus);
        Self(accepted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::Content;
    use crate::domain::time::UtcTime;
    use crate::domain::weight::{Hundredths, Unit, Weight};

    fn delete(edited_at: i64, base: Option<i64>) -> Change {
        Change {
            edit: Edit::Delete,
            edited_at: Some(UtcTime::from_micros(edited_at)),
            base_updated_at: base.map(UtcTime::from_micros),
        }
    }

    #[test]
    fn an_edit_is_known_again_and_another_is_not() {
        let history = History::default().after(&delete(1, None));
        assert!(history.knows(&delete(1, None)));
        assert!(!history.knows(&delete(2, None)));
        assert!(!history.knows(&delete(1, Some(1))));
        assert_eq!(History::from_bytes(&history.to_bytes()), history);
    }

    #[test]
    fn edits_that_want_different_things_are_told_apart() {
        let put = |hundredths, unit, timestamp| {
            let weight = Weight::new(Hundredths::new(hundredths), unit).unwrap();
            let content = Content { weight, timestamp: UtcTime::from_micros(timestamp) };
            Change { edit: Edit::Put(content), ..delete(1, None) }
        };
        let first = put(7550, Unit::Kilogram, 1);
        let history = History::default().after(&first);
        assert!(history.knows(&first));
        for other in [
            put(7551, Unit::Kilogram, 1),
            put(7550, Unit::Pound, 1),
            put(7550, Unit::Kilogram, 2),
            delete(1, None),
        ] {
            assert!(!history.knows(&other), "{other:?}");
        }
    }

    #[test]
    fn an_edit_without_time_and_base_is_never_known() {
        let blind = Change { edit: Edit::Delete, edited_at: None, base_updated_at: None };
        assert!(!History::default().after(&blind).knows(&blind));
    }

    #[test]
    fn the_oldest_edits_are_forgotten() {
        let mut history = History::default();
        for edited_at in 0..20 {
            history = history.after(&delete(edited_at, None));
        }
        assert!(!history.knows(&delete(3, None)));
        assert!(history.knows(&delete(4, None)));
        assert_eq!(history.to_bytes().len(), 8 * REMEMBERED);
    }
}
