//! One connection: reads requests, has them answered, sends the responses.
//! Never waits: [`Connection::advance`] goes as far as the socket allows.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{RecvFlags, Shutdown, recv, shutdown};

use crate::assembly::{Assembly, Request, Step};
use crate::error::ProtocolError;
use crate::outbox::Outbox;
use crate::record;
use crate::response::Content;
use crate::{Limits, Responder};

/// What all connections use.
pub(crate) struct Shared<'s> {
    pub(crate) responder: &'s mut dyn Responder,
    pub(crate) limits: Limits,
    /// What was just read. Its capacity, which is more than a record takes,
    /// never changes.
    pub(crate) buffer: Vec<u8>,
    /// Whether every response ends its connection: the process stops, or
    /// another connection waits for room.
    pub(crate) ends_each: bool,
    /// Whether a response has been sent since [`Responder::after_response`] was called.
    pub(crate) has_responded: bool,
}

/// A connection that a web server has opened.
pub(crate) struct Connection {
    peer: OwnedFd,
    assembly: Assembly,
    /// The beginning of a record, and while a response is being sent also whole
    /// ones.
    unread: Vec<u8>,
    outbox: Outbox,
    then: Then,
    moved_at: Instant,
    /// When a response that is being streamed is cut.
    cut_at: Option<Instant>,
}

/// What follows when all is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The next request.
    Read,
    /// The end.
    Close,
    /// The end, once the peer has closed its side: it may still be sending, or
    /// reading a response whose source must stay until then.
    AwaitClose,
}

/// What is to be done with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Wait,
    Close,
}

/// What has become of the bytes that have arrived.
enum Received {
    /// All complete records were taken.
    All,
    /// Some wait until the response is sent.
    Some,
    /// The peer has ended the connection.
    End,
}

impl Connection {
    pub(crate) fn new(peer: OwnedFd) -> Self {
        Self {
            peer,
            assembly: Assembly::default(),
            unread: Vec::new(),
            outbox: Outbox::default(),
            then: Then::Read,
            moved_at: Instant::now(),
            cut_at: None,
        }
    }

    /// When a response is to be cut, if one is being streamed.
    pub(crate) fn cut_at(&self) -> Option<Instant> {
        self.cut_at
    }

    /// Cuts a streamed response whose time is over. Its source stays until the
    /// peer has closed its side: until then a web server that waits for its
    /// client counts this process as busy.
    pub(crate) fn cut_when_late(&mut self) {
        if self.cut_at.is_some_and(|at| at <= Instant::now()) {
            self.cut_at = None;
            self.outbox.cut();
            self.then = Then::AwaitClose;
            let _ = shutdown(&self.peer, Shutdown::Write);
        }
    }

    /// Whether some of a response is still to be sent.
    pub(crate) fn is_sending(&self) -> bool {
        !self.outbox.is_empty()
    }

    /// For how long nothing has gone in or out.
    pub(crate) fn silence(&self) -> Duration {
        self.moved_at.elapsed()
    }

    /// What the connection waits for. While it sends it does not read: so a
    /// peer that takes nothing cannot fill the memory with replies.
    pub(crate) fn awaits(&self) -> PollFlags {
        if self.is_sending() { PollFlags::OUT } else { PollFlags::IN }
    }

    /// Goes on until it would have to wait. A closed peer is not an error.
    ///
    /// # Errors
    /// The peer broke the protocol: the connection must be closed.
    pub(crate) fn advance(&mut self, shared: &mut Shared<'_>) -> Result<Next, ProtocolError> {
        self.moved_at = Instant::now();
        loop {
            match self.outbox.flush(&self.peer) {
                Ok(true) => {}
                Ok(false) => return Ok(Next::Wait),
                Err(_) => return Ok(Next::Close),
            }
            self.cut_at = None;
            match self.then {
                Then::Read => self.outbox.release(),
                Then::Close => return Ok(Next::Close),
                Then::AwaitClose => return Ok(self.discard(&mut shared.buffer)),
            }
            match self.receive(shared)? {
                Received::End => return Ok(Next::Close),
                Received::All if self.outbox.is_empty() && self.then == Then::Read => {
                    return Ok(Next::Wait);
                }
                Received::All | Received::Some => {}
            }
        }
    }

