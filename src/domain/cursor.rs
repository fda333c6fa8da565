//! Where a device stands in the stream of changes.

use std::fmt;

use serde::Serialize;

use super::time::{TimeError, UtcTime};

/// A cursor as the `since` parameter carries it (docs/PROTOCOL.md, "changes
/// since a cursor").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// Every change with a later stamp.
    After(UtcTime),
    /// In the middle of a full pull. `start` is the user's newest stamp when
    /// the pull began: entries deleted up to then were never shown, so only
    /// later tombstones matter, and only a purge beyond `start` ends it.
    Snapshot {
        /// The newest stamp when page 1 was read.
        start: UtcTime,
        /// The stamp of the last entry that was sent.
        after: UtcTime,
    },
}

const SNAPSHOT_PREFIX: &str = "snapshot:";

impl Cursor {
    /// Reads a cursor as we rendered it, or any RFC 3339 time.
    ///
    /// # Errors
    /// The reason why it is no time.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let Some(pair) = text.strip_prefix(SNAPSHOT_PREFIX) else {
            return UtcTime::parse(text).map(Self::After);
        };
        // Both are rendered by us and end in Z, so the first Z parts them.
        let (start, after) = pair.split_once("Z:").ok_or(TimeError::Malformed)?;
        let start = UtcTime::parse(&format!("{start}Z"))?;
        let after = UtcTime::parse(after)?;
        Ok(Self::Snapshot { start, after })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(time) => time.fmt(f),
            Self::Snapshot { start, after } => write!(f, "{SNAPSHOT_PREFIX}{start}:{after}"),
        }
    }
}

impl Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_it_was_rendered() {
        for text in [
            "2026-01-06T20:30:00Z",
            "2026-01-06T20:30:05.120034Z",
            "snapshot:2026-01-06T20:30:05.120034Z:2026-01-06T20:30:00Z",
        ] {
            assert_eq!(Cursor::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in [
            "",
            "snapshot:",
            "snapshot:2026-01-06T20:30:00Z",
            "snapshot:2026-01-06T20:30:00Z:",
            "snapshot:x:y",
            "12345",
        ] {
            assert!(Cursor::parse(text).is_err(), "{text}");
        }
    }
}
