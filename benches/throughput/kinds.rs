//! The kinds of requests, which both the service and the PHP program answer.

use serde_json::{Value, json};

use crate::client;
use crate::support::user::encoded;
use crate::support::{SYNC, WEIGHT, weighing};

/// The program that the service is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Against {
    Php,
    Floor,
}

/// One kind of request.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    /// The lowest acceptable ratio.
    pub(crate) aim: f64,
    pub(crate) against: Against,
    pub(crate) request: Box<dyn Fn(usize) -> Vec<u8> + Sync>,
}

/// A cursor with at least ten newer entries. A page holds ten.
const OLD: &str = "2026-01-01T00:00:00Z";

/// The user's data that a request needs.
pub(crate) struct Caller {
    pub(crate) token: String,
    /// A cursor with nothing after it.
    pub(crate) newest: String,
}

pub(crate) fn all(caller: &Caller, run: &str) -> Vec<Kind> {
    let get = |target: String, token: &str| {
        let bytes = client::request("GET", &target, token, "");
        Box::new(move |_: usize| bytes.clone())
    };
    let since = |time: &str| format!("{SYNC}?limit=10&since={}", encoded(time));
    let (token, other_token, run) = (caller.token.clone(), caller.token.clone(), run.to_owned());
    let body = weighing(75.5).to_string();
    let create = move |_: usize| client::request("POST", WEIGHT, &token, &body);
    let upload = move |turn: usize| client::request("POST", SYNC, &other_token, &batch(&run, turn));
    let php = Against::Php;
    let kind = |name, aim, request| Kind { name, status: 200, aim, against: php, request };
    // Writes come last, because they make the tables larger.
    vec![
        Kind {
            name: "refused token",
            status: 401,
            aim: 0.9,
            against: Against::Floor,
            request: get(WEIGHT.to_owned(), &forged(&caller.token)),
        },
        kind("changes, nothing new", 1.7, get(since(&caller.newest), &caller.token)),
        kind("changes, 10 entries", 1.7, get(since(OLD), &caller.token)),
        kind("list of 100", 6.0, get(format!("{WEIGHT}?limit=100"), &caller.token)),
        Kind { status: 201, ..kind("create", 1.5, Box::new(create)) },
        kind("upload of 100 new entries", 1.2, Box::new(upload)),
    ]
}

fn forged(token: &str) -> String {
    let (start, _) = token.rsplit_once('.').expect("a token has three parts");
    format!("{start}.{}", "A".repeat(43))
}

fn batch(run: &str, turn: usize) -> String {
    let entries: Vec<Value> = (0..100)
        .map(|number| {
            json!({"local_id": format!("{run}-{turn}-{number}"), "weight_value": 75.5, "unit": "kg",
                "timestamp": "2026-01-06T20:30:00Z"})
        })
        .collect();
    json!({"device_id": "pixel-8", "entries": entries}).to_string()
}
