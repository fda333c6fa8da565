//! Writes a response as a CGI document (RFC 3875 section 6). `Status` comes
//! first: without it Apache would interpret Location and ETag itself.

use std::io::{Read, Result, Write};
use std::time::{Duration, Instant};

use super::DOWNLOAD_TIME;
use crate::http::response::{Body, Response};

/// Initial capacity: more than the status line and the header fields need.
const HEAD_BYTES: usize = 1024;
/// Size of the pieces of a document.
const PIECE_BYTES: usize = 16 * 1024;

/// Writes a response.
pub(super) fn write(response: Response, out: &mut impl Write) -> Result<()> {
    out.write_all(&head(&response))?;
    match response.into_body() {
        Body::Bytes(bytes) => out.write_all(&bytes),
        Body::Spooled(file, _slot) => write_in_time(file, out, DOWNLOAD_TIME),
    }
}

/// Writes a document, as far as the web server takes it within `time`.
fn write_in_time(mut document: impl Read, out: &mut impl Write, time: Duration) -> Result<()> {
    let begun = Instant::now();
    let mut piece = [0; PIECE_BYTES];
    while begun.elapsed() < time {
        match document.read(&mut piece)? {
            0 => break,
            count => out.write_all(piece.get(..count).unwrap_or_default())?,
        }
    }
    Ok(())
}

/// The status line, the header fields and the empty line after them.
pub(super) fn head(response: &Response) -> Vec<u8> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or("Unknown");
    for part in ["Status: ", status.as_str(), " ", reason, "\r\n"] {
        head.extend_from_slice(part.as_bytes());
    }
    for (name, value) in response.headers() {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::http::response;

    #[test]
    fn a_response_is_written_with_its_status_its_header_fields_and_its_body() {
        let response = response::rendered(StatusCode::IM_A_TEAPOT, b"{}".to_vec());
        let mut out = Vec::new();
        write(response, &mut out).unwrap();
        let expected = "Status: 418 I'm a teapot\r\ncontent-type: application/json\r\n\r\n{}";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_document_is_written_whole_in_its_time_and_not_after_it() {
        let document = vec![b'x'; 3 * PIECE_BYTES + 1];
        for (time, written) in [(Duration::MAX, document.len()), (Duration::ZERO, 0)] {
            let mut out = Vec::new();
            write_in_time(&document[..], &mut out, time).unwrap();
            assert_eq!(out.len(), written);
        }
    }
}
