//! FastCGI as mod_fcgid uses it, CGI with the same binary, and requests that the gateway refuses.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use crate::auth::access_tokens::{claims, signed};
use crate::support::fastcgi::{self, CgiInput};
use crate::support::port::Port;
use crate::support::processes::{Signal, signal};
use crate::support::site::{Site, WEIGHT_API};
use crate::support::waiting::{PATIENCE, wait_until};
use crate::support::{Answer, Request, SYNC, Server, WEIGHT, weighing};

#[test]
fn a_request_without_a_mandatory_parameter_is_400() {
    let server = Server::start();
    let user = server.user();
    for parameter in ["REQUEST_METHOD", "REQUEST_URI", "REMOTE_ADDR"] {
        let answer =
            user.send(Request::new("POST", WEIGHT).json(&weighing(75.5)).without(parameter));
        answer.problem(400, "bad_request");
    }
    assert!(user.list().is_empty());
}

#[test]
fn invalid_utf8_in_a_header_or_the_target_is_400_and_says_where() {
    let server = Server::start();
    let user = server.user();
    let post = || Request::new("POST", WEIGHT).json(&weighing(75.5));
    let mut target = post();
    target.target = b"/api/health-metrics/weight?a=\xff".to_vec();
    for (request, detail) in [
        (post().header("X-Name", &b"caf\xe9 \xff"[..]), "The header field x-name is not UTF-8."),
        (target, "The request target is not readable."),
    ] {
        let answer = user.send(request);
        answer.problem(400, "bad_request");
        assert_eq!(answer.json()["detail"], detail);
    }
    assert!(user.list().is_empty());
}

#[test]
fn invalid_utf8_in_a_variable_that_is_not_used_does_no_harm() {
    let server = Server::start();
    let user = server.user();
    let request = Request::get(WEIGHT).environment("PATH_INFO", &b"/caf\xe9"[..]);
    user.send(request).expect(200);
}

#[test]
fn a_non_ascii_utf8_header_is_accepted() {
    let server = Server::start();
    let user = server.user();
    user.send(Request::get(WEIGHT).header("X-Name", "Zürich ☃")).expect(200);
}

#[test]
fn one_process_answers_many_requests() {
    let mut server = Server::start();
    let user = server.user();
    for _ in 0..50 {
        user.get(WEIGHT).expect(200);
    }
    assert!(server.all_alive());
}

