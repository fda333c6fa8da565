//! A long export: of one moment, in little memory, and visibly cut where it cannot go on.

use std::io::Read;
use std::os::unix::net::UnixStream;

use serde_json::{Value, json};

use super::export::EXPORT;
use crate::support::fastcgi::{Exchange, read_answer, send};
use crate::support::site::WEIGHT_API;
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, SYNC, Server, User, WEIGHT, weighing};

/// More than the buffers between program and reader hold: the program waits in the middle.
const MANY: u64 = 5_000;

/// Entries by SQL: as many uploads would take minutes.
fn fill(server: &Server, user: &User<'_>, count: u64) {
    const ROWS: u64 = 1_000;
    for first in (1..=count).step_by(usize::try_from(ROWS).expect("small")) {
        let row = |number: u64| {
            let id = format!("01990000-0000-7000-8000-{number:012x}");
            format!(
                "('{id}', '{}', 75.5, 'kg', '2026-01-01', NOW(6), '2026-01-01' + INTERVAL {number} SECOND, \
                 NOW(6), 'phone', '{number}')",
                user.id
            )
        };
        let rows: Vec<String> = (first..first + ROWS).map(row).collect();
        let statement = format!(
            "INSERT INTO weight_entries (id, user_id, weight_value, unit, timestamp, created_at, updated_at, \
             edited_at, device_id, local_id) VALUES {}",
            rows.join(",")
        );
        assert_eq!(server.database().execute(&statement, ()), ROWS);
    }
}

fn asked(server: &Server, user: &User<'_>) -> UnixStream {
    asked_of(server, 0, user)
}

fn asked_of(server: &Server, process: usize, user: &User<'_>) -> UnixStream {
    let request = Request::get(EXPORT).bearer(&user.token);
    let mut stream = UnixStream::connect(server.socket(process)).expect("the program listens");
    send(&mut stream, &request.parameters(WEIGHT_API), &[]).expect("the program takes it");
    stream
}

/// Waits for the first bytes: from then on the program is in the middle.
fn begun(stream: &mut UnixStream) -> Vec<u8> {
    let mut first = vec![0; 8];
    stream.read_exact(&mut first).expect("the beginning");
    first
}

/// Reads the rest of an answer whose first record header was read already.
fn rest(stream: &mut UnixStream, header: &[u8]) -> Exchange {
    let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
    let mut first = vec![0; length + usize::from(header[6])];
    stream.read_exact(&mut first).expect("the first record");
    first.truncate(length);
    let answer = read_answer(stream).expect("the rest");
    Exchange { stdout: [first, answer.stdout].concat(), ..answer }
}

