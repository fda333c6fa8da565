//! The responder over real sockets, beside a web server written here.
#![cfg(test)]
