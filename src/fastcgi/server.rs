//! The loop that waits for all connections and for the request to stop.

use std::io::Result;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::net::{SocketFlags, acceptfrom_with};

use crate::connection::{Connection, Next, Shared};
use crate::error::Failure;
use crate::record::MAX_RECORD_BYTES;
use crate::stop::Stop;
use crate::{Limits, Responder, WebServers};

/// Pause after a failed `accept`: descriptors and memory are not freed at once.
const PAUSE: Duration = Duration::from_millis(100);
/// A connection that has been silent for this long may be closed for another.
const PATIENCE: Duration = Duration::from_secs(1);

/// Answers requests until `stop` is readable and the end is reached (`stop.rs`
/// says when). Starts no thread. `listener` is a listening socket, for a program
/// under mod_fcgid its standard input.
///
/// # Errors
/// The sockets cannot be waited for.
pub fn serve(
    listener: impl AsFd,
    stop: impl AsFd,
    web_servers: &WebServers,
    limits: Limits,
    responder: &mut dyn Responder,
) -> Result<()> {
    let listener = listener.as_fd();
    // Another process that shares the socket may be quicker to accept.
    ioctl_fionbio(listener, true)?;
    let buffer = Vec::with_capacity(MAX_RECORD_BYTES.next_multiple_of(4096));
    let shared = Shared { responder, limits, buffer, ends_each: false, has_responded: false };
    let (connections, web_servers) = (Vec::new(), web_servers.clone());
    let server = Server {
        listener,
        is_listening: true,
        web_servers,
        connections,
        shared,
        stop: Stop::No,
        paused_until: None,
    };
    server.run(stop.as_fd())
}

struct Server<'s> {
    listener: BorrowedFd<'s>,
    /// Whether connections may still come.
    is_listening: bool,
    web_servers: WebServers,
    connections: Vec<Connection>,
    shared: Shared<'s>,
    stop: Stop,
    paused_until: Option<Instant>,
}

/// What a wait has shown.
struct Ready {
    stop: bool,
    listener: PollFlags,
    connections: Vec<bool>,
}

