//! The edits that were last judged for an entry: enough to recognise an edit
//! that arrives a second time.
//!
//! Times alone cannot tell: a resend may tie with a later edit (whole seconds,
//! a slow clock), or the clamp may make it newer (a fast clock).

use std::io::Write;

use sha2::{Digest, Sha256};

use super::content::Content;
use super::digest::prefix;
use super::edit::{Edit, EditKind};

/// How many edits an entry remembers. A resend after so many later edits is
/// judged by its time alone.
pub const REMEMBERED: usize = 16;

/// Fingerprints of the last edits of one entry, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecentEdits(Vec<Fingerprint>);

/// 64 bits of a hash over an edit: the intended state, `edited_at` and
/// `base_updated_at`, as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fingerprint([u8; 8]);

impl Fingerprint {
    /// `None` for an edit without `edited_at` and `base_updated_at`: a second
    /// such edit cannot be told from a resend.
    fn of(edit: &Edit) -> Option<Self> {
        if edit.edited_at.is_none() && edit.base_updated_at.is_none() {
            return None;
        }
        let mut hash = Sha256::new();
        hash_edit(&mut hash, edit).ok()?;
        Some(Self(prefix(hash.finalize().into())))
    }
}

fn hash_edit(hash: &mut Sha256, edit: &Edit) -> std::io::Result<()> {
    match edit.kind {
        EditKind::Put(Content { weight, timestamp }) => {
            write!(hash, "{} {} {timestamp}", weight.value(), weight.unit().as_str())?;
        }
        EditKind::Delete => write!(hash, "deleted")?,
    }
    for time in [edit.edited_at, edit.base_updated_at] {
        match time {
            Some(time) => write!(hash, "\n{time}")?,
            None => writeln!(hash)?,
        }
    }
    Ok(())
}

impl RecentEdits {
    /// Reads the output of [`Self::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.as_chunks().0.iter().map(|bytes| Fingerprint(*bytes)).collect())
    }

    /// The fingerprints, oldest first, 8 bytes each.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|fingerprint| fingerprint.0).collect()
    }

    /// Whether this very edit was judged before.
    pub fn contains(&self, edit: &Edit) -> bool {
        Fingerprint::of(edit).is_some_and(|sought| self.0.contains(&sought))
    }

    /// Adds an edit and drops the oldest ones beyond [`REMEMBERED`].
    #[must_use]
    pub fn with(&self, edit: &Edit) -> Self {
        let mut edits = self.0.clone();
        edits.extend(Fingerprint::of(edit));
        let surplus = edits.len().saturating_sub(REMEMBERED);
        edits.drain(..surplus);
        Self(edits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::UtcTime;
    use crate::domain::weight::{Hundredths, Unit, Weight};

    fn delete(edited_at: i64, base: Option<i64>) -> Edit {
        Edit {
            kind: EditKind::Delete,
            edited_at: Some(UtcTime::from_micros(edited_at)),
            base_updated_at: base.map(UtcTime::from_micros),
        }
    }

    #[test]
    fn an_edit_is_recognised_and_any_other_is_not() {
        let recent = RecentEdits::default().with(&delete(1, None));
        assert!(recent.contains(&delete(1, None)));
        assert!(!recent.contains(&delete(2, None)));
        assert!(!recent.contains(&delete(1, Some(1))));
        assert_eq!(RecentEdits::from_bytes(&recent.to_bytes()), recent);
    }

    #[test]
    fn edits_with_different_content_have_different_fingerprints() {
        let put = |hundredths, unit, timestamp| {
            let weight = Weight::new(Hundredths::new(hundredths), unit).unwrap();
            let content = Content { weight, timestamp: UtcTime::from_micros(timestamp) };
            Edit { kind: EditKind::Put(content), ..delete(1, None) }
        };
        let first = put(7550, Unit::Kilogram, 1);
        let recent = RecentEdits::default().with(&first);
        assert!(recent.contains(&first));
        for other in [
            put(7551, Unit::Kilogram, 1),
            put(7550, Unit::Pound, 1),
            put(7550, Unit::Kilogram, 2),
            delete(1, None),
        ] {
            assert!(!recent.contains(&other), "{other:?}");
        }
    }

    #[test]
    fn an_edit_without_time_and_base_is_never_recognised() {
        let blind = Edit { kind: EditKind::Delete, edited_at: None, base_updated_at: None };
        assert!(!RecentEdits::default().with(&blind).contains(&blind));
    }

    #[test]
    fn the_oldest_edits_are_forgotten() {
        let mut recent = RecentEdits::default();
        for edited_at in 0..20 {
            recent = recent.with(&delete(edited_at, None));
        }
        assert!(!recent.contains(&delete(3, None)));
        assert!(recent.contains(&delete(4, None)));
        assert_eq!(recent.to_bytes().len(), 8 * REMEMBERED);
    }
}
