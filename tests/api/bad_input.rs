//! Tables of bad input to the six routes, each with its status and code; afterwards nothing is stored.

use serde_json::{Value, json};

use crate::support::{Answer, Request, SYNC, Server, User, WEIGHT, weighing};

const ID: &str = "/api/health-metrics/weight/01990000-0000-7000-8000-000000000000";

/// A request and its expected answer: status, code, and for a 422 the field errors.
struct Case {
    name: String,
    request: Request,
    with_token: bool,
    status: u16,
    code: &'static str,
    errors: Option<Vec<String>>,
}

#[derive(Default)]
struct Table(Vec<Case>);

impl Table {
    fn add(
        &mut self,
        name: impl Into<String>,
        request: Request,
        status: u16,
        code: &'static str,
    ) -> &mut Case {
        self.0.push(Case {
            name: name.into(),
            request,
            with_token: true,
            status,
            code,
            errors: None,
        });
        self.0.last_mut().expect("just pushed")
    }

    /// A field of an entry, sent by POST, by PUT and in bulk.
    fn field(&mut self, member: &str, value: &str, error: &str) {
        let mut members = vec![
            ("weight_value", "75.5"),
            ("unit", "\"kg\""),
            ("timestamp", "\"2026-01-06T20:30:00Z\""),
        ];
        members.retain(|(name, _)| *name != member);
        if value != "absent" {
            members.push((member, value));
        }
        let body = members
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect::<Vec<_>>()
            .join(",");
        let errors = vec![format!("{member} {error}")];
        for (method, target) in [("POST", WEIGHT), ("PUT", ID)] {
            let shown: String = value.chars().take(40).collect();
            let request = send(method, target, format!("{{{body}}}"));
            self.add(format!("{method} {member} = {shown}"), request, 422, "validation_failed")
                .errors = Some(errors.clone());
        }
        let local = if member == "local_id" { "" } else { "\"local_id\":\"a\"," };
        let request = send("POST", SYNC, format!("{{\"entries\":[{{{local}{body}}}]}}"));
        let shown: String = value.chars().take(40).collect();
        self.add(format!("bulk {member} = {shown}"), request, 200, "").errors = Some(errors);
    }
}

fn send(method: &str, target: &str, body: impl Into<Vec<u8>>) -> Request {
    Request::new(method, target).header("Content-Type", "application/json").body(body)
}