    fn receive(&mut self, shared: &mut Shared<'_>) -> Result<Received, ProtocolError> {
        let mut buffer = std::mem::take(&mut shared.buffer);
        // Taken, so that an idle connection holds no memory.
        buffer.append(&mut std::mem::take(&mut self.unread));
        let received = self.receive_into(&mut buffer, shared);
        buffer.clear();
        shared.buffer = buffer;
        received
    }

    fn receive_into(
        &mut self,
        buffer: &mut Vec<u8>,
        shared: &mut Shared<'_>,
    ) -> Result<Received, ProtocolError> {
        let mut taken = self.take_records(buffer, shared)?;
        if taken == 0 {
            match recv(&self.peer, spare_capacity(buffer), RecvFlags::empty()) {
                Ok((_, 0)) => return Ok(Received::End),
                Ok(_) => taken = self.take_records(buffer, shared)?,
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(_) => return Ok(Received::End),
            }
        }
        let rest = buffer.get(taken..).unwrap_or_default();
        self.unread.extend_from_slice(rest);
        let are_all_taken = record::parse(rest)?.is_none();
        Ok(if are_all_taken { Received::All } else { Received::Some })
    }

    /// Takes complete records until a response has to be sent or the
    /// connection ends. Returns the number of their bytes.
    fn take_records(
        &mut self,
        bytes: &[u8],
        shared: &mut Shared<'_>,
    ) -> Result<usize, ProtocolError> {
        let (mut rest, mut is_ready) = (bytes, true);
        while let (true, Some((record, length))) = (is_ready, record::parse(rest)?) {
            rest = rest.get(length..).unwrap_or_default();
            match self.assembly.take(record, &shared.limits, self.outbox.replies())? {
                Step::More => {}
                Step::Complete(request) => {
                    self.respond(request, shared);
                    is_ready = self.outbox.is_empty() && self.then == Then::Read;
                }
                Step::Ended { keeps_connection } if keeps_connection => {}
                Step::Ended { .. } => {
                    self.then = Then::AwaitClose;
                    is_ready = false;
                }
            }
        }
        Ok(bytes.len().saturating_sub(rest.len()))
    }

    fn respond(&mut self, request: Request, shared: &mut Shared<'_>) {
        let (id, keeps_connection) = (request.id, request.keeps_connection);
        let response = shared.responder.respond(request);
        shared.has_responded = true;
        if matches!(response.content, Content::Stream(_)) {
            self.cut_at = Instant::now().checked_add(shared.limits.stream_time);
        }
        self.then = match response.content {
            _ if keeps_connection && !shared.ends_each => Then::Read,
            Content::Bytes(_) => Then::Close,
            Content::Stream(_) => Then::AwaitClose,
        };
        if self.outbox.respond(&self.peer, id, response).is_err() {
            // The peer is gone, or the rest of the response cannot be read:
            // without END_REQUEST the web server sees that it is not whole.
            self.outbox = Outbox::default();
            self.then = Then::Close;
        }
    }

    /// Drops what still arrives, until the peer has closed its side.
    fn discard(&mut self, buffer: &mut Vec<u8>) -> Next {
        let _ = shutdown(&self.peer, Shutdown::Write);
        let received = recv(&self.peer, spare_capacity(buffer), RecvFlags::empty());
        buffer.clear();
        match received {
            Ok((_, 1..)) | Err(Errno::AGAIN | Errno::INTR) => Next::Wait,
            Ok((_, 0)) | Err(_) => Next::Close,
        }
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.peer.as_fd()
    }
}
