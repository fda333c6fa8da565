//! Methods and paths: 404, 405 with `Allow`, HEAD, OPTIONS, and the order of the checks.

use serde_json::json;

use crate::support::{Request, SYNC, Server, WEIGHT};

const ID: &str = "/api/health-metrics/weight/01990000-0000-7000-8000-000000000000";

fn allowed(text: &str) -> Vec<&str> {
    let mut methods: Vec<&str> = text.split(',').map(str::trim).collect();
    methods.sort_unstable();
    methods
}

#[test]
fn a_wrong_method_is_405_with_the_allowed_ones_even_without_a_token() {
    let server = Server::start();
    for (target, right, wrong) in [
        (
            WEIGHT,
            vec!["GET", "HEAD", "OPTIONS", "POST"],
            vec!["PUT", "DELETE", "PATCH", "TRACE", "get", "PROPFIND"],
        ),
        (SYNC, vec!["GET", "HEAD", "OPTIONS", "POST"], vec!["PUT", "DELETE", "PATCH"]),
        (ID, vec!["DELETE", "OPTIONS", "PUT"], vec!["GET", "POST", "PATCH", "HEAD"]),
        ("/api/health", vec!["GET", "HEAD", "OPTIONS"], vec!["POST", "PUT", "DELETE"]),
        ("/api/limits", vec!["GET", "HEAD", "OPTIONS"], vec!["POST", "PUT", "DELETE"]),
        ("/api/auth/login", vec!["OPTIONS", "POST"], vec!["GET", "PUT"]),
        ("/api/auth/register", vec!["OPTIONS", "POST"], vec!["GET"]),
        ("/api/auth/google", vec!["OPTIONS", "POST"], vec!["GET", "PUT"]),
        ("/api/auth/refresh", vec!["OPTIONS", "POST"], vec!["GET"]),
        ("/api/auth/logout", vec!["OPTIONS", "POST"], vec!["GET", "DELETE"]),
        ("/api/account/export", vec!["GET", "HEAD", "OPTIONS"], vec!["POST", "PUT", "DELETE"]),
        ("/api/account", vec!["DELETE", "GET", "HEAD", "OPTIONS"], vec!["POST", "PUT"]),
    ] {
        for method in wrong {
            let answer = server.send(&Request::new(method, target));
            let allow = answer
                .header("allow")
                .unwrap_or_else(|| panic!("{method} {target}: no Allow: {}", answer.text()));
            assert_eq!(allowed(allow), right, "{method} {target}");
            if method == "HEAD" {
                assert_eq!(answer.status, 405);
            } else {
                answer.problem(405, "method_not_allowed");
            }
        }
        let options = server.send(&Request::new("OPTIONS", target));
        assert_eq!((options.status, options.body.len()), (204, 0), "OPTIONS {target}");
        assert_eq!(allowed(options.header("allow").expect("Allow")), right, "OPTIONS {target}");
    }
}

#[test]
fn unknown_paths_are_404_whatever_the_method_and_the_token() {
    let server = Server::start();
    let user = server.user();
    for target in [
        "/",
        "/api",
        "/api/",
        "/api/health/",
        "/api/health-metrics",
        "/api/health-metrics/weight/",
        "/api/health-metrics/weight/sync/",
        "/api/health-metrics/weight/sync/x",
        "/api/health-metrics/weights",
        "/API/health-metrics/weight",
        "/api/Health-Metrics/weight",
        "/api/api/health-metrics/weight",
        "/health-metrics/weight",
        "/api/auth",
        "/api/auth/login/",
        "/api/account/x",
        "/api/account/export/",
    ] {
        for method in ["GET", "POST"] {
            let request = Request::new(method, target).json(&json!({}));
            server.send(&request).problem(404, "not_found");
            user.send(request).problem(404, "not_found");
        }
    }
}

#[test]
fn checks_run_in_the_order_route_method_token_content_type_size_json_fields() {
    let server = Server::start();
    let user = server.user();
    let big = "x".repeat(140 * 1024);
    let post = |target: &str| Request::new("POST", target);
    server.send(&post("/api/nowhere")).problem(404, "not_found");
    server.send(&Request::new("PATCH", WEIGHT)).problem(405, "method_not_allowed");
    server
        .send(&post(WEIGHT).header("Content-Type", "text/plain").body(big.as_str()))
        .problem(401, "missing_token");
    user.send(post(WEIGHT).header("Content-Type", "text/plain").body(big.as_str()))
        .problem(415, "unsupported_media_type");
    user.send(post(WEIGHT).header("Content-Type", "application/json").body(big.as_str()))
        .problem(413, "body_too_large");
    user.send(post(WEIGHT).header("Content-Type", "application/json").body("{"))
        .problem(400, "invalid_json");
    user.send(post(WEIGHT).json(&json!({}))).problem(422, "validation_failed");
}

#[test]
fn head_answers_like_get_without_a_body() {
    let server = Server::start();
    let user = server.user();
    for target in [WEIGHT, SYNC, "/api/health"] {
        let (get, head) = (user.get(target), user.send(Request::new("HEAD", target)));
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{target}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{target}");
    }
    let refused = server.send(&Request::new("HEAD", WEIGHT));
    assert_eq!((refused.status, refused.body.len()), (401, 0));
}

#[test]
fn each_answer_has_a_different_request_id() {
    let server = Server::start();
    let ids: std::collections::BTreeSet<String> = (0..20)
        .map(|_| {
            server.send(&Request::get("/api/health")).header("x-request-id").unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 20);
}
