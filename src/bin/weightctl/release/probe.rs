//! Tries a release before it is live: as CGI from here, and through the web
//! server in a folder of its own with its own `.htaccess`, so that a directive
//! that the host refuses, or a handler that does not work, harms nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::dialogue::{Dialogue, Request};
use super::files::{lay, lay_text, make_folder, take};
use super::layout::{Layout, Release};
use super::report::{say, step, warn};
use super::space;
use crate::deployment::PROGRAM;
use crate::failure::Failure;
use crate::mode::Mode;
use crate::output::counted;
use crate::processes::{Running, end};

/// The beginning of the folder's name.
pub(super) const PREFIX: &str = "weight-sync-probe-";

/// Which modes may be used.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Wanted {
    /// FastCGI, or CGI where that fails.
    Auto,
    Fastcgi,
    Cgi,
}

/// A release and where it is tried.
pub(super) struct Probe<'a> {
    pub(super) layout: &'a Layout,
    pub(super) web: &'a Path,
    pub(super) name: &'a str,
}

impl Probe<'_> {
    fn release(&self) -> Release {
        self.layout.release(self.name)
    }

    /// One request to the program, started as Apache would.
    fn as_cgi(&self, path: &str) -> Result<Output, Failure> {
        let program = self.release().program();
        Command::new(&program)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("GATEWAY_INTERFACE", "CGI/1.1")
            .env("SERVER_PROTOCOL", "HTTP/1.1")
            .env("REQUEST_METHOD", "GET")
            .env("REQUEST_URI", path)
            .env("REMOTE_ADDR", "127.0.0.1")
            .env("SCRIPT_NAME", "/api")
            .env("HTTPS", "on")
            .env("WEIGHT_SYNC_CONFIG", self.layout.config())
            .stdin(Stdio::null())
            .output()
            .map_err(|error| {
                Failure::Failed(format!("{} does not run here: {error}", program.display()))
            })
    }

    /// Says how long a start takes, up to a response without the database.
    pub(super) fn measure_cold_start(&self) -> Result<(), Failure> {
        const TIMES: u32 = 10;
        let first = self.as_cgi("/api/nowhere")?;
        if !first.status.success() {
            let said = String::from_utf8_lossy(&first.stderr).into_owned();
            return Err(Failure::Failed(format!("the program does not run here: {said}")));
        }
        let begun = Instant::now();
        for _ in 0..TIMES {
            self.as_cgi("/api/nowhere")?;
        }
        let each = begun.elapsed() / TIMES;
        say(&format!(
            "cold start on the host: {:.3} ms from process start to response, without the database",
            each.as_secs_f64() * 1000.0
        ));
        Ok(())
    }

    /// Checks the health that the program reports, before it is live.
    pub(super) fn check_health(&self, version: &str) -> Result<(), Failure> {
        step(&format!("checking the health of {} on the host", self.name));
        let output = self.as_cgi("/api/health")?;
        let text = String::from_utf8_lossy(&output.stdout);
        if text.contains(&format!("\"version\":\"{version}\"")) {
            return Ok(());
        }
        // The log's line with the cause.
        let cause = String::from_utf8_lossy(&output.stderr);
        let said = [text, cause].concat().split_whitespace().collect::<Vec<_>>().join(" ");
        Err(Failure::Failed(format!(
            "the release is not healthy: {said}. What was live is unchanged"
        )))
    }

    /// Finds the mode that works.
    pub(super) fn choose(&self, wanted: Wanted, dialogue: &mut Dialogue) -> Result<Mode, Failure> {
        if wanted != Wanted::Cgi {
            match self.attempt(Mode::Fcgid, dialogue)? {
                Ok(()) => return Ok(Mode::Fcgid),
                Err(problem) => say(&format!("FastCGI does not answer here: {problem}")),
            }
            if wanted == Wanted::Fastcgi {
                return Err(Failure::Failed(
                    "mode is fastcgi, so CGI is not tried; what was live is unchanged".to_owned(),
                ));
            }
        }
        let answered = self.attempt(Mode::Cgi, dialogue)?;
        answered.map_err(|problem| {
            Failure::Failed(format!(
                "CGI does not answer either: {problem}. What was live is unchanged"
            ))
        })?;
        if wanted == Wanted::Auto {
            warn(
                "falling back to plain CGI: each request starts a process and opens a database connection",
            );
        }
        Ok(Mode::Cgi)
    }

    /// Lets the caller request the release in one mode. The inner error is the
    /// problem that it found; without any response, no mode would help.
    fn attempt(&self, mode: Mode, dialogue: &mut Dialogue) -> Result<Result<(), String>, Failure> {
        dialogue.require_open()?;
        step(&format!("trying {} as {}, away from what is live", self.name, mode.name()));
        let folder = Folder(self.web.join(format!("{PREFIX}{}", self.name)));
        self.install(&folder.0, mode).map_err(|error| {
            Failure::Failed(format!(
                "the directory for the probe could not be made: {error}. What was live is unchanged"
            ))
            .advise(space::REMEDY)
        })?;
        let path = format!("/{PREFIX}{}/{PROGRAM}/probe", self.name);
        dialogue.tell(&Request::Try { path: &path });
        let answer = dialogue.line().map_err(|gone| {
            Failure::Failed(format!("{}; what was live is unchanged", gone.reason()))
        })?;
        let stayed = Running::of(Some(&folder.0)).unwrap_or_default().current.len();
        if let Some(problem) = answer.strip_prefix("unreachable ") {
            return Err(Failure::Failed(format!("{problem} What was live is unchanged")));
        }
        let Some(times) = answer.strip_prefix("answered") else {
            let problem = answer.strip_prefix("failed ").unwrap_or("no answer");
            return Ok(Err(problem.to_owned()));
        };
        let processes = counted(stayed, "process");
        say(&format!("{} answers:{times}; {processes} stayed", mode.name()));
        if mode == Mode::Fcgid && stayed == 0 {
            warn(
                "no process stayed, as FastCGI's do: either they cannot be seen from here, or the \
                 host has no mod_fcgid and runs the program as CGI",
            );
        }
        Ok(Ok(()))
    }

    fn install(&self, folder: &Path, mode: Mode) -> std::io::Result<()> {
        make_folder(folder)?;
        let htaccess = folder.join(".htaccess");
        lay_text(&htaccess, &self.release().rendered_htaccess(mode)?, 0o644)?;
        take(&htaccess)?;
        let program = folder.join(PROGRAM);
        lay(&self.release().program(), &program, 0o755)?;
        take(&program)
    }
}

/// Ends the processes of a probe.
pub(super) fn end_processes(folder: &Path) {
    let running = Running::of(Some(folder)).unwrap_or_default();
    end(&running.current, Duration::from_secs(5));
}

/// The folder of a probe, which is removed however the probe ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        end_processes(&self.0);
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            warn(&format!("{}: {error}", self.0.display()));
        }
    }
}
