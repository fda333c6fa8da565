//! The routes that are measured, which the service and the PHP programs answer alike.

use std::fmt::Write;

use serde_json::Value;

use crate::client;
use crate::support::user::encoded;
use crate::support::{SYNC, WEIGHT, weighing};
use crate::users::User;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    RefusedToken,
    NothingNew,
    TenChanges,
    ListOf10,
    ListOf100,
    Create,
    NewEntries,
}

/// A cursor with more than ten newer entries. A page holds ten.
const OLD: &str = "2026-01-01T00:00:00Z";

impl Route {
    /// Writes come last, because they make the tables larger.
    pub(crate) const ALL: [Self; 7] = [
        Self::RefusedToken,
        Self::NothingNew,
        Self::TenChanges,
        Self::ListOf10,
        Self::ListOf100,
        Self::Create,
        Self::NewEntries,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::RefusedToken => "refused token",
            Self::NothingNew => "pull, nothing new",
            Self::TenChanges => "pull, 10 changes",
            Self::ListOf10 => "list of 10",
            Self::ListOf100 => "list of 100",
            Self::Create => "create",
            Self::NewEntries => "100 new entries",
        }
    }

    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::RefusedToken => 401,
            Self::Create => 201,
            _ => 200,
        }
    }

    pub(crate) const fn is_write(self) -> bool {
        matches!(self, Self::Create | Self::NewEntries)
    }

    /// The request of one user. `turn` makes entries new; `run` differs between turns of a peer.
    pub(crate) fn request(self, user: &User, run: &str, turn: usize) -> Vec<u8> {
        let token = &user.token;
        let get = |target: &str| client::request("GET", target, token, "");
        let pull = |since: &str| get(&format!("{SYNC}?limit=10&since={}", encoded(since)));
        match self {
            Self::RefusedToken => client::request("GET", WEIGHT, &forged(token), ""),
            Self::NothingNew => pull(&user.newest),
            Self::TenChanges => pull(OLD),
            Self::ListOf10 => get(&format!("{WEIGHT}?limit=10")),
            Self::ListOf100 => get(&format!("{WEIGHT}?limit=100")),
            Self::Create => client::request("POST", WEIGHT, token, &weighing(75.5).to_string()),
            Self::NewEntries => client::request("POST", SYNC, token, &batch(run, turn)),
        }
    }

    /// Checks that a response holds what was asked for, so that no peer is fast by sending less.
    pub(crate) fn check(self, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).expect("JSON");
        let length = |name: &str| body[name].as_array().map(Vec::len);
        match self {
            Self::RefusedToken => {}
            Self::NothingNew => assert_eq!(length("data"), Some(0), "{body}"),
            Self::TenChanges | Self::ListOf10 => assert_eq!(length("data"), Some(10), "{body}"),
            Self::ListOf100 => assert_eq!(length("data"), Some(100), "{body}"),
            Self::Create => assert_eq!(body["weight_value"], 75.5, "{body}"),
            Self::NewEntries => assert_eq!(length("synced"), Some(100), "{body}"),
        }
    }
}

/// A token with a wrong signature.
fn forged(token: &str) -> String {
    let (start, _) = token.rsplit_once('.').expect("a token has three parts");
    format!("{start}.{}", "A".repeat(43))
}

/// A bulk upload of 100 new entries, written by hand because the clients share the processor.
fn batch(run: &str, turn: usize) -> String {
    let mut body = String::with_capacity(12_000);
    body.push_str(r#"{"device_id":"pixel-8","entries":["#);
    for number in 0..100 {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            body,
            r#"{comma}{{"local_id":"{run}-{turn}-{number}","weight_value":75.5,"unit":"kg","timestamp":"2026-01-06T20:30:00Z"}}"#
        );
    }
    body.push_str("]}");
    body
}
