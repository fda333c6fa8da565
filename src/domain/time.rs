//! Points in time on the wire and in the database: UTC, microseconds.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike};

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
            // Its offset leads to a year that RFC 3339 cannot write.
            Ok(time) if time.to_utc().year() < 0 => Err(TimeError::Malformed),
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

/// A rendered time. Without an allocation, since a page holds hundreds: chrono's
/// formatting took a third of a list's processor time.
struct Rendered {
    text: [u8; 27],
    length: usize,
}

impl Rendered {
    fn of(time: UtcTime) -> Self {
        let time = DateTime::from_timestamp_micros(time.0).unwrap_or_default().naive_utc();
        let micros = time.nanosecond() / 1000;
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        text[..4].copy_from_slice(&digits::<4>(time.year().unsigned_abs()));
        text[5..7].copy_from_slice(&digits::<2>(time.month()));
        text[8..10].copy_from_slice(&digits::<2>(time.day()));
        text[11..13].copy_from_slice(&digits::<2>(time.hour()));
        text[14..16].copy_from_slice(&digits::<2>(time.minute()));
        text[17..19].copy_from_slice(&digits::<2>(time.second()));
        text[20..26].copy_from_slice(&digits::<6>(micros));
        if micros == 0 {
            text[19] = b'Z';
            Self { text, length: 20 }
        } else if micros.is_multiple_of(1000) {
            text[23] = b'Z';
            Self { text, length: 24 }
        } else {
            Self { text, length: 27 }
        }
    }

    fn as_str(&self) -> &str {
        let text = self.text.get(..self.length).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }
}

/// The last `N` decimal digits of a number.
fn digits<const N: usize>(mut number: u32) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        let [lowest, ..] = (number % 10).to_le_bytes();
        *digit += lowest;
        number /= 10;
    }
    digits
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Rendered::of(*self).as_str())
    }
}

impl serde::Serialize for UtcTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Rendered::of(*self).as_str())
    }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;

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
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
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
            ("0000-01-01T00:40:00+04:00", TimeError::Malformed),
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

    #[test]
    fn every_time_is_rendered_as_chrono_renders_it() {
        let (earliest, latest) = (UtcTime::EARLIEST.as_micros(), UtcTime::LATEST.as_micros());
        // A prime step, so that all fields of a time vary; whole seconds and milliseconds too.
        for micros in (earliest..latest).step_by(1_000_000_007_000_003) {
            for micros in [micros, micros / 1000 * 1000, micros / 1_000_000 * 1_000_000] {
                let time = UtcTime::from_micros(micros);
                let chrono = DateTime::from_timestamp_micros(micros).unwrap();
                let expected = chrono.to_rfc3339_opts(SecondsFormat::AutoSi, true);
                assert_eq!(time.to_string(), expected);
                assert_eq!(UtcTime::parse(&expected), Ok(time));
            }
        }
    }
}
