//! `GET /api/health`

use crate::support::{Request, Server};

#[test]
fn health_needs_no_token_and_says_version_and_database() {
    let server = Server::start();
    let health = server.send(&Request::get("/api/health")).expect(200);
    let text = health.to_string();
    assert!(text.contains(env!("CARGO_PKG_VERSION")), "{health}");
    assert!(health.get("database").is_some(), "{health}");
    assert!(!text.contains("mysql"), "no address of anything: {health}");
}

#[test]
fn health_ignores_a_bad_token() {
    let server = Server::start();
    server.send(&Request::get("/api/health").bearer("nonsense")).expect(200);
}