fn fields(table: &mut Table) {
    let long = format!("\"{}\"", "k".repeat(10_000));
    for (member, value, error) in [
        ("weight_value", "absent", "required"),
        ("weight_value", "null", "required"),
        ("weight_value", "\"75.5\"", "wrong_type"),
        ("weight_value", "\"NaN\"", "wrong_type"),
        ("weight_value", "true", "wrong_type"),
        ("weight_value", "[75.5]", "wrong_type"),
        ("weight_value", "{}", "wrong_type"),
        ("weight_value", "0", "out_of_range"),
        ("weight_value", "-75.5", "out_of_range"),
        ("weight_value", "1000.01", "out_of_range"),
        ("weight_value", "1e400", "out_of_range"),
        ("weight_value", "-1e400", "out_of_range"),
        ("weight_value", "1e-400", "out_of_range"),
        ("weight_value", "99999999999999999999999999999999999999999", "out_of_range"),
        ("unit", "absent", "required"),
        ("unit", "null", "required"),
        ("unit", "\"stone\"", "unknown_value"),
        ("unit", "\"KG\"", "unknown_value"),
        ("unit", "\" kg\"", "unknown_value"),
        ("unit", "\"\"", "unknown_value"),
        ("unit", "5", "wrong_type"),
        ("unit", "[\"kg\"]", "wrong_type"),
        ("unit", "\"kg\\u0000\"", "unknown_value"),
        ("unit", long.as_str(), "unknown_value"),
        ("timestamp", "absent", "required"),
        ("timestamp", "null", "required"),
        ("timestamp", "1767731400", "wrong_type"),
        ("timestamp", "\"\"", "invalid_format"),
        ("timestamp", "\"yesterday\"", "invalid_format"),
        ("timestamp", "\"2026-01-06\"", "invalid_format"),
        ("timestamp", "\"2026-01-06T20:30:00\"", "missing_zone"),
        ("timestamp", "\"2026-01-06T20:30:00.123\"", "missing_zone"),
        ("timestamp", "\"2026-02-30T20:30:00Z\"", "invalid_format"),
        ("timestamp", "\"2026-01-06T24:00:00Z\"", "invalid_format"),
        ("timestamp", "\"2026-13-01T00:00:00Z\"", "invalid_format"),
        ("timestamp", "\"2016-12-31T23:59:60Z\"", "leap_second"),
        ("timestamp", "\"0000-01-01T00:00:00Z\"", "out_of_range"),
        ("timestamp", "\"1899-12-31T23:59:59Z\"", "out_of_range"),
        ("timestamp", "\"1900-01-01T00:30:00+01:00\"", "out_of_range"),
        ("timestamp", "\"9999-12-31T23:59:59Z\"", "out_of_range"),
        ("timestamp", "\"9999-12-31T23:59:59-23:59\"", "out_of_range"),
        ("timestamp", "\"10000-01-01T00:00:00Z\"", "invalid_format"),
        ("timestamp", "\"2026-01-06T20:30:00Z; DROP TABLE users\"", "invalid_format"),
        ("edited_at", "5", "wrong_type"),
        ("edited_at", "\"now\"", "invalid_format"),
        ("edited_at", "\"2026-01-06T20:30:00\"", "missing_zone"),
        ("edited_at", "\"2016-12-31T23:59:60Z\"", "leap_second"),
    ] {
        table.field(member, value, error);
    }
    for (value, error) in [
        ("5", "wrong_type"),
        ("\"\"", "too_short"),
        ("\"a b\"", "invalid_format"),
        ("\"\u{e4}\"", "invalid_format"),
    ] {
        let body = format!(
            "{{\"weight_value\":75.5,\"unit\":\"kg\",\"timestamp\":\"2026-01-06T20:30:00Z\",\"local_id\":{value}}}"
        );
        table
            .add(
                format!("POST local_id = {value}"),
                send("POST", WEIGHT, body),
                422,
                "validation_failed",
            )
            .errors = Some(vec![format!("local_id {error}")]);
    }
    let body = json!({"weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z", "local_id": "x".repeat(65), "device_id": "y".repeat(65)});
    table
        .add("POST long ids", send("POST", WEIGHT, body.to_string()), 422, "validation_failed")
        .errors = Some(vec!["device_id too_long".to_owned(), "local_id too_long".to_owned()]);
}

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

fn addresses(table: &mut Table) {
    let get = |target: &str| Request::new("GET", target);
    for (path, status, code) in [
        ("/api/health-metrics/weight%2Fsync", 404, "not_found"),
        ("/api/health-metrics%2Fweight", 404, "not_found"),
        ("/api/health-metrics/weight%00", 404, "not_found"),
        ("/api/health-metrics/weight/sync%0a", 404, "not_found"),
        ("/api/health-metrics/weight%ff", 404, "not_found"),
        ("/api/health-metrics/weight%", 404, "not_found"),
        ("/api/health-metrics/weight%zz", 404, "not_found"),
        ("/api//health-metrics/weight", 404, "not_found"),
        ("//api/health-metrics/weight", 404, "not_found"),
        ("/api/health-metrics//weight", 404, "not_found"),
        ("/api/health-metrics/weight//", 404, "not_found"),
        ("/api/health-metrics/./weight", 404, "not_found"),
        ("/api/x/../health-metrics/weight", 404, "not_found"),
        ("/api/x/%2e%2e/health-metrics/weight", 404, "not_found"),
        ("/api/health-metrics/weight/", 404, "not_found"),
        ("/api/health-metrics/weight/sync/", 404, "not_found"),
        ("api/health-metrics/weight", 400, "bad_request"),
        ("*", 400, "bad_request"),
        ("", 400, "bad_request"),
    ] {
        table.add(format!("GET {path}"), get(path), status, code);
    }
    for id in [
        "42",
        "nonsense",
        "01990000-0000-7000-8000-00000000000",
        "%7B01990000-0000-7000-8000-000000000000%7D",
        "' OR 1=1",
        "*",
        "..",
        ".",
        "a/b",
        "\u{0}",
    ] {
        let target = format!("{WEIGHT}/{}", crate::support::user::encoded(id));
        table.add(
            format!("PUT {id}"),
            send("PUT", &target, weighing(75.5).to_string()),
            404,
            "not_found",
        );
        table.add(format!("DELETE {id}"), Request::new("DELETE", target), 404, "not_found");
    }
    for (target, method) in [
        (WEIGHT, "PATCH"),
        (WEIGHT, "PUT"),
        (WEIGHT, "DELETE"),
        (SYNC, "PUT"),
        (SYNC, "DELETE"),
        (ID, "GET"),
        (ID, "POST"),
        (ID, "post"),
        (WEIGHT, "CONNECT"),
    ] {
        table.add(
            format!("{method} {target}"),
            Request::new(method, target),
            405,
            "method_not_allowed",
        );
    }
}

