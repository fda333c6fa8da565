//! A process at SIGTERM, short of descriptors or memory, or abandoned by its clients.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::fastcgi;
use crate::support::processes::{Signal, signal};
use crate::support::site::{Site, WEIGHT_API};
use crate::support::user::weighings;
use crate::support::waiting::{PATIENCE, wait_until};
use crate::support::{Answer, Request, SYNC, Server, WEIGHT, weighing};

fn descriptors(id: u32) -> usize {
    std::fs::read_dir(format!("/proc/{id}/fd")).unwrap().count()
}

/// An ending process drops connections on which nothing arrives for twice this time. A test client is that slow only if
/// the machine stalls; the test then ignores its request.
const SILENCE: Duration = Duration::from_millis(500);

/// mod_fcgid retries a refused connection with another process. A dropped connection is a 500 for the client.
#[test]
fn after_sigterm_a_connection_is_answered_or_refused_and_never_dropped() {
    const CLIENTS: usize = 6;
    let mut server = Server::start();
    for round in 0..5 {
        server = server.restarted();
        let id = server.process_ids()[0];
        let answered = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                let (server, answered) = (&server, &answered);
                scope.spawn(move || {
                    let request = Request::get("/api/health").parameters(WEIGHT_API);
                    // If the test has failed meanwhile, no signal comes.
                    let end = Instant::now() + 2 * PATIENCE;
                    while Instant::now() < end {
                        let begun = Instant::now();
                        let mut stream = match UnixStream::connect(server.socket(0)) {
                            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return,
                            other => other.unwrap(),
                        };
                        let sent = fastcgi::send(&mut stream, &request, b"");
                        if begun.elapsed() > SILENCE {
                            continue;
                        }
                        let exchange = sent.and_then(|()| fastcgi::read_answer(&mut stream));
                        let exchange = exchange
                            .unwrap_or_else(|error| panic!("broken off in round {round}: {error}"));
                        assert!(exchange.end.is_some(), "broken off in round {round}");
                        Answer::parse(&exchange.stdout).expect(200);
                        answered.fetch_add(1, Ordering::SeqCst);
                    }
                    panic!("waited in vain until connections are refused");
                });
            }
            wait_until("requests are under way", || answered.load(Ordering::SeqCst) > 20);
            signal(id, Signal::TERM);
        });
        assert!(server.wait(0).success(), "log: {}", server.log());
        assert!(!server.log().contains("panicked"), "{}", server.log());
    }
}

#[test]
fn a_request_that_has_partly_arrived_at_sigterm_is_answered() {
    let request = Request::get("/api/health").parameters(WEIGHT_API);
    for _ in 0..10 {
        let mut server = Server::start();
        server.send(&Request::get("/api/health")).expect(200);
        let id = server.process_ids()[0];
        let before = descriptors(id);
        let mut stream = UnixStream::connect(server.socket(0)).unwrap();
        wait_until("the connection is accepted", || descriptors(id) > before);
        signal(id, Signal::TERM);
        let mut last_taken = Instant::now();
        wait_until("new connections are refused", || {
            let now = Instant::now();
            let is_refused = UnixStream::connect(server.socket(0)).is_err();
            last_taken = if is_refused { last_taken } else { now };
            is_refused
        });
        let sent = fastcgi::send(&mut stream, &request, b"");
        if last_taken.elapsed() > SILENCE {
            continue;
        }
        let answer = sent.and_then(|()| fastcgi::read_answer(&mut stream)).unwrap();
        assert!(answer.end.is_some(), "broken off");
        Answer::parse(&answer.stdout).expect(200);
        assert!(server.wait(0).success());
        return;
    }
    panic!("the machine stood still ten times");
}

