//! The whole chain: Apache, mod_fcgid, the statically linked binary and a database, as `./deploy.sh local` starts them.
//!
//! Run these tests with `tests/run`, which builds the binaries.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a test may end by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod account_page;
mod account_page_accessibility;
mod apache_errors;
mod apache_processes;
mod cgi_mode;
mod database_outage;
mod doctor;
mod load;
mod local_instance;
mod process_memory;
mod sign_in_burst;
mod slow_readers;
mod specification;
