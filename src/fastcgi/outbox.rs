//! What a connection has still to send. Never waits.

use std::io::{IoSlice, Read, Result};
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::{SendAncillaryBuffer, SendFlags, send, sendmsg};

use crate::response::{Content, Output, Response};

/// Size of the pieces of a streamed response.
const PIECE_BYTES: usize = 32 * 1024;
/// Most slices that one call takes (IOV_MAX).
const MAX_SLICES: usize = 1024;
/// A buffer that has grown larger is given back once it is empty.
const KEPT_BYTES: usize = 16 * 1024;

/// Records for the peer, and the response that further ones are made of.
#[derive(Default)]
pub(crate) struct Outbox {
    /// Whole records, of which the first `sent` bytes are sent.
    records: Vec<u8>,
    sent: usize,
    streaming: Option<Streaming>,
}

struct Streaming {
    id: u16,
    rest: Box<dyn Read>,
    has_ended: bool,
}

impl Outbox {
    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.streaming.as_ref().is_none_or(|response| response.has_ended)
    }

    /// Where short records are appended.
    pub(crate) fn replies(&mut self) -> &mut Vec<u8> {
        &mut self.records
    }

    /// Sends a response, as far as the peer takes it at once.
    pub(crate) fn respond(&mut self, peer: &OwnedFd, id: u16, response: Response) -> Result<()> {
        let head = &response.head;
        match response.content {
            Content::Bytes(bytes) => self.send(peer, &Output::new(id, [head, &bytes], true)),
            Content::Stream(rest) => {
                self.streaming = Some(Streaming { id, rest, has_ended: false });
                self.send_piece(peer, head)
            }
        }
    }

    /// Drops the response that was streamed.
    pub(crate) fn release(&mut self) {
        self.streaming = None;
    }

    /// Drops what is not sent yet. The response itself is kept until
    /// [`Self::release`].
    pub(crate) fn cut(&mut self) {
        self.sent = 0;
        self.records = Vec::new();
        if let Some(response) = &mut self.streaming {
            response.has_ended = true;
        }
    }

    /// Sends what the peer takes at once. Returns whether that was all.
    pub(crate) fn flush(&mut self, peer: &OwnedFd) -> Result<bool> {
        while !self.is_empty() {
            match self.records.get(self.sent..) {
                Some(unsent @ [_, ..]) => match send(peer, unsent, SendFlags::NOSIGNAL) {
                    Ok(count) => self.sent = self.sent.saturating_add(count),
                    Err(Errno::INTR) => {}
                    Err(Errno::AGAIN) => return Ok(false),
                    Err(error) => return Err(error.into()),
                },
                _ => {
                    self.sent = 0;
                    self.records.clear();
                    self.records.shrink_to(KEPT_BYTES);
                    self.send_piece(peer, &[])?;
                }
            }
        }
        Ok(true)
    }

    /// Sends the next piece of a streamed response, after `head`.
    fn send_piece(&mut self, peer: &OwnedFd, head: &[u8]) -> Result<()> {
        let Some(response) = self.streaming.as_mut().filter(|response| !response.has_ended) else {
            return Ok(());
        };
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        let limit = u64::try_from(PIECE_BYTES).unwrap_or(u64::MAX);
        response.rest.by_ref().take(limit).read_to_end(&mut piece)?;
        response.has_ended = piece.len() < PIECE_BYTES;
        let output = Output::new(response.id, [head, &piece], response.has_ended);
        self.send(peer, &output)
    }

    /// Sends records; keeps what the peer does not take at once.
    fn send(&mut self, peer: &OwnedFd, output: &Output<'_>) -> Result<()> {
        let slices = output.slices();
        let mut sent = 0;
        if self.records.is_empty() {
            let first: &[IoSlice<'_>] = slices.get(..MAX_SLICES).unwrap_or(&slices);
            let nothing = &mut SendAncillaryBuffer::default();
            sent = match sendmsg(peer, first, nothing, SendFlags::NOSIGNAL) {
                Err(Errno::AGAIN | Errno::INTR) => 0,
                other => other?,
            };
        }
        for slice in &slices {
            let skipped = sent.min(slice.len());
            sent = sent.saturating_sub(skipped);
            self.records.extend_from_slice(slice.get(skipped..).unwrap_or_default());
        }
        Ok(())
    }
}
