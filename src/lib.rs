//! weight-sync: a sync backend for body-weight entries that runs on a
//! shared-hosting account.
//!
//! docs/ARCHITECTURE.md is the map; `tests/architecture.rs` checks the
//! directions of the dependencies between the modules below.

pub mod app;
pub mod auth;
pub mod config;
pub mod domain;
pub mod gateway;
pub mod handlers;
pub mod http;
pub mod mail;
pub mod slots;
pub mod store;
