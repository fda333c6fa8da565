//! Web servers other than mod_fcgid, which keep their FastCGI connections open: nginx, and Apache's mod_proxy_fcgi.
//! `tests/end_to_end/specification.rs` runs the same scenario under mod_fcgid.

use crate::support::site::{WebServer, connections, http_agent, send_by};
use crate::support::{Request, Server, scenario};

/// Requests that follow each other share one connection to the process.
#[track_caller]
fn assert_one_connection_is_kept(server: &Server, web_server: &WebServer) {
    let agent = http_agent();
    let health = || {
        let answer = send_by(&agent, &web_server.base_url, &Request::get("/api/health")).unwrap();
        answer.expect(200);
        connections(server)
    };
    let first = health();
    assert_eq!(first.len(), 1, "the connection is kept");
    for _ in 0..10 {
        assert_eq!(health(), first, "and used again");
    }
}

#[test]
fn nginx_keeps_connections_to_the_program_and_every_request_succeeds() {
    let server = Server::start();
    let nginx = WebServer::nginx(&server);
    assert_one_connection_is_kept(&server, &nginx);
    scenario::run(&nginx.base_url);
}

#[test]
fn mod_proxy_fcgi_keeps_connections_to_the_program_and_every_request_succeeds() {
    let server = Server::start();
    let apache = WebServer::apache_proxy(&server);
    assert_one_connection_is_kept(&server, &apache);
    scenario::run(&apache.base_url);
}
