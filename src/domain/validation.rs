//! What is wrong with a field: the form in which every rule reports.

use serde::Serialize;

/// Why a field was refused. The names are part of the contract
/// (docs/PROTOCOL.md, "Field errors").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// The field is missing or null.
    Required,
    /// Another JSON type than the field takes.
    WrongType,
    /// A number or time outside what is plausible.
    OutOfRange,
    /// Not of the form the field takes.
    InvalidFormat,
    /// Not one of the values the field knows.
    UnknownValue,
    /// A time without `Z` or an offset.
    MissingZone,
    /// Second 60.
    LeapSecond,
    /// More characters than the field takes.
    TooLong,
    /// Fewer characters than the field takes.
    TooShort,
    /// The same key stands twice in the object.
    Duplicate,
}

impl FieldCode {
    /// Every code, for the documentation's tests.
    pub const ALL: [Self; 10] = [
        Self::Required,
        Self::WrongType,
        Self::OutOfRange,
        Self::InvalidFormat,
        Self::UnknownValue,
        Self::MissingZone,
        Self::LeapSecond,
        Self::TooLong,
        Self::TooShort,
        Self::Duplicate,
    ];
}

/// One refused field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The JSON or query parameter name; empty for the body as a whole.
    pub field: &'static str,
    /// The stable reason.
    pub code: FieldCode,
    /// A sentence for the developer at the other end.
    pub message: String,
}

/// Collects the errors of one object, so that all are reported at once.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes one more refused field.
    pub fn push(&mut self, field: &'static str, code: FieldCode, message: impl Into<String>) {
        self.0.push(FieldError { field, code, message: message.into() });
    }

    /// Whether that field was refused already.
    pub fn names(&self, field: &str) -> bool {
        self.0.iter().any(|error| error.field == field)
    }

    /// Whether nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The errors in the order in which they were noted.
    pub fn into_vec(self) -> Vec<FieldError> {
        self.0
    }
}
