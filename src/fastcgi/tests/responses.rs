//! Requests and responses of all kinds on single connections.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::Ordering;
use std::time::Duration;

use fastcgi::Limits;

use crate::peer::{
    END_REQUEST, GET_VALUES_RESULT, RESPONDER, UNKNOWN_TYPE, abort, begin, exchange, has_ended,
    next, params, record, request, response, stdin, wait_for_its_end,
};
use crate::responder::{LIMITS, Server, pattern, wait_until};

#[test]
fn a_request_is_answered_and_its_connection_closed() {
    let server = Server::start();
    let mut stream = server.connect();
    assert_eq!(exchange(&mut stream, false, &[("A", "1"), ("B", "")], b"body"), b"A=1;B=;body");
    assert!(has_ended(&mut stream));
    wait_until("it is called sent", || server.notes.sent.load(Ordering::SeqCst) == 1);
}

#[test]
fn an_ordinary_response_arrives_in_one_piece() {
    let server = Server::start();
    let mut stream = server.connect();
    stream.write_all(&request(1, false, &[("SIZE", "100")], b"")).unwrap();
    let mut bytes = [0; 4096];
    let count = stream.read(&mut bytes).unwrap();
    assert_eq!(count, 8 + 100 + 8 + 16, "the output, its end and the request's");
}

#[test]
fn a_request_that_arrives_byte_by_byte_is_answered() {
    let server = Server::start();
    let mut stream = server.connect();
    for byte in request(1, false, &[("A", "1")], b"body") {
        stream.write_all(&[byte]).unwrap();
    }
    assert_eq!(response(&mut stream, 1), (b"A=1;body".to_vec(), 0));
}

#[test]
fn bodies_arrive_whole_up_to_the_limit() {
    let server = Server::start();
    for size in [1, 7999, 8000, 65_536, LIMITS.body_bytes] {
        let body = pattern(size);
        assert!(exchange(&mut server.connect(), false, &[], &body) == body, "{size}");
    }
    let body = pattern(LIMITS.body_bytes + 1);
    assert_eq!(exchange(&mut server.connect(), false, &[], &body), b"too large");
}

#[test]
fn the_largest_records_are_read() {
    let server = Server::start();
    let mut stream = server.connect();
    let body = pattern(65_535);
    stream.write_all(&[begin(1, RESPONDER, false), params(1, &[])].concat()).unwrap();
    stream.write_all(&[record(5, 1, &body), record(5, 1, b"")].concat()).unwrap();
    assert!(response(&mut stream, 1) == (body, 0));
}

#[test]
fn responses_of_all_sizes_arrive_whole_in_memory_and_as_a_stream() {
    let server = Server::start();
    for size in [0, 1, 32_767, 32_768, 65_535, 65_536, 3_000_000] {
        let text = size.to_string();
        let plain = exchange(&mut server.connect(), false, &[("SIZE", &text)], b"");
        assert!(plain == pattern(size), "{size} in memory");
        let mut stream = server.connect();
        let streamed = exchange(&mut stream, false, &[("SIZE", &text), ("STREAM", "")], b"");
        assert!(streamed == pattern(size), "{size} as a stream");
        assert!(has_ended(&mut stream));
    }
}

/// A cap on concurrent streams counts a response until the web server has closed it.
#[test]
fn a_stream_is_held_until_the_web_server_closes_the_connection() {
    let server = Server::start();
    let streams = || server.notes.streams.load(Ordering::SeqCst);
    let mut stream = server.connect();
    exchange(&mut stream, false, &[("STREAM", "")], b"body");
    assert!(has_ended(&mut stream), "nothing more comes");
    // Another request passes through the loop meanwhile.
    exchange(&mut server.connect(), false, &[], b"");
    assert_eq!(streams(), 1);
    drop(stream);
    wait_until("it is dropped", || streams() == 0);
}

#[test]
fn on_a_kept_connection_a_stream_is_held_until_it_is_taken() {
    let server = Server::start();
    let streams = || server.notes.streams.load(Ordering::SeqCst);
    let mut stream = server.connect();
    let pairs = [("SIZE", "3000000"), ("STREAM", "")];
    stream.write_all(&request(1, true, &pairs, b"")).unwrap();
    exchange(&mut server.connect(), false, &[], b"");
    assert_eq!(streams(), 1);
    assert!(response(&mut stream, 1).0 == pattern(3_000_000));
    wait_until("it is dropped", || streams() == 0);
    assert_eq!(exchange(&mut stream, true, &[], b"next"), b"next");
}

#[test]
fn a_stream_that_is_not_taken_in_time_is_cut_and_held_until_the_web_server_closes() {
    let server = Server::limited(Limits { stream_time: Duration::ZERO, ..LIMITS });
    let streams = || server.notes.streams.load(Ordering::SeqCst);
    let mut stream = server.connect();
    let pairs = [("SIZE", "3000000"), ("STREAM", "")];
    stream.write_all(&request(1, false, &pairs, b"")).unwrap();
    // Nothing is read, and nothing is sent, that would wake the responder.
    wait_for_its_end(&stream);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    assert!(bytes.len() < 3_000_000, "{} bytes", bytes.len());
    exchange(&mut server.connect(), false, &[], b"");
    assert_eq!(streams(), 1);
    drop(stream);
    wait_until("it is dropped", || streams() == 0);
}

