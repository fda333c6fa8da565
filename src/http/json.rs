//! JSON bodies, read in one pass. Each value stays raw text until its field's
//! type reads it: a wrong value does not hide the errors of other fields, and a
//! number keeps its exact digits.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::field::{Field, FieldCode, FieldErrors, FromText, Refusal};
use super::problem::{Code, Problem};
use super::request::{Body, MAX_BODY_BYTES, Request, header};

/// A value that a field of a JSON object can hold.
pub trait FromJson: Sized {
    /// Reads the value from valid JSON other than null.
    ///
    /// # Errors
    /// The JSON is not a value of this type.
    fn from_json(json: &str) -> Result<Self, Refusal>;
}

impl<T: FromText> FromJson for T {
    fn from_json(json: &str) -> Result<Self, Refusal> {
        T::from_text(&text(json)?)
    }
}

impl FromJson for bool {
    fn from_json(json: &str) -> Result<Self, Refusal> {
        json.parse().map_err(|_| Refusal::new(FieldCode::WrongType, "must be true or false"))
    }
}

/// A struct of [`Field`]s; see [`fields`].
pub trait Fields: Default {
    /// Sets the field of that name. Ignores other names.
    fn set(&mut self, name: &str, json: &str);
}

/// Defines a struct whose fields are the members of a JSON object, by the same
/// names.
macro_rules! fields {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        $vis struct $name { $($vis $field: crate::http::field::Field<$type>,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: crate::http::field::Field::absent(stringify!($field)),)* }
            }
        }

        impl crate::http::json::Fields for $name {
            fn set(&mut self, name: &str, json: &str) {
                match name {
                    $(stringify!($field) => crate::http::json::set(&mut self.$field, json),)*
                    _ => {}
                }
            }
        }
    };
}
pub(crate) use fields;

/// Sets a field from JSON. Null counts as absent.
pub fn set<T: FromJson>(field: &mut Field<T>, json: &str) {
    field.set(|| if json == "null" { Ok(None) } else { T::from_json(json).map(Some) });
}

/// Reads the body of a request. Checks content type, size and syntax, in this
/// order. Errors in a field stay in the field.
///
/// # Errors
/// 415, 413, 400; 422 for JSON that is not an object.
pub fn json<T: Fields>(request: &Request) -> Result<T, Problem> {
    let text = body_text(request)?;
    object(text).map_err(|_| match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Problem::validation(FieldErrors::not_an_object()),
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            Problem::new(Code::INVALID_JSON, format!("The body is not JSON: see {place}."))
        }
    })
}

/// Reads a JSON object.
///
/// # Errors
/// The text is not a JSON object.
pub fn object<T: Fields>(text: &str) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let fields = deserializer.deserialize_map(ObjectVisitor(PhantomData))?;
    deserializer.end()?;
    Ok(fields)
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Fields> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut fields = T::default();
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            // A name with an invalid escape is not the name of a field.
            if let Ok(name) = text(name.get()) {
                fields.set(&name, value.get());
            }
        }
        Ok(fields)
    }
}

/// The text of a JSON string, borrowed if it has no escapes.
fn text(json: &str) -> Result<Cow<'_, str>, Refusal> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    if !json.starts_with('"') {
        return Err(Refusal::new(FieldCode::WrongType, "must be a string"));
    }
    let invalid_escape =
        || Refusal::new(FieldCode::InvalidFormat, "has an escape that is not a character");
    serde_json::from_str::<Text<'_>>(json).map(|text| text.0).map_err(|_| invalid_escape())
}

fn body_text(request: &Request) -> Result<&str, Problem> {
    if !is_json(request) {
        return Err(Problem::new(
            Code::UNSUPPORTED_MEDIA_TYPE,
            "Send the body with Content-Type: application/json.",
        ));
    }
    // Refused, because what a small body may become is hard to bound.
    if let Some(encoding) = encoding(request) {
        let detail = format!("The body has Content-Encoding: {encoding}. Send it without one.");
        return Err(
            Problem::new(Code::UNSUPPORTED_MEDIA_TYPE, detail).with(ACCEPT_ENCODING, "identity")
        );
    }
    match request.body() {
        Body::Whole(bytes) => std::str::from_utf8(bytes)
            .map_err(|_| Problem::new(Code::INVALID_JSON, "The body is not UTF-8.")),
        Body::TooLarge => Err(Problem::new(
            Code::BODY_TOO_LARGE,
            format!("At most {MAX_BODY_BYTES} bytes. Send fewer entries in one request."),
        )),
    }
}

/// `Content-Encoding`, where it is another than `identity`.
fn encoding(request: &Request) -> Option<String> {
    let given = request.headers().get_all(CONTENT_ENCODING).iter();
    let texts = given.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let is_plain =
        |text: &str| text.trim().is_empty() || text.trim().eq_ignore_ascii_case("identity");
    texts.into_iter().find(|text| !text.split(',').all(is_plain)).map(Cow::into_owned)
}

fn is_json(request: &Request) -> bool {
    header(request, CONTENT_TYPE).is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json")
    })
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
