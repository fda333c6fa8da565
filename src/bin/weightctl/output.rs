//! The command's output: text for people, or one JSON object for programs.

use std::fmt::Display;
use std::io::{Write, stderr, stdout};

use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;

/// A number and a name, in the plural where it is not one: 1 process, 2 processes.
pub(crate) fn counted(number: impl Display, name: &str) -> String {
    let number = number.to_string();
    match name.strip_suffix('y') {
        _ if number == "1" => format!("{number} {name}"),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{number} {stem}ies"),
        _ if name.ends_with('s') => format!("{number} {name}es"),
        _ => format!("{number} {name}s"),
    }
}

/// Prints results in the chosen format.
pub(crate) struct Output {
    is_json: bool,
}

impl Output {
    pub(crate) fn new(is_json: bool) -> Self {
        Self { is_json }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Prints a result as JSON or text. Ignores write errors such as a closed
    /// pipe.
    pub(crate) fn result(&self, json: &impl Serialize, text: impl FnOnce() -> String) {
        let line =
            if self.is_json { serde_json::to_string(json).unwrap_or_default() } else { text() };
        let _ = writeln!(stdout(), "{line}");
    }

    /// Prints progress on standard error; nothing in JSON mode.
    pub(crate) fn progress(&self, text: &str) {
        if !self.is_json {
            let _ = writeln!(stderr(), "{text}");
        }
    }

    /// Prints on standard error, also in JSON mode and for cron to mail.
    #[expect(clippy::unused_self, reason = "all output leaves through this type")]
    pub(crate) fn warning(&self, text: &str) {
        let _ = writeln!(stderr(), "warning: {text}");
    }

    /// Prints why the command failed and what to do next, in clap's voice: JSON
    /// on standard output, text on standard error.
    pub(crate) fn failure(&self, failure: &Failure) {
        let (message, next) = (failure.message(), failure.next());
        if self.is_json {
            let error = json!({"error": message, "next": next, "exit_code": failure.exit_code()});
            let _ = writeln!(stdout(), "{error}");
            return;
        }
        let next = next.map(|next| format!("\n\n  tip: {next}")).unwrap_or_default();
        let _ = writeln!(stderr(), "error: {message}{next}");
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn a_number_that_is_not_one_has_the_plural() {
        assert_eq!([counted(0, "line"), counted(1, "line")], ["0 lines", "1 line"]);
        assert_eq!([counted(1, "entry"), counted(2, "entry")], ["1 entry", "2 entries"]);
        assert_eq!([counted(1, "day"), counted(2, "key")], ["1 day", "2 keys"]);
        assert_eq!([counted(1, "process"), counted(2, "process")], ["1 process", "2 processes"]);
    }
}
