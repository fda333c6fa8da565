//! What becomes of connections when the responder is asked to stop.

use std::io::{ErrorKind, Write};
use std::sync::atomic::Ordering;

use crate::peer::{UNKNOWN_TYPE, exchange, has_ended, next, record, request, response};
use crate::responder::{Server, wait_until};

#[test]
fn a_responder_looks_after_other_work_also_without_a_connection() {
    let server = Server::start();
    wait_until("it has looked again", || server.notes.tended.load(Ordering::SeqCst) > 2);
}

#[test]
fn an_idle_responder_stops_and_refuses_connections() {
    let mut server = Server::start();
    server.stop();
    server.end();
    assert_eq!(server.try_connect().unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn new_connections_are_answered_until_they_are_refused() {
    let mut server = Server::start();
    server.stop();
    let mut answered = 0;
    let refusal = loop {
        match server.try_connect() {
            Ok(mut stream) => {
                assert_eq!(exchange(&mut stream, false, &[], b"body"), b"body");
                answered += 1;
            }
            Err(error) => break error.kind(),
        }
    };
    assert_eq!(refusal, ErrorKind::ConnectionRefused);
    assert!(answered > 0);
    server.end();
}

#[test]
fn a_kept_connection_is_answered_once_more_and_then_ended() {
    let mut server = Server::start();
    let (mut busy, mut idle) = (server.connect(), server.connect());
    exchange(&mut busy, true, &[], b"");
    exchange(&mut idle, true, &[], b"");
    server.stop();
    // The responder has seen that it must stop when it refuses connections.
    wait_until("it refuses", || server.try_connect().is_err());
    assert_eq!(exchange(&mut busy, true, &[], b"last"), b"last");
    assert!(has_ended(&mut busy));
    assert!(has_ended(&mut idle), "after a second of silence");
    server.end();
}

#[test]
fn a_connection_that_is_not_silent_is_not_ended() {
    let mut server = Server::start();
    let mut stream = server.connect();
    server.stop();
    wait_until("it refuses", || server.try_connect().is_err());
    // More records than the waits that make up its second of silence.
    for _ in 0..30 {
        stream.write_all(&record(77, 0, b"")).unwrap();
        assert!(matches!(next(&mut stream), Some((UNKNOWN_TYPE, ..))));
    }
    assert_eq!(exchange(&mut stream, true, &[], b"last"), b"last");
    server.end();
}

#[test]
fn responses_in_hand_are_sent_to_their_end() {
    let mut server = Server::start();
    let mut slow = server.connect();
    slow.write_all(&request(1, false, &[("SIZE", "5000000")], b"")).unwrap();
    exchange(&mut server.connect(), false, &[], b"");
    server.stop();
    wait_until("it refuses", || server.try_connect().is_err());
    assert_eq!(response(&mut slow, 1).0.len(), 5_000_000);
    server.end();
}
