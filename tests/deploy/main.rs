//! Deployments to a real shared host: a system user with its own SSH server, and an Apache that runs this user's
//! programs by suexec.
//!
//! These tests need root, the packages of `ensure_packages host`, a database and the static binaries. Run them with
//! `tests/run`.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a test may end by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod continuous_writers;
mod host_account;
mod host_apache;
mod next_release;
mod paused_push;
mod shared_host;
mod transcript;

mod backup_restore;
mod broken_release;
mod cgi_fallback;
mod commands;
mod commands_over_ssh;
mod deploy_settings;
mod doctor_faults;
mod first_deploy;
mod htaccess;
mod interrupted_push;
mod interrupted_switch;
mod no_downtime;
mod refusals;
mod request_during_switch;
