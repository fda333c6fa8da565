//! What the command prints: text for people, or one JSON object.

use std::io::{Write, stderr, stdout};

use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;

/// Where results go.
pub(crate) struct Output {
    is_json: bool,
}

impl Output {
    pub(crate) fn new(is_json: bool) -> Self {
        Self { is_json }
    }

    /// Whether a program is reading.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Prints a result in one of its two forms. A closed pipe is the reader's
    /// business.
    pub(crate) fn result(&self, json: &impl Serialize, text: impl FnOnce() -> String) {
        let line =
            if self.is_json { serde_json::to_string(json).unwrap_or_default() } else { text() };
        let _ = writeln!(stdout(), "{line}");
    }

    /// Says what is being done, on standard error, and not to programs.
    pub(crate) fn progress(&self, text: &str) {
        if !self.is_json {
            let _ = writeln!(stderr(), "{text}");
        }
    }

    /// Says why the command failed.
    pub(crate) fn failure(&self, failure: &Failure) {
        let _ = if self.is_json {
            let error = json!({"error": failure.message(), "exit_code": failure.exit_code()});
            writeln!(stdout(), "{error}")
        } else {
            writeln!(stderr(), "weightctl: {}", failure.message())
        };
    }
}
