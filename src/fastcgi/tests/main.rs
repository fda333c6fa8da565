//! The responder over real sockets, beside a web server written here; and its records with any bytes.

#![cfg(test)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may end by a panic"
)]

mod any_bytes;
mod connections;
mod peer;
mod responder;
mod responses;
mod rules;
mod stopping;
