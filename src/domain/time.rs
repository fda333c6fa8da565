//! Points in time on the wire and in the database: UTC, microseconds.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Timelike};

/// A point in time, as microseconds since 1970-01-01T00:00:00Z.
///
/// Rendered by `Display` as RFC 3339 with `Z` and 0, 3 or 6 fraction digits,
/// the fewest that hold the value (docs/PROTOCOL.md, "Times").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTime(i64);

/// Why a text is not accepted as a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeError {
    /// A date and time without `Z` or an offset: ambiguous, so refused.
    MissingZone,
    /// Second 60. The database cannot hold it.
    LeapSecond,
    /// Not RFC 3339.
    Malformed,
}

impl UtcTime {
    /// 1900-01-01T00:00:00Z, the earliest time that a client may send.
    pub const EARLIEST: Self = Self(-2_208_988_800_000_000);
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(0);
    /// 9999-12-31T23:59:59.999999Z, the last that a DATETIME holds.
    pub const LATEST: Self = Self(253_402_300_799_999_999);

    /// From microseconds since 1970-01-01T00:00:00Z; at most [`Self::LATEST`].
    pub fn from_micros(micros: i64) -> Self {
        Self(micros).min(Self::LATEST)
    }

    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    pub fn as_micros(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 (RFC 3339 section 5.6). More than six fraction digits
    /// are cut, not rounded: a rounded time could lie in the future.
    ///
    /// # Errors
    /// See [`TimeError`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        match DateTime::parse_from_rfc3339(text) {
            // chrono holds second 60 as 59 with more than 10^9 nanoseconds.
            Ok(time) if time.nanosecond() >= 1_000_000_000 => Err(TimeError::LeapSecond),
            Ok(time) => Ok(Self::from_micros(time.timestamp_micros())),
            Err(_) if NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").is_ok() => {
                Err(TimeError::MissingZone)
            }
            Err(_) => Err(TimeError::Malformed),
        }
    }

    /// This time plus `seconds`; at most [`Self::LATEST`].
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_micros(seconds.saturating_mul(1_000_000))
    }

    /// This time plus `micros`; at most [`Self::LATEST`].
    #[must_use]
    pub fn plus_micros(self, micros: i64) -> Self {
        Self::from_micros(self.0.saturating_add(micros))
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = DateTime::from_timestamp_micros(self.0).unwrap_or_default();
        f.write_str(&time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl serde::Serialize for UtcTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rendered_with_the_fewest_of_0_3_or_6_digits() {
        for (given, rendered) in [
            ("2026-01-06T20:30:00Z", "2026-01-06T20:30:00Z"),
            ("2026-01-06T20:30:00.000000Z", "2026-01-06T20:30:00Z"),
            ("2026-01-06T20:30:00.12Z", "2026-01-06T20:30:00.120Z"),
            ("2026-01-06T20:30:05.120034Z", "2026-01-06T20:30:05.120034Z"),
            ("2026-01-06T20:30:05.1200349Z", "2026-01-06T20:30:05.120034Z"),
            ("2026-01-06T21:30:00+01:00", "2026-01-06T20:30:00Z"),
            ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"),
        ] {
            assert_eq!(UtcTime::parse(given).map(|t| t.to_string()), Ok(rendered.to_owned()));
        }
    }

    #[test]
    fn a_malformed_time_is_refused_with_the_reason() {
        for (given, error) in [
            ("2026-01-06T20:30:00", TimeError::MissingZone),
            ("2026-01-06T20:30:00.5", TimeError::MissingZone),
            ("2016-12-31T23:59:60Z", TimeError::LeapSecond),
            ("2026-01-06", TimeError::Malformed),
            ("2026-13-06T20:30:00Z", TimeError::Malformed),
            ("2026-02-30T20:30:00Z", TimeError::Malformed),
            ("1767731400", TimeError::Malformed),
            ("", TimeError::Malformed),
        ] {
            assert_eq!(UtcTime::parse(given), Err(error), "{given}");
        }
    }

    #[test]
    fn the_bounds_have_the_documented_values() {
        assert_eq!(UtcTime::EARLIEST.to_string(), "1900-01-01T00:00:00Z");
        assert_eq!(UtcTime::LATEST.to_string(), "9999-12-31T23:59:59.999999Z");
    }
}
