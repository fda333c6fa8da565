//! Formats and parses times in the format of the protocol.

use chrono::{DateTime, Duration, SecondsFormat, Utc};

/// The current time plus `seconds` (may be negative), without fractions.
pub(crate) fn from_now(seconds: i64) -> String {
    (Utc::now() + Duration::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Parses a time from the server, which must have the protocol's format.
#[track_caller]
pub(crate) fn parse(text: &str) -> DateTime<Utc> {
    assert_form(text);
    DateTime::parse_from_rfc3339(text).expect("RFC 3339").with_timezone(&Utc)
}

/// Checks the format: UTC with `Z` and the fewest of 0, 3 or 6 fraction digits that hold the value.
#[track_caller]
pub(crate) fn assert_form(text: &str) {
    assert!(
        text.ends_with('Z') && text.as_bytes()[10] == b'T',
        "{text} is not RFC 3339 in UTC with Z"
    );
    let fraction = text[19..].trim_end_matches('Z').trim_start_matches('.');
    match fraction.len() {
        0 => assert_eq!(text.len(), 20, "{text}: a dot without digits"),
        3 => assert_ne!(fraction, "000", "{text}: more fraction digits than needed"),
        6 => assert!(!fraction.ends_with("000"), "{text}: more fraction digits than needed"),
        other => panic!("{text}: {other} fraction digits"),
    }
}

/// Converts a time to the format of MySQL's `DATETIME(6)`.
pub(crate) fn for_sql(text: &str) -> String {
    DateTime::parse_from_rfc3339(text)
        .expect("RFC 3339")
        .with_timezone(&Utc)
        .format("%Y-%m-%d %H:%M:%S%.6f")
        .to_string()
}
