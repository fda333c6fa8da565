//! A process whose database hangs or has closed the connection.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use crate::support::proxy::{ADVANCE, Verdict};
use crate::support::site::Site;
use crate::support::waiting::{PATIENCE, wait_until};
use crate::support::{Answer, Request, Server, WEIGHT, weighing};

/// Sets the database timeout of processes started from now on to two seconds.
fn shorten_timeouts(site: &Site) {
    for name in ["connect_timeout_seconds", "read_timeout_seconds", "write_timeout_seconds"] {
        site.edit_config(&format!("\n{name} = 30\n"), &format!("\n{name} = 2\n"));
    }
}

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    answer.problem(503, "database_unavailable");
    assert!(answer.header("retry-after").is_some(), "{:?}", answer.headers);
}

#[test]
fn a_request_gets_503_after_the_timeout_when_the_database_never_answers_a_statement() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let token = server.user().token;
    shorten_timeouts(&server.site);
    let mut server = server.restarted();
    // Holds every command until the test releases it: no answer, and the connection stays open.
    let (release, released) = channel::<()>();
    let released = std::sync::Mutex::new(released);
    let gave_up = Arc::new(AtomicBool::new(false));
    let has_waited = Arc::clone(&gave_up);
    proxy.judge(move |_| {
        let end = released.lock().unwrap().recv_timeout(PATIENCE);
        has_waited.fetch_or(
            end != Err(std::sync::mpsc::RecvTimeoutError::Disconnected),
            Ordering::SeqCst,
        );
        Verdict::CutBefore
    });
    let post = Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(&token);
    for request in [&Request::get(WEIGHT).bearer(&token), &post] {
        assert_unavailable(&server.send(request));
    }
    assert!(!gave_up.load(Ordering::SeqCst), "the answers came while the commands were held");
    drop(release);
    proxy.forward_all();
    wait_until("writes succeed again", || server.send(&post).status == 201);
    assert!(server.all_alive());
}

/// The list waits for `database.read_timeout_seconds`, 30 s here; the health check has time-outs of its own.
#[test]
fn health_is_answered_before_requests_that_wait_for_a_hanging_database() {
    let (proxy, server) = Server::behind_proxy(&[], 2);
    let token = server.user().token;
    let (release, released) = channel::<()>();
    let released = std::sync::Mutex::new(released);
    let held = Arc::new(AtomicUsize::new(0));
    let holds = Arc::clone(&held);
    proxy.judge(move |_| {
        holds.fetch_add(1, Ordering::SeqCst);
        let _ = released.lock().unwrap().recv_timeout(PATIENCE);
        Verdict::CutBefore
    });
    let is_listed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            server.send_to(0, &Request::get(WEIGHT).bearer(&token));
            is_listed.store(true, Ordering::SeqCst);
        });
        wait_until("the list waits", || held.load(Ordering::SeqCst) > 0);
        assert_unavailable(&server.send_to(1, &Request::get("/api/health")));
        assert!(!is_listed.load(Ordering::SeqCst));
        drop(release);
        proxy.forward_all();
    });
    server.send_to(1, &Request::get("/api/health")).expect(200);
}

/// Each statement is answered within its time-out, but all of them would take longer than Apache waits: it would answer
/// 500 for an entry that was stored.
#[test]
fn a_request_to_a_slow_database_gets_503_before_apache_gives_up_and_stores_nothing() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    let post = Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(&user.token);
    server.send(&post).expect(201);
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&seen);
    proxy.judge(move |_| {
        // The third statement would start after 14 s.
        std::thread::sleep(std::time::Duration::from_secs(7));
        counted.fetch_add(1, Ordering::SeqCst);
        Verdict::Forward
    });
    assert_unavailable(&server.send(&post));
    proxy.forward_all();
    assert_eq!(seen.load(Ordering::SeqCst), 2, "the count, and the reservation with its BEGIN");
    assert_eq!(user.list().len(), 1);
    server.send(&post).expect(201);
}

#[test]
fn a_request_gets_503_after_the_timeout_when_the_database_sends_no_greeting() {
    let site = Site::new(&[]);
    shorten_timeouts(&site);
    // The kernel accepts connections, and no program answers them.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = site.database.url();
    let authority = url.rsplit('@').next().unwrap().split('/').next().unwrap();
    site.edit_config(authority, &silent.local_addr().unwrap().to_string());
    let mut server = Server::over(site, 1);
    for _ in 0..2 {
        assert_unavailable(&server.send(&Request::get("/api/health")));
    }
    assert!(server.all_alive());
}

#[test]
fn no_request_fails_after_the_database_has_closed_an_idle_connection() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    // As hosts set it, but shorter, and only when a transaction is about to end.
    proxy.preface(ADVANCE, "SET SESSION wait_timeout = 1");
    let wait_for_end = || {
        wait_until("the database has closed the connection", || {
            server.database().connections().is_empty()
        });
    };
    user.post(WEIGHT, &weighing(75.5)).expect(201);
    wait_for_end();
    user.get(WEIGHT).expect(200);
    user.post(WEIGHT, &weighing(75.5)).expect(201);
    wait_for_end();
    user.post(WEIGHT, &weighing(75.5)).expect(201);
    assert_eq!(user.list().len(), 3);
}
