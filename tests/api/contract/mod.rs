//! The contract in one place: `snapshots/` shows each route's success and each error code as a whole request and
//! response. What differs from run to run is redacted. Where a change is meant,
//! `INSTA_UPDATE=always tests/run -- --test api contract` writes the new snapshots; the diff shows what clients will see.

mod accounts;
mod errors;
mod google;
mod single_entries;
mod snapshots_are_complete;
mod sync;

use serde_json::Value;

use crate::support::{Answer, Request, Server};

/// The limit that a server has by default, so that the snapshots show it.
const LIMIT: (&str, &str) = ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "100");

/// Header fields that every request of the tests carries, whatever it asks for.
const ALWAYS_SENT: [&str; 3] = ["Host", "User-Agent", "Accept"];

/// A longer body is shown by its length.
const LONGEST_BODY: usize = 4000;

/// Patterns and what stands in their place. The requests' own times lie before February 2026.
const REDACTIONS: [(&str, &str); 12] = [
    (r"(2026-(0[2-9]|1[0-2])|202[7-9]-\d\d|20[3-9]\d-\d\d)-\d\d(T[\d:.]+Z)?", "[time]"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[uuid]"),
    (r"\b[0-9a-f]{32}\b", "[request id]"),
    (r#""hash": "[0-9a-f]{16}""#, r#""hash": "[hash]""#),
    (r"\beyJ[\w-]+\.[\w-]+\.[\w-]+", "[token]"),
    (r#""refresh_token": "[\w-]{43,}""#, r#""refresh_token": "[token]""#),
    (r#""code": "[0-9A-Z]{4}-[0-9A-Z]{4}""#, r#""code": "[code]""#),
    (r"\b[0-9a-f]{12}@example\.org", "[address]"),
    (r"(ratelimit-remaining): \d+", "$1: [requests]"),
    (r"(ratelimit-reset): \d+", "$1: [seconds]"),
    (r"(ratelimit-reset: \[seconds]\nretry-after): \d+", "$1: [seconds]"),
    (r"again in \d+ s", "again in [seconds] s"),
];

/// Sends a request and compares it and its response with the snapshot of that name.
#[track_caller]
fn show(server: &Server, name: &str, request: Request) -> Answer {
    let answer = server.send(&request);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, replacement) in REDACTIONS {
        settings.add_filter(pattern, replacement);
    }
    let version = format!(r#""version": "{}""#, env!("CARGO_PKG_VERSION"));
    settings.add_filter(&version, r#""version": "[version]""#);
    settings.bind(|| insta::assert_snapshot!(name, rendered(&request, &answer)));
    answer
}

fn rendered(request: &Request, answer: &Answer) -> String {
    let target = String::from_utf8_lossy(&request.target);
    let mut lines = vec![format!("{} {target}", request.method)];
    let sent = request.headers.iter().filter(|(name, _)| !ALWAYS_SENT.contains(&name.as_str()));
    lines.extend(sent.map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value))));
    lines.extend(body(&request.body));
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| name != "status");
    headers.sort();
    lines.push(format!("\n{}", answer.header("status").expect("a status line")));
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.extend(body(&answer.body));
    lines.join("\n")
}

/// An empty line and the body, JSON with a line for each member.
fn body(bytes: &[u8]) -> Option<String> {
    let text = match serde_json::from_slice::<Value>(bytes) {
        _ if bytes.is_empty() => return None,
        _ if bytes.len() > LONGEST_BODY => format!("[{} bytes]", bytes.len()),
        Ok(json) => format!("{json:#}"),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    };
    Some(format!("\n{text}"))
}
