//! A large export shows one state of the database, takes little memory, and is never cut by a failure of the database.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::process::Command;

use serde_json::Value;

use super::export::EXPORT;
use crate::support::fastcgi::{Exchange, read_answer, send};
use crate::support::proxy::{Proxy, Verdict};
use crate::support::site::{Site, WEIGHT_API};
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, Server, User, WEIGHT, weighing};

/// More entries than fit into the buffers between program and reader: the program waits in the middle.
const MANY: u64 = 5_000;

/// Inserts entries by SQL, because uploading them would take minutes.
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
        let rows: Vec<String> = (first..=count.min(first + ROWS - 1)).map(row).collect();
        let statement = format!(
            "INSERT INTO weight_entries (id, user_id, weight_value, unit, timestamp, created_at, updated_at, \
             edited_at, device_id, local_id) VALUES {}",
            rows.join(",")
        );
        assert_eq!(server.database().execute(&statement, ()), rows.len() as u64);
    }
}

/// Requests an export from one process and reads nothing of it.
fn ask(server: &Server, process: usize, user: &User<'_>) -> UnixStream {
    let request = Request::get(EXPORT).bearer(&user.token);
    let mut stream = UnixStream::connect(server.socket(process)).expect("the program listens");
    send(&mut stream, &request.parameters(WEIGHT_API), &[]).expect("the program takes it");
    stream
}

/// The first record's header: when it has arrived, the program is sending.
fn first_header(stream: &mut UnixStream) -> Vec<u8> {
    let mut header = vec![0; 8];
    stream.read_exact(&mut header).expect("the beginning");
    header
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
fn an_export_shows_one_state_during_concurrent_writes() {
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    let user = server.user();
    fill(&server, &user, MANY);
    // Before each statement that reads entries, another connection changes all of them.
    let mut writer = server.database().connect();
    let change = format!(
        "UPDATE weight_entries SET weight_value = weight_value + 1 WHERE user_id = '{}'",
        user.id
    );
    let writer = std::sync::Mutex::new(move || {
        mysql::prelude::Queryable::query_drop(&mut writer, &change).expect("a write");
    });
    proxy.judge(move |command| {
        if command.is_statement() && command.text.contains("FROM weight_entries") {
            (writer.lock().unwrap())();
        }
        Verdict::Forward
    });

    let document = user.get(EXPORT).expect(200);

    let ids = ids(&document);
    assert_eq!(ids.len() as u64, MANY);
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "each once");
    for entry in document["entries"].as_array().unwrap() {
        assert_eq!(entry["weight_value"], 76.5, "{entry}");
    }
}

#[test]
fn a_database_connection_lost_during_the_reading_of_an_export_is_answered_as_a_problem() {
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    let user = server.user();
    fill(&server, &user, MANY);
    proxy.judge(|command| match command.text.contains("FROM weight_entries") {
        true if command.is_statement() => Verdict::CutAfter,
        _ => Verdict::Forward,
    });
    let answer = user.get(EXPORT);
    answer.problem(503, "database_unavailable");
    assert!(answer.header("retry-after").is_some());
    proxy.forward_all();
    assert_eq!(ids(&user.get(EXPORT).expect(200)).len() as u64, MANY);
}

#[test]
fn a_slow_reader_holds_no_database_connection() {
    let server = Server::start();
    let user = server.user();
    fill(&server, &user, MANY);
    let mut stream = ask(&server, 0, &user);
    let header = first_header(&mut stream);
    // The process has one connection, and uses it for other requests.
    user.get(WEIGHT).expect(200);
    Answer::parse(&rest(&mut stream, &header).stdout).expect(200);
}

#[test]
fn an_export_is_incomplete_json_when_its_process_is_killed_while_sending() {
    let server = Server::start();
    let user = server.user();
    fill(&server, &user, MANY);
    let mut stream = ask(&server, 0, &user);
    let mut received = vec![0; 100_000];
    stream.read_exact(&mut received).expect("the beginning");
    let process = server.process_ids()[0].to_string();
    assert!(Command::new("kill").args(["-KILL", &process]).status().unwrap().success());

    stream.read_to_end(&mut received).expect("the rest");
    let text = String::from_utf8_lossy(&received);
    assert!(text.contains("Status: 200 OK") && text.contains("\"entries\":["));
    assert!(!text.contains("\n]}\n"));
}

#[test]
fn a_reader_that_disconnects_ends_the_export_and_not_the_process() {
    let mut server = Server::start();
    {
        let user = server.user();
        fill(&server, &user, MANY);
        // It takes the user's slot.
        first_header(&mut ask(&server, 0, &user));
        wait_until("a slot is free", || user.get(EXPORT).status == 200);
    }
    assert!(server.all_alive());
}

#[test]
fn an_export_of_100_000_entries_takes_no_more_memory_than_a_short_one() {
    /// The buffer of the database client, which stays resident after use.
    const LEEWAY_KIB: u64 = 5 * 1024;
    let server = Server::start();
    let user = server.user();
    let process = server.process_ids()[0];
    user.create(&weighing(75.5));
    user.get(EXPORT).expect(200);
    let before = peak_kib(process);
    fill(&server, &user, 100_000);
    assert_eq!(ids(&user.get(EXPORT).expect(200)).len(), 100_001);
    let after = peak_kib(process);
    println!("KiB resident at most: {before}, with an export of 100,000 entries {after}");
    assert!(after <= before + LEEWAY_KIB, "from {before} to {after} KiB");
}

/// The peak resident memory of a process.
fn peak_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its peak");
    line.split_whitespace().nth(1).expect("a number").parse().expect("a number")
}

#[test]
fn a_user_has_one_export_at_a_time_and_all_users_two_until_the_web_server_has_read_them() {
    /// Longer than the web server's buffer, and short enough for the socket's: the program has already sent all of it.
    const SOME: u64 = 400;
    let server = Server::with(&[], 3);
    let users = [server.user(), server.user(), server.user()];
    fill(&server, &users[0], SOME);
    let third = |request: Request, user: &User<'_>| server.send_to(2, &request.bearer(&user.token));
    let mut stream = ask(&server, 0, &users[0]);
    let header = first_header(&mut stream);

    let refused = third(Request::get(EXPORT), &users[0]);

    refused.problem(503, "server_busy");
    assert!(refused.header("retry-after").is_some());
    let mut second = ask(&server, 1, &users[1]);
    first_header(&mut second);
    third(Request::get(EXPORT), &users[2]).problem(503, "server_busy");
    third(Request::get(WEIGHT), &users[2]).expect(200);
    let sent = Answer::parse(&rest(&mut stream, &header).stdout);
    assert_eq!(ids(&sent.expect(200)).len() as u64, SOME);
    third(Request::get(EXPORT), &users[2]).problem(503, "server_busy");
    drop(stream);
    wait_until("the slot is free", || third(Request::get(EXPORT), &users[2]).status == 200);
}
