//! What a process does when its database hangs, or has closed its connection.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::support::proxy::{Proxy, Verdict};
use crate::support::site::Site;
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, Server, WEIGHT, weighing};

/// Apache gives up on us then (FcgidIOTimeout).
const APACHE_GIVES_UP: Duration = Duration::from_secs(40);

/// A site whose programs wait for two seconds only; its tables were made without such haste.
fn hasty() -> Site {
    let site = Site::new(&[]);
    let mut text = std::fs::read_to_string(&site.config).unwrap();
    for name in ["connect_timeout_seconds", "read_timeout_seconds", "write_timeout_seconds"] {
        let (patient, hasty) = (format!("\n{name} = 30\n"), format!("\n{name} = 2\n"));
        assert!(text.contains(&patient), "{name} in {text}");
        text = text.replace(&patient, &hasty);
    }
    std::fs::write(&site.config, text).unwrap();
    site
}

#[track_caller]
fn assert_refused_in_time(begun: Instant, answer: &Answer) {
    answer.problem(503, "database_unavailable");
    assert!(answer.header("retry-after").is_some(), "{:?}", answer.headers);
    assert!(begun.elapsed() < APACHE_GIVES_UP, "{:?}", begun.elapsed());
}

#[test]
fn a_database_that_takes_statements_and_never_answers_is_503_within_the_time_out() {
    let site = hasty();
    let proxy = Proxy::before(&site);
    let mut server = Server::over(site, 1);
    let user = server.user();
    // Held until the test lets go: neither an answer nor an end of the line.
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    proxy.judge(move |_| {
        let _ = held.lock().unwrap().recv_timeout(APACHE_GIVES_UP);
        Verdict::CutBefore
    });
    for request in [Request::get(WEIGHT), Request::new("POST", WEIGHT).json(&weighing(75.5))] {
        let begun = Instant::now();
        assert_refused_in_time(begun, &user.send(request));
    }
    drop(release);
    proxy.forward_all();
    user.post(WEIGHT, &weighing(75.5)).expect(201);
    assert!(server.all_alive());
}

#[test]
fn a_database_that_accepts_and_says_nothing_is_503_within_the_time_out() {
    let site = hasty();
    // Connections are made by the system; nobody ever answers them.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = site.database.url();
    let authority = url.rsplit('@').next().unwrap().split('/').next().unwrap();
    let text = std::fs::read_to_string(&site.config).unwrap();
    let moved = url.replace(authority, &silent.local_addr().unwrap().to_string());
    std::fs::write(&site.config, text.replace(&url, &moved)).unwrap();
    let mut server = Server::over(site, 1);
    for _ in 0..2 {
        let begun = Instant::now();
        assert_refused_in_time(begun, &server.send(&Request::get("/api/health")));
    }
    assert!(server.all_alive());
}

#[test]
fn a_connection_that_the_database_closed_for_idleness_fails_no_request() {
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    let user = server.user();
    // As a host sets it, only shorter; said on the service's own session.
    proxy.preface("COMMIT", "SET SESSION wait_timeout = 1");
    for _ in 0..2 {
        user.post(WEIGHT, &weighing(75.5)).expect(201);
        let mine = "SELECT COUNT(*) FROM information_schema.processlist \
                    WHERE db = DATABASE() AND id <> CONNECTION_ID()";
        wait_until("the database has closed the connection", || {
            server.database().count(mine, ()) == 0
        });
        user.get(WEIGHT).expect(200);
        user.post(WEIGHT, &weighing(75.5)).expect(201);
        wait_until("and once more", || server.database().count(mine, ()) == 0);
    }
    assert_eq!(user.list().len(), 4);
}
