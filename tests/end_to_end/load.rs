//! A thousand mixed requests, eight at a time.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::support::site::Instance;
use crate::support::user::{text, weighings};
use crate::support::{Request, SYNC, WEIGHT, weighing};

const REQUESTS: usize = 1000;
const AT_ONCE: usize = 8;

/// The request of a turn and its expected statuses: reads, writes and some refused requests.
fn request(turn: usize, id: &str) -> (Request, &'static [u16]) {
    let entries = weighings(&turn.to_string(), 10);
    match turn % 10 {
        0 => (Request::new("POST", WEIGHT).json(&weighing(75.5)), &[201]),
        1 => (Request::new("POST", SYNC).json(&json!({"entries": entries})), &[200]),
        2 => (Request::get(&format!("{WEIGHT}?limit=20")), &[200]),
        3 => (Request::get(&format!("{SYNC}?limit=50")), &[200]),
        4 => (Request::get(&format!("{SYNC}?since=2026-01-06T20:30:00Z")), &[200]),
        5 => (
            Request::new("PUT", format!("{WEIGHT}/{id}"))
                .json(&weighing(f64::from(u16::try_from(turn).unwrap()) / 10.0 + 1.0)),
            &[200],
        ),
        6 => (Request::get("/api/health"), &[200]),
        7 => (Request::new("POST", WEIGHT).json(&json!({})), &[422]),
        8 => (
            Request::new("DELETE", format!("{WEIGHT}/01990000-0000-7000-8000-000000000000")),
            &[404],
        ),
        _ => (Request::get(&format!("{WEIGHT}?offset=5&limit=5")), &[200]),
    }
}

#[test]
fn a_thousand_mixed_requests_eight_at_a_time_get_the_expected_statuses() {
    let instance = Instance::start();
    let users: Vec<(String, String)> = (0..4)
        .map(|_| {
            let token = instance.token();
            let created = instance
                .send(&Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(&token))
                .expect(201);
            (token, text(&created["id"]).to_owned())
        })
        .collect();
    let turn = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let turn = turn.fetch_add(1, Ordering::SeqCst);
                    if turn >= REQUESTS {
                        break;
                    }
                    let (token, id) = &users[turn / 10 % users.len()];
                    let (request, expected) = request(turn, id);
                    let answer = instance.send(&request.bearer(token));
                    assert!(
                        expected.contains(&answer.status),
                        "{turn}: {} {}",
                        answer.status,
                        answer.text()
                    );
                }
            });
        }
    });
}
