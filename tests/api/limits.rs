//! `GET /api/limits` publishes the limits that the routes enforce. Each test sends the published value, which must
//! pass, and the next value beyond it, which must not.

use serde_json::{Value, json};

use crate::support::site::Site;
use crate::support::user::with;
use crate::support::{Request, SYNC, Server, User, WEIGHT, timestamps, weighing};

#[track_caller]
fn limits(server: &Server) -> Value {
    server.send(&Request::get("/api/limits")).expect(200)
}

/// The status of a `POST` of a weighing with one member replaced.
#[track_caller]
fn status_with(user: &User<'_>, more: &Value) -> u16 {
    user.post(WEIGHT, &with(weighing(75.5), more)).status
}

/// A JSON number from hundredths, digit by digit.
fn hundredths(value: i64) -> Value {
    serde_json::from_str(&format!("{}.{:02}", value / 100, value % 100)).expect("a number")
}

#[track_caller]
fn in_hundredths(number: &Value) -> i64 {
    #[allow(clippy::cast_possible_truncation, reason = "the ranges are small")]
    let value = (number.as_f64().expect("a number") * 100.0).round() as i64;
    value
}

#[track_caller]
fn length(number: &Value) -> usize {
    usize::try_from(number.as_u64().expect("a length")).expect("a small one")
}

