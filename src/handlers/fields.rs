//! Types of fields that several routes read, and the paging parameters.

use crate::domain::entry::{ClientKey, ClientKeyError};
use crate::domain::time::{TimeError, UtcTime};
use crate::http::field::{FieldCode, FieldErrors, FromText, Refusal};
use crate::http::query::parameter;

/// Entries of a page if the client does not ask for a number.
pub(super) const DEFAULT_PAGE: u32 = 100;
/// Maximum entries of a page.
pub(super) const MAX_PAGE: u32 = 250;

impl FromText for UtcTime {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(|error| match error {
            TimeError::MissingZone => {
                Refusal::new(FieldCode::MissingZone, "needs Z or an offset such as +01:00")
            }
            TimeError::LeapSecond => {
                Refusal::new(FieldCode::LeapSecond, "second 60 cannot be stored")
            }
            TimeError::Malformed => Refusal::new(
                FieldCode::InvalidFormat,
                "must be an RFC 3339 time: 2026-01-06T20:30:00Z",
            ),
        })
    }
}

impl FromText for ClientKey {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(|error| match error {
            ClientKeyError::Empty => Refusal::new(FieldCode::TooShort, "must not be empty"),
            ClientKeyError::TooLong => {
                let most = Self::MAX_LENGTH;
                Refusal::new(FieldCode::TooLong, format!("must have at most {most} characters"))
            }
            ClientKeyError::Character => {
                let allowed = Self::CHARACTERS;
                Refusal::new(FieldCode::InvalidFormat, format!("may hold only {allowed}"))
            }
        })
    }
}

/// The paging parameter `limit`: 1 to 250, 100 when absent, clamped to 250.
pub(super) fn limit(query: &str, errors: &mut FieldErrors) -> u32 {
    let limit = parameter(query, "limit").and_then(whole_number).and_then(|limit| match limit {
        0 => Err(Refusal::new(FieldCode::OutOfRange, "must be at least 1")),
        _ => Ok(u32::try_from(limit).unwrap_or(MAX_PAGE).min(MAX_PAGE)),
    });
    limit.optional(errors).unwrap_or(DEFAULT_PAGE)
}

/// The paging parameter `offset`: 0 when absent.
pub(super) fn offset(query: &str, errors: &mut FieldErrors) -> u32 {
    let too_large = |_| Refusal::new(FieldCode::OutOfRange, "must be at most 4294967295");
    let offset = parameter(query, "offset").and_then(whole_number);
    offset.and_then(|offset| u32::try_from(offset).map_err(too_large)).optional(errors).unwrap_or(0)
}

/// A number too large to hold becomes the largest.
fn whole_number(text: String) -> Result<u64, Refusal> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::new(FieldCode::InvalidFormat, "must be a whole number"));
    }
    Ok(text.parse().unwrap_or(u64::MAX))
}
