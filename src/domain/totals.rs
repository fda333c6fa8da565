//! The totals that a user's clock keeps of the user's entries. A device
//! computes those of its copy and notices by them what either side has lost.

use std::fmt;
use std::ops::BitXorAssign;

use serde::{Serialize, Serializer};

use super::digest::sha256_prefix;
use super::entry::Entry;

/// Totals of a user's entries, or a change of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The number of entries, tombstones included.
    pub stored_entries: i64,
    /// The number of live entries.
    pub live_entries: i64,
    /// The XOR of the hashes of all live entries.
    pub live_hash: LiveHash,
}

impl Totals {
    /// Counts the change from `before`, `None` for a new entry, to `after`.
    pub fn replace(&mut self, before: Option<&Entry>, after: &Entry) {
        self.stored_entries += i64::from(before.is_none());
        if let Some(before) = before.filter(|entry| !entry.is_deleted()) {
            self.live_entries -= 1;
            self.live_hash ^= LiveHash::of(before);
        }
        if !after.is_deleted() {
            self.live_entries += 1;
            self.live_hash ^= LiveHash::of(after);
        }
    }
}

/// 64 bits over live entries, by XOR: in any order, and what leaves takes its
/// part with it. docs/PROTOCOL.md, "Finding a loss", is the specification; the
/// purge has the same in SQL, and the app in Dart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LiveHash(u64);

impl LiveHash {
    /// Takes the number that [`Self::bits`] gave.
    pub fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The hash as a number.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The hash of one entry: the first 8 bytes of SHA-256 over its id, its
    /// value in hundredths, its unit and its time in microseconds.
    fn of(entry: &Entry) -> Self {
        let (weight, timestamp) = (entry.content.weight, entry.content.timestamp);
        let (value, unit) = (weight.value().get(), weight.unit().as_str());
        let text = format!("{} {value} {unit} {}", entry.id, timestamp.as_micros());
        Self(u64::from_be_bytes(sha256_prefix(text.as_bytes())))
    }
}

impl BitXorAssign for LiveHash {
    fn bitxor_assign(&mut self, other: Self) {
        self.0 ^= other.0;
    }
}

/// 16 hexadecimal digits: JSON's numbers do not hold 64 bits everywhere.
impl fmt::Display for LiveHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for LiveHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::content::Content;
    use crate::domain::entry::EntryId;
    use crate::domain::time::UtcTime;
    use crate::domain::weight::{Hundredths, Unit, Weight};

    fn entry(id: &str, hundredths: i64) -> Entry {
        let time = UtcTime::parse("2026-01-06T20:30:00Z").unwrap();
        let weight = Weight::new(Hundredths::new(hundredths), Unit::Kilogram).unwrap();
        Entry {
            id: EntryId::parse(id).unwrap(),
            identity: None,
            content: Content { weight, timestamp: time },
            created_at: time,
            updated_at: time,
            edited_at: time,
            deleted_at: None,
        }
    }

    const FIRST: &str = "0199e1a0-0000-7000-8000-000000000001";
    const SECOND: &str = "0199e1a0-0000-7000-8000-000000000002";

    /// The example of docs/PROTOCOL.md; the app's test has it too.
    #[test]
    fn the_documented_example_has_the_documented_hash() {
        let mut totals = Totals::default();
        totals.replace(None, &entry(FIRST, 7550));
        assert_eq!(totals.live_hash.to_string(), "e78dbed9927e5fbb");
        assert_eq!(totals.live_hash.bits(), 0xe78d_bed9_927e_5fbb);
        assert_eq!(LiveHash::from_bits(0xe78d_bed9_927e_5fbb), totals.live_hash);
        totals.replace(None, &entry(SECOND, 7000));
        assert_eq!(totals.live_hash.to_string(), "393955ed064ab85d");
    }

    #[test]
    fn the_order_does_not_matter_and_what_leaves_takes_its_part_with_it() {
        let (first, second) = (entry(FIRST, 7550), entry(SECOND, 7000));
        let deleted = Entry { deleted_at: Some(second.updated_at), ..second.clone() };
        let changed = entry(FIRST, 7560);
        let mut totals = Totals::default();
        for (before, after) in [
            (None, &second),
            (None, &changed),
            (Some(&changed), &first),
            (Some(&second), &deleted),
            (Some(&deleted), &second),
            (Some(&second), &deleted),
        ] {
            totals.replace(before, after);
        }
        let mut alone = Totals::default();
        alone.replace(None, &first);
        assert_eq!(totals, Totals { stored_entries: 2, ..alone });
    }
}