#[test]
fn the_limits_need_no_token_and_no_database() {
    let nowhere = [("WEIGHT_SYNC_DATABASE_URL", "mysql://nobody:x@127.0.0.1:1/nothing")];
    let server = Server::over(Site::unmigrated(&nowhere), 1);
    server.send(&Request::get("/api/health")).problem(503, "database_unavailable");
    assert_eq!(limits(&server)["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_weight_passes_at_both_ends_of_its_published_range_and_not_beyond() {
    let server = Server::start();
    let user = server.user();
    let published = limits(&server)["weight_value"].clone();
    assert_eq!(published["decimals"], 2);
    let units = published["units"].as_object().expect("units");
    assert_eq!(units.len(), 3);
    for (unit, range) in units {
        let (min, max) = (in_hundredths(&range["min"]), in_hundredths(&range["max"]));
        for (value, status) in [(min, 201), (max, 201), (min - 1, 422), (max + 1, 422)] {
            let sent = json!({"unit": unit, "weight_value": hundredths(value)});
            assert_eq!(status_with(&user, &sent), status, "{sent}");
        }
    }
}

#[test]
fn times_pass_from_the_published_earliest_to_the_published_seconds_ahead() {
    let server = Server::start();
    let user = server.user();
    let published = limits(&server);
    for field in ["timestamp", "edited_at"] {
        let earliest = published[field]["earliest"].as_str().expect("a time");
        assert_eq!(status_with(&user, &json!({field: earliest})), 201, "{field}");
        let before = (timestamps::parse(earliest) - chrono::Duration::seconds(1)).to_rfc3339();
        assert_eq!(status_with(&user, &json!({field: before})), 422, "{field}");
    }
    // A minute on either side of the bound, because time passes during the test.
    let ahead = published["timestamp"]["max_ahead_seconds"].as_i64().expect("seconds");
    for (seconds, status) in [(ahead - 60, 201), (ahead + 60, 422)] {
        let timestamp = timestamps::from_now(seconds);
        assert_eq!(status_with(&user, &json!({"timestamp": timestamp})), status, "{timestamp}");
    }
}

#[test]
fn a_devices_keys_have_the_published_lengths_and_characters() {
    let server = Server::start();
    let user = server.user();
    let published = limits(&server);
    for field in ["local_id", "device_id"] {
        let (least, most) =
            (length(&published[field]["min_length"]), length(&published[field]["max_length"]));
        assert_eq!(published[field]["characters"], "[A-Za-z0-9._:-]");
        let sent = |text: String| status_with(&user, &json!({"local_id": "x", field: text}));
        assert_eq!(sent("Az9._:-".to_owned()), 201, "{field}");
        assert_eq!(sent("x".repeat(most)), 201, "{field}");
        assert_eq!(sent("x".repeat(most + 1)), 422, "{field}");
        assert_eq!(sent("a b".to_owned()), 422, "{field}");
        let at_least = sent("y".repeat(least));
        assert!(matches!(at_least, 200 | 201), "{field}: {at_least}");
        if let Some(fewer) = least.checked_sub(1) {
            assert_eq!(sent("y".repeat(fewer)), 422, "{field}");
        }
    }
}

#[test]
fn a_bulk_upload_has_the_published_number_of_entries_and_bytes() {
    let server = Server::start();
    let user = server.user();
    let published = limits(&server)["bulk"].clone();
    let most = length(&published["max_entries"]);
    let entries = |count: usize| -> Vec<Value> {
        let entry = |number| with(weighing(75.5), &json!({"local_id": format!("l{number}")}));
        (0..count).map(entry).collect()
    };
    assert_eq!(user.post(SYNC, &json!({"entries": entries(most)})).status, 200);
    let one_more = user.post(SYNC, &json!({"entries": entries(most + 1)}));
    one_more.problem(413, "too_many_entries");

    let bytes = length(&published["max_body_bytes"]);
    let padded = |bytes: usize| {
        let mut body = json!({"entries": []}).to_string();
        body.push_str(&" ".repeat(bytes - body.len()));
        Request::new("POST", SYNC).header("Content-Type", "application/json").body(body)
    };
    assert_eq!(user.send(padded(bytes)).status, 200);
    user.send(padded(bytes + 1)).problem(413, "body_too_large");
}

#[test]
fn pages_have_the_published_default_and_at_most_the_published_maximum() {
    let server = Server::start();
    let user = server.user();
    let published = limits(&server)["page"].clone();
    let (default, max) = (length(&published["default"]), length(&published["max"]));
    for query in ["", "?limit=1000000"] {
        let page = user.get(&format!("{WEIGHT}{query}")).expect(200);
        let limit = length(&page["pagination"]["limit"]);
        assert_eq!(limit, if query.is_empty() { default } else { max });
    }
}

#[test]
fn addresses_and_passwords_have_the_published_lengths() {
    let server = Server::start();
    let published = limits(&server)["account"].clone();
    let register = |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        server.auth("register", &body).status
    };
    let (least, most) = (
        length(&published["password_min_characters"]),
        length(&published["password_max_characters"]),
    );
    let sizes = [(least, 201), (most, 201), (least - 1, 422), (most + 1, 422)];
    for (characters, status) in sizes {
        // Characters, not bytes.
        let email = format!("{characters}@example.org");
        let password: String = "üx".chars().cycle().take(characters).collect();
        assert_eq!(register(&email, &password), status, "{characters}");
    }
    let bytes = length(&published["email_max_bytes"]);
    let address = |bytes: usize| {
        let end = ".example.org";
        format!("anna@{}{end}", "x".repeat(bytes - "anna@".len() - end.len()))
    };
    assert_eq!(register(&address(bytes), "correct horse battery"), 201);
    assert_eq!(register(&address(bytes + 1), "correct horse battery"), 422);
}

#[test]
fn configured_limits_are_published() {
    let settings = [
        ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "3"),
        ("WEIGHT_SYNC_AUTH_ACCESS_TOKEN_SECONDS", "777"),
        ("WEIGHT_SYNC_AUTH_REFRESH_TOKEN_DAYS", "7"),
        ("WEIGHT_SYNC_AUTH_REFRESH_GRACE_SECONDS", "9"),
        ("WEIGHT_SYNC_SYNC_TOMBSTONE_RETENTION_DAYS", "11"),
        ("WEIGHT_SYNC_SERVER_CONTACT", "me@example.org"),
    ];
    let server = Server::with_stopped_clock(&settings, 1);
    let published = limits(&server);
    let tokens = json!({"access_token_seconds": 777, "refresh_token_days": 7, "refresh_grace_seconds": 9, "session_days": 365});
    assert_eq!(published["tokens"], tokens);
    assert_eq!(published["sync"]["tombstone_retention_days"], 11);
    assert_eq!(published["account"]["registration_open"], true);
    assert_eq!(published["account"]["contact"], "me@example.org");
    let user = server.user();
    for _ in 0..length(&published["rate"]["requests_per_minute"]) {
        user.get(WEIGHT).expect(200);
    }
    user.get(WEIGHT).problem(429, "rate_limited");
}

#[test]
fn a_disabled_rate_limit_and_a_closed_registration_are_published() {
    let settings = [
        ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "0"),
        ("WEIGHT_SYNC_ACCOUNTS_REGISTRATION_OPEN", "false"),
    ];
    let server = Server::with(&settings, 1);
    let published = limits(&server);
    assert_eq!(published["rate"]["requests_per_minute"], Value::Null);
    assert_eq!(published["account"]["registration_open"], false);
}

#[test]
fn a_server_with_default_settings_publishes_the_example_of_the_protocol() {
    let server = Server::with(&[("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "100")], 1);
    let protocol = include_str!("../../docs/PROTOCOL.md");
    let (_, example) = protocol.split_once("`GET /api/limits` publishes").expect("the section");
    let (_, example) = example.split_once("```json").expect("an example");
    let (example, _) = example.split_once("```").expect("its end");
    let mut example: Value = serde_json::from_str(example).expect("the example is JSON");
    let published = limits(&server);
    example["version"] = published["version"].clone();
    assert_eq!(published, example);
}
