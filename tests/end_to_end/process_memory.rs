//! Resident memory of a process of the static binary: hosts end programs that take much.

use serde_json::{Value, json};

use crate::support::processes::resident_kib;
use crate::support::site::Instance;
use crate::support::{Request, SYNC, WEIGHT};

/// 4 MiB of it are the program file, and as many the read buffer of the database's client. Kernels differ in how much of
/// a file they map at once.
const MOST_KIB: u64 = 10 * 1024;

/// Entries with keys as long as phones make them.
fn upload(turn: usize, count: usize) -> Request {
    let entries: Vec<Value> = (0..count)
        .map(|number| {
            json!({"local_id": format!("550e8400-e29b-41d4-a716-{turn:06}-{number:06}"), "weight_value": 75.5,
                "unit": "kg", "timestamp": "2026-01-06T20:30:00.123456Z"})
        })
        .collect();
    let body = json!({"device_id": "a-phone-of-some-make", "entries": entries});
    Request::new("POST", SYNC).json(&body)
}

#[test]
fn a_process_stays_small_whatever_requests_it_serves() {
    let instance = Instance::start();
    let token = instance.token();
    let mut most = Vec::new();
    let mut send = |request: Request| {
        instance.send(&request.bearer(&token)).expect(200);
        most.extend(instance.program_ids().into_iter().filter_map(resident_kib).max());
    };
    for turn in 0..10 {
        send(upload(turn, 100));
    }
    for _ in 0..100 {
        send(Request::get(&format!("{SYNC}?limit=250")));
        send(Request::get(&format!("{WEIGHT}?limit=250")));
    }
    // Each batch size is a prepared statement of its own.
    for size in (1..100).step_by(3) {
        send(upload(1000 + size, size));
    }
    send(Request::get("/api/account/export"));
    let most_kib = most.into_iter().max().unwrap();
    println!("at most {most_kib} KiB resident");
    assert!(most_kib < MOST_KIB, "{most_kib} KiB");
}
