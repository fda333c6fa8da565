//! Bodies that are not JSON, too long, too deep or of another shape.

use super::table::{ID, Table, run, send};
use crate::support::{Request, SYNC, WEIGHT, weighing};

fn bodies(table: &mut Table) {
    let entry = weighing(75.5).to_string();
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000));
    let million = format!("{{\"entries\":[{}1]}}", "1,".repeat(1_000_000));
    let many = format!("{{\"entries\":[{}1]}}", "1,".repeat(60_000));
    for (method, target) in [("POST", WEIGHT), ("PUT", ID), ("POST", SYNC)] {
        let json = |body: &[u8]| send(method, target, body);
        for (name, body) in [
            ("an empty body", &b""[..]),
            ("half an object", b"{\"entries\":[{\"local_id\":"),
            ("a trailing comma", b"{\"a\":1,}"),
            ("NaN", b"{\"weight_value\":NaN,\"entries\":NaN}"),
            ("Infinity", b"{\"weight_value\":-Infinity,\"entries\":Infinity}"),
            ("a number of hexadecimal digits", b"{\"weight_value\":0x10,\"entries\":0x10}"),
            ("a leading zero", b"{\"weight_value\":075.5,\"entries\":07}"),
            ("single quotes", b"{'unit':'kg'}"),
            ("two documents", b"{} {}"),
            ("bad UTF-8 in a text", b"{\"unit\":\"\xff\xfe\",\"entries\":\"\xff\"}"),
            ("bad UTF-8 in a name", b"{\"\xc3\x28\":1}"),
            ("a cut UTF-8 sequence", b"{\"unit\":\"\xe2\x82\",\"entries\":\"\xe2\x82\"}"),
            ("UTF-16", b"\xff\xfe{\x00}\x00"),
            ("a raw line break in a text", b"{\"unit\":\"k\ng\",\"entries\":\"k\ng\"}"),
            ("a form", b"weight_value=75.5&unit=kg"),
            ("XML", b"<entry/>"),
            ("a gzip header", b"\x1f\x8b\x08\x00\x00"),
        ] {
            table.add(format!("{method} {target}: {name}"), json(body), 400, "invalid_json");
        }
        // Valid JSON that no field can hold.
        let half = "{\"unit\":\"\\ud800\",\"entries\":\"\\ud800\"}";
        for (name, body) in [("deep nesting", deep.as_str()), ("half a surrogate pair", half)] {
            let request = json(body.as_bytes());
            table.add(format!("{method} {target}: {name}"), request, 422, "validation_failed");
        }
        for (name, body) in
            [("an array", "[]"), ("a text", "\"x\""), ("null", "null"), ("a number", "5")]
        {
            table
                .add(
                    format!("{method} {target}: {name}"),
                    json(body.as_bytes()),
                    422,
                    "validation_failed",
                )
                .errors = Some(vec![" wrong_type".to_owned()]);
        }
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonp",
            "json",
            "",
        ] {
            let request =
                Request::new(method, target).header("Content-Type", kind).body(entry.as_str());
            table.add(
                format!("{method} {target}: content type {kind:?}"),
                request,
                415,
                "unsupported_media_type",
            );
        }
        let request = Request::new(method, target).body(entry.as_str());
        table.add(
            format!("{method} {target}: no content type"),
            request,
            415,
            "unsupported_media_type",
        );
        let big = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 * 1024));
        table.add(format!("{method} {target}: 1 MB"), json(big.as_bytes()), 413, "body_too_large");
    }
    let nested = format!("{{\"entries\":[{}{}]}}", "[".repeat(50_000), "]".repeat(50_000));
    table.add("a deeply nested entry", send("POST", SYNC, nested), 200, "").errors =
        Some(vec![" wrong_type".to_owned()]);
    let nested = format!("{{\"unit\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000));
    table.add("a deeply nested unit", send("POST", WEIGHT, nested), 422, "validation_failed");
    table.add("a million entries", send("POST", SYNC, million), 413, "body_too_large");
    table.add("sixty thousand entries", send("POST", SYNC, many), 413, "too_many_entries");
    for (name, body, field) in [
        (
            "weight_value",
            "\"weight_value\":75.5,\"weight_value\":75.5,\"unit\":\"kg\"",
            "weight_value duplicate",
        ),
        ("unit", "\"weight_value\":75.5,\"unit\":\"kg\",\"unit\":\"lb\"", "unit duplicate"),
        (
            "an escaped unit",
            "\"weight_value\":75.5,\"unit\":\"kg\",\"un\\u0069t\":\"lb\"",
            "unit duplicate",
        ),
    ] {
        for (method, target) in [("POST", WEIGHT), ("PUT", ID)] {
            let body = format!("{{{body},\"timestamp\":\"2026-01-06T20:30:00Z\"}}");
            table
                .add(
                    format!("{method} {name} twice"),
                    send(method, target, body),
                    422,
                    "validation_failed",
                )
                .errors = Some(vec![field.to_owned()]);
        }
    }
    table
        .add(
            "entries twice",
            send("POST", SYNC, "{\"entries\":[],\"entries\":[]}"),
            422,
            "validation_failed",
        )
        .errors = Some(vec!["entries duplicate".to_owned()]);
}

#[test]
fn bad_bodies_are_refused_with_status_and_code_and_the_process_survives() {
    run(bodies, 85);
}
