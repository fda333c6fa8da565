//! What a process has taken when it has served for long. `tests/end_to_end/process_memory.rs` has the ceiling, which only the
//! static binary can be held to.

use serde_json::{Value, json};

use crate::support::fastcgi::exchange;
use crate::support::site::{Site, WEIGHT_API};
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, SYNC, Server, User, WEIGHT, weighing};

/// The C library's heap as that of the binary that is deployed: one for all threads, large blocks given back.
const HEAP: &str =
    "export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072";

fn server() -> Server {
    Server::under(Site::new(&[]), 1, HEAP)
}

fn count(folder: &str, id: u32) -> usize {
    std::fs::read_dir(format!("/proc/{id}/{folder}")).unwrap().count()
}

fn entries(prefix: &str, count: usize) -> Value {
    let entry = |number| json!({"local_id": format!("{prefix}-{number}"), "weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z"});
    (0..count).map(entry).collect()
}

/// What a process has written to, in memory or swapped out. Pages of the program itself, which come and go as the system
/// likes, are left out, and it is counted: what `status` says may be off by some hundred pages.
fn taken_kib(id: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap();
    let kib = |line: &str| -> Option<u64> {
        let size = line.strip_prefix("Anonymous:").or_else(|| line.strip_prefix("Swap:"))?;
        size.trim().strip_suffix(" kB")?.parse().ok()
    };
    rollup.lines().filter_map(kib).sum()
}

/// The most that is taken after any of these turns.
fn peak_kib(server: &Server, turns: std::ops::Range<usize>, mut take: impl FnMut(usize)) -> u64 {
    let id = server.process_ids()[0];
    turns
        .map(|turn| {
            take(turn);
            taken_kib(id)
        })
        .max()
        .unwrap()
}

fn mixed(turn: usize, user: &User<'_>, entry: &str) -> Request {
    match turn % 8 {
        0 => Request::get("/api/health"),
        1 => Request::get(SYNC).bearer(&user.token),
        2 => Request::get(WEIGHT).bearer(&user.token),
        3 => Request::new("POST", WEIGHT).json(&json!({})).bearer(&user.token),
        4 => Request::get(WEIGHT).bearer("nonsense"),
        5 => Request::new("PUT", format!("{WEIGHT}/{entry}"))
            .json(&weighing(75.5))
            .bearer(&user.token),
        6 => Request::new("POST", SYNC).json(&json!({"entries": []})).bearer(&user.token),
        _ => Request::get("/nowhere"),
    }
}

#[test]
fn ten_thousand_requests_leave_memory_descriptors_and_threads_as_they_were() {
    let mut server = server();
    let user = server.user();
    let id = server.process_ids()[0];
    let entry = user.create_id(&weighing(75.5));
    user.upload(&entries("n", 100));
    let serve = |turns: std::ops::Range<usize>| {
        let peak = peak_kib(&server, turns, |turn| {
            let answer = server.send(&mixed(turn, &user, &entry));
            assert!(answer.status < 500, "{turn}: {}", answer.text());
        });
        wait_until("all connections are closed", || count("task", id) == 2);
        (peak, count("fd", id))
    };
    let warm = serve(0..1000);
    let _ = serve(1000..9000);
    let after = serve(9000..10_000);
    println!("KiB and descriptors after 1,000 requests: {warm:?}, after 10,000: {after:?}");
    assert_eq!(after.1, warm.1, "descriptors");
    // A leak of a tenth of a kilobyte a request would be 900 KiB.
    assert!(after.0 < warm.0 + 512, "memory: {warm:?}, then {after:?}");
    assert!(server.all_alive());
}

/// The database's client reads through a buffer of 4 MiB, all of which some 300 pages would touch.
#[test]
fn long_pages_without_end_take_no_more_memory_than_a_few_of_them() {
    let server = server();
    let user = server.user();
    user.upload(&entries("n", 100));
    let page = |_| drop(user.get(&format!("{WEIGHT}?limit=100")).expect(200));
    let few = peak_kib(&server, 0..20, page);
    let many = peak_kib(&server, 0..600, page);
    println!("KiB after 20 pages: {few}, after 600: {many}");
    assert!(many < few + 1024, "from {few} to {many} KiB");
}

/// Each number of entries is a statement of its own, with up to 1,200 parameters.
#[test]
fn uploads_of_every_size_take_no_more_memory_than_one_of_the_largest() {
    let server = server();
    let user = server.user();
    user.pull("?limit=250");
    let one = peak_kib(&server, 0..4, |turn| drop(user.upload(&entries(&format!("{turn}"), 100))));
    let all = peak_kib(&server, 1..26, |quarter| {
        let size = quarter * 4 - 1;
        // New ones; half of them again, among others that are new.
        user.upload(&entries(&format!("new-{size}"), size));
        user.upload(&entries(&format!("new-{}", size / 2), size));
    });
    println!("KiB after uploads of 100: {one}, after those of every size: {all}");
    assert!(all < one + 1024, "from {one} to {all} KiB");
}

#[test]
fn a_connection_that_is_made_anew_for_its_memory_is_noticed_by_no_request() {
    let server = server();
    let user = server.user();
    user.upload(&entries("n", 100));
    let id = user.list()[0]["id"].as_str().unwrap().to_owned();
    let list = Request::get(&format!("{WEIGHT}?limit=100")).bearer(&user.token);
    // Without a pause between them, so that some come while the connection is made.
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for turn in 0..60 {
                    let answer = exchange(server.socket(0), &list.parameters(WEIGHT_API), b"");
                    Answer::parse(&answer.unwrap().stdout).expect(200);
                    user.put(&id, &weighing(60.0 + f64::from(turn))).expect(200);
                }
            });
        }
    });
}
