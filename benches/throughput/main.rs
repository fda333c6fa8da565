//! Measures how many requests per second a whole site answers to eight clients, compared with two other programs on the
//! same machine at the same time: a C program that only says hello (`hello.c`, the upper limit of Apache and mod_fcgid)
//! and a minimal PHP program (`lean.php`, under mod_php). Only ratios are comparable between machines.
//!
//! Run `cargo bench --bench throughput` with `WEIGHT_SYNC_TEST_BINARIES` set as for the end-to-end tests. It needs `cc`,
//! and for PHP Debian's packages libapache2-mod-php, php-mysql and php-opcache (in `/`, or unpacked in
//! `WEIGHT_SYNC_TEST_PHP`). The programs take turns for `WEIGHT_SYNC_TEST_THROUGHPUT_ROUNDS` rounds (default 5) of
//! `WEIGHT_SYNC_TEST_THROUGHPUT_SECONDS` each (default 2). The output shows the median of the rounds' ratios.

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

mod client;
mod floor;
mod kinds;
mod php;
#[path = "../capacity/processor.rs"]
mod processor;

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use client::load;
use kinds::{Against, Caller, Kind};
use php::Php;
use processor::Processor;
use support::processes::resident_kib;
use support::site::Instance;
use support::user::with;
use support::{Request, SYNC};

/// Entries that each user already has: two a week for ten years.
const ENTRIES: usize = 1000;

fn number(name: &str, default: usize) -> usize {
    let name = format!("WEIGHT_SYNC_TEST_THROUGHPUT_{name}");
    std::env::var(&name).map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}"))
    })
}

fn main() {
    let rounds = number("ROUNDS", 5);
    let time = Duration::from_secs(number("SECONDS", 2).try_into().expect("seconds"));
    let instance =
        Instance::with_own_database(&[("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "10000000")]);
    floor::install(&instance);
    let caller = fill(&instance);
    let php = Php::start(&instance, &user_id(&caller.token), ENTRIES);
    if php.is_none() {
        println!(
            "PHP is left out: its packages are not here (see the head of benches/throughput/main.rs)"
        );
    }
    println!("{} clients, {rounds} rounds of {} s each", client::CLIENTS, time.as_secs());
    println!(
        "{:<28} {:>9} {:>9} {:>12} {:>7} {:>6}",
        "", "ours /s", "other /s", "other", "ratio", "aim"
    );
    let ours =
        instance.base_url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let theirs = php.as_ref().map(|php| php.port);
    let stage = Stage { ours, theirs, rounds, time, caller };
    for place in 0..kinds::all(&stage.caller, "").len() {
        stage.compare(place);
    }
    stage.print_processor_time(&Processor::of(&instance));
    let memory: Vec<u64> = instance.program_ids().into_iter().filter_map(resident_kib).collect();
    println!("resident KiB of our processes: {memory:?}");
}

struct Stage {
    ours: u16,
    theirs: Option<u16>,
    rounds: usize,
    time: Duration,
    caller: Caller,
}

impl Stage {
    fn kind(&self, place: usize, run: &str) -> Kind {
        kinds::all(&self.caller, run).swap_remove(place)
    }

    fn floor(&self, time: Duration) -> f64 {
        let hello = client::request("GET", floor::TARGET, &self.caller.token, "");
        load(self.ours, 200, time, |_| hello.clone())
    }

    fn other(&self, kind: &Kind, time: Duration) -> Option<f64> {
        match kind.against {
            Against::Floor => Some(self.floor(time)),
            Against::Php => Some(load(self.theirs?, kind.status, time, &kind.request)),
        }
    }

    fn compare(&self, place: usize) {
        // Warm-up: mod_fcgid starts one process per second.
        let warm = Duration::from_secs(10);
        let kind = self.kind(place, "warm");
        if place == 0 {
            let _ = (load(self.ours, kind.status, warm, &kind.request), self.other(&kind, warm));
        }
        let mut measured: Vec<(f64, f64)> = (0..self.rounds)
            .map(|round| {
                let kind = self.kind(place, &format!("round-{round}"));
                let ours = load(self.ours, kind.status, self.time, &kind.request);
                (ours, self.other(&kind, self.time).unwrap_or(f64::NAN))
            })
            .collect();
        measured.sort_by(|one, other| (one.0 / one.1).total_cmp(&(other.0 / other.1)));
        let (ours, other) = measured[measured.len() / 2];
        let named = if kind.against == Against::Php { "lean PHP" } else { "hello in C" };
        println!(
            "{:<28} {ours:>9.0} {other:>9.0} {named:>12} {:>7.2} {:>6.1}",
            kind.name,
            ours / other,
            kind.aim
        );
    }

    /// Prints the processor time of the web server and the program, compared with that of `hello.c`.
    fn print_processor_time(&self, processor: &Processor<'_>) {
        let spent = |work: &dyn Fn() -> f64| {
            let before = processor.spent();
            let requests = work() * self.time.as_secs_f64();
            let after = processor.spent();
            (after[0] + after[1] - before[0] - before[1]) / requests
        };
        let kind = self.kind(1, "");
        let ours = spent(&|| load(self.ours, kind.status, self.time, &kind.request));
        let floor = spent(&|| self.floor(self.time));
        println!(
            "processor time of web server and program, {}: {ours:.3} ms, hello in C {floor:.3} ms, ratio {:.2}, aim at most 1.25",
            kind.name,
            ours / floor
        );
    }
}

/// Creates a user of the service with as many entries as the PHP program's user.
fn fill(instance: &Instance) -> Caller {
    let token = instance.token();
    let send = |request: Request| instance.send(&request.bearer(&token));
    for batch in 0..ENTRIES / 100 {
        let entries: Vec<Value> = (0..100)
            .map(|number| {
                let hours = batch * 100 + number;
                let (day, hour) = (hours / 24 % 28 + 1, hours % 24);
                let month = hours / 24 / 28 + 1;
                let named = json!({"local_id": format!("seed-{batch}-{number}"),
                    "timestamp": format!("2020-{month:02}-{day:02}T{hour:02}:00:00Z")});
                with(support::weighing(75.5), &named)
            })
            .collect();
        let body = json!({"device_id": "pixel-8", "entries": entries});
        send(Request::new("POST", SYNC).json(&body)).expect(200);
    }
    let text = |value: &Value| value.as_str().expect("a time").to_owned();
    let page = send(Request::get(&format!("{SYNC}?since=2100-01-01T00:00:00Z"))).expect(200);
    Caller { newest: text(&page["sync"]["next_since"]), token }
}

/// The user id in a token's claims.
fn user_id(token: &str) -> String {
    let claims = token.split('.').nth(1).expect("a token has three parts");
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    claims["sub"].as_str().expect("a user").to_owned()
}
