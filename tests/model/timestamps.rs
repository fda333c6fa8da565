//! Times as microseconds since 1970, and their form on the wire.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::support::timestamps;

pub(crate) type Micros = i64;

pub(crate) const SECOND: Micros = 1_000_000;

/// The first measurement of every history.
pub(crate) const FIRST_MEASUREMENT: Micros = 1_577_836_800 * SECOND;

pub(crate) fn now() -> Micros {
    Utc::now().timestamp_micros()
}

/// The fewest of 0, 3 or 6 fraction digits, as the server writes it.
pub(crate) fn render(moment: Micros) -> String {
    DateTime::from_timestamp_micros(moment)
        .expect("a time")
        .to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Reads a time of the server, which must have its form.
pub(crate) fn read(text: &str) -> Micros {
    timestamps::parse(text).timestamp_micros()
}
