//! Measures what requests cost on a whole site (Apache, mod_fcgid, the static binary, MariaDB), and estimates how many
//! people one site can serve. Run `cargo bench --bench capacity` with `WEIGHT_SYNC_TEST_BINARIES` as for the end-to-end
//! tests. It compares processor time, which hardly depends on the machine's other load.
//! `WEIGHT_SYNC_TEST_CAPACITY_REQUESTS` sets the requests of each kind (500), `WEIGHT_SYNC_TEST_CAPACITY_ENTRIES` the
//! entries that the user has (5,000).

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark may end by a panic and says what it measured"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

mod kinds;
mod processor;
mod space;

use std::time::{Duration, Instant};

use kinds::{Kind, Stage};
use processor::milliseconds;
use support::processes::resident_kib;
use support::site::Instance;

fn number(name: &str, default: usize) -> usize {
    let name = format!("WEIGHT_SYNC_TEST_CAPACITY_{name}");
    std::env::var(&name).map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}"))
    })
}

/// The average cost of one kind of request.
struct Cost {
    median: Duration,
    p99: Duration,
    /// Milliseconds of processor time of the program, Apache and the database.
    spent: [f64; 3],
}

fn main() {
    let requests = number("REQUESTS", 500);
    let entries = number("ENTRIES", 5_000);
    let instance = Instance::with_own_database(&[
        ("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", "19456"),
        ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "10000000"),
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "0"),
        ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ADDRESS_PER_MINUTE", "0"),
        ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ACCOUNT_PER_MINUTE", "0"),
    ]);
    let stage = Stage::set(&instance, entries);
    println!("{} entries; {requests} requests of each kind, one at a time", stage.entries);
    println!(
        "{:<34} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7}",
        "", "median ms", "p99 ms", "our CPU", "Apache", "MariaDB", "ratio"
    );
    let mut unit = None;
    let mut costs = Vec::new();
    for kind in kinds::all() {
        let turns = if kind.is_slow { requests / 10 } else { requests };
        let cost = measure(&kind, &stage, &instance, turns.max(1));
        let whole: f64 = cost.spent.iter().sum();
        let unit = *unit.get_or_insert(whole);
        println!(
            "{:<34} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>7.1}",
            kind.name,
            cost.median.as_secs_f64() * 1e3,
            cost.p99.as_secs_f64() * 1e3,
            cost.spent[0],
            cost.spent[1],
            cost.spent[2],
            whole / unit
        );
        costs.push((kind, cost));
    }
    let memory: Vec<u64> = instance.program_ids().into_iter().filter_map(resident_kib).collect();
    println!("resident KiB of our processes: {memory:?}");
    space::print(&instance);
    print_people(&costs);
}

fn measure(kind: &Kind, stage: &Stage<'_>, instance: &Instance, turns: usize) -> Cost {
    // Warm-up: the first requests open the connection and prepare the statements.
    for turn in 0..turns.min(20) {
        (kind.send)(stage, turn);
    }
    let before = spent(instance);
    let mut times: Vec<Duration> = (0..turns)
        .map(|turn| {
            let started = Instant::now();
            (kind.send)(stage, turn + 20);
            started.elapsed()
        })
        .collect();
    let after = spent(instance);
    times.sort_unstable();
    let mut spent = [0.0; 3];
    for (place, spent) in spent.iter_mut().enumerate() {
        *spent = (after[place] - before[place]) / turns as f64;
    }
    Cost { median: times[times.len() / 2], p99: times[times.len() * 99 / 100], spent }
}

/// Milliseconds that the program, Apache and the database have used so far.
fn spent(instance: &Instance) -> [f64; 3] {
    [instance.program_ids(), instance.apache_ids(), instance.database_ids()].map(milliseconds)
}

/// Prints how many people one site can serve. Assumes two phones per person: each pulls changes and refreshes its
/// access token eight times a day, and one of them sends one entry.
fn print_people(costs: &[(Kind, Cost)]) {
    let a_day: f64 =
        costs.iter().map(|(kind, cost)| kind.times_a_day * (cost.spent[0] + cost.spent[1])).sum();
    let database: f64 = costs.iter().map(|(kind, cost)| kind.times_a_day * cost.spent[2]).sum();
    // Assumes a tenth of one core (the account is shared), and a quarter of a day's requests in its busiest hour.
    let people = 3_600_000.0 * 0.1 / (a_day * 0.25);
    println!(
        "a person a day: {a_day:.0} ms of the web host, {database:.0} ms of the database; \
         a tenth of a core carries about {people:.0} people in the busiest hour"
    );
}
