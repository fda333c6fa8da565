//! Random histories of a few devices against the real service, beside a small model of the rules that was written
//! from the contract alone.
//!
//! Each history has a user of its own on one server, so thousands can be tried in an hour. `WEIGHT_SYNC_TEST_MODEL_SECONDS`
//! says for how long (`tests/run --long`). A history that fails is shrunk; its seed is kept in `regressions.txt` and tried
//! first from then on.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a test may end by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod backup;
mod bulk_response;
mod conflict_rules;
mod convergence;
mod device;
mod device_conflicts;
mod device_sync;
mod entry;
mod expected_bulk;
mod expected_state;
mod history;
mod outcome;
mod past_failures;
mod pull;
mod recent_edits;
mod recorded_client;
mod resend;
mod runner;
mod silent_overwrites;
mod simulation;
mod single_writes;
mod stored_rows;
mod timestamps;
mod who_wins;

#[test]
fn in_every_history_each_answer_follows_the_rules_and_all_devices_end_with_what_the_server_has() {
    runner::run();
}

#[test]
fn the_histories_that_showed_a_fault_once_go_well() {
    runner::run_kept();
}
