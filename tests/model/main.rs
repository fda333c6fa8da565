//! Runs random histories of a few devices against the real service, and compares it with a small model written only
//! from the protocol. Each history has its own user. `WEIGHT_SYNC_TEST_MODEL_SECONDS` sets the duration (`tests/run
//! --long`); `WEIGHT_SYNC_TEST_MODEL_SEED` repeats the 500 histories of a seed that a run has printed. A failing
//! history is shrunk, and its own seed is stored in `regressions.txt`; later runs try stored seeds first.

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
mod import;
mod lost_commit;
mod past_failures;
mod processes;
mod pull;
mod recent_edits;
mod recorded_client;
mod resend;
mod runner;
mod silent_overwrites;
mod simulation;
mod single_writes;
mod step_result;
mod stored_rows;
mod timestamps;
mod who_wins;

#[test]
fn random_histories_follow_the_conflict_rules_and_all_devices_converge() {
    runner::run();
}

#[test]
fn histories_that_once_failed_pass() {
    runner::run_kept();
}
