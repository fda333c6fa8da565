//! What can go wrong, as types.

use std::fmt;

use crate::record::Malformed;

/// Why a connection was closed: the peer broke the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolError {
    /// Bytes that are not a record of a web server.
    Malformed(Malformed),
    /// A request began again under the number of the active one.
    BeganTwice(u16),
    /// Parameters or a body went on after their end.
    AfterEnd(u16),
    /// The parameters hold a length that goes beyond their end.
    BadPair(u16),
    /// `DATA`, which only the role Filter receives.
    Data(u16),
}

/// A failure that ended no more than a connection.
#[derive(Debug)]
pub enum Failure {
    /// The peer broke the protocol.
    Protocol(ProtocolError),
    /// No connection can be accepted now: file descriptors or memory are used up.
    Accept(std::io::Error),
    /// The peer is none of `FCGI_WEB_SERVER_ADDRS`.
    Stranger,
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(malformed) => malformed.fmt(out),
            Self::BeganTwice(id) => write!(out, "request {id} began again"),
            Self::AfterEnd(id) => write!(out, "a stream of request {id} went on after its end"),
            Self::BadPair(id) => write!(out, "a parameter of request {id} is longer than all"),
            Self::Data(id) => write!(out, "DATA for request {id}, whose role has none"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(error) => write!(out, "a web server broke the protocol: {error}"),
            Self::Accept(error) => write!(out, "no connection can be accepted: {error}"),
            Self::Stranger => out.write_str("a peer is not in FCGI_WEB_SERVER_ADDRS"),
        }
    }
}

impl std::error::Error for ProtocolError {}
impl std::error::Error for Failure {}

impl From<Malformed> for ProtocolError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}
