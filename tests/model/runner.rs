//! Runs histories until the time is up. Each worker has its own site, each history its own user.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mysql::Conn;
use mysql::prelude::Queryable;
use proptest::test_runner::{
    Config, FileFailurePersistence, RngSeed, TestCaseError, TestError, TestRunner,
};

use super::history::{History, histories};
use super::processes::Processes;
use super::recorded_client::RecordedClient;
use super::simulation::Simulation;
use super::step_result::same;
use crate::support::{User, weighing};

const QUICK_SECONDS: u64 = 20;
const REGRESSIONS: &str = "tests/model/regressions.txt";

/// The number of histories that are drawn from one seed.
const ROUND: u32 = 500;

#[derive(Default)]
struct Count {
    histories: AtomicU64,
    requests: AtomicU64,
    seen: Mutex<BTreeMap<String, u64>>,
    /// Set when a worker has found a failure; the others then stop.
    is_over: AtomicBool,
}

impl Count {
    fn add(&self, client: &RecordedClient<'_>) {
        self.histories.fetch_add(1, Ordering::Relaxed);
        self.requests.fetch_add(client.requests.get(), Ordering::Relaxed);
        let mut seen = self.seen.lock().expect("no worker panics with the lock");
        for (what, times) in client.seen.take() {
            *seen.entry(what).or_default() += times;
        }
    }

    fn print(&self, started: Instant) {
        let histories = self.histories.load(Ordering::Relaxed);
        let seconds = started.elapsed().as_secs();
        println!(
            "model: {histories} histories, {} requests in {seconds} s, {} histories/s",
            self.requests.load(Ordering::Relaxed),
            histories / seconds.max(1)
        );
    }

    fn print_seen(&self) {
        for (what, times) in self.seen.lock().expect("the lock").iter() {
            println!("{times:>9} {what}");
        }
    }
}

pub(crate) fn run() {
    let seconds = std::env::var("WEIGHT_SYNC_TEST_MODEL_SECONDS").map_or(QUICK_SECONDS, |text| {
        text.parse().expect("WEIGHT_SYNC_TEST_MODEL_SECONDS is a number of seconds")
    });
    let seed = std::env::var("WEIGHT_SYNC_TEST_MODEL_SEED").ok().map(|text| {
        text.parse().expect("WEIGHT_SYNC_TEST_MODEL_SEED is a number that a run has printed")
    });
    let workers = match seed {
        Some(_) => 1,
        None => std::thread::available_parallelism().map_or(1, |count| count.get().min(4)),
    };
    let (count, started) = (Count::default(), Instant::now());
    let end = started + Duration::from_secs(seconds);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..workers).map(|_| scope.spawn(|| work(&count, started, end, seed))).collect();
        let results = workers.into_iter().map(|worker| worker.join().expect("a worker"));
        results.filter_map(Result::err).collect()
    });
    count.print(started);
    count.print_seen();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Runs all past failures.
pub(crate) fn run_kept() {
    let (processes, count) = (Processes::start(), Count::default());
    let stage = Stage::on(&processes, &count);
    let played = super::past_failures::kept().into_iter();
    let failures: Vec<String> = played
        .filter_map(|(name, history)| {
            stage.play(&history).err().map(|what| format!("{name}: {what}"))
        })
        .collect();
    count.print_seen();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Draws rounds of histories until `end`, or one round from `known_seed`.
fn work(
    count: &Count,
    started: Instant,
    end: Instant,
    known_seed: Option<u64>,
) -> Result<(), String> {
    let processes = Processes::start();
    let stage = Stage::on(&processes, count);
    let (last_printed, has_failed) = (Cell::new(Instant::now()), Cell::new(false));
    let is_late = || known_seed.is_none() && Instant::now() >= end;
    let is_over = || is_late() || count.is_over.load(Ordering::Relaxed);
    while !is_over() {
        let seed = match known_seed {
            Some(seed) => seed,
            None => getrandom::u64().map_err(|error| error.to_string())?,
        };
        println!("model: seed {seed}");
        let config = Config {
            cases: ROUND,
            rng_seed: RngSeed::Fixed(seed),
            max_shrink_iters: 2000,
            failure_persistence: Some(Box::new(FileFailurePersistence::Direct(REGRESSIONS))),
            ..Config::default()
        };
        let result = TestRunner::new(config).run(&histories(), |history| {
            // Shrinking continues after the time is up.
            if is_over() && !has_failed.get() {
                return Ok(());
            }
            if last_printed.get().elapsed() > Duration::from_secs(60) {
                last_printed.set(Instant::now());
                count.print(started);
            }
            stage.play(&history).map_err(|what| {
                has_failed.set(true);
                count.is_over.store(true, Ordering::Relaxed);
                TestCaseError::fail(what)
            })
        });
        match result {
            Ok(()) if known_seed.is_some() => break,
            Ok(()) => {}
            Err(TestError::Fail(reason, history)) => {
                return Err(format!("{}\n{history:#?}", reason.message()));
            }
            Err(TestError::Abort(reason)) => return Err(reason.message().to_owned()),
        }
    }
    Ok(())
}

/// The state that the histories of one worker share.
struct Stage<'a> {
    processes: &'a Processes,
    foreign: Vec<String>,
    bystander_entries: (String, Vec<String>),
    count: &'a Count,
}

fn entries_of(user: &User<'_>) -> (String, Vec<String>) {
    let query = format!("SELECT * FROM weight_entries WHERE user_id = '{}' ORDER BY id", user.id);
    let rows = user.server.database().rows(&query);
    (query, rows)
}

impl<'a> Stage<'a> {
    fn on(processes: &'a Processes, count: &'a Count) -> Self {
        let bystander = processes.server.user();
        let weights = [60.0, 61.0, 62.0];
        let foreign = weights.map(|weight| bystander.create_id(&weighing(weight))).to_vec();
        Self { processes, foreign, bystander_entries: entries_of(&bystander), count }
    }

    fn play(&self, history: &History) -> Result<(), String> {
        let mut database: Conn = self.processes.server.database().connect();
        let client = RecordedClient::new(self.processes);
        let mut simulation = Simulation::new(client, &mut database, self.foreign.clone(), history);
        let result = catch_unwind(AssertUnwindSafe(|| {
            history.actions.iter().try_for_each(|action| simulation.act(*action))?;
            simulation.finish()?;
            let (query, before) = &self.bystander_entries;
            same("the other user's rows", &self.processes.server.database().rows(query), before)
        }));
        let result = result.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            Err(text.or(panic.downcast_ref().copied()).unwrap_or("a panic").to_owned())
        });
        self.count.add(&simulation.client);
        // Each purge reads all users: thousands of them would make it slow.
        let delete = "DELETE FROM users WHERE id = ?";
        simulation.database.exec_drop(delete, (&simulation.expected.user,)).expect("no user left");
        result.map_err(|what| {
            let transcript = simulation.client.transcript.borrow().join("\n");
            let mut text = format!("{what}\n\nWhat happened:\n{transcript}\n");
            for (number, id) in simulation.expected.ids().into_iter().enumerate() {
                text = text.replace(&id, &format!("<{}>", number + 1));
            }
            text.replace(&simulation.expected.user, "<user>")
        })
    }
}