#[test]
fn a_second_request_on_a_connection_is_refused_and_the_first_is_answered() {
    let server = Server::start();
    let mut stream = server.connect();
    stream.write_all(&[begin(1, RESPONDER, false), begin(2, RESPONDER, false)].concat()).unwrap();
    assert_eq!(next(&mut stream), Some((END_REQUEST, 2, vec![0, 0, 0, 0, 1, 0, 0, 0])));
    stream.write_all(&[params(2, &[]), params(1, &[("A", "1")]), stdin(2, b"x")].concat()).unwrap();
    stream.write_all(&stdin(1, b"y")).unwrap();
    assert_eq!(response(&mut stream, 1), (b"A=1;y".to_vec(), 0));
}

#[test]
fn an_unknown_role_is_refused_and_a_kept_connection_goes_on() {
    let server = Server::start();
    for keeps in [false, true] {
        let mut stream = server.connect();
        let rest = [params(1, &[("A", "1")]), stdin(1, b"x")].concat();
        stream.write_all(&[begin(1, 3, keeps), rest].concat()).unwrap();
        assert_eq!(response(&mut stream, 1), (Vec::new(), 3));
        if keeps {
            assert_eq!(exchange(&mut stream, true, &[], b"next"), b"next");
        } else {
            assert!(has_ended(&mut stream));
        }
    }
}

#[test]
fn parameters_over_the_limit_are_refused_and_a_kept_connection_goes_on() {
    let server = Server::start();
    let mut stream = server.connect();
    let mut records = begin(1, RESPONDER, true);
    for _ in 0..4 {
        records.extend(record(4, 1, &[0; 60_000]));
    }
    stream.write_all(&[records, record(4, 1, b""), stdin(1, b"")].concat()).unwrap();
    assert_eq!(response(&mut stream, 1), (Vec::new(), 2));
    assert_eq!(exchange(&mut stream, true, &[], b"next"), b"next");
}

#[test]
fn an_aborted_request_is_ended_and_not_answered() {
    let server = Server::start();
    let mut stream = server.connect();
    let half = [begin(1, RESPONDER, true), params(1, &[("A", "1")])].concat();
    stream.write_all(&[half, abort(1)].concat()).unwrap();
    assert_eq!(response(&mut stream, 1), (Vec::new(), 0));
    assert_eq!(exchange(&mut stream, true, &[], b"next"), b"next");
    wait_until("only that one is called sent", || server.notes.sent.load(Ordering::SeqCst) == 1);
}

#[test]
fn management_records_are_answered_before_a_request() {
    let server = Server::start();
    let mut stream = server.connect();
    stream.write_all(&record(9, 0, b"\x0f\x00FCGI_MPXS_CONNS")).unwrap();
    let values = b"\x0f\x01FCGI_MPXS_CONNS0".to_vec();
    assert_eq!(next(&mut stream), Some((GET_VALUES_RESULT, 0, values)));
    stream.write_all(&record(77, 0, b"?")).unwrap();
    assert_eq!(next(&mut stream), Some((UNKNOWN_TYPE, 0, vec![77, 0, 0, 0, 0, 0, 0, 0])));
    assert_eq!(exchange(&mut stream, false, &[], b"body"), b"body");
}

#[test]
fn a_peer_that_breaks_the_protocol_loses_its_connection_and_no_other_does() {
    let server = Server::start();
    let mut kept = server.connect();
    exchange(&mut kept, true, &[], b"");
    let cases: [(&str, Vec<u8>); 6] = [
        ("version 71", b"GET / HTTP/1.1\r\n\r\n".to_vec()),
        ("type 6", record(6, 1, b"output")),
        ("with 3 bytes", record(1, 1, b"abc")),
        ("began again", [begin(1, RESPONDER, false), begin(1, RESPONDER, false)].concat()),
        (
            "longer than all",
            [begin(1, RESPONDER, false), record(4, 1, b"\x09"), record(4, 1, b"")].concat(),
        ),
        ("after its end", [begin(1, RESPONDER, false), stdin(1, b""), stdin(1, b"")].concat()),
    ];
    for (count, (words, bytes)) in cases.iter().enumerate() {
        let mut stream: UnixStream = server.connect();
        stream.write_all(bytes).unwrap();
        assert!(has_ended(&mut stream), "{words}");
        wait_until("it is noted", || server.notes.failures.lock().unwrap().len() > count);
        let noted = server.notes.failures.lock().unwrap()[count].clone();
        assert!(noted.contains(words), "{noted}");
    }
    assert_eq!(exchange(&mut kept, true, &[], b"next"), b"next");
}
