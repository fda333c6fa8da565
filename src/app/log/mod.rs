//! The request log, one JSON object per line. A line holds only the fields of
//! [`Line`]: never a token, a password, an address or a weight.

mod file;

use std::fmt::Display;
use std::io::{Write, stderr};
use std::path::Path;

use http::Method;
use serde::Serialize;

use crate::config::LogSettings;
use crate::domain::time::UtcTime;
use crate::http::problem::Problem;
pub use file::LogFile;

/// Limit of a text that contains client input, so that long lines do not push
/// older ones out of the rotated files.
const MOST_CHARACTERS: usize = 500;

/// The log entry of a request.
#[derive(Debug, Serialize)]
pub struct Line {
    pub(super) time: UtcTime,
    request_id: String,
    method: String,
    /// The route's pattern, empty if none matched. The path is not logged: it
    /// may contain anything.
    pub route: &'static str,
    /// The response's status.
    pub status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
    /// The signed-in user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Time from the gateway's call to the complete response.
    #[serde(serialize_with = "rounded")]
    pub milliseconds: f64,
    /// Number of SQL statements, including retries.
    pub statements: u32,
    /// Number of conflicts in a sync's response; `None` for other requests.
    #[serde(skip)]
    pub sync_conflicts: Option<u64>,
    /// The problem's internal cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it with a reference
fn rounded<S: serde::Serializer>(milliseconds: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((milliseconds * 1000.0).round() / 1000.0)
}

impl Line {
    /// Starts the entry of a request that has just arrived.
    pub fn new(time: UtcTime, request_id: String) -> Self {
        Self {
            time,
            request_id,
            method: String::new(),
            route: "",
            status: 0,
            code: None,
            user_id: None,
            milliseconds: 0.0,
            statements: 0,
            sync_conflicts: None,
            cause: None,
        }
    }

    /// The request's id.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Notes the method, which may be any token.
    pub fn note_method(&mut self, method: &Method) {
        self.method = shortened(method);
    }

    /// Notes a problem's code and cause.
    pub fn note(&mut self, problem: &Problem) {
        self.code = Some(problem.code().name);
        self.cause = problem.cause().map(|cause| shortened(&cause));
    }
}

/// Truncates the text and replaces control characters: line breaks would split
/// the line, and escape sequences would control the reader's terminal.
fn shortened(text: &impl Display) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.to_string().chars().take(MOST_CHARACTERS).map(plain).collect()
}

/// The destination of log lines: a file or standard error.
pub struct Log(Option<LogFile>);

impl Log {
    /// Logs to standard error, which Apache copies to its error log.
    pub fn to_stderr() -> Self {
        Self(None)
    }

    /// Logs to the file in the settings. Falls back to standard error if none is
    /// set or it cannot be opened: the service must run without its log.
    pub fn new(settings: &LogSettings) -> Self {
        let open = |path: &Path| LogFile::open(path, settings).ok();
        Self(settings.file.as_deref().and_then(open))
    }

    /// Writes a line with one system call, so that lines of several processes do
    /// not mix. Ignores failures: they must not affect the request.
    pub fn write(&self, line: &Line) {
        let Ok(mut json) = serde_json::to_vec(line) else { return };
        json.push(b'\n');
        match &self.0 {
            Some(file) => file.write(&json),
            None => {
                let _ = stderr().write_all(&json);
            }
        }
    }
}
