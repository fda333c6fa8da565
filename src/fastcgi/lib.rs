//! A FastCGI responder (specification 1.0) on one thread. [`serve`] accepts
//! connections, gathers each request, has it answered by a [`Responder`], and
//! sends the response: usually one read and one write. It waits for all
//! connections at once, so that a silent one holds up no other. Knows nothing
//! of HTTP, of what parameters mean, or of the service behind it.

#![forbid(unsafe_code)]

use std::time::Duration;

pub mod assembly;
mod connection;
mod error;
mod outbox;
pub mod pairs;
pub mod record;
mod response;
mod server;
mod stop;
mod web_servers;

pub use assembly::{Body, Request};
pub use error::{Failure, ProtocolError};
pub use response::{Content, Response};
pub use server::serve;
pub use web_servers::WebServers;

/// What answers requests.
pub trait Responder {
    /// Answers a request.
    fn respond(&mut self, request: Request) -> Response;

    /// Called after a response was sent, or as much of it as the web server
    /// took at once: time for work for which nobody waits.
    fn after_response(&mut self) {}

    /// Called before each wait, to look after what runs beside the requests.
    /// Returns how long the wait may take at most, if it may not take for ever.
    fn tend(&mut self) -> Option<Duration> {
        None
    }

    /// Called after a failure that ended no more than a connection, for a log.
    fn failed(&mut self, _failure: &Failure) {}
}

/// Bounds on what web servers can take of this process.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most connections at a time, 1 or more. Where another one waits, the one
    /// that has been silent for longest is closed.
    pub connections: usize,
    /// Most bytes of a request's parameters. A larger request is refused as
    /// [`Overloaded`](record::ProtocolStatus::Overloaded).
    pub params_bytes: usize,
    /// Most bytes of a body that are kept. A larger one is [`Body::TooLarge`].
    pub body_bytes: usize,
    /// Longest time for which a streamed response is sent. What is left then is
    /// not sent, nor the end of the request, by which the web server sees that
    /// the response is not whole.
    pub stream_time: Duration,
}
