//! Fields of a request (JSON members, query parameters) and their errors.

use std::borrow::Cow;

use serde::Serialize;

/// Why a field was refused. The names are part of the contract
/// (docs/PROTOCOL.md, "Field errors").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// The field is missing or null.
    Required,
    /// The JSON type is not the field's.
    WrongType,
    /// The number or time is outside the plausible range.
    OutOfRange,
    /// The value does not have the field's format.
    InvalidFormat,
    /// The field does not allow this value.
    UnknownValue,
    /// The time has neither `Z` nor an offset.
    MissingZone,
    /// The time has second 60.
    LeapSecond,
    /// The text has more characters than the field allows.
    TooLong,
    /// The text has fewer characters than the field allows.
    TooShort,
    /// The object or query has the name more than once.
    Duplicate,
    /// The new password is one that guessers try first.
    Guessable,
}

impl FieldCode {
    /// Every code, for the documentation's tests.
    pub const ALL: [Self; 11] = [
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
        Self::Guessable,
    ];
}

/// Why a value was refused: the stable code, and a sentence for developers
/// that continues the field's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    code: FieldCode,
    message: Cow<'static, str>,
}

impl Refusal {
    /// Creates a refusal.
    pub fn new(code: FieldCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }
}

/// A refused field, under its JSON or query parameter name. The name is empty
/// for an object as a whole.
#[derive(Debug, Serialize)]
struct FieldError {
    field: &'static str,
    #[serde(flatten)]
    refusal: Refusal,
}

/// The refused fields of one object or query, so that all are reported at
/// once.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// The error of a JSON value that should be an object.
    pub fn not_an_object() -> Self {
        let mut errors = Self::default();
        errors.push("", Refusal::new(FieldCode::WrongType, "must be a JSON object"));
        errors
    }

    /// Adds a refused field.
    pub fn push(&mut self, field: &'static str, refusal: Refusal) {
        self.0.push(FieldError { field, refusal });
    }

    /// Drops all refused fields but the first.
    pub fn keep_first(&mut self) {
        self.0.truncate(1);
    }

    /// Whether no field was refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the value if no field was refused.
    ///
    /// # Errors
    /// The refused fields.
    pub fn check<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            _ => Err(self),
        }
    }
}

/// A value that JSON strings and query parameters can hold.
pub trait FromText: Sized {
    /// Reads the decoded text.
    ///
    /// # Errors
    /// The text is not a value of this type.
    fn from_text(text: &str) -> Result<Self, Refusal>;
}

impl FromText for String {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Ok(text.to_owned())
    }
}

/// One field as sent. A refused value stays here as its refusal until the field
/// is read.
#[derive(Debug)]
pub struct Field<T> {
    name: &'static str,
    is_sent: bool,
    value: Result<Option<T>, Refusal>,
}

impl<T> Field<T> {
    /// A field that the client has not sent (so far).
    pub fn absent(name: &'static str) -> Self {
        Self { name, is_sent: false, value: Ok(None) }
    }

    /// Sets the value to the result of `read`; `None` stands for null. Refuses
    /// a field that is set twice: RFC 8259 leaves open which value counts.
    pub fn set(&mut self, read: impl FnOnce() -> Result<Option<T>, Refusal>) {
        self.value = if self.is_sent {
            Err(Refusal::new(FieldCode::Duplicate, "must not be sent more than once"))
        } else {
            read()
        };
        self.is_sent = true;
    }

    /// Whether the field is missing or null.
    pub fn is_absent(&self) -> bool {
        matches!(self.value, Ok(None))
    }

    /// Applies a further rule to the value, if there is one.
    #[must_use]
    pub fn and_then<U>(self, rule: impl FnOnce(T) -> Result<U, Refusal>) -> Field<U> {
        let value = self.value.and_then(|value| value.map(rule).transpose());
        Field { name: self.name, is_sent: self.is_sent, value }
    }

    /// The value; `None` if it is absent or refused. Adds a refusal to
    /// `errors`.
    pub fn optional(self, errors: &mut FieldErrors) -> Option<T> {
        self.value.unwrap_or_else(|refusal| {
            errors.push(self.name, refusal);
            None
        })
    }

    /// The value; `None` if it is absent or refused. Adds an error in either
    /// case.
    pub fn required(self, errors: &mut FieldErrors) -> Option<T> {
        if self.is_absent() {
            errors.push(self.name, Refusal::new(FieldCode::Required, "is required"));
        }
        self.optional(errors)
    }
}
