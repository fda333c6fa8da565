//! Compares every response in the tests with docs/openapi.yaml: status, header fields and body. Undescribed parts fail.

mod document;
mod openapi_location;

use serde_json::{Map, Value};

use super::{Answer, Request};
pub(crate) use document::Document;
use openapi_location::OpenApiLocation;

/// The source of a response.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// The program itself, which sends only described header fields.
    Program,
    /// Apache, which adds header fields and sends some responses itself.
    Apache,
}

/// The header fields that the document describes. Apache adds others.
const OURS: [&str; 11] = [
    "allow",
    "cache-control",
    "content-disposition",
    "etag",
    "location",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "retry-after",
    "www-authenticate",
    "x-request-id",
];

/// Fails the test if the document does not describe the response.
#[track_caller]
pub(crate) fn assert_described(request: &Request, answer: &Answer, door: Door) {
    let target = String::from_utf8_lossy(&request.target);
    let mut differences = differences(&request.method, &target, answer, door);
    if (200..300).contains(&answer.status) && !request.body.is_empty() {
        differences.extend(request_differences(request, &target, answer));
    }
    assert!(
        differences.is_empty(),
        "docs/openapi.yaml does not describe the answer {} to {} {target}:\n  {}\nheader: {:?}\nbody: {}",
        answer.status,
        request.method,
        differences.join("\n  "),
        answer.headers,
        answer.text()
    );
}

/// The differences between a response and the document.
pub(crate) fn differences(method: &str, target: &str, answer: &Answer, door: Door) -> Vec<String> {
    let document = Document::get();
    if door == Door::Apache && answer.header("x-request-id").is_none() {
        return web_server_differences(document, target, answer);
    }
    let location = OpenApiLocation::of(document, method, target);
    let Some(response) = location.response(document, answer.status) else {
        return vec![format!("no status {} of {location}", answer.status)];
    };
    let mut differences = header_differences(document, response, answer);
    differences.extend(undescribed_fields(response, answer, door));
    differences.extend(body_differences(document, response, method, answer));
    differences
}

/// Checks responses that Apache sends itself. Its pages and redirects outside `/api` are not part of the contract.
fn web_server_differences(document: &Document, target: &str, answer: &Answer) -> Vec<String> {
    let is_page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    if !target.starts_with("/api/") && (is_page || answer.status < 400) {
        return Vec::new();
    }
    let name = if is_page { "WebServerPage" } else { "WebServer" };
    let Some(response) = document.component("responses", name) else {
        return vec![format!("no component {name}")];
    };
    let mut differences = header_differences(document, response, answer);
    if !is_page {
        differences.extend(body_differences(document, response, "GET", answer));
        let status =
            serde_json::from_slice::<Value>(&answer.body).map(|body| body["status"].clone());
        if status.ok() != Some(answer.status.into()) {
            differences.push("the status in the body is another".to_owned());
        }
    }
    differences
}

fn described_headers(response: &Value) -> impl Iterator<Item = (&String, &Value)> {
    response["headers"].as_object().into_iter().flatten()
}

fn header_differences(document: &Document, response: &Value, answer: &Answer) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, header) in described_headers(response) {
        let header = document.resolve(header);
        let Some(text) = answer.header(&name.to_ascii_lowercase()) else {
            if header["required"] == true {
                differences.push(format!("the header field {name} is missing"));
            }
            continue;
        };
        let value = match text.parse::<i64>() {
            Ok(number) if header["schema"]["type"] == "integer" => number.into(),
            _ => Value::from(text),
        };
        let errors = document.errors(&header["schema"], &value);
        differences.extend(errors.into_iter().map(|error| format!("header field {name}: {error}")));
    }
    differences
}

fn undescribed_fields(response: &Value, answer: &Answer, door: Door) -> Vec<String> {
    let is_described = |name: &str| {
        described_headers(response).any(|(described, _)| described.eq_ignore_ascii_case(name))
            || matches!(name, "status" | "content-type")
            || (door == Door::Apache && !OURS.contains(&name))
    };
    let undescribed = answer.headers.iter().filter(|(name, _)| !is_described(name));
    undescribed.map(|(name, _)| format!("the header field {name} is not described")).collect()
}

fn body_differences(
    document: &Document,
    response: &Value,
    method: &str,
    answer: &Answer,
) -> Vec<String> {
    let Some(content) = response["content"].as_object().filter(|_| method != "HEAD") else {
        let has_body = !answer.body.is_empty();
        return has_body.then(|| "a body where there is none".to_owned()).into_iter().collect();
    };
    let kind = answer.header("content-type").unwrap_or_default();
    let Some(media) = content.get(kind) else {
        return vec![format!("the content type is {kind:?}")];
    };
    match serde_json::from_slice(&answer.body) {
        Ok(body) => document.sealed_errors(&media["schema"], &body),
        Err(error) => vec![format!("the body is not JSON: {error}")],
    }
}

/// The differences between a successful request and the document. Entries that a bulk upload refused are not checked.
fn request_differences(request: &Request, target: &str, answer: &Answer) -> Vec<String> {
    let document = Document::get();
    let location = OpenApiLocation::of(document, &request.method, target);
    let Some(schema) = location.request_schema() else {
        return Vec::new();
    };
    // `Value` cannot hold numbers like 1e999.
    let Ok(mut body) = serde_json::from_slice::<Value>(&request.body) else {
        return Vec::new();
    };
    if let (Some(entries), Ok(answered)) = (
        body.get_mut("entries").and_then(Value::as_array_mut),
        serde_json::from_slice::<Map<String, Value>>(&answer.body),
    ) {
        let refused: Vec<Value> = answered["errors"].as_array().cloned().unwrap_or_default();
        let mut index = 0..;
        entries.retain(|_| {
            let index = index.next();
            !refused.iter().any(|error| error["index"].as_u64() == index)
        });
    }
    let errors = document.errors(schema, &body);
    errors.into_iter().map(|error| format!("the request was accepted: {error}")).collect()
}
