//! Bodies as they arrive, and the objects in them.

use http::HeaderName;
use serde_json::Value;

use super::*;

/// The text of a JSON number.
#[derive(Debug, PartialEq)]
struct Digits(String);

impl FromJson for Digits {
    fn from_json(json: &str) -> Result<Self, Refusal> {
        Ok(Self(json.to_owned()))
    }
}

fields! {
    #[derive(Debug)]
    struct Sample {
        name: String,
        number: Digits,
        is_on: bool,
    }
}

/// The sample, or the refused fields as `name code`.
fn read(json: &str) -> Result<(String, Digits, Option<bool>), Vec<String>> {
    let Sample { name, number, is_on } = object(json).unwrap();
    let mut errors = FieldErrors::default();
    let name = name.required(&mut errors);
    let number = number.required(&mut errors);
    let is_on = is_on.optional(&mut errors);
    let read = name.zip(number).map(|(name, number)| (name, number, is_on));
    errors.check(read).map_err(|errors| {
        let errors = serde_json::to_value(errors).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let both = |error: &Value| [text(&error["field"]), text(&error["code"])].join(" ");
        errors.as_array().unwrap().iter().map(both).collect()
    })
}

fn errors(json: &str) -> Vec<String> {
    read(json).unwrap_err()
}

#[test]
fn a_number_keeps_its_digits_and_a_name_may_be_escaped() {
    let json = r#" {"n\u0061me": "\u00e4\n", "number": 75.50e0, "is_on": null} "#;
    let expected = ("\u{e4}\n".to_owned(), Digits("75.50e0".to_owned()), None);
    assert_eq!(read(json), Ok(expected));
}

#[test]
fn unknown_names_are_ignored_whatever_they_hold() {
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let json = format!(r#"{{"name":"a","x":{deep},"x":"\ud800","\ud800":1e999,"number":1}}"#);
    assert!(read(&json).is_ok());
}

#[test]
fn all_wrong_fields_are_reported_at_once() {
    assert_eq!(errors("{}"), ["name required", "number required"]);
    assert_eq!(errors(r#"{"number":null}"#), ["name required", "number required"]);
    assert_eq!(
        errors(r#"{"is_on":"true","name":[{}],"number":1}"#),
        ["name wrong_type", "is_on wrong_type"]
    );
    assert_eq!(errors(r#"{"name":"\ud800","number":1}"#), ["name invalid_format"]);
}

#[test]
fn a_duplicate_name_is_refused_once_even_if_escaped_or_null() {
    for twice in [
        r#""name":"a","name":"a""#,
        r#""name":null,"name":"a""#,
        r#""name":"a","n\u0061me":null"#,
        r#""name":1,"name":2,"name":3"#,
    ] {
        assert_eq!(errors(&format!(r#"{{{twice},"number":1}}"#)), ["name duplicate"]);
    }
}

#[test]
fn anything_but_an_object_is_refused() {
    for json in ["[]", "1", "\"a\"", "null", "", "{", "{}{}", "{\"a\":1,}", "{1:2}"] {
        assert!(object::<Sample>(json).is_err(), "{json}");
    }
}

fn body(fields: &[(HeaderName, &str)], body: Body) -> Result<Sample, Problem> {
    let mut request = Request::new(body);
    for (name, value) in fields {
        request.headers_mut().append(name, value.parse().unwrap());
    }
    super::json(&request)
}

fn whole(text: &str) -> Body {
    Body::Whole(text.into())
}

#[test]
fn a_body_has_the_type_of_json_and_no_encoding() {
    for media_type in ["application/json", "Application/JSON ; charset=utf-8"] {
        assert!(body(&[(CONTENT_TYPE, media_type)], whole("{}")).is_ok(), "{media_type}");
    }
    for media_type in ["", "text/plain", "application/jsonp", "application/json, text/plain"] {
        let problem = body(&[(CONTENT_TYPE, media_type)], whole("{}")).unwrap_err();
        assert_eq!(problem.code(), Code::UNSUPPORTED_MEDIA_TYPE, "{media_type}");
    }
    let encoded = |encodings: &[&'static str]| {
        let mut fields = vec![(CONTENT_TYPE, "application/json")];
        fields.extend(encodings.iter().map(|encoding| (CONTENT_ENCODING, *encoding)));
        body(&fields, whole("{}")).map(drop).map_err(|problem| problem.code())
    };
    for plain in [&[""][..], &["identity"], &["Identity, identity"], &["identity", ""]] {
        assert_eq!(encoded(plain), Ok(()), "{plain:?}");
    }
    for packed in [&["gzip"][..], &["identity, gzip"], &["identity", "br"], &["identityx"]] {
        assert_eq!(encoded(packed), Err(Code::UNSUPPORTED_MEDIA_TYPE), "{packed:?}");
    }
}

#[test]
fn what_is_no_json_object_is_refused_for_its_reason() {
    for (sent, code, words) in [
        (Body::TooLarge, Code::BODY_TOO_LARGE, "At most 131072 bytes"),
        (Body::Whole(vec![b'"', 0xff, b'"']), Code::INVALID_JSON, "is not UTF-8"),
        (whole("{\n\"a\":}"), Code::INVALID_JSON, "see line 2, column 5"),
        (whole(""), Code::INVALID_JSON, "see line 1, column 0"),
        (whole("[]"), Code::VALIDATION_FAILED, "must be a JSON object"),
    ] {
        let problem = body(&[(CONTENT_TYPE, "application/json")], sent).map(drop).unwrap_err();
        assert_eq!(problem.code(), code);
        assert!(format!("{problem:?}").contains(words), "{problem:?}");
    }
}
