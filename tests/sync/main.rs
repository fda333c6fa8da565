//! Sync never loses, duplicates or resurrects an entry: with concurrent writers, retries, lost responses, clock steps and
//! purges; and what it costs. Runs the real program over a real database, as `tests/api` does.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a test may end by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod account_requests;
mod cluster_clients;
mod killable_process;
mod pulling_device;
mod statement_cost;
mod stored_state;
mod write_requests;

mod account_deleted_during_write;
mod cluster_faults;
mod cluster_maintenance;
mod concurrent_writers;
mod conflicts;
mod cost_of_accounts;
mod cost_of_cgi;
mod cost_of_reads;
mod cost_of_writes;
mod cursor;
mod database_restart;
mod expired_cursor;
mod idempotence;
mod interrupted_account_changes;
mod interrupted_purge;
mod interrupted_writes;
mod literals;
mod lost_commit;
mod lost_lock;
mod paging;
mod purge;
mod query_plans;
mod quota;

mod retries;
