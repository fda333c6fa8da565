//! The last purge's outcome, stored in the database for `doctor` and `stats`.
//! Cron mails only failures, and sends nothing when it does not run at all.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use weight_sync::store::maintenance::{remember, remembered};
use weight_sync::store::{Database, StoreError};

use crate::duration::in_words;
use crate::output::counted;

const NAME: &str = "last_purge";
/// Limit of the failure's text: the whole record must fit into 255 bytes.
const REASON_BYTES: usize = 120;

/// The stored record.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct LastPurge {
    at: String,
    /// Number of tombstones removed, if the purge succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tombstones: Option<u64>,
    /// Why the purge failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
}

impl LastPurge {
    pub(crate) fn done(tombstones: u64) -> Self {
        Self { at: now(), tombstones: Some(tombstones), failure: None }
    }

    /// Replaces characters that the ASCII column cannot hold, and those that
    /// JSON would escape, which could make the record too long.
    pub(crate) fn failed(reason: &str) -> Self {
        let plain = reason.chars().map(|letter| match letter {
            '"' | '\\' => '\'',
            ' '..='~' => letter,
            _ => '?',
        });
        Self { at: now(), tombstones: None, failure: Some(plain.take(REASON_BYTES).collect()) }
    }

    pub(crate) fn keep(&self, database: &mut Database<'_>) -> Result<(), StoreError> {
        let text = serde_json::to_string(self).unwrap_or_default();
        remember(database, NAME, &text)
    }

    /// `None` if no purge has run yet, or the record is unreadable.
    pub(crate) fn load(database: &mut Database<'_>) -> Result<Option<Self>, StoreError> {
        let text = remembered(database, NAME)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// `6 hours ago`, or the stored text if it is not a time.
    fn ago(&self) -> String {
        let Some(at) = self.at() else { return self.at.clone() };
        let seconds = u64::try_from((Utc::now() - at).num_seconds()).unwrap_or(0);
        format!("{} ago", in_words(seconds))
    }

    /// When the purge ended.
    pub(crate) fn at(&self) -> Option<DateTime<Utc>> {
        let time = DateTime::parse_from_rfc3339(&self.at).ok()?;
        Some(time.with_timezone(&Utc))
    }
}

impl fmt::Display for LastPurge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.failure, self.tombstones) {
            (Some(reason), _) => write!(f, "the purge {} failed: {reason}", self.ago()),
            (None, removed) => {
                let removed = counted(removed.unwrap_or(0), "tombstone");
                write!(f, "purged {}, {removed}", self.ago())
            }
        }
    }
}

fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_any_failure_fits_into_its_column() {
        for reason in ["\"".repeat(500), "\n".repeat(500), "ü".repeat(500), "\\".repeat(500)] {
            let record = serde_json::to_string(&LastPurge::failed(&reason)).unwrap();
            assert!(record.is_ascii() && record.len() <= 255, "{record}");
        }
    }
}
