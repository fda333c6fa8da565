//! Deploying for real: a second system user with an SSH server of its own and an Apache that runs this user's programs
//! by suexec is the shared host; `./deploy.sh push` does the rest.
//!
//! Needs root, the packages of `ensure_packages host`, a database and the static binaries: start by `tests/run`.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a test may end by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod account;
mod apache;
mod held_push;
mod host;
mod next_version;
mod writers;

mod broken_release;
mod cgi_fallback;
mod commands;
mod htaccess;
mod in_hand;
mod interrupted;
mod killed_on_host;
mod many_interruptions;
mod no_downtime;
mod restore;
mod settings;
