//! From the records of one connection to requests, with the refusals of the
//! protocol. Pure: reads and writes no socket.

use crate::error::ProtocolError;
use crate::pairs::{self, Pairs};
use crate::record::{self, ProtocolStatus, Record};
use crate::{Limits, record::HEADER_BYTES};

/// The role Responder (specification section 6.2), the only one played.
const RESPONDER: u16 = 1;

/// The request of a connection that is arriving.
#[derive(Debug, Default)]
pub struct Assembly(Option<Arriving>);

/// What a record leads to.
#[derive(Debug)]
pub enum Step {
    /// More records are needed.
    More,
    /// A request has arrived.
    Complete(Request),
    /// The request was refused or aborted, and ended.
    Ended {
        /// Whether the connection stays open.
        keeps_connection: bool,
    },
}

/// A request that has arrived completely.
#[derive(Debug)]
pub struct Request {
    pub(crate) id: u16,
    pub(crate) keeps_connection: bool,
    params: Vec<u8>,
    body: Body,
}

/// A request's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// All of it. A slice of it is a `Read`.
    Whole(Vec<u8>),
    /// More than [`Limits::body_bytes`] arrived; they are not kept.
    TooLarge,
}

#[derive(Debug)]
struct Arriving {
    request: Request,
    has_params: bool,
    has_body: bool,
}

impl Request {
    /// The parameters, in the order of their arrival.
    pub fn params(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        // Only well-formed ones make a request.
        Pairs::new(&self.params).flatten()
    }

    /// Takes the body out of the request.
    #[must_use]
    pub fn take_body(&mut self) -> Body {
        std::mem::replace(&mut self.body, Body::Whole(Vec::new()))
    }
}

impl Assembly {
    /// Takes the next record, and appends to `replies` the records that answer
    /// it without the application.
    ///
    /// # Errors
    /// The peer broke the protocol: its connection is of no use any more.
    pub fn take(
        &mut self,
        record: Record<'_>,
        limits: &Limits,
        replies: &mut Vec<u8>,
    ) -> Result<Step, ProtocolError> {
        match record {
            Record::GetValues { content } => answer_values(content, limits, replies),
            Record::UnknownManagement { kind } => {
                replies.extend_from_slice(&record::unknown_type(kind));
            }
            Record::Begin { id, role, keeps_connection } => {
                return self.begin(id, role, keeps_connection, replies);
            }
            Record::Abort { id } => {
                return Ok(self.end(id, ProtocolStatus::RequestComplete, replies));
            }
            Record::Params { id, content } => return self.params(id, content, limits, replies),
            Record::Stdin { id, content } => return self.stdin(id, content, limits),
            Record::Data { id } if self.active(id).is_some() => {
                return Err(ProtocolError::Data(id));
            }
            Record::Data { .. } => {}
        }
        Ok(Step::More)
    }

    fn begin(
        &mut self,
        id: u16,
        role: u16,
        keeps_connection: bool,
        replies: &mut Vec<u8>,
    ) -> Result<Step, ProtocolError> {
        let refuse = |status, replies: &mut Vec<u8>| {
            replies.extend_from_slice(&record::end_request(id, status));
        };
        match &self.0 {
            Some(active) if active.request.id == id => return Err(ProtocolError::BeganTwice(id)),
            Some(_) => refuse(ProtocolStatus::CannotMultiplex, replies),
            None if role != RESPONDER => {
                refuse(ProtocolStatus::UnknownRole, replies);
                return Ok(Step::Ended { keeps_connection });
            }
            None => {
                let (params, body) = (Vec::new(), Body::Whole(Vec::new()));
                let request = Request { id, keeps_connection, params, body };
                self.0 = Some(Arriving { request, has_params: false, has_body: false });
            }
        }
        Ok(Step::More)
    }

    fn params(
        &mut self,
        id: u16,
        content: &[u8],
        limits: &Limits,
        replies: &mut Vec<u8>,
    ) -> Result<Step, ProtocolError> {
        let Some(active) = self.active(id) else { return Ok(Step::More) };
        if active.has_params {
            return Err(ProtocolError::AfterEnd(id));
        }
        let params = &mut active.request.params;
        if params.len().saturating_add(content.len()) > limits.params_bytes {
            return Ok(self.end(id, ProtocolStatus::Overloaded, replies));
        }
        params.extend_from_slice(content);
        if content.is_empty() {
            active.has_params = true;
            if Pairs::new(params).any(|pair| pair.is_err()) {
                return Err(ProtocolError::BadPair(id));
            }
        }
        Ok(self.complete())
    }

    fn stdin(&mut self, id: u16, content: &[u8], limits: &Limits) -> Result<Step, ProtocolError> {
        let Some(active) = self.active(id) else { return Ok(Step::More) };
        if active.has_body {
            return Err(ProtocolError::AfterEnd(id));
        }
        active.has_body = content.is_empty();
        if let Body::Whole(bytes) = &mut active.request.body {
            if bytes.len().saturating_add(content.len()) > limits.body_bytes {
                active.request.body = Body::TooLarge;
            } else {
                bytes.extend_from_slice(content);
            }
        }
        Ok(self.complete())
    }

    /// The request of this number, if it is arriving. Records of other numbers
    /// are ignored (specification section 3.3).
    fn active(&mut self, id: u16) -> Option<&mut Arriving> {
        self.0.as_mut().filter(|active| active.request.id == id)
    }

    fn end(&mut self, id: u16, status: ProtocolStatus, replies: &mut Vec<u8>) -> Step {
        match self.0.take_if(|active| active.request.id == id) {
            Some(Arriving { request: Request { keeps_connection, .. }, .. }) => {
                replies.extend_from_slice(&record::end_request(id, status));
                Step::Ended { keeps_connection }
            }
            None => Step::More,
        }
    }

    fn complete(&mut self) -> Step {
        let complete = self.0.take_if(|active| active.has_params && active.has_body);
        complete.map_or(Step::More, |active| Step::Complete(active.request))
    }
}

/// Answers those names that are known, each once (specification section 4.1).
fn answer_values(names: &[u8], limits: &Limits, replies: &mut Vec<u8>) {
    let connections = limits.connections.to_string();
    let mut values = Vec::new();
    for (name, value) in [
        ("FCGI_MAX_CONNS", connections.as_str()),
        ("FCGI_MAX_REQS", connections.as_str()),
        ("FCGI_MPXS_CONNS", "0"),
    ] {
        if Pairs::new(names).flatten().any(|(asked, _)| asked == name.as_bytes()) {
            pairs::push(&mut values, name.as_bytes(), value.as_bytes());
        }
    }
    // Three short pairs always fit.
    let header: [u8; HEADER_BYTES] =
        record::values_header(u16::try_from(values.len()).unwrap_or_default());
    replies.extend_from_slice(&header);
    replies.extend_from_slice(&values);
}

#[cfg(test)]
#[path = "assembly_tests.rs"]
mod tests;
