//! Many writers and readers of one user at the same time, through many processes.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::pulling_device::{Device, table};
use crate::stored_state::assert_sound;
use crate::support::database::is_galera;
use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{Answer, Request, SYNC, Server, User, WEIGHT, weighing};

const WRITERS: usize = 16;
const POLLERS: usize = 4;
const PROCESSES: usize = 10;

fn duration() -> Duration {
    let is_long = std::env::var_os("WEIGHT_SYNC_TEST_LONG").is_some();
    Duration::from_secs(if is_long { 30 } else { 6 })
}

/// Pseudo-random numbers from a fixed seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// One write. The ids of new entries go to the pool from which all writers edit and delete.
fn write(
    dice: &mut Dice,
    writer: usize,
    number: usize,
    pool: &Mutex<Vec<String>>,
) -> (Request, &'static [u16]) {
    let kilograms = 60.0 + f64::from(u32::try_from(dice.below(3000)).unwrap()) / 100.0;
    let known = {
        let pool = pool.lock().unwrap();
        let place = dice.below(pool.len().max(1));
        pool.get(place).cloned()
    };
    match (dice.below(4), known) {
        (0, Some(id)) => (
            Request::new("PUT", format!("{WEIGHT}/{id}")).json(&weighing(kilograms)),
            &[200, 404, 409],
        ),
        (1, Some(id)) => (Request::new("DELETE", format!("{WEIGHT}/{id}")), &[204]),
        (2, Some(id)) => {
            let edited_at = from_now(-5);
            let local = |name: &str| {
                with(
                    weighing(kilograms),
                    &json!({"local_id": format!("{name}-{writer}-{number}"), "edited_at": edited_at}),
                )
            };
            let entries =
                json!([local("a"), with(local("b"), &json!({"server_id": id})), local("c")]);
            (
                Request::new("POST", SYNC).json(&json!({"device_id": "crowd", "entries": entries})),
                &[200],
            )
        }
        _ => (Request::new("POST", WEIGHT).json(&weighing(kilograms)), &[201]),
    }
}

fn note_ids(answer: &Value, pool: &Mutex<Vec<String>>) {
    let mut pool = pool.lock().unwrap();
    pool.extend(answer["id"].as_str().map(str::to_owned));
    for one in answer["synced"].as_array().into_iter().flatten() {
        pool.extend(one["server_id"].as_str().map(str::to_owned));
    }
}

/// Sends a request, and again after 503 in a cluster: writers of one user at different nodes refuse each other at COMMIT.
pub(crate) fn send_to_any_node(server: &Server, process: usize, request: &Request) -> Answer {
    loop {
        let answer = server.send_to(process, request);
        if answer.status != 503 || !is_galera() {
            return answer;
        }
    }
}

fn keep_writing(
    server: &Server,
    user: &User<'_>,
    writer: usize,
    pool: &Mutex<Vec<String>>,
    end: Instant,
) -> u64 {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15 >> writer);
    let mut done = 0;
    while Instant::now() < end {
        let number = usize::try_from(done).unwrap();
        let (request, expected) = write(&mut dice, writer, number, pool);
        let request = request.bearer(&user.token);
        let answer = send_to_any_node(server, writer % PROCESSES, &request);
        assert!(expected.contains(&answer.status), "{}: {}", answer.status, answer.text());
        if !answer.body.is_empty() {
            note_ids(&answer.json(), pool);
        }
        done += 1;
    }
    done
}

#[test]
fn each_of_4_pollers_ends_with_the_contents_of_the_table_while_16_writers_write() {
    let server = Server::with(&[("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "0")], PROCESSES);
    let user = server.user();
    let pool = Mutex::new(Vec::new());
    let is_over = AtomicBool::new(false);
    let pages = AtomicU64::new(0);
    let end = Instant::now() + duration();

    let (writes, devices) = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (server, user, pool) = (&server, &user, &pool);
                scope.spawn(move || keep_writing(server, user, writer, pool, end))
            })
            .collect();
        let pollers: Vec<_> = (0..POLLERS)
            .map(|poller| {
                let (server, user, is_over, pages) = (&server, &user, &is_over, &pages);
                scope.spawn(move || {
                    let mut device = Device::new();
                    let limit = [1, 3, 50, 250][poller];
                    loop {
                        let was_over = is_over.load(Ordering::SeqCst);
                        let request = device.request(limit).bearer(&user.token);
                        let answer = server.send_to((WRITERS + poller) % PROCESSES, &request);
                        pages.fetch_add(1, Ordering::Relaxed);
                        if !device.take(&answer, limit) && was_over {
                            return device;
                        }
                    }
                })
            })
            .collect();
        let writes: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        // Also set if a writer has failed, so that the pollers end.
        is_over.store(true, Ordering::SeqCst);
        let writes: u64 = writes.into_iter().map(Result::unwrap).sum();
        let devices: Vec<Device> =
            pollers.into_iter().map(|poller| poller.join().unwrap()).collect();
        (writes, devices)
    });

    println!("{writes} writes, {} pages", pages.load(Ordering::Relaxed));
    let table = table(&server, &user.id);
    assert!(!table.is_empty());
    for (poller, device) in devices.iter().enumerate() {
        assert_eq!(device.live, table, "poller {poller}");
    }
    assert_sound(&user, "after the writers");
    // Each created entry is stored, live or as a tombstone.
    let stored = server
        .database()
        .count("SELECT COUNT(*) FROM weight_entries WHERE user_id = ?", (&user.id,));
    let mut made = pool.into_inner().unwrap();
    made.sort();
    made.dedup();
    assert_eq!(u64::try_from(made.len()).unwrap(), stored);
    assert!(devices.iter().all(|device| device.since == devices[0].since), "all end at one cursor");
}
