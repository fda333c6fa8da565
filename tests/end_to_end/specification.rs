//! The requests of the specification, over HTTP.

use std::process::Command;

use serde_json::json;

use crate::support::site::Instance;
use crate::support::{Request, SYNC, WEIGHT, scenario, weighing};

#[test]
fn apache_runs_a_statically_linked_binary() {
    let instance = Instance::start();
    instance.send(&Request::get("/api/health")).expect(200);
    let ids = instance.program_ids();
    assert!(!ids.is_empty(), "a process of the program runs");
    let output = Command::new("file").arg("-L").arg(instance.web().join("api")).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("statically linked") || text.contains("static-pie linked"), "{text}");
}

#[test]
fn the_six_requests_of_the_specification_get_the_specified_responses() {
    let instance = Instance::with_own_database(&[]);
    let token = instance.token();
    let send = |request: Request| {
        let answer = instance.send(&request.bearer(&token));
        answer.assert_common_headers();
        answer
    };

    let created = send(Request::new("POST", WEIGHT).json(&weighing(75.5)));
    let entry = created.expect(201);
    let id = entry["id"].as_str().unwrap();
    assert_eq!(
        (&entry["weight_value"], &entry["unit"], &entry["timestamp"]),
        (&json!(75.5), &json!("kg"), &json!("2026-01-06T20:30:00Z"))
    );
    assert!(created.header("location").unwrap().ends_with(id));

    let list =
        send(Request::get(&format!("{WEIGHT}?limit=10&offset=0&since=2026-01-01T00:00:00Z")))
            .expect(200);
    assert_eq!(list["pagination"], json!({"total": 1, "limit": 10, "offset": 0}));
    assert_eq!(list["data"][0]["id"], id);

    let etag = created.etag();
    let put = |etag: &str, weight: f64| {
        send(
            Request::new("PUT", format!("{WEIGHT}/{id}"))
                .header("If-Match", etag)
                .json(&weighing(weight)),
        )
    };
    let changed = put(&etag, 76.0);
    assert_eq!(changed.expect(200)["weight_value"], 76.0);
    put(&etag, 77.0).problem_code(412, "precondition_failed");

    let body = json!({"entries": [{"local_id": "local-123", "weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z"}]});
    let synced = send(Request::new("POST", SYNC).json(&body)).expect(200);
    assert_eq!(
        (&synced["synced"][0]["local_id"], &synced["synced"][0]["status"]),
        (&json!("local-123"), &json!("created"))
    );
    assert_eq!(synced["conflicts"], json!([]));

    let pulled = send(Request::get(SYNC)).expect(200);
    assert_eq!(pulled["data"].as_array().unwrap().len(), 2);

    let deleted = send(Request::new("DELETE", format!("{WEIGHT}/{id}")));
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    assert_eq!(send(Request::new("DELETE", format!("{WEIGHT}/{id}"))).status, 204);
}

#[test]
fn every_request_of_an_app_succeeds_under_mod_fcgid() {
    scenario::run(&Instance::start().base_url);
}

#[test]
fn a_retried_post_returns_the_entry_and_apache_follows_no_location() {
    let instance = Instance::start();
    let token = instance.token();
    let body = json!({"local_id": "a", "weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z"});
    let post = || instance.send(&Request::new("POST", WEIGHT).json(&body).bearer(&token));
    let first = post().expect(201);
    assert_eq!(post().expect(200), first);
}

#[test]
fn register_login_refresh_and_logout_work_over_http() {
    let instance = Instance::start();
    let post = |path: &str, body: serde_json::Value| {
        instance.send(&Request::new("POST", path).json(&body))
    };
    let account = json!({"email": "ada@example.org", "password": "correct horse battery staple"});
    post("/api/auth/register", account.clone()).expect(201);
    let tokens = post("/api/auth/login", account).expect(200);
    let renewed =
        post("/api/auth/refresh", json!({"refresh_token": tokens["refresh_token"]})).expect(200);
    let list =
        instance.send(&Request::get(WEIGHT).bearer(renewed["access_token"].as_str().unwrap()));
    list.expect(200);
    assert!(list.header("ratelimit-remaining").is_some());
    post("/api/auth/logout", json!({"refresh_token": renewed["refresh_token"]})).expect(204);
    post("/api/auth/refresh", json!({"refresh_token": renewed["refresh_token"]}))
        .problem_code(401, "invalid_refresh_token");
}

#[test]
fn head_and_options_reach_the_program() {
    let instance = Instance::start();
    let token = instance.token();
    let head = instance.send(&Request::new("HEAD", WEIGHT).bearer(&token));
    assert_eq!((head.status, head.body.len()), (200, 0));
    let options = instance.send(&Request::new("OPTIONS", WEIGHT));
    assert_eq!(options.status, 204);
    assert!(
        options.header("allow").is_some_and(|allow| allow.contains("POST")),
        "{:?}",
        options.headers
    );
    let refused = instance.send(&Request::new("PATCH", WEIGHT).bearer(&token));
    refused.problem_code(405, "method_not_allowed");
}

#[test]
fn no_file_of_the_site_can_be_fetched() {
    let instance = Instance::start();
    for path in [
        "/api",
        "/.htaccess",
        "/account/.htaccess",
        "/problems/.htaccess",
        "/weight-sync.toml",
        "/weight-sync/weight-sync.toml",
        "/../weight-sync/weight-sync.toml",
        "/problems/503.json",
        "/problems/index.html",
        "/problems/chunked.json",
    ] {
        let answer = instance.send_raw(&format!("GET {path} HTTP/1.1"), b"");
        assert!(
            matches!(answer.status, 400 | 403 | 404),
            "{path}: {} {}",
            answer.status,
            answer.text()
        );
        assert!(!answer.text().contains("secret") && !answer.text().contains("ELF"), "{path}");
    }
}
