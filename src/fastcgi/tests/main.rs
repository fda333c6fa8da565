//! The responder over real sockets, beside a web server written here.
#![cfg(test)]

mod connections;
mod peer;
mod responder;
mod responses;
mod stopping;
