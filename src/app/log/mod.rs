//! The request log: one JSON object a line. Never a token, a password, an
//! address or a weight: a line holds only what [`Line`] names.

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

/// Most characters of a text that holds a client's own words, so that nobody
/// pushes older lines out of the files with long ones.
const MOST_CHARACTERS: usize = 500;

/// What is logged of a request.
#[derive(Debug, Serialize)]
pub struct Line {
    pub(super) time: UtcTime,
    request_id: String,
    method: String,
    /// The route's pattern; empty where none matched. Not the path: it may
    /// hold anything.
    pub route: &'static str,
    /// The answer's status.
    pub status: u16,
    /// The problem's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
    /// Who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// From the gateway to the answer.
    #[serde(serialize_with = "rounded")]
    pub milliseconds: f64,
    /// SQL statements, retries included.
    pub statements: u32,
    /// The conflicts that a sync was answered with, if it was one.
    #[serde(skip)]
    pub synced: Option<u64>,
    /// What really happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it with a reference
fn rounded<S: serde::Serializer>(milliseconds: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((milliseconds * 1000.0).round() / 1000.0)
}

impl Line {
    /// A line about a request that has just come in.
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
            synced: None,
            cause: None,
        }
    }

    /// The request's id.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Notes the method, which may be any word.
    pub fn note_method(&mut self, method: &Method) {
        self.method = shortened(method);
    }

    /// Notes a problem's code and cause.
    pub fn note(&mut self, problem: &Problem) {
        self.code = Some(problem.code().name);
        self.cause = problem.cause().map(|cause| shortened(&cause));
    }
}

/// On one line, without what would give a command to the terminal that shows
/// it.
fn shortened(text: &impl Display) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.to_string().chars().take(MOST_CHARACTERS).map(plain).collect()
}

/// Where lines go.
pub struct Log(Option<LogFile>);

impl Log {
    /// To standard error, which Apache puts into its error log.
    pub fn to_stderr() -> Self {
        Self(None)
    }

    /// Where the settings say. A file that cannot be opened is no reason to
    /// turn people away: then to standard error.
    pub fn new(settings: &LogSettings) -> Self {
        let open = |path: &Path| LogFile::open(path, settings).ok();
        Self(settings.file.as_deref().and_then(open))
    }

    /// Writes a line with one system call, so that processes do not mix
    /// theirs. A log that cannot be written holds up no request.
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
