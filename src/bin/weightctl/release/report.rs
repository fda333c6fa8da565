//! Progress for the person at the other end, on standard error. Never fails:
//! the connection may be gone.

use std::io::{Write, stderr};

/// The beginning of a step.
pub(super) fn step(text: &str) {
    let _ = writeln!(stderr(), "==> {text}");
}

pub(super) fn say(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}

pub(super) fn warn(text: &str) {
    let _ = writeln!(stderr(), "warning: {text}");
}
