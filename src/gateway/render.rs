//! Writes a response as a CGI document (RFC 3875 section 6). `Status` comes
//! first: without it Apache would interpret Location and ETag itself.

use std::io::{Result, Write, copy};

use crate::http::response::{Body, Response};

/// Initial capacity: more than the status line and the header fields need.
const HEAD_BYTES: usize = 1024;

/// Writes a response.
pub(super) fn write(response: Response, out: &mut impl Write) -> Result<()> {
    out.write_all(&head(&response))?;
    match response.into_body() {
        Body::Bytes(bytes) => out.write_all(&bytes),
        Body::Spooled(mut file, _slot) => copy(&mut file, out).map(drop),
    }
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
