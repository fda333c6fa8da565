//! `GET /api/health`

use std::path::Path;

use crate::support::fastcgi::{self, CgiInput};
use crate::support::site::WEIGHT_API;
use crate::support::{Request, Server};

#[test]
fn health_names_the_mode_of_its_request() {
    let server = Server::start();
    let health = Request::get("/api/health");
    assert_eq!(server.send(&health).expect(200)["mode"], "fastcgi");
    let program = Path::new(WEIGHT_API);
    for input in [CgiInput::Pipe, CgiInput::Socket] {
        let answer = fastcgi::cgi(program, &server.site.config, &health, &[], input);
        assert_eq!(answer.expect(200)["mode"], "cgi");
    }
}

#[test]
fn health_ignores_a_bad_token() {
    let server = Server::start();
    server.send(&Request::get("/api/health").bearer("nonsense")).expect(200);
}
