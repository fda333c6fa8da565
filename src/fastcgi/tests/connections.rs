//! Many connections at a time: none holds up another one.

use std::io::{ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use fastcgi::WebServers;

use crate::peer::{
    END_REQUEST, PATIENCE, begin, exchange, has_ended, next, record, request, response,
};
use crate::responder::{LIMITS, Server, pattern};

#[test]
fn kept_connections_serve_one_request_after_another_beside_each_other() {
    let server = Server::start();
    let mut kept: Vec<UnixStream> = (0..4).map(|_| server.connect()).collect();
    for round in 0..3 {
        for (number, stream) in kept.iter_mut().enumerate() {
            let body = format!("{round} {number}");
            assert_eq!(exchange(stream, true, &[], body.as_bytes()), body.as_bytes());
        }
        assert_eq!(exchange(&mut server.connect(), false, &[], b"new"), b"new");
    }
}

#[test]
fn requests_that_are_sent_ahead_are_answered_in_order() {
    let server = Server::start();
    let mut stream = server.connect();
    let sizes = [3_000_000, 0, 500_000, 10];
    for (id, size) in (1..).zip(sizes) {
        stream.write_all(&request(id, true, &[("SIZE", &size.to_string())], b"")).unwrap();
    }
    for (id, size) in (1..).zip(sizes) {
        assert!(response(&mut stream, id) == (pattern(size), 0), "request {id}");
    }
}

#[test]
fn a_request_behind_one_that_ends_the_connection_is_not_answered() {
    let server = Server::start();
    let mut stream = server.connect();
    // In one write, so that both have arrived when the first is answered.
    let both = [request(1, false, &[], b"first"), request(2, true, &[], b"second")].concat();
    stream.write_all(&both).unwrap();
    assert_eq!(response(&mut stream, 1), (b"first".to_vec(), 0));
    assert!(has_ended(&mut stream));
}

#[test]
fn peers_that_are_silent_in_any_state_hold_up_nobody() {
    let server = Server::start();
    let whole = request(1, false, &[("A", "1")], b"body");
    let mut silent: Vec<UnixStream> = [0, 3, 8, 16, 30]
        .into_iter()
        .map(|length| {
            let mut stream = server.connect();
            stream.write_all(&whole[..length]).unwrap();
            stream
        })
        .collect();
    assert_eq!(exchange(&mut server.connect(), false, &[], b"new"), b"new");
    for (stream, length) in silent.iter_mut().zip([0, 3, 8, 16, 30]) {
        stream.write_all(&whole[length..]).unwrap();
        assert_eq!(response(stream, 1), (b"A=1;body".to_vec(), 0), "{length}");
    }
}

#[test]
fn a_peer_that_does_not_read_its_response_holds_up_nobody() {
    let server = Server::start();
    for is_stream in [false, true] {
        let mut slow = server.connect();
        let pairs = [("SIZE", "5000000"), ("STREAM", "")];
        let pairs = &pairs[..if is_stream { 2 } else { 1 }];
        slow.write_all(&request(1, false, pairs, b"")).unwrap();
        assert_eq!(exchange(&mut server.connect(), false, &[], b"new"), b"new");
        assert!(response(&mut slow, 1).0 == pattern(5_000_000));
    }
}

/// It is read no further than its replies are taken.
#[test]
fn a_peer_that_asks_without_end_and_reads_nothing_is_left_waiting() {
    let server = Server::start();
    let mut stream = server.connect();
    let questions = record(99, 0, b"").repeat(5000);
    stream.set_nonblocking(true).unwrap();
    let mut is_full = false;
    for _ in 0..10_000 {
        is_full =
            matches!(stream.write(&questions), Err(error) if error.kind() == ErrorKind::WouldBlock);
        if is_full {
            // Others are served; the responder does not find time for this one.
            exchange(&mut server.connect(), false, &[], b"");
            if matches!(stream.write(&questions), Err(error) if error.kind() == ErrorKind::WouldBlock)
            {
                break;
            }
        }
    }
    assert!(is_full);
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    assert!(next(&mut stream).is_some());
}

#[test]
fn a_connection_that_is_silent_for_long_makes_room_for_a_new_one() {
    let server = Server::start();
    let mut kept: Vec<UnixStream> = (0..LIMITS.connections)
        .map(|_| {
            let mut stream = server.connect();
            exchange(&mut stream, true, &[], b"");
            stream
        })
        .collect();
    // The first one is not the most silent any more.
    exchange(&mut kept[0], true, &[], b"");
    assert_eq!(exchange(&mut server.connect(), false, &[], b"new"), b"new");
    assert!(has_ended(&mut kept[1]));
    assert_eq!(exchange(&mut kept[0], true, &[], b"again"), b"again");
}

/// Where one waits, a kept connection ends with its next response.
#[test]
fn kept_connections_that_are_never_silent_make_room_too() {
    let server = Server::start();
    let is_served = AtomicBool::new(false);
    let all_are_kept = Barrier::new(LIMITS.connections + 1);
    std::thread::scope(|scope| {
        for _ in 0..LIMITS.connections {
            scope.spawn(|| {
                let mut stream = server.connect();
                exchange(&mut stream, true, &[], b"");
                all_are_kept.wait();
                while !is_served.load(Ordering::SeqCst) {
                    // The responder may have ended it: a web server connects again.
                    let sent = stream.write_all(&request(1, true, &[], b"busy"));
                    if sent.is_err() || next(&mut stream).is_none() {
                        return;
                    }
                    while !matches!(next(&mut stream), Some((END_REQUEST, ..)) | None) {}
                }
            });
        }
        all_are_kept.wait();
        assert_eq!(exchange(&mut server.connect(), false, &[], b"new"), b"new");
        is_served.store(true, Ordering::SeqCst);
    });
}

#[test]
fn more_connections_than_the_limit_are_all_answered() {
    let server = Server::start();
    std::thread::scope(|scope| {
        for number in 0..4 * LIMITS.connections {
            let server = &server;
            scope.spawn(move || {
                let body = number.to_string();
                let mut stream = server.connect();
                assert_eq!(exchange(&mut stream, false, &[], body.as_bytes()), body.as_bytes());
            });
        }
    });
}

#[test]
fn only_listed_web_servers_are_served() {
    let admits = Server::on_tcp(WebServers::listed("192.0.2.1,127.0.0.1"));
    assert_eq!(exchange(&mut admits.connect_tcp(), false, &[], b"body"), b"body");
    let refuses = Server::on_tcp(WebServers::listed("192.0.2.1"));
    assert!(has_ended(&mut refuses.connect_tcp()));
    let mut local = Server::admitting(WebServers::listed("127.0.0.1")).connect();
    assert!(has_ended(&mut local), "a peer without an address");
}

#[test]
fn a_peer_that_goes_away_at_any_moment_leaves_the_others_alone() {
    let server = Server::start();
    let whole = request(1, true, &[("SIZE", "3000000"), ("STREAM", "")], b"body");
    for length in [0, 1, 8, 20, whole.len() - 1, whole.len()] {
        server.connect().write_all(&whole[..length]).unwrap();
    }
    let mut stream = server.connect();
    stream.write_all(&[whole, begin(2, 1, true)].concat()).unwrap();
    assert!(next(&mut stream).is_some());
    drop(stream);
    assert_eq!(exchange(&mut server.connect(), false, &[], b"new"), b"new");
    assert_eq!(*server.notes.failures.lock().unwrap(), [""; 0]);
}
