//! A response as records: `STDOUT` records around the application's bytes,
//! without copying them, and the end of the request.

use std::io::{IoSlice, Read};

use crate::record::{self, HEADER_BYTES, MAX_CONTENT_BYTES, ProtocolStatus};

/// A response: the application's standard output.
pub struct Response {
    /// What comes first, for CGI the header fields.
    pub head: Vec<u8>,
    /// What follows.
    pub content: Content,
}

/// The part of a response that may be long.
pub enum Content {
    /// Held in memory, and with the head and the end of the request sent in one
    /// write.
    Bytes(Vec<u8>),
    /// Read in pieces as the web server takes them. Dropped when the web server
    /// has closed the connection, or taken all of it where it keeps the
    /// connection.
    Stream(Box<dyn Read>),
}

/// The records of a piece of standard output.
pub(crate) struct Output<'p> {
    headers: Vec<[u8; HEADER_BYTES]>,
    parts: [&'p [u8]; 2],
    end: Vec<u8>,
}

impl<'p> Output<'p> {
    /// Makes records of the parts, one after another; with the end of the
    /// request if these are its last.
    pub(crate) fn new(id: u16, parts: [&'p [u8]; 2], is_last: bool) -> Self {
        let mut left: usize = parts.iter().map(|part| part.len()).sum();
        let mut headers = Vec::with_capacity(left / MAX_CONTENT_BYTES + 1);
        while left > 0 {
            let length = u16::try_from(left).unwrap_or(u16::MAX);
            headers.push(record::stdout_header(id, length));
            left = left.saturating_sub(usize::from(length));
        }
        let end = if is_last {
            let complete = record::end_request(id, ProtocolStatus::RequestComplete);
            [&record::stdout_header(id, 0)[..], &complete].concat()
        } else {
            Vec::new()
        };
        Self { headers, parts, end }
    }

    /// The bytes of the records, in order.
    pub(crate) fn slices(&self) -> Vec<IoSlice<'_>> {
        let mut slices = Vec::with_capacity(self.headers.len() * 3 + 1);
        let mut parts = self.parts.iter();
        let mut part: &[u8] = &[];
        for header in &self.headers {
            slices.push(IoSlice::new(header));
            let mut left = usize::from(u16::from_be_bytes([header[4], header[5]]));
            while left > 0 {
                if part.is_empty() {
                    let Some(next) = parts.next() else { break };
                    part = next;
                }
                let (now, later) = part.split_at(left.min(part.len()));
                slices.push(IoSlice::new(now));
                left -= now.len();
                part = later;
            }
        }
        slices.push(IoSlice::new(&self.end));
        slices
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The standard output and the number of records, read from the records.
    fn output(bytes: &[u8]) -> (Vec<u8>, usize) {
        let (mut content, mut count, mut rest) = (Vec::new(), 0, bytes);
        while let [1, 6, 0, 7, high, low, 0, 0, more @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            content.extend_from_slice(&more[..length]);
            rest = &more[length..];
            count += 1;
        }
        assert!(rest.is_empty() || rest == record::end_request(7, ProtocolStatus::RequestComplete));
        (content, count)
    }

    #[test]
    fn records_hold_the_parts_in_order_whatever_their_sizes() {
        for (first, second, records) in [
            (0, 0, 0),
            (1, 0, 1),
            (0, 1, 1),
            (100, 65_435, 1),
            (100, 65_436, 2),
            (65_535, 65_535, 2),
            (65_536, 200_000, 5),
        ] {
            let (head, body) = (vec![b'h'; first], vec![b'b'; second]);
            for is_last in [false, true] {
                let records_of = Output::new(7, [&head, &body], is_last);
                let slices = records_of.slices();
                let bytes: Vec<u8> = slices.iter().flat_map(|slice| slice.to_vec()).collect();
                let (content, count) = output(&bytes);
                assert_eq!(count, records + usize::from(is_last), "{first} and {second}");
                assert!(content == [head.clone(), body.clone()].concat());
            }
        }
    }
}