#[test]
fn a_process_survives_clients_that_do_not_wait_for_their_response() {
    let mut server = Server::start();
    let user = server.user();
    for number in 0..20 {
        let post = Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(&user.token);
        let bytes = fastcgi::bytes(&post.parameters(WEIGHT_API), &post.body);
        let mut stream = UnixStream::connect(server.socket(0)).unwrap();
        // The whole request, or part of it that ends inside a record.
        let length = if number % 2 == 0 { bytes.len() } else { bytes.len() - 100 };
        stream.write_all(&bytes[..length]).unwrap();
        drop(stream);
    }
    user.get(WEIGHT).expect(200);
    assert!(server.all_alive());
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

/// Closing the connections that have been silent for longest makes room.
#[test]
fn a_process_out_of_file_descriptors_continues_while_silent_peers_hold_them() {
    let mut server = Server::under(Site::new(&[]), 1, "ulimit -n 16");
    let user = server.user();
    let silent: Vec<UnixStream> =
        (0..30).map(|_| UnixStream::connect(server.socket(0)).unwrap()).collect();
    user.post(WEIGHT, &weighing(75.5)).expect(201);
    assert!(server.log().contains("Too many open files"), "{}", server.log());
    drop(silent);
    user.post(WEIGHT, &weighing(75.5)).expect(201);
    assert!(server.all_alive());
}

#[test]
fn a_process_turns_away_a_peer_that_is_not_in_its_list_of_web_servers() {
    let conditions = "export FCGI_WEB_SERVER_ADDRS=192.0.2.1";
    let server = Server::under(Site::new(&[]), 1, conditions);
    let mut peer = UnixStream::connect(server.socket(0)).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(peer.read(&mut [0]).unwrap(), 0);
    assert!(server.log().contains("not in FCGI_WEB_SERVER_ADDRS"), "{}", server.log());
}

#[test]
fn a_process_with_little_memory_and_no_temporary_folder_serves_all_requests() {
    let site = Site::new(&[("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", "19456")]);
    // One heap for all threads, as in the deployed binary.
    let conditions = "ulimit -v 131072; ulimit -n 16; export TMPDIR=/nowhere MALLOC_ARENA_MAX=1";
    let mut server = Server::under(site, 1, conditions);
    let user = server.user();
    for round in 0..5 {
        user.upload(&weighings(&round.to_string(), 100));
        user.pull("?limit=250");
    }
    // A body that is too large, and one of nearly the largest size.
    for (size, status) in [(300_000, 413), (131_000, 400)] {
        let body = " ".repeat(size);
        let post = Request::new("POST", SYNC).header("Content-Type", "application/json");
        assert_eq!(user.send(post.body(body)).status, status);
    }
    assert_eq!(user.list().len(), 250);
    assert!(server.all_alive());
}

/// Conditions under which the process cannot make a thread. Root may make any number, so the process gets another user.
fn without_threads(site: &Site) -> String {
    if !rustix::process::geteuid().is_root() {
        return "ulimit -u 1".to_owned();
    }
    // No other process belongs to this user.
    let user = 50_000 + std::process::id() % 10_000;
    let program = site.folder.join("weight-api");
    std::fs::copy(WEIGHT_API, &program).unwrap();
    for path in [site.folder.path(), &site.config] {
        std::os::unix::fs::chown(path, Some(user), None).unwrap();
    }
    let program = program.display();
    format!("ulimit -u 1; exec setpriv --reuid {user} --regid {user} --clear-groups {program}")
}

/// Hosts limit processes, and a thread counts as one.
#[test]
fn a_process_that_can_make_no_thread_serves_all_requests() {
    let site = Site::new(&[]);
    let conditions = without_threads(&site);
    let mut server = Server::under(site, 1, &conditions);
    let user = server.user();
    user.post(WEIGHT, &weighing(75.5)).expect(201);
    user.upload(&weighings("n", 100));
    user.pull("?limit=250");
    user.get("/api/account/export").expect(200);
    assert_eq!(user.list().len(), 101);
    let id = server.process_ids()[0];
    let limits = std::fs::read_to_string(format!("/proc/{id}/limits")).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max processes")).unwrap();
    assert_eq!(line.split_whitespace().nth(2), Some("1"), "{line}");
    assert_ne!(std::fs::metadata(format!("/proc/{id}")).unwrap().uid(), 0);
    signal(id, Signal::TERM);
    assert!(server.wait(0).success(), "log: {}", server.log());
}
