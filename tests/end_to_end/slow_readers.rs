//! Clients that send requests and never read the responses. A response that does not fit mod_fcgid's buffer holds its
//! process until it has been read: nobody may hold all processes that way.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};

use crate::support::site::Instance;
use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{Request, SYNC};

const ATTACKERS: usize = 3;
/// For each attacker, within the default limit of requests a minute and over mod_fcgid's default limit of processes.
const UPLOADS: usize = 40;
const EXPORTS: usize = 10;
/// Batches of 100 entries: an export that is larger than all buffers on its way.
const BATCHES: usize = 25;

/// 100 entries with keys of the greatest length, each with the members that `more` gives it.
fn upload(token: &str, first: usize, more: &Value) -> Request {
    let one = |number: usize| {
        let entry = json!({"local_id": format!("{:064}", first + number), "weight_value": 75.5, "unit": "kg",
            "timestamp": "2026-01-06T20:30:00.123456Z", "edited_at": from_now(-1000)});
        with(entry, more)
    };
    let entries: Vec<Value> = (0..100).map(one).collect();
    let body = json!({"device_id": "d".repeat(64), "entries": entries});
    Request::new("POST", SYNC).json(&body).bearer(token)
}

/// A further upload that wins 100 conflicts: no answer is longer.
fn winning(token: &str, number: usize) -> Request {
    let weight = 80.0 + number as f64 / 100.0;
    let age = 900 - i64::try_from(number).expect("small");
    let stale = json!({"weight_value": weight, "edited_at": from_now(-age), "base_updated_at": from_now(-2000)});
    upload(token, 0, &stale)
}

/// Sends a request, waits for the first byte of its response and leaves the rest unread. Small segments make the system's buffers as small as on a long way.
fn send_and_never_read(instance: &Instance, request: &Request) -> TcpStream {
    let address = instance.base_url.trim_start_matches("http://");
    let peer: SocketAddr = address.parse().unwrap();
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(2048).unwrap();
    socket.set_tcp_mss(536).unwrap();
    socket.connect(&peer.into()).unwrap();
    let mut stream = TcpStream::from(socket);
    let target = String::from_utf8_lossy(&request.target).into_owned();
    let mut head = format!("{} {target} HTTP/1.1\r\nHost: {address}\r\n", request.method);
    for (name, value) in request.headers.iter().filter(|(name, _)| name != "Host") {
        head += &format!("{name}: {}\r\n", String::from_utf8_lossy(value));
    }
    head += &format!("Content-Length: {}\r\n\r\n", request.body.len());
    stream.write_all(&[head.as_bytes(), &request.body].concat()).unwrap();
    stream.read_exact(&mut [0]).unwrap();
    stream
}

#[test]
fn three_accounts_that_never_read_keep_nobody_else_waiting() {
    let instance = Instance::with(&[("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "100")]);
    let owner = instance.token();
    let mut unread = Vec::new();
    for _ in 0..ATTACKERS {
        let token = instance.token();
        for number in 0..BATCHES {
            instance.send(&upload(&token, number * 100, &json!({}))).expect(200);
        }
        let answer = instance.send(&winning(&token, 0));
        assert_eq!(answer.expect(200)["conflicts"].as_array().unwrap().len(), 100);
        let export = Request::get("/api/account/export").bearer(&token);
        for _ in 0..EXPORTS {
            unread.push(send_and_never_read(&instance, &export));
        }
        for number in 1..=UPLOADS {
            unread.push(send_and_never_read(&instance, &winning(&token, number)));
        }
    }
    // Those that answer and those that send the two exports, with some room.
    let processes = instance.program_ids().len();
    println!("{} unread responses, {processes} processes", unread.len());
    assert!(processes <= 20, "{processes} processes");
    for _ in 0..30 {
        instance.send(&Request::get("/api/account").bearer(&owner)).expect(200);
    }
}
