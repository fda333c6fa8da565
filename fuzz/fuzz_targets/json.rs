//! Any bytes as the body of a request, read beside `serde_json::Value`.

#![no_main]

use serde_json::{Map, Value};
use weight_sync::http::json::{Fields, json};
use weight_sync::http::request::{Body, MAX_BODY_BYTES, Request};

/// Every member, by the last value of its name.
#[derive(Default)]
struct Members(Map<String, Value>);

impl Fields for Members {
    fn set(&mut self, name: &str, json: &str) {
        // What lies beyond Value's depth or range is valid JSON all the same.
        let value = serde_json::from_str(json).unwrap_or(Value::Null);
        self.0.insert(name.to_owned(), value);
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut request = Request::new(Body::Whole(bytes.to_vec()));
    let media_type = http::HeaderValue::from_static("application/json");
    request.headers_mut().insert(http::header::CONTENT_TYPE, media_type);
    let members = json::<Members>(&request);
    assert!(bytes.len() <= MAX_BODY_BYTES);
    if let Ok(Value::Object(expected)) = serde_json::from_slice(bytes) {
        assert_eq!(members.unwrap_or_else(|problem| panic!("{problem:?}")).0, expected);
    }
});