impl Server<'_> {
    fn run(mut self, stop: BorrowedFd<'_>) -> Result<()> {
        while !self.is_over() {
            let ready = self.wait(stop)?;
            if ready.stop {
                self.stop.begin();
            }
            self.shared.ends_each = self.stop.has_begun() || self.paused_until.is_some();
            let is_quiet = ready.listener.is_empty() && !ready.connections.contains(&true);
            self.stop.proceed(self.listener, is_quiet);
            self.connections.iter_mut().for_each(Connection::cut_when_late);
            self.advance(ready.connections);
            if !ready.listener.is_empty() {
                self.accept(ready.listener);
            }
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        let are_all_closed = !self.is_listening && self.connections.is_empty();
        let is_any_in_hand = || self.connections.iter().any(Connection::is_sending);
        are_all_closed || (self.stop.is_silent() && !is_any_in_hand())
    }

    fn wait(&mut self, stop: BorrowedFd<'_>) -> Result<Ready> {
        let tend = self.shared.responder.tend();
        self.paused_until = self.paused_until.filter(|until| *until > Instant::now());
        let is_accepting = self.is_listening && self.paused_until.is_none();
        let mut waited = Vec::with_capacity(self.connections.len() + 2);
        waited.extend(self.connections.iter().map(|it| PollFd::new(it, it.awaits())));
        if is_accepting {
            waited.push(PollFd::from_borrowed_fd(self.listener, PollFlags::IN | PollFlags::RDHUP));
        }
        if !self.stop.has_begun() {
            waited.push(PollFd::from_borrowed_fd(stop, PollFlags::IN));
        }
        let pause = self.paused_until.map(|_| PAUSE);
        let cut_at = self.connections.iter().filter_map(Connection::cut_at).min();
        let cut = cut_at.map(|at| at.saturating_duration_since(Instant::now()));
        let timeout = pause.into_iter().chain(cut).chain(self.stop.timeout()).chain(tend).min();
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        match poll(&mut waited, timeout.as_ref()) {
            Err(Errno::INTR) | Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let mut shown = waited.iter().map(PollFd::revents);
        let connections = shown.by_ref().take(self.connections.len());
        let connections = connections.map(|events| !events.is_empty()).collect();
        let listener = if is_accepting { shown.next() } else { None };
        Ok(Ready {
            connections,
            listener: listener.unwrap_or(PollFlags::empty()),
            stop: shown.next().is_some_and(|events| !events.is_empty()),
        })
    }

    /// Lets the connections that are ready go on.
    fn advance(&mut self, ready: Vec<bool>) {
        let mut ready = ready.into_iter();
        let shared = &mut self.shared;
        let before = self.connections.len();
        self.connections.retain_mut(|connection| {
            ready.next() != Some(true) || advance(connection, shared) == Next::Wait
        });
        if self.connections.len() < before {
            self.paused_until = None;
        }
        self.after_responses();
    }

    fn after_responses(&mut self) {
        if std::mem::take(&mut self.shared.has_responded) {
            self.shared.responder.after_response();
        }
    }

    fn accept(&mut self, events: PollFlags) {
        if self.connections.len() >= self.shared.limits.connections {
            return self.make_room();
        }
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        match acceptfrom_with(self.listener, flags) {
            Ok((_, address)) if !self.web_servers.admit(address.clone()) => {
                self.shared.responder.failed(&Failure::Stranger);
            }
            Ok((peer, _)) => {
                let mut connection = Connection::new(peer);
                if advance(&mut connection, &mut self.shared) == Next::Wait {
                    self.connections.push(connection);
                } else {
                    // The web server must not wait for what follows the response.
                    drop(connection);
                }
                self.after_responses();
            }
            Err(Errno::INTR | Errno::CONNABORTED) => {}
            // Another process was quicker; or the socket was shut down, and
            // nobody waits any more.
            Err(Errno::AGAIN) => {
                self.is_listening = !events.intersects(PollFlags::RDHUP | PollFlags::HUP);
            }
            Err(Errno::INVAL) => self.is_listening = false,
            Err(error) => {
                self.shared.responder.failed(&Failure::Accept(error.into()));
                self.make_room();
            }
        }
    }

    /// Closes the connection that has been silent for longest, or accepts none
    /// for a while.
    fn make_room(&mut self) {
        let idle = self.connections.iter().enumerate().filter(|(_, it)| !it.is_sending());
        match most_silent(idle.map(|(index, it)| (index, it.silence()))) {
            Some(index) => drop(self.connections.swap_remove(index)),
            None => self.paused_until = Some(Instant::now() + PAUSE),
        }
    }
}

/// The connection that has been silent for longest, if for more than
/// [`PATIENCE`].
fn most_silent(silences: impl Iterator<Item = (usize, Duration)>) -> Option<usize> {
    let (index, longest) = silences.max_by_key(|(_, silence)| *silence)?;
    (longest > PATIENCE).then_some(index)
}

/// Lets a connection go on. One that breaks the protocol is to be closed.
fn advance(connection: &mut Connection, shared: &mut Shared<'_>) -> Next {
    connection.advance(shared).unwrap_or_else(|error| {
        shared.responder.failed(&Failure::Protocol(error));
        Next::Close
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_connection_that_has_been_silent_for_more_than_a_second_makes_room() {
        let second = Duration::from_secs(1);
        for (silences, closed) in [
            (&[][..], None),
            (&[Duration::ZERO, second], None),
            (&[second, 3 * second, 2 * second], Some(1)),
        ] {
            let numbered = silences.iter().copied().enumerate();
            assert_eq!(most_silent(numbered), closed, "{silences:?}");
        }
    }
}
