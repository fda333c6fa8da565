//! The end of a process that is asked to stop while web servers may be
//! connecting: it goes on for a moment, refuses new connections, and ends when
//! the others have closed.

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use rustix::net::Shutdown;

/// mod_fcgid kills an idle process three seconds after SIGTERM, and all
/// processes after eight in a restart.
const MOMENT: Duration = Duration::from_secs(1);
/// One of the waits that make up the second of silence. Waits are counted
/// instead of measuring time, so that a suspended machine does not count as
/// silence.
const QUIET: Duration = Duration::from_millis(50);
const QUIETS: u32 = 20;

/// How far the end has come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// Nothing has asked for it.
    No,
    /// It goes on for a [`MOMENT`]: a web server that restarts stops all
    /// processes, and none would be left for the requests under way.
    Moment { until: Instant },
    /// New connections are refused, which makes mod_fcgid take another process;
    /// one that broke off would be answered 500. Those that wait are accepted.
    /// It ends when all are closed, or have been silent for a second.
    ///
    /// The socket is shut down for every process that shares it: each needs its
    /// own, as from mod_fcgid.
    Refusing { quiets_left: u32 },
}

impl Stop {
    pub(crate) fn begin(&mut self) {
        if matches!(self, Self::No) {
            *self = Self::Moment { until: Instant::now() + MOMENT };
        }
    }

    /// How long to wait for connections at most.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        match self {
            Self::No => None,
            Self::Moment { until } => Some(until.saturating_duration_since(Instant::now())),
            Self::Refusing { .. } => Some(QUIET),
        }
    }

    /// Called after each wait.
    pub(crate) fn proceed(&mut self, listener: BorrowedFd<'_>, was_quiet: bool) {
        match self {
            Self::Moment { until } if *until <= Instant::now() => {
                let _ = rustix::net::shutdown(listener, Shutdown::Read);
                *self = Self::Refusing { quiets_left: QUIETS };
            }
            Self::Refusing { quiets_left } if was_quiet => {
                *quiets_left = quiets_left.saturating_sub(1);
            }
            _ => {}
        }
    }

    pub(crate) fn has_begun(&self) -> bool {
        !matches!(self, Self::No)
    }

    /// Whether connections that are not being answered have had their time.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self, Self::Refusing { quiets_left: 0 })
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn connections_are_refused_a_moment_after_the_first_request_to_stop() {
        let (mut stop, before) = (Stop::No, Instant::now());
        stop.begin();
        let Stop::Moment { until } = stop else { panic!("{stop:?}") };
        assert!(until >= before + MOMENT);
        stop.begin();
        assert!(matches!(stop, Stop::Moment { until: again } if again == until));
    }

    #[test]
    fn it_refuses_after_the_moment_and_ends_after_as_many_quiet_waits() {
        let (socket, _peer) = UnixStream::pair().unwrap();
        let mut early = Stop::Moment { until: Instant::now() + Duration::from_secs(3600) };
        early.proceed(socket.as_fd(), true);
        assert!(matches!(early, Stop::Moment { .. }));
        let mut stop = Stop::Moment { until: Instant::now() };
        for (was_quiet, count) in [(false, 1), (false, QUIETS), (true, QUIETS)] {
            assert!(!stop.is_silent());
            (0..count).for_each(|_| stop.proceed(socket.as_fd(), was_quiet));
        }
        assert!(stop.is_silent());
    }
}
