//! JSON bodies: an object is taken apart into raw fields, which the handlers
//! judge one by one, so that every wrong field can be named at once and a
//! number keeps its exact digits.

use std::borrow::Cow;
use std::fmt;

use http::header;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::problem::{Code, Problem};
use super::request::{Body, MAX_BODY_BYTES, Request};

/// A JSON object whose values are still text. Keys may repeat.
#[derive(Debug)]
pub struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// What an object says of one key.
#[derive(Clone, Copy, Debug)]
pub enum Member<'a> {
    /// The key is not there, or its value is null.
    Absent,
    /// The key is there once, with this JSON text.
    Raw(&'a str),
    /// The key is there more than once; RFC 8259 leaves open which counts.
    Duplicate,
}

impl<'a> Object<'a> {
    /// Takes a JSON text apart. `None` where it is JSON but no object.
    pub fn parse(json: &'a str) -> Option<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        deserializer.deserialize_map(ObjectVisitor).ok()
    }

    /// Looks a key up.
    pub fn get(&self, name: &str) -> Member<'a> {
        let mut found = self.0.iter().filter(|(key, _)| key == name);
        match (found.next(), found.next()) {
            (None, _) => Member::Absent,
            (Some((_, raw)), None) if raw.get() == "null" => Member::Absent,
            (Some((_, raw)), None) => Member::Raw(raw.get()),
            (Some(_), Some(_)) => Member::Duplicate,
        }
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            members.push((key.0, map.next_value()?));
        }
        Ok(Object(members))
    }
}

/// A key, borrowed where it holds no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The JSON text of a request's body, checked in the order of DESIGN section
/// 2.3: content type, size, syntax.
///
/// # Errors
/// 415, 413 or 400.
pub fn json_text(request: &Request) -> Result<&str, Problem> {
    if !is_json(request) {
        return Err(Problem::new(
            Code::UNSUPPORTED_MEDIA_TYPE,
            "Send the body with Content-Type: application/json.",
        ));
    }
    let bytes = match &request.body {
        Body::Whole(bytes) => bytes,
        Body::TooLarge => {
            return Err(Problem::new(
                Code::BODY_TOO_LARGE,
                format!("At most {MAX_BODY_BYTES} bytes. Send fewer entries in one request."),
            ));
        }
    };
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Problem::new(Code::INVALID_JSON, "The body is not UTF-8."))?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Problem::new(Code::INVALID_JSON, format!("The body is not JSON: see {place}."))
    })?;
    Ok(text)
}

fn is_json(request: &Request) -> bool {
    request.header(header::CONTENT_TYPE).is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_taken_apart_without_touching_its_values() {
        let object =
            Object::parse(r#"{"a":75.50,"b":[1,{"c":2}],"d":null,"\u0065":1,"f":1,"f":2}"#)
                .unwrap();
        assert!(matches!(object.get("a"), Member::Raw("75.50")));
        assert!(matches!(object.get("b"), Member::Raw(r#"[1,{"c":2}]"#)));
        assert!(matches!(object.get("d"), Member::Absent));
        assert!(matches!(object.get("e"), Member::Raw("1")));
        assert!(matches!(object.get("f"), Member::Duplicate));
        assert!(matches!(object.get("g"), Member::Absent));
    }

    #[test]
    fn what_is_no_object_is_told_apart() {
        for json in ["[]", "1", "\"a\"", "null"] {
            assert!(Object::parse(json).is_none(), "{json}");
        }
    }
}