fn ids(document: &Value) -> Vec<String> {
    let entries = document["entries"].as_array().expect("entries");
    entries.iter().map(|entry| entry["local_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_export_shows_one_moment_however_others_write_meanwhile() {
    let server = Server::with(&[], 2);
    let user = server.user();
    fill(&server, &user, MANY);
    let mut stream = asked(&server, &user);
    let header = begun(&mut stream);

    let write = |request: Request| server.send_to(1, &request.bearer(&user.token));
    let entry = |local_id: &str, weight: u32| json!({"local_id": local_id, "weight_value": weight, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z"});
    let body = json!({"device_id": "phone", "entries": [entry("1", 40), entry("4999", 41), entry("new", 42)]});
    let synced = write(Request::new("POST", SYNC).json(&body)).expect(200);
    assert_eq!(synced["synced"].as_array().unwrap().len(), 3);
    let last = format!("{WEIGHT}/01990000-0000-7000-8000-{MANY:012x}");
    write(Request::new("DELETE", last)).expect(204);
    write(Request::new("POST", WEIGHT).json(&weighing(50.0))).expect(201);

    let answer = Answer::parse(&rest(&mut stream, &header).stdout);
    let document = answer.expect(200);
    let ids = ids(&document);
    assert_eq!(ids.len() as u64, MANY);
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "none twice");
    for entry in document["entries"].as_array().unwrap() {
        assert_eq!(entry["weight_value"], 75.5, "none that was written later: {entry}");
        assert!(entry.get("deleted").is_none(), "{entry}");
    }
    let later = user.get(EXPORT).expect(200);
    assert_eq!(later["entries"].as_array().unwrap().len() as u64, MANY + 2);
}

#[test]
fn a_document_that_is_cut_does_not_close_and_the_log_says_why() {
    let server = Server::start();
    let user = server.user();
    fill(&server, &user, MANY);
    let mut stream = asked(&server, &user);
    let header = begun(&mut stream);
    let connections = || {
        server.database().rows(
            "SELECT CAST(id AS CHAR) FROM information_schema.processlist \
             WHERE db = DATABASE() AND id <> CONNECTION_ID()",
        )
    };
    // The database takes a moment to let go of those that this test has closed, the one that it
    // asked by the last time included: what is the only one in one reading is the program's.
    let mut program = String::new();
    wait_until("the program's is the only one", || {
        program = connections().join(" and ");
        !program.contains(" and ")
    });
    server.database().execute(&format!("KILL {}", program.trim_matches('\'')), ());

    let exchange = rest(&mut stream, &header);
    assert_eq!(
        exchange.end.map(|(_, protocol)| protocol),
        Some(0),
        "the web server is told the end"
    );
    let answer = Answer::parse(&exchange.stdout);
    assert_eq!(answer.status, 200);
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err(), "not JSON any more");
    assert!(answer.text().contains("\"entries\":["));
    let log = server.log();
    let line = log.lines().rev().find(|line| line.contains(EXPORT)).expect("a line");
    assert!(line.contains("\"cause\":\"cut: the database connection was lost"), "{line}");
    assert_eq!(ids(&user.get(EXPORT).expect(200)).len() as u64, MANY);
}

#[test]
fn a_reader_who_goes_away_ends_the_export_and_not_the_process() {
    let mut server = Server::start();
    {
        let user = server.user();
        fill(&server, &user, MANY);
        let mut stream = asked(&server, &user);
        begun(&mut stream);
        drop(stream);
        wait_until("the log says so", || server.log().contains("cut: the client went away"));
        assert_eq!(ids(&user.get(EXPORT).expect(200)).len() as u64, MANY);
    }
    assert!(server.all_alive());
}

#[test]
fn an_export_of_fifty_thousand_entries_takes_no_more_memory_than_a_short_one() {
    const LEEWAY_KIB: u64 = 8 * 1024;
    let server = Server::start();
    let user = server.user();
    let process = server.process_ids()[0];
    user.create(&weighing(75.5));
    user.get(EXPORT).expect(200);
    let before = peak_kib(process);
    fill(&server, &user, 50_000);
    assert_eq!(ids(&user.get(EXPORT).expect(200)).len(), 50_001);
    let after = peak_kib(process);
    assert!(after <= before + LEEWAY_KIB, "from {before} to {after} KiB");
}

/// The most memory that a process ever had resident.
fn peak_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its peak");
    line.split_whitespace().nth(1).expect("a number").parse().expect("a number")
}

#[test]
fn those_who_read_slowly_hold_four_processes_and_not_all_of_them() {
    let server = Server::with(&[], 5);
    let (user, other) = (server.user(), server.user());
    fill(&server, &user, MANY);
    let mut slow: Vec<(UnixStream, Vec<u8>)> = (0..4)
        .map(|process| {
            let mut stream = asked_of(&server, process, &user);
            let header = begun(&mut stream);
            (stream, header)
        })
        .collect();
    let fifth = |user: &User<'_>, request: Request| server.send_to(4, &request.bearer(&user.token));

    let refused = fifth(&other, Request::get(EXPORT));

    refused.problem(503, "server_busy");
    assert!(refused.header("retry-after").is_some());
    fifth(&other, Request::get(WEIGHT)).expect(200);
    let (mut stream, header) = slow.remove(0);
    Answer::parse(&rest(&mut stream, &header).stdout).expect(200);
    fifth(&other, Request::get(EXPORT)).expect(200);
}
