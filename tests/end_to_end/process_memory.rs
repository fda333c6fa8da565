//! The resident memory of the static binary's processes. Hosts kill programs that use too much.

use mysql::prelude::Queryable;
use mysql::{Conn, Opts};
use serde_json::{Value, json};

use crate::support::processes::resident_kib;
use crate::support::site::Instance;
use crate::support::{Request, SYNC, WEIGHT};

/// Includes 4 MiB of the program file and 4 MiB for the database client's read buffer. Kernels differ in how much of a
/// file they map at once.
const MOST_KIB: u64 = 10 * 1024;

/// Uploads entries with keys as long as phones generate.
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

/// Copies entries by SQL until there are `count`: uploading them would take minutes.
fn fill(instance: &Instance, count: usize) {
    const COPY: &str = "INSERT INTO weight_entries (id, user_id, weight_value, unit, timestamp, created_at, updated_at, \
        edited_at, device_id, local_id) SELECT UUID(), user_id, weight_value, unit, timestamp, created_at, updated_at, \
        edited_at, device_id, UUID() FROM weight_entries LIMIT ?";
    let mut database = Conn::new(Opts::from_url(&instance.database_url()).unwrap()).unwrap();
    let stored = "SELECT COUNT(*) FROM weight_entries";
    while let Some(missing) = count
        .checked_sub(database.query_first(stored).unwrap().unwrap())
        .filter(|missing| *missing > 0)
    {
        database.exec_drop(COPY, (missing,)).unwrap();
    }
}

#[test]
fn a_process_stays_small_under_every_kind_of_request() {
    let instance = Instance::start();
    let token = instance.token();
    let mut most = Vec::new();
    let mut send = |request: Request| {
        let answer = instance.send(&request.bearer(&token)).expect(200);
        most.extend(instance.program_ids().into_iter().filter_map(resident_kib).max());
        answer
    };
    let export = || Request::get("/api/account/export");
    let exported = |document: Value| document["entries"].as_array().map(Vec::len);
    send(upload(10, 1));
    assert_eq!(exported(send(export())), Some(1));
    for turn in 0..10 {
        send(upload(turn, 100));
    }
    for _ in 0..100 {
        send(Request::get(&format!("{SYNC}?limit=250")));
        send(Request::get(&format!("{WEIGHT}?limit=250")));
    }
    // Each batch size has a separate prepared statement.
    for size in (1..100).step_by(3) {
        send(upload(1000 + size, size));
    }
    send(export());
    fill(&instance, 100_000);
    assert_eq!(exported(send(export())), Some(100_000));
    let most_kib = most.into_iter().max().unwrap();
    println!("at most {most_kib} KiB resident");
    assert!(most_kib < MOST_KIB, "{most_kib} KiB");
}