fn queries(table: &mut Table) {
    let long = "9".repeat(4000);
    for (target, query, errors) in [
        (WEIGHT, "limit=0", vec!["limit out_of_range"]),
        (WEIGHT, "limit=-1", vec!["limit invalid_format"]),
        (WEIGHT, "limit=ten", vec!["limit invalid_format"]),
        (WEIGHT, "limit=", vec!["limit invalid_format"]),
        (WEIGHT, "limit=1.5", vec!["limit invalid_format"]),
        (WEIGHT, "limit=0x10", vec!["limit invalid_format"]),
        (WEIGHT, "offset=-1", vec!["offset invalid_format"]),
        (WEIGHT, "offset=x", vec!["offset invalid_format"]),
        (WEIGHT, "limit=1&limit=2", vec!["limit duplicate"]),
        (WEIGHT, "since=yesterday", vec!["since invalid_format"]),
        (WEIGHT, "since=2026-01-06T20:30:00", vec!["since missing_zone"]),
        (WEIGHT, "until=2016-12-31T23:59:60Z", vec!["until leap_second"]),
        (WEIGHT, "since=%ff", vec!["since invalid_format"]),
        (WEIGHT, "since=%", vec!["since invalid_format"]),
        (
            WEIGHT,
            "limit=x&offset=y&since=z&until=",
            vec![
                "limit invalid_format",
                "offset invalid_format",
                "since invalid_format",
                "until invalid_format",
            ],
        ),
        (SYNC, "limit=0", vec!["limit out_of_range"]),
        (SYNC, "limit=abc", vec!["limit invalid_format"]),
        (SYNC, "since=nonsense", vec!["since invalid_format"]),
        (SYNC, "since=2026-01-06T20:30:00", vec!["since missing_zone"]),
        (SYNC, "since=snapshot:x", vec!["since invalid_format"]),
        (SYNC, "since=2026-01-06T20:30:00Z&since=2026-01-06T20:30:00Z", vec!["since duplicate"]),
    ] {
        table
            .add(
                format!("GET {target}?{query}"),
                Request::new("GET", format!("{target}?{query}")),
                422,
                "validation_failed",
            )
            .errors = Some(errors.into_iter().map(str::to_owned).collect());
    }
    table.add(
        "a very long time",
        Request::new("GET", format!("{SYNC}?since={long}")),
        422,
        "validation_failed",
    );
}

fn tokens(table: &mut Table) {
    let requests = [
        Request::get(WEIGHT),
        Request::get(SYNC),
        send("POST", WEIGHT, weighing(75.5).to_string()),
        send("POST", SYNC, "{\"entries\":[]}"),
        send("PUT", ID, weighing(75.5).to_string()),
        Request::new("DELETE", ID),
    ];
    for request in requests {
        let name = format!("{} {}", request.method, String::from_utf8_lossy(&request.target));
        for (header, code) in [
            (None, "missing_token"),
            (Some(""), "missing_token"),
            (Some("Bearer"), "missing_token"),
            (Some("Bearer "), "missing_token"),
            (Some("Basic dXNlcjpwYXNz"), "missing_token"),
            (Some("Bearer nonsense"), "invalid_token"),
            (Some("Bearer a.b.c"), "invalid_token"),
            (Some("Bearer a b"), "invalid_token"),
        ] {
            let request = match header {
                Some(value) => request.clone().header("Authorization", value),
                None => request.clone(),
            };
            table.add(format!("{name} with {header:?}"), request, 401, code).with_token = false;
        }
    }
}

