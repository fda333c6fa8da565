//! `weightctl logs`.

mod busiest;
mod line;
mod tail;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{IsTerminal, Read, Seek, SeekFrom, Write, stdout};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use clap::Args;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use weight_sync::app::log::LogFile;
use weight_sync::config::Settings;
use weight_sync::handlers::service::Service;

use crate::failure::Failure;
use crate::terminal::Paint;
pub(crate) use busiest::{Busiest, busiest};
use line::{Filter, Form, StatusPattern};
use tail::Tail;

#[derive(Args)]
#[command(after_help = "\
Lines are read from the file that log.file names and from those put aside
(requests.log.1 and so on). On a terminal they are made readable; a pipe gets
them as they are, one JSON object a line:
  weightctl logs --status 5xx
  weightctl logs --request 019a2b3c
  weightctl logs --since 1h --slower 500
  weightctl logs --user anna@example.org --route sync
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
    /// Only requests since then: an age such as 1h or 3d, or a time such as
    /// 2026-11-29T08:00:00Z
    #[arg(long, value_name = "AGE", value_parser = since)]
    since: Option<DateTime<Utc>>,
    /// Only the requests of this user: an id, or an e-mail address
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Only routes that contain this text
    #[arg(long, value_name = "TEXT")]
    route: Option<String>,
    /// Only requests that took longer than so many milliseconds
    #[arg(long, value_name = "MS")]
    slower: Option<f64>,
    /// How many of the last lines to show first [default: 100; with --since all]
    #[arg(short = 'n', long, value_name = "COUNT")]
    lines: Option<usize>,
    /// Print readable lines even when the output is not a terminal
    #[arg(long)]
    pretty: bool,
}

pub(crate) fn run(
    arguments: &Arguments,
    given: Option<PathBuf>,
    is_json: bool,
) -> Result<(), Failure> {
    let settings = crate::loaded(given)?.settings;
    let log = settings.log.clone();
    let path = log.file.ok_or_else(|| {
        let text =
            "log.file is not set: the log goes to standard error, which is Apache's error log";
        Failure::Failed(text.to_owned())
    })?;
    let is_pretty = !is_json && (arguments.pretty || stdout().is_terminal());
    let form = if is_pretty { Form::Pretty(Paint::of_stdout()) } else { Form::AsItIs };
    let user = arguments.user.as_ref().map(|user| id_of(user, settings)).transpose()?;
    let filter = Filter {
        request: arguments.request.clone(),
        status: arguments.status,
        // As the lines have it, so that texts compare as times.
        since: arguments.since.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)),
        user,
        route: arguments.route.clone(),
        slower: arguments.slower,
    };
    let unreadable =
        |error: std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    let mut tail = Tail::new(LogFile::all(&path, log.keep), path.clone());
    let most = match arguments.lines {
        Some(lines) => lines,
        None if arguments.since.is_some() => usize::MAX,
        None => 100,
    };
    let mut last = VecDeque::new();
    while let Some(line) = tail.next().map_err(unreadable)? {
        if let Some(shown) = filter.shown(&line, form) {
            last.push_back(shown);
            if last.len() > most {
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

fn since(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.with_timezone(&Utc));
    }
    let wrong =
        |_| format!("{text} is neither an age nor a time: write 1h, 3d or 2026-11-29T08:00:00Z");
    let seconds = crate::duration::parse(text).map_err(wrong)?;
    Ok(Utc::now() - TimeDelta::seconds(seconds.into()))
}

/// The log has ids only; the database knows the address.
fn id_of(user: &str, settings: Settings) -> Result<String, Failure> {
    if !user.contains('@') {
        return Ok(user.to_owned());
    }
    let service = Service::new(settings).map_err(Failure::Configuration)?;
    let id = crate::user::find(&mut service.database(), user)?;
    Ok(id.as_str().to_owned())
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
