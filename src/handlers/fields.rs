//! Reading the fields of a body or query, noting every error.

use crate::domain::entry::{ClientKey, ClientKeyError};
use crate::domain::time::{TimeError, UtcTime};
use crate::domain::validation::{FieldCode, FieldErrors};
use crate::http::body::{Member, Object};
use crate::http::problem::Problem;
use crate::http::query::{Parameter, Query};

/// Entries of a page where the client names no number.
pub(super) const DEFAULT_PAGE: u32 = 100;
/// Most entries of a page.
pub(super) const MAX_PAGE: u32 = 250;

/// The fields of one object and what is wrong with them.
pub(super) struct Fields<'a> {
    object: Object<'a>,
    pub(super) errors: FieldErrors,
}

impl<'a> Fields<'a> {
    /// Takes a JSON text apart; where it is no object, that is the error.
    pub(super) fn of(json: &'a str) -> Result<Self, FieldErrors> {
        match Object::parse(json) {
            Some(object) => Ok(Self { object, errors: FieldErrors::default() }),
            None => {
                let mut errors = FieldErrors::default();
                errors.push("", FieldCode::WrongType, "must be a JSON object");
                Err(errors)
            }
        }
    }

    /// The same for a whole body, where it is the request's error.
    pub(super) fn of_body(json: &'a str) -> Result<Self, Problem> {
        Self::of(json).map_err(|errors| Problem::validation(&errors.into_vec()))
    }

    /// The raw JSON of a field; null counts as absent.
    pub(super) fn raw(&mut self, name: &'static str) -> Option<&'a str> {
        match self.object.get(name) {
            Member::Absent => None,
            Member::Raw(raw) => Some(raw),
            Member::Duplicate => {
                // Whoever looks twice names it once.
                if !self.errors.names(name) {
                    self.errors.push(name, FieldCode::Duplicate, "stands twice in the object");
                }
                None
            }
        }
    }

    /// Notes that a field is missing, unless another error names it.
    pub(super) fn require<T>(&mut self, name: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.errors.names(name) {
            self.errors.push(name, FieldCode::Required, "is required");
        }
        value
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        let raw = self.raw(name)?;
        match serde_json::from_str(raw) {
            Ok(text) => Some(text),
            Err(_) if raw.starts_with('"') => {
                let message = "holds an escape that is no character";
                self.errors.push(name, FieldCode::InvalidFormat, message);
                None
            }
            Err(_) => {
                self.errors.push(name, FieldCode::WrongType, "must be a string");
                None
            }
        }
    }

    /// The text of a JSON number, every digit of it.
    pub(super) fn number(&mut self, name: &'static str) -> Option<&'a str> {
        let raw = self.raw(name)?;
        let is_number = raw.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if !is_number {
            self.errors.push(name, FieldCode::WrongType, "must be a number");
        }
        is_number.then_some(raw)
    }

    pub(super) fn boolean(&mut self, name: &'static str) -> Option<bool> {
        match self.raw(name)? {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                self.errors.push(name, FieldCode::WrongType, "must be true or false");
                None
            }
        }
    }

    pub(super) fn time(&mut self, name: &'static str) -> Option<UtcTime> {
        let text = self.text(name)?;
        read_time(&text, name, &mut self.errors)
    }

    /// A `device_id`: absent and empty are the same.
    pub(super) fn device_id(&mut self) -> ClientKey {
        match self.object.get("device_id") {
            Member::Raw("\"\"") => ClientKey::default(),
            _ => self.client_key("device_id").unwrap_or_default(),
        }
    }

    /// A key that a device chose.
    pub(super) fn client_key(&mut self, name: &'static str) -> Option<ClientKey> {
        let text = self.text(name)?;
        match ClientKey::parse(&text) {
            Ok(key) => Some(key),
            Err(error) => {
                let (code, message) = match error {
                    ClientKeyError::Empty => (FieldCode::TooShort, "must not be empty".to_owned()),
                    ClientKeyError::TooLong => {
                        let most = ClientKey::MAX_LENGTH;
                        (FieldCode::TooLong, format!("must have at most {most} characters"))
                    }
                    ClientKeyError::Character => {
                        let allowed = ClientKey::CHARACTERS;
                        (FieldCode::InvalidFormat, format!("may hold only {allowed}"))
                    }
                };
                self.errors.push(name, code, message);
                None
            }
        }
    }
}

/// Reads a time, noting why it is none.
pub(super) fn read_time(
    text: &str,
    name: &'static str,
    errors: &mut FieldErrors,
) -> Option<UtcTime> {
    match UtcTime::parse(text) {
        Ok(time) => Some(time),
        Err(error) => {
            let (code, message) = match error {
                TimeError::MissingZone => {
                    (FieldCode::MissingZone, "needs Z or an offset such as +01:00")
                }
                TimeError::LeapSecond => (FieldCode::LeapSecond, "second 60 cannot be stored"),
                TimeError::Malformed => {
                    (FieldCode::InvalidFormat, "must be an RFC 3339 time: 2026-01-06T20:30:00Z")
                }
            };
            errors.push(name, code, message);
            None
        }
    }
}

/// The parameters of a query and what is wrong with them.
pub(super) struct Parameters {
    query: Query,
    pub(super) errors: FieldErrors,
}

impl Parameters {
    pub(super) fn of(query: &str) -> Self {
        Self { query: Query::parse(query), errors: FieldErrors::default() }
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        match self.query.get(name) {
            Parameter::Absent => None,
            Parameter::Text(text) => Some(text.to_owned()),
            Parameter::Undecodable => {
                self.errors.push(name, FieldCode::InvalidFormat, "is not percent-encoded UTF-8");
                None
            }
            Parameter::Repeated => {
                self.errors.push(name, FieldCode::Duplicate, "stands twice in the query");
                None
            }
        }
    }

    pub(super) fn time(&mut self, name: &'static str) -> Option<UtcTime> {
        let text = self.text(name)?;
        read_time(&text, name, &mut self.errors)
    }

    /// A whole number of at least `least`.
    pub(super) fn whole(&mut self, name: &'static str, least: u64) -> Option<u64> {
        let text = self.text(name)?;
        let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits {
            self.errors.push(name, FieldCode::InvalidFormat, "must be a whole number");
            return None;
        }
        // Only digits, so what cannot be read is too large.
        let number = text.parse().unwrap_or(u64::MAX);
        if number < least {
            self.errors.push(name, FieldCode::OutOfRange, format!("must be at least {least}"));
            return None;
        }
        Some(number)
    }

    /// The `offset` of a page: 0 when absent.
    pub(super) fn offset(&mut self) -> u32 {
        let offset = self.whole("offset", 0).unwrap_or(0);
        u32::try_from(offset).unwrap_or_else(|_| {
            self.errors.push("offset", FieldCode::OutOfRange, "must be at most 4294967295");
            0
        })
    }

    /// The `limit` of a page: 1 to 250, 100 when absent, clamped to 250.
    pub(super) fn limit(&mut self) -> u32 {
        let limit = self.whole("limit", 1).unwrap_or(u64::from(DEFAULT_PAGE));
        u32::try_from(limit).unwrap_or(MAX_PAGE).min(MAX_PAGE)
    }

    /// Ends the reading.
    pub(super) fn check(self) -> Result<(), Problem> {
        let errors = self.errors;
        if errors.is_empty() { Ok(()) } else { Err(Problem::parameters(&errors.into_vec())) }
    }
}

/// All errors as one problem.
pub(super) fn check(errors: FieldErrors) -> Result<(), Problem> {
    if errors.is_empty() { Ok(()) } else { Err(Problem::validation(&errors.into_vec())) }
}
