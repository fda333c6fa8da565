//! Concurrent writers over FastCGI, each with a process of its own.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use serde_json::json;

use crate::latency::Latencies;
use crate::support::user::with;
use crate::support::{Request, SYNC, Server, WEIGHT, weighing};

pub(crate) const COUNT: usize = 4;
/// The number of users written to. It is limited because tokens are created one by one.
const USERS: usize = 100;

pub(crate) struct Writers<'server> {
    server: &'server Server,
    /// Users and their tokens, in the order of ids, in which the purge visits them.
    tokens: Vec<(String, String)>,
}

impl<'server> Writers<'server> {
    pub(crate) fn new(server: &'server Server, ids: &[String]) -> Self {
        let step = (ids.len() / USERS).max(1);
        let tokens = ids
            .iter()
            .step_by(step)
            .map(|id| {
                let token = server.site.weightctl_ok(&["token", id, "--expires-in", "86400"]);
                (id.clone(), token.trim().to_owned())
            })
            .collect();
        Self { server, tokens }
    }

    /// Writes until `is_over` is set. The first writer follows the purge and writes to the user being purged.
    pub(crate) fn run(&self, is_over: &AtomicBool) -> Latencies {
        let (all, following) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for writer in 0..COUNT {
                let (all, following) = (&all, &following);
                scope.spawn(move || {
                    let times = self.write(writer, is_over);
                    if writer == 0 {
                        following.lock().unwrap().extend_from_slice(&times);
                    }
                    all.lock().unwrap().extend(times);
                });
            }
        });
        Latencies::new(all.into_inner().unwrap(), following.into_inner().unwrap())
    }

    fn write(&self, writer: usize, is_over: &AtomicBool) -> Vec<Duration> {
        let mut times = Vec::new();
        let mut connection = self.server.database().connect();
        let mut own = Vec::new();
        for number in 0.. {
            if is_over.load(Ordering::SeqCst) {
                break;
            }
            let user = match writer {
                0 => self.purged_user(&mut connection),
                _ => (number * 37 + writer * 11) % self.tokens.len(),
            };
            let request = request(writer, number, user, &mut own).bearer(&self.tokens[user].1);
            let started = Instant::now();
            let answer = self.server.send_to(writer, &request);
            times.push(started.elapsed());
            assert!(answer.status < 300, "{}: {}", answer.status, answer.text());
            if answer.status == 201 {
                own.push((user, answer.json()["id"].as_str().expect("an id").to_owned()));
            }
        }
        times
    }

    /// The user after the last one whose horizon was raised, if there is a token for that user.
    fn purged_user(&self, connection: &mut mysql::Conn) -> usize {
        let last: Option<String> = connection
            .query_first("SELECT MAX(user_id) FROM sync_clocks WHERE purged_through IS NOT NULL")
            .expect("the clocks")
            .flatten();
        let last = last.unwrap_or_default();
        self.tokens.iter().position(|(id, _)| *id >= last).unwrap_or(0)
    }
}

/// The next request: creations, uploads of five, edits and deletes take turns.
fn request(writer: usize, number: usize, user: usize, own: &mut Vec<(usize, String)>) -> Request {
    let kilograms = 60.0 + f64::from(u32::try_from(number % 3000).unwrap()) / 100.0;
    let known = own.iter().position(|(owner, _)| *owner == user);
    match (number % 4, known) {
        (1, Some(place)) => {
            Request::new("PUT", format!("{WEIGHT}/{}", own[place].1)).json(&weighing(kilograms))
        }
        (2, Some(place)) => {
            Request::new("DELETE", format!("{WEIGHT}/{}", own.swap_remove(place).1))
        }
        (3, _) => {
            let entries: Vec<_> = (0..5)
                .map(|entry| {
                    with(
                        weighing(kilograms),
                        &json!({"local_id": format!("w{writer}-{number}-{entry}")}),
                    )
                })
                .collect();
            Request::new("POST", SYNC).json(&json!({"device_id": "bench", "entries": entries}))
        }
        _ => Request::new("POST", WEIGHT).json(&weighing(kilograms)),
    }
}
