//! The rules that `any_bytes.rs` and the fuzzer in `fuzz/` check.

use fastcgi::assembly::{Assembly, Step};
use fastcgi::{Body, Limits, record};

/// Small, so that a few bytes exceed them.
pub(crate) const LIMITS: Limits = Limits {
    connections: 4,
    params_bytes: 1_000,
    body_bytes: 300,
    stream_time: std::time::Duration::MAX,
};
/// More than any reply takes: the values of three variables.
const MOST_REPLIED: usize = 100;

/// What the bytes of a connection led to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A request; its body unless that is too large.
    Request {
        /// Names and values.
        params: Vec<(Vec<u8>, Vec<u8>)>,
        /// The body.
        body: Option<Vec<u8>>,
    },
    /// A request that was refused or aborted.
    Ended(bool),
    /// The end of the connection: why.
    Error(String),
}

/// Reads `bytes` as they arrive in pieces of these sizes, again and again, and checks each step.
pub(crate) fn events(bytes: &[u8], pieces: &[usize]) -> Vec<Event> {
    let (mut events, mut assembly) = (Vec::new(), Assembly::default());
    let (mut unread, mut rest) = (Vec::new(), bytes);
    for size in pieces.iter().cycle() {
        let (piece, later) = rest.split_at((*size).clamp(1, rest.len().max(1)).min(rest.len()));
        if piece.is_empty() {
            break;
        }
        rest = later;
        unread.extend_from_slice(piece);
        if let Err(error) = take_all(&mut unread, &mut assembly, &mut events) {
            events.push(Event::Error(error));
            break;
        }
        assert!(unread.len() < record::MAX_RECORD_BYTES, "only the beginning of a record is kept");
    }
    events
}

/// Takes the complete records out of `unread`.
fn take_all(
    unread: &mut Vec<u8>,
    assembly: &mut Assembly,
    events: &mut Vec<Event>,
) -> Result<(), String> {
    loop {
        let found = record::parse(unread).map_err(|error| format!("{error:?}"))?;
        let Some((record, length)) = found else { return Ok(()) };
        assert!((record::HEADER_BYTES..=unread.len()).contains(&length), "{length}");
        let mut replies = Vec::new();
        let step = assembly.take(record, &LIMITS, &mut replies);
        assert!(replies.len() <= MOST_REPLIED, "{} bytes of replies", replies.len());
        match step.map_err(|error| format!("{error:?}"))? {
            Step::More => {}
            Step::Ended { keeps_connection } => events.push(Event::Ended(keeps_connection)),
            Step::Complete(mut request) => {
                let params: Vec<_> =
                    request.params().map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
                let size: usize = params.iter().map(|(name, value)| name.len() + value.len()).sum();
                assert!(size <= LIMITS.params_bytes, "{size} bytes of parameters");
                let body = match request.take_body() {
                    Body::Whole(body) => Some(body),
                    Body::TooLarge => None,
                };
                assert!(body.as_ref().is_none_or(|body| body.len() <= LIMITS.body_bytes));
                events.push(Event::Request { params, body });
            }
        }
        unread.drain(..length);
    }
}

/// Whatever arrives, it leads to the same wherever it is cut.
pub(crate) fn assert_rules(bytes: &[u8], pieces: &[usize]) {
    assert_eq!(events(bytes, pieces), events(bytes, &[bytes.len()]));
}
