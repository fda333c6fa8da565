//! `weightctl logs`.

mod line;
mod tail;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{IsTerminal, Read, Seek, SeekFrom, Write, stdout};
use std::path::{Path, PathBuf};

use clap::Args;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use weight_sync::app::log::LogFile;

use crate::failure::Failure;
use crate::terminal::Paint;
use line::{Filter, Form, StatusPattern};
use tail::Tail;

#[derive(Args)]
#[command(after_help = "\
Lines are read from the file that log.file names and from those put aside
(requests.log.1 and so on). On a terminal they are made readable; a pipe gets
them as they are, one JSON object a line:
  weightctl logs --status 5xx
  weightctl logs --request 019a2b3c
  weightctl logs --follow
  weightctl logs --lines 10000 | jq -r .route | sort | uniq -c")]
pub(crate) struct Arguments {
    /// Wait for further lines, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
    /// Only the request with this id, or those whose ids begin so
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// Only answers with this status: 404, 4xx, 5xx
    #[arg(long, value_name = "STATUS")]
    status: Option<StatusPattern>,
    /// How many of the last lines to show first
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 100)]
    lines: usize,
    /// Print readable lines even when the output is not a terminal
    #[arg(long)]
    pretty: bool,
}

pub(crate) fn run(
    arguments: &Arguments,
    given: Option<PathBuf>,
    is_json: bool,
) -> Result<(), Failure> {
    let log = crate::loaded(given)?.settings.log;
    let path = log.file.ok_or_else(|| {
        let text =
            "log.file is not set: the log goes to standard error, which is Apache's error log";
        Failure::Failed(text.to_owned())
    })?;
    let is_pretty = !is_json && (arguments.pretty || stdout().is_terminal());
    let form = if is_pretty { Form::Pretty(Paint::of_stdout()) } else { Form::AsItIs };
    let filter = Filter { request: arguments.request.clone(), status: arguments.status };
    let unreadable =
        |error: std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    let mut tail = Tail::new(LogFile::all(&path, log.keep), path.clone());
    let mut last = VecDeque::new();
    while let Some(line) = tail.next().map_err(unreadable)? {
        if let Some(shown) = filter.shown(&line, form) {
            last.push_back(shown);
            if last.len() > arguments.lines {
                last.pop_front();
            }
        }
    }
    let mut out = stdout().lock();
    for shown in last {
        if writeln!(out, "{shown}").is_err() {
            return Ok(());
        }
    }
    if !arguments.follow {
        return Ok(());
    }
    loop {
        let Some(line) = tail.wait(is_read).map_err(unreadable)? else { return Ok(()) };
        let Some(shown) = filter.shown(&line, form) else { continue };
        // The reader has closed the pipe.
        if writeln!(out, "{shown}").is_err() {
            return Ok(());
        }
    }
}

/// The cause that the newest lines have for a request, if any.
pub(crate) fn cause_of(path: &Path, request_id: &str) -> Option<String> {
    /// A process writes the line before it sends the answer.
    const NEWEST: u64 = 256 * 1024;
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(NEWEST))).ok()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().rev().find(|line| line.contains(request_id))?;
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    Some(line.get("cause")?.as_str()?.to_owned())
}

/// Whether standard output still has a reader. Without this check only the next
/// write would detect a broken connection, on a quiet host after days.
fn is_read() -> bool {
    let out = stdout();
    let mut ends = [PollFd::new(&out, PollFlags::empty())];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    match poll(&mut ends, Some(&at_once)) {
        Ok(_) => !ends.iter().any(|end| end.revents().intersects(PollFlags::ERR | PollFlags::HUP)),
        Err(_) => true,
    }
}
