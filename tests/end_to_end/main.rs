//! The whole line for real: Apache, mod_fcgid, the statically linked binary, a database, by `./deploy.sh local`.
//!
//! Start by `tests/run`, which builds the binaries.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test may end by a panic and say what it saw"
)]

#[path = "../support/mod.rs"]
mod support;

mod account_page;
mod account_page_for_all;
mod cgi;
mod database_away;
mod limits;
mod load;
mod memory;
mod process;
mod sign_in_burst;
mod specification;
