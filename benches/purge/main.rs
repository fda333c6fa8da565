//! Measures how long the purge of old tombstones takes, and how long concurrent writers wait meanwhile. Run `cargo
//! bench --bench purge` with `WEIGHT_SYNC_TEST_DATABASE_URL` as for the tests. `WEIGHT_SYNC_BENCH_TOMBSTONES`
//! (1,000,000; there are twice as many live entries), `WEIGHT_SYNC_BENCH_USERS` (400), `WEIGHT_SYNC_BENCH_SECONDS` of
//! writing without the purge (30), and `WEIGHT_SYNC_BENCH_KILL_AFTER`, the seconds after which the first purge is
//! killed (5; 0: never).

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a benchmark may end by a panic and says what it measured"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

mod latency;
mod seed;
mod writers;

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::Server;
use support::site::{Site, WEIGHTCTL};
use writers::Writers;

const SETTINGS: [(&str, &str); 1] = [("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "1000000")];

fn number(name: &str, default: u64) -> u64 {
    let name = format!("WEIGHT_SYNC_BENCH_{name}");
    std::env::var(&name).map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}"))
    })
}

fn main() {
    let tombstones = number("TOMBSTONES", 1_000_000);
    let users = number("USERS", 400);
    let seconds = number("SECONDS", 30);
    let kill_after = number("KILL_AFTER", 5);
    let server = Server::over(Site::new(&SETTINGS), writers::COUNT);
    println!("{}", seed::describe(&server));
    let started = Instant::now();
    let ids = seed::seed(&server, users, tombstones);
    println!(
        "seeded {tombstones} tombstones, {} live entries, {users} users in {:.0?}",
        2 * tombstones,
        started.elapsed()
    );
    let writers = Writers::new(&server, &ids);

    let is_over = AtomicBool::new(false);
    let without = std::thread::scope(|scope| {
        let measured = scope.spawn(|| writers.run(&is_over));
        std::thread::sleep(Duration::from_secs(seconds));
        is_over.store(true, Ordering::SeqCst);
        measured.join().unwrap()
    });
    without.print("without the purge");

    is_over.store(false, Ordering::SeqCst);
    let (with, purging) = std::thread::scope(|scope| {
        let measured = scope.spawn(|| writers.run(&is_over));
        let started = Instant::now();
        if kill_after > 0 {
            kill_one(&server, Duration::from_secs(kill_after));
        }
        let output = purge(&server).wait_with_output().unwrap();
        let purging = started.elapsed();
        is_over.store(true, Ordering::SeqCst);
        assert!(output.status.success(), "{output:?}");
        println!("output of the purge: {}", String::from_utf8_lossy(&output.stdout).trim());
        (measured.join().unwrap(), purging)
    });
    with.print("beside the purge");
    let rate = f64::from(u32::try_from(tombstones).unwrap()) / purging.as_secs_f64();
    println!("purge: {purging:.1?} in all, {rate:.0} tombstones a second");
    with.compare(&without);
    assert_eq!(seed::old_tombstones(&server), 0, "all of them are gone");
    println!("left: {}", seed::describe_left(&server));
}

/// Starts a purge and kills it. Its committed work remains.
fn kill_one(server: &Server, after: Duration) {
    let before = seed::old_tombstones(server);
    let mut child = purge(server);
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    let left = seed::old_tombstones(server);
    println!("killed after {after:?}: {} removed, {left} left", before - left);
    // The database releases the purge's lock once it notices the lost connection.
    std::thread::sleep(Duration::from_millis(500));
}

fn purge(server: &Server) -> Child {
    Command::new(WEIGHTCTL)
        .arg("--config")
        .arg(&server.site.config)
        .args(["--json", "purge", "--older-than", "90d"])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("weightctl starts")
}
