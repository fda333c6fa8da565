//! Progress of long work on standard error: one line that is renewed on a
//! terminal, a line every ten seconds elsewhere, for a log or `ssh host`.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use crate::duration::in_words;

const ON_TERMINAL: Duration = Duration::from_millis(200);
const ELSEWHERE: Duration = Duration::from_secs(10);

/// Shows how much of `total` is done.
pub(crate) struct Progress {
    what: &'static str,
    total: u64,
    begun: Instant,
    shown_at: Instant,
    is_shown: bool,
    is_terminal: bool,
    is_on: bool,
}

impl Progress {
    /// `what` is counted, such as "rows". Prints nothing unless `is_on`.
    pub(crate) fn new(what: &'static str, total: u64, is_on: bool) -> Self {
        let now = Instant::now();
        let is_terminal = stderr().is_terminal();
        Self { what, total, begun: now, shown_at: now, is_shown: false, is_terminal, is_on }
    }

    /// Notes how much is done.
    pub(crate) fn note(&mut self, done: u64) {
        let pause = if self.is_terminal { ON_TERMINAL } else { ELSEWHERE };
        if !self.is_on || self.shown_at.elapsed() < pause {
            return;
        }
        self.shown_at = Instant::now();
        self.is_shown = true;
        let line = line(self.what, done, self.total, self.begun.elapsed());
        // The escape sequence clears the rest of a longer line.
        let _ = match self.is_terminal {
            true => write!(stderr(), "\r{line}\u{1b}[K"),
            false => writeln!(stderr(), "{line}"),
        };
    }

    /// The same where the total becomes known only now.
    pub(crate) fn note_of(&mut self, done: u64, total: u64) {
        self.total = total;
        self.note(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown && self.is_terminal {
            let _ = write!(stderr(), "\r\u{1b}[K");
        }
    }
}

fn line(what: &str, done: u64, total: u64, elapsed: Duration) -> String {
    let Some(percent) = done.saturating_mul(100).checked_div(total) else {
        return format!("{done} {what}");
    };
    let left = total.saturating_sub(done);
    let seconds = elapsed.as_secs().saturating_mul(left).checked_div(done).unwrap_or(0);
    format!("{percent} %, {done} of {total} {what}, about {} left", in_words(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_share_the_total_and_the_time_that_is_left() {
        let elapsed = Duration::from_secs(60);
        let expected = "25 %, 50 of 200 rows, about 3 minutes left";
        assert_eq!(line("rows", 50, 200, elapsed), expected);
        assert_eq!(line("rows", 50, 0, elapsed), "50 rows");
        assert_eq!(line("rows", 0, 10, elapsed), "0 %, 0 of 10 rows, about 0 seconds left");
    }
}
