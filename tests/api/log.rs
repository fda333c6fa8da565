//! The request log: one JSON object per line, without secrets or personal data.

use serde_json::{Value, json};

use crate::support::user::PASSWORD;
use crate::support::{Request, SYNC, Server, WEIGHT, weighing};

#[test]
fn each_request_is_logged_as_one_line_of_json_with_its_user_route_and_status() {
    let server = Server::start();
    let user = server.user();
    let answer = user.post(WEIGHT, &weighing(75.5));
    let id = answer.header("x-request-id").unwrap();
    let log = server.log();
    let line =
        log.lines().find(|line| line.contains(id)).unwrap_or_else(|| panic!("{id} in {log}"));
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["status"], 201);
    let text = line.to_string();
    assert!(text.contains(&user.id), "the user: {text}");
    assert!(text.contains("/api/health-metrics/weight"), "the route: {text}");
    for member in ["time", "milliseconds", "statements"] {
        assert!(line.get(member).is_some(), "{member} in {text}");
    }
}

#[test]
fn the_log_holds_no_token_password_address_or_weight() {
    let server = Server::start();
    let user = server.user();
    let body = json!({"email": user.email, "password": PASSWORD});
    let tokens = server.send(&Request::new("POST", "/api/auth/login").json(&body)).expect(200);
    user.post(WEIGHT, &weighing(83.17));
    user.post(
        WEIGHT,
        &json!({"weight_value": 83171.5, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z"}),
    );
    user.post(
        SYNC,
        &json!({"entries": [{"local_id": "secret-local-id", "weight_value": "83.17"}]}),
    );
    user.get(&format!("{WEIGHT}?since=nonsense-83.17&token={}", user.token));
    server.send(&Request::get(WEIGHT).bearer(&format!("{}x", user.token)));
    let refresh = json!({"refresh_token": user.refresh_token});
    server.send(&Request::new("POST", "/api/auth/refresh").json(&refresh)).expect(200);
    let log = server.log();
    assert!(log.lines().count() >= 7, "{log}");
    for (what, secret) in [
        ("the access token", user.token.as_str()),
        ("the refresh token", user.refresh_token.as_str()),
        ("a new token", tokens["access_token"].as_str().unwrap()),
        ("the password", PASSWORD),
        ("the address", user.email.as_str()),
        ("the client's address", "192.0.2.7"),
    ] {
        assert!(!log.contains(secret), "{what} in the log: {log}");
    }
    for line in log.lines() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let members = line.as_object_mut().expect("an object");
        // Digits that match by chance do not count as a weight.
        for chance in ["time", "request_id", "user_id", "milliseconds"] {
            members.remove(chance);
        }
        for weight in ["83.17", "83171"] {
            assert!(!line.to_string().contains(weight), "a weight in the log: {line}");
        }
    }
}

#[test]
fn the_log_goes_to_the_file_that_the_configuration_names() {
    let folder = crate::support::folder::Folder::new();
    let file = folder.join("requests.log");
    let server = Server::with(&[("WEIGHT_SYNC_LOG_FILE", file.to_str().unwrap())], 2);
    let user = server.user();
    for _ in 0..4 {
        user.get(WEIGHT).expect(200);
    }
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        text.lines().filter(|line| line.contains("/api/health-metrics/weight")).count(),
        4,
        "{text}"
    );
}
