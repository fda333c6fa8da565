//! Times as microseconds since 1970 UTC, and their format on the wire.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::support::timestamps;

pub(crate) type Micros = i64;

pub(crate) const SECOND: Micros = 1_000_000;

/// The first measurement of every history.
pub(crate) const FIRST_MEASUREMENT: Micros = 1_577_836_800 * SECOND;

pub(crate) fn now() -> Micros {
    Utc::now().timestamp_micros()
}

/// Formats a time as the server does, with the fewest of 0, 3 or 6 fraction digits.
pub(crate) fn render(moment: Micros) -> String {
    DateTime::from_timestamp_micros(moment)
        .expect("a time")
        .to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Parses a time from the server, which must have the server's format.
pub(crate) fn read(text: &str) -> Micros {
    timestamps::parse(text).timestamp_micros()
}
