//! That sync cannot lose, double or resurrect an entry: under writers at once, retries, lost answers, clocks that step,
//! purging, and what it costs. Against the real program over a real database, as `tests/api`.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a test may end by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod device;
mod doomed;
mod meter;
mod observe;
mod phone;
mod writes;

mod account_boundaries;
mod away;
mod boundaries;
mod conflicts;
mod cost;
mod cost_of_accounts;
mod cost_of_writes;
mod crowd;
mod cursor;
mod deleted_meanwhile;
mod idempotence;
mod lost_commit;
mod paging;
mod plans;
mod purge;
mod purge_killed;
mod restart;
mod retries;