fn check(case: &Case, answer: &Answer) -> Result<(), String> {
    let bulk = case.status == 200;
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = if bulk { "" } else { body["code"].as_str().unwrap_or_default() };
    if (answer.status, code) != (case.status, case.code) {
        return Err(format!(
            "expected {} {}, got {} {}",
            case.status,
            case.code,
            answer.status,
            answer.text()
        ));
    }
    if !bulk && answer.header("content-type") != Some("application/problem+json") {
        return Err(format!("content type {:?}", answer.header("content-type")));
    }
    if let Some(expected) = &case.errors {
        let holder = if bulk { &body["errors"][0] } else { &body };
        let mut found: Vec<String> = holder["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| {
                format!(
                    "{} {}",
                    error["field"].as_str().unwrap_or("?"),
                    error["code"].as_str().unwrap_or("?")
                )
            })
            .collect();
        found.sort();
        if found != *expected {
            return Err(format!("expected errors {expected:?}, got {found:?}: {}", answer.text()));
        }
    }
    if code == "method_not_allowed" && answer.header("allow").is_none() {
        return Err("no Allow".to_owned());
    }
    if answer.status == 401 && answer.header("www-authenticate").is_none() {
        return Err("no WWW-Authenticate".to_owned());
    }
    Ok(())
}

/// Runs a table; afterwards nothing is stored and the same process still answers.
#[track_caller]
fn run(build: impl Fn(&mut Table), at_least: usize) {
    let mut table = Table::default();
    build(&mut table);
    assert!(table.0.len() >= at_least, "{} cases", table.0.len());
    let mut server = Server::start();
    let user = server.user();
    let mut wrong = Vec::new();
    for case in &table.0 {
        let request = if case.with_token {
            case.request.clone().bearer(&user.token)
        } else {
            case.request.clone()
        };
        let answer = server.send(&request);
        if let Err(what) = check(case, &answer) {
            let what: String = what.chars().take(600).collect();
            wrong.push(format!("{}: {what}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), table.0.len(), wrong.join("\n"));
    assert!(
        server.database().entries().is_empty(),
        "something was stored: {:?}",
        server.database().entries()
    );
    still_answers(&user);
    assert!(server.all_alive());
}

fn still_answers(user: &User<'_>) {
    user.create(&weighing(75.5));
    assert_eq!(user.list().len(), 1);
}

#[test]
fn bad_fields_are_named_with_a_code_on_all_three_writing_routes() {
    run(fields, 140);
}

#[test]
fn bad_bodies_are_refused_with_status_and_code_and_the_process_survives() {
    run(bodies, 85);
}

#[test]
fn bad_addresses_and_methods_are_refused_with_status_and_code() {
    run(addresses, 35);
}

#[test]
fn bad_query_parameters_are_named() {
    run(queries, 20);
}

#[test]
fn bad_tokens_are_401_on_all_six_routes() {
    run(tokens, 48);
}

#[test]
fn the_token_is_read_from_both_variables_that_apache_uses() {
    let server = Server::start();
    let user = server.user();
    let bearer = format!("Bearer {}", user.token);
    let redirected =
        Request::get(WEIGHT).environment("REDIRECT_HTTP_AUTHORIZATION", bearer.as_str());
    server.send(&redirected).expect(200);
    server.send(&redirected.clone().environment("HTTP_AUTHORIZATION", "")).expect(200);
    server.send(&redirected.clone().environment("HTTP_AUTHORIZATION", bearer.as_str())).expect(200);
    let empty = Request::get(WEIGHT)
        .environment("REDIRECT_HTTP_AUTHORIZATION", "")
        .environment("HTTP_AUTHORIZATION", bearer.as_str());
    server.send(&empty).expect(200);
}

#[test]
fn the_bearer_scheme_is_case_insensitive() {
    let server = Server::start();
    let user = server.user();
    for scheme in ["bearer", "BEARER", "Bearer "] {
        server
            .send(&Request::get(WEIGHT).header("Authorization", format!("{scheme} {}", user.token)))
            .expect(200);
    }
}
