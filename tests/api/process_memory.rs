//! How the memory of a process grows with what it serves. `tests/end_to_end/process_memory.rs` has the ceiling, which only the
//! static binary can be held to.

use serde_json::json;

use crate::support::site::Site;
use crate::support::user::weighings;
use crate::support::{Request, SYNC, Server, User, WEIGHT, weighing};

/// The allocator takes its blocks from the C library, which is to return large ones to the system, as the deployed binary's does.
const HEAP: &str =
    "export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072";

fn server() -> Server {
    Server::under(Site::new(&[]), 1, HEAP)
}

fn count(folder: &str, id: u32) -> usize {
    std::fs::read_dir(format!("/proc/{id}/{folder}")).unwrap().count()
}

/// Memory that a process has written to, resident or swapped out. Pages of the program file, which come and go as the
/// system likes, are left out. `status` would be less exact: it may be off by some hundred pages.
fn taken_kib(id: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap();
    let kib = |line: &str| -> Option<u64> {
        let size = line.strip_prefix("Anonymous:").or_else(|| line.strip_prefix("Swap:"))?;
        size.trim().strip_suffix(" kB")?.parse().ok()
    };
    rollup.lines().filter_map(kib).sum()
}

/// The database's client reads through a buffer of 4 MiB, which stays resident as far as it was used.
const READ_BUFFER_KIB: u64 = 4 * 1024;

/// Reads so many pages that all of the read buffer has been used.
fn use_all_of_the_read_buffer(user: &User<'_>) {
    for _ in 0..500 {
        user.get(&format!("{WEIGHT}?limit=100")).expect(200);
    }
}

/// The most memory after any of these turns.
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
fn ten_thousand_requests_leave_memory_and_descriptors_as_they_were_and_start_no_thread() {
    let mut server = server();
    let user = server.user();
    let id = server.process_ids()[0];
    let entry = user.create_id(&weighing(75.5));
    user.fill("n", 100);
    use_all_of_the_read_buffer(&user);
    let serve = |turns: std::ops::Range<usize>| {
        let peak = peak_kib(&server, turns, |turn| {
            let answer = server.send(&mixed(turn, &user, &entry));
            assert!(answer.status < 500, "{turn}: {}", answer.text());
        });
        assert_eq!(count("task", id), 1, "threads");
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

#[test]
fn long_pages_without_end_take_one_read_buffer_and_no_more() {
    let server = server();
    let user = server.user();
    user.fill("n", 100);
    let page = |_| drop(user.get(&format!("{WEIGHT}?limit=100")).expect(200));
    let one = peak_kib(&server, 0..1, page);
    let some = peak_kib(&server, 0..500, page);
    let many = peak_kib(&server, 0..900, page);
    println!("KiB after one page: {one}, after 500: {some}, after 1,400: {many}");
    assert!(some < one + READ_BUFFER_KIB + 512, "from {one} to {some} KiB");
    assert!(many < some + 512, "from {some} to {many} KiB");
}

/// Each number of entries is a statement of its own, with up to 1,201 parameters. A connection keeps only small ones.
#[test]
fn uploads_of_every_size_take_hardly_more_memory_than_one_of_the_largest() {
    let server = server();
    let user = server.user();
    user.fill("n", 100);
    use_all_of_the_read_buffer(&user);
    let one = peak_kib(&server, 0..4, |turn| drop(user.upload(&weighings(&turn.to_string(), 100))));
    let all = peak_kib(&server, 1..26, |quarter| {
        let size = quarter * 4 - 1;
        // New ones; half of them again, among others that are new.
        user.upload(&weighings(&format!("new-{size}"), size));
        user.upload(&weighings(&format!("new-{}", size / 2), size));
    });
    println!("KiB after uploads of 100: {one}, after those of every size: {all}");
    assert!(all < one + 1024, "from {one} to {all} KiB");
}

#[test]
fn a_sign_in_returns_the_memory_of_its_password_hash() {
    const HASH_KIB: u64 = 19_456;
    let memory = HASH_KIB.to_string();
    let site = Site::new(&[("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", memory.as_str())]);
    let server = Server::under(site, 1, HEAP);
    server.register("anna@example.org", "correct horse battery staple").expect(201);
    let sign_in = |_| {
        drop(server.login("anna@example.org", "correct horse battery staple").expect(200));
        drop(server.send(&Request::get("/api/limits")).expect(200));
    };
    let most = peak_kib(&server, 0..5, sign_in);
    println!("KiB after sign-ins: {most}");
    assert!(most < HASH_KIB, "{most} KiB");
}
