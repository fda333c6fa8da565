//! Writes a response as a CGI document (RFC 3875 section 6). `Status` comes
//! first: without it Apache would interpret Location and ETag itself.

use std::io::{BufReader, Result, Write, copy};

use crate::http::response::{Body, Response};

/// Initial capacity: more than the status line and the header fields need.
const HEAD_BYTES: usize = 1024;
/// Size of the pieces of a spooled body: fastcgi turns each write into a
/// record, which holds less than 64 KiB.
const PIECE_BYTES: usize = 32 * 1024;

/// Writes a response. A response in memory takes a single write.
pub(super) fn write(response: &mut Response, out: &mut impl Write) -> Result<()> {
    let mut document = head(response);
    match response.body_mut() {
        Body::Bytes(bytes) => {
            document.extend_from_slice(bytes);
            out.write_all(&document)
        }
        Body::Spooled(file, _) => {
            out.write_all(&document)?;
            copy(&mut BufReader::with_capacity(PIECE_BYTES, file), out).map(drop)
        }
    }
}

fn head(response: &Response) -> Vec<u8> {
    let body_bytes = if let Body::Bytes(bytes) = response.body() { bytes.len() } else { 0 };
    let mut head = Vec::with_capacity(HEAD_BYTES + body_bytes);
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or("Unknown");
    head.extend_from_slice(format!("Status: {} {reason}\r\n", status.as_u16()).as_bytes());
    for (name, value) in response.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
