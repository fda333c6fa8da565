//! The cursor: the position of a device in the stream of changes.

use std::fmt;

use serde::Serialize;

use super::time::{TimeError, UtcTime};

/// A cursor as the `since` parameter carries it (docs/PROTOCOL.md, "changes
/// since a cursor").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// Every change with a later stamp.
    After(UtcTime),
    /// In the middle of a snapshot. The device never saw entries that were
    /// deleted up to `start`, so it needs later tombstones only, and only a
    /// purge beyond `start` expires the cursor.
    Snapshot {
        /// The user's newest stamp when the first page was read.
        start: UtcTime,
        /// The stamp of the last entry on the page before.
        after: UtcTime,
    },
}

const SNAPSHOT_PREFIX: &str = "snapshot:";

impl Cursor {
    /// Reads a rendered cursor, or any RFC 3339 time.
    ///
    /// # Errors
    /// The reason why the text is not a time.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let Some(pair) = text.strip_prefix(SNAPSHOT_PREFIX) else {
            return UtcTime::parse(text).map(Self::After);
        };
        // Both times were rendered in UTC, so the first Z ends the first one.
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
    fn a_rendered_cursor_is_read_back() {
        for text in [
            "2026-01-06T20:30:00Z",
            "2026-01-06T20:30:05.120034Z",
            "snapshot:2026-01-06T20:30:05.120034Z:2026-01-06T20:30:00Z",
        ] {
            assert_eq!(Cursor::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_malformed_cursor_is_refused() {
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