#[test]
fn connections_that_are_closed_early_do_not_end_the_process() {
    let mut server = Server::start();
    let user = server.user();
    for _ in 0..5 {
        drop(UnixStream::connect(server.socket(0)).unwrap());
        let mut stream = UnixStream::connect(server.socket(0)).unwrap();
        stream.write_all(&[1, 1, 0, 1, 0, 8, 0]).unwrap();
        drop(stream);
        let mut stream = UnixStream::connect(server.socket(0)).unwrap();
        stream.write_all(&[1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        drop(stream);
    }
    user.get(WEIGHT).expect(200);
    assert!(server.all_alive());
}

#[test]
fn bytes_that_are_not_fastcgi_do_not_end_the_process() {
    let mut server = Server::start();
    let user = server.user();
    for garbage in
        [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 64], &[1, 99, 0, 1, 0, 0, 0, 0], &[0; 8]]
    {
        let mut stream = UnixStream::connect(server.socket(0)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let _ = stream.write_all(garbage);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
    user.get(WEIGHT).expect(200);
    assert!(server.all_alive());
}

#[test]
fn a_long_response_arrives_completely() {
    let server = Server::start();
    let user = server.user();
    user.fill("n", 300);
    let answer = user.get(&format!("{WEIGHT}?limit=250"));
    assert_eq!(answer.expect(200)["data"].as_array().unwrap().len(), 250);
    assert!(answer.body.len() > 32 * 1024);
}

#[test]
fn sigterm_ends_an_idle_process_with_exit_code_0() {
    let mut server = Server::start();
    server.send(&Request::get("/api/health")).expect(200);
    signal(server.process_ids()[0], Signal::TERM);
    let status = server.wait(0);
    assert!(status.success(), "{status}; log: {}", server.log());
}

fn has_pending_signals(id: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let pending = status
        .lines()
        .filter_map(|line| line.strip_prefix("SigPnd:").or_else(|| line.strip_prefix("ShdPnd:")));
    pending.map(|set| u64::from_str_radix(set.trim(), 16).unwrap()).any(|set| set != 0)
}

#[test]
fn sigterm_lets_a_running_request_finish() {
    let patient = [("WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS", "30")];
    let mut server = Server::with(&patient, 1);
    let user = server.user();
    // The request waits for another transaction's lock.
    let mut blocker = server.database().connect();
    user.create(&weighing(70.0));
    let mut transaction = blocker.start_transaction(mysql::TxOpts::default()).unwrap();
    mysql::prelude::Queryable::exec_drop(
        &mut transaction,
        "SELECT * FROM sync_clocks WHERE user_id = ? FOR UPDATE",
        (&user.id,),
    )
    .unwrap();
    let answer = std::thread::scope(|scope| {
        let writer = scope.spawn(|| user.post(WEIGHT, &weighing(75.5)));
        wait_until("the request waits", || !server.database().lock_waiters().is_empty());
        let id = server.process_ids()[0];
        signal(id, Signal::TERM);
        wait_until("the signal has interrupted the request", || !has_pending_signals(id));
        transaction.rollback().unwrap();
        writer.join().unwrap()
    });
    answer.expect(201);
    assert!(server.wait(0).success());
}

fn as_cgi(site: &Site, request: &Request, arguments: &[&str], input: CgiInput) -> Answer {
    let answer = fastcgi::cgi(Path::new(WEIGHT_API), &site.config, request, arguments, input);
    answer.assert_common_headers();
    answer
}

#[test]
fn the_same_binary_answers_as_cgi_with_a_pipe_and_with_a_connected_socket() {
    let server = Server::start();
    let user = server.user();
    for input in [CgiInput::Pipe, CgiInput::Socket] {
        let post = Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(&user.token);
        let created = as_cgi(&server.site, &post, &[], input);
        created.expect(201);
        created.etag();
        let listed =
            as_cgi(&server.site, &Request::get(WEIGHT).bearer(&user.token), &[], input).expect(200);
        assert!(
            listed["data"]
                .as_array()
                .unwrap()
                .iter()
                .any(|entry| entry["id"] == created.json()["id"])
        );
    }
    assert_eq!(user.list().len(), 2);
}

#[test]
fn a_cgi_ignores_its_arguments() {
    let server = Server::start();
    let user = server.user();
    for arguments in [
        &["foo", "bar"][..],
        &["--help"],
        &["--version"],
        &["migrate"],
        &["--config", "/etc/passwd"],
        &["-x", "", "\u{1}"],
    ] {
        let request = Request::get(&format!("{WEIGHT}?foo+bar")).bearer(&user.token);
        as_cgi(&server.site, &request, arguments, CgiInput::Pipe).expect(200);
    }
}

#[test]
fn problems_over_cgi_have_the_same_form() {
    let server = Server::start();
    let user = server.user();
    as_cgi(&server.site, &Request::get(WEIGHT), &[], CgiInput::Pipe).problem(401, "missing_token");
    as_cgi(&server.site, &Request::get("/api/nowhere"), &[], CgiInput::Pipe)
        .problem(404, "not_found");
    let post = |body: &str| {
        Request::new("POST", SYNC)
            .header("Content-Type", "application/json")
            .body(body)
            .bearer(&user.token)
    };
    as_cgi(&server.site, &post("{"), &[], CgiInput::Pipe).problem(400, "invalid_json");
    as_cgi(&server.site, &post(&"x".repeat(200_000)), &[], CgiInput::Socket)
        .problem(413, "body_too_large");
    as_cgi(&server.site, &Request::get(WEIGHT).without("REMOTE_ADDR"), &[], CgiInput::Pipe)
        .problem(400, "bad_request");
    as_cgi(
        &server.site,
        &Request::get(WEIGHT).header("X-Name", &b"\xff"[..]).without("REQUEST_URI"),
        &[],
        CgiInput::Pipe,
    )
    .problem(400, "bad_request");
}

#[test]
fn a_process_with_a_missing_or_bad_configuration_answers_500_and_logs_the_cause() {
    for text in [None, Some("nonsense = ["), Some("[server]\nunknown_key = 1\n")] {
        let site = Site::unmigrated(&[]);
        match text {
            None => std::fs::remove_file(&site.config).unwrap(),
            Some(text) => std::fs::write(&site.config, text).unwrap(),
        }
        let mut server = Server::over(site, 1);
        for _ in 0..2 {
            let answer = server.send(&Request::get(WEIGHT));
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (500, "internal_error"),
                "{}",
                answer.text()
            );
            assert!(
                !answer.text().contains("weight-sync.toml"),
                "the cause goes to the log: {}",
                answer.text()
            );
        }
        assert!(server.all_alive());
        assert!(server.log().contains("weight-sync.toml"), "{}", server.log());
    }
}

#[test]
fn an_absolute_target_is_routed_by_its_path() {
    let server = Server::start();
    let user = server.user();
    user.get(&format!("http://weights.example.org{WEIGHT}?limit=5")).expect(200);
}

#[test]
fn path_info_and_script_name_do_not_affect_routing() {
    let server = Server::start();
    let user = server.user();
    let request = Request::get(WEIGHT)
        .environment("PATH_INFO", "/api/health")
        .environment("SCRIPT_NAME", "/api/health");
    assert!(user.send(request).expect(200)["data"].is_array());
}

#[test]
fn a_process_whose_database_is_unreachable_answers_503_with_retry_after() {
    let site = Site::new(&[]);
    // No process listens on this port, so connections are refused at once.
    let port = Port::take();
    let url = site.database.url();
    let known = url.rsplit_once(':').unwrap().1.split('/').next().unwrap();
    site.edit_config(&format!(":{known}/"), &format!(":{}/", port.number));
    let mut server = Server::over(site, 1);
    let token = signed(&claims("01990000-0000-7000-8000-000000000000", 900));
    for _ in 0..2 {
        let answer = server.send(&Request::get(WEIGHT).bearer(&token));
        answer.problem(503, "database_unavailable");
        assert!(
            answer.header("retry-after").is_some_and(|value| value.parse::<u32>().is_ok()),
            "{:?}",
            answer.headers
        );
    }
    assert!(server.all_alive());
}
