//! The conversation with the caller: lines of JSON to it, lines of text from
//! it. Its end is noticed, whatever ended it.

use std::fs::File;
use std::io::{Read, Write, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::Serialize;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::failure::Failure;

/// How long the caller may take for an answer. It bounds how long an unverified
/// release stays when the connection ends without a word.
pub(super) const PATIENCE: Duration = Duration::from_secs(300);
/// How often a signal is looked for.
const PAUSE: Duration = Duration::from_millis(200);

/// A request to the caller.
#[derive(Serialize)]
#[serde(tag = "weightctl", rename_all = "lowercase")]
pub(super) enum Request<'a> {
    /// Request this path of the site several times; the program answers 404.
    Try { path: &'a str },
    /// Make the smoke test. Without an address, `obstacle` says why no user
    /// could be made for it.
    Test {
        release: &'a str,
        version: Option<&'a str>,
        email: Option<&'a str>,
        password: Option<&'a str>,
        obstacle: Option<&'a str>,
    },
    /// The release before is live again.
    Returned { release: &'a str },
    /// The release is live and verified; `back` is the one before.
    Live { release: &'a str, mode: &'a str, back: Option<&'a str> },
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Gone {
    /// Standard input has ended, or a signal asked this program to end.
    Ended,
    /// [`PATIENCE`] is over.
    Silent,
}

impl Gone {
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::Ended => "the run was interrupted, or its connection broke",
            Self::Silent => "nobody has confirmed the release within five minutes",
        }
    }
}

/// The caller, at standard input and output.
pub(super) struct Dialogue {
    input: File,
    received: Vec<u8>,
    has_ended: bool,
    is_signalled: Arc<AtomicBool>,
}

impl Dialogue {
    /// From here on, signals that end a program only end the conversation:
    /// half a switch would be worse than a whole one.
    pub(super) fn open() -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::Failed(format!("standard input: {error}"));
        let is_signalled = Arc::new(AtomicBool::new(false));
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, is_signalled.clone()).map_err(failed)?;
        }
        // A descriptor of its own, since std's is buffered and poll sees no
        // buffer.
        let input =
            rustix::io::dup(rustix::stdio::stdin()).map_err(|error| failed(error.into()))?;
        Ok(Self { input: input.into(), received: Vec::new(), has_ended: false, is_signalled })
    }

    /// Whether the caller is still there.
    pub(super) fn is_open(&mut self) -> bool {
        self.receive(Duration::ZERO);
        !self.has_ended
    }

    /// # Errors
    /// [`Failure::Failed`] if the caller is gone. Nothing was changed.
    pub(super) fn require_open(&mut self) -> Result<(), Failure> {
        if self.is_open() {
            return Ok(());
        }
        Err(Failure::Failed("interrupted; what was live is unchanged".to_owned()))
    }

    pub(super) fn tell(&self, request: &Request<'_>) {
        let line = serde_json::to_string(request).unwrap_or_default();
        let mut out = stdout().lock();
        // The caller may be gone, which the next read shows.
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }

    /// The next line.
    pub(super) fn line(&mut self) -> Result<String, Gone> {
        self.line_within(PATIENCE)
    }

    fn line_within(&mut self, patience: Duration) -> Result<String, Gone> {
        let begun = Instant::now();
        loop {
            if let Some(end) = self.received.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.received.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.has_ended {
                return Err(Gone::Ended);
            }
            if begun.elapsed() > patience {
                return Err(Gone::Silent);
            }
            self.receive(PAUSE);
        }
    }

    /// Reads what is there, waiting for it so long.
    fn receive(&mut self, wait: Duration) {
        if self.is_signalled.load(Ordering::SeqCst) {
            self.has_ended = true;
        }
        if self.has_ended {
            return;
        }
        let mut watched = [PollFd::new(&self.input, PollFlags::IN)];
        let timeout = Timespec::try_from(wait).unwrap_or_default();
        // Interrupted by a signal is as nothing to read.
        if !matches!(poll(&mut watched, Some(&timeout)), Ok(ready) if ready > 0) {
            return;
        }
        let mut buffer = [0_u8; 4096];
        match self.input.read(&mut buffer) {
            Ok(0) => self.has_ended = true,
            Ok(length) => self.received.extend(buffer.iter().take(length)),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => self.has_ended = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_that_is_silent_is_given_up_and_one_that_ends_at_once() {
        let (input, mut caller) = std::io::pipe().unwrap();
        let input = File::from(std::os::fd::OwnedFd::from(input));
        let is_signalled = Arc::default();
        let mut dialogue = Dialogue { input, received: Vec::new(), has_ended: false, is_signalled };
        caller.write_all(b"verified\nfailed half of a li").unwrap();
        assert_eq!(dialogue.line().unwrap(), "verified");
        // The connection stays open, as one that broke without a word does.
        let silent = dialogue.line_within(Duration::from_millis(1));
        assert!(matches!(silent, Err(Gone::Silent)), "{silent:?}");
        assert!(dialogue.is_open());
        drop(caller);
        let ended = dialogue.line();
        assert!(matches!(ended, Err(Gone::Ended)), "{ended:?}");
    }
}
