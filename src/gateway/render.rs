//! An answer as a CGI document (RFC 3875 section 6). `Status` always stands
//! first: without it Apache would interpret Location and ETag by itself.

use std::io::{Result, Write};

use crate::http::response::{Client, Response};

/// More than the status line and our header fields need.
const HEAD_BYTES: usize = 1024;

/// Writes answers to the web server, each piece by one write.
pub(super) struct Output<W>(pub(super) W);

impl<W: Write> Client for Output<W> {
    fn begin(&mut self, response: &Response) -> Result<()> {
        self.0.write_all(&document(response))
    }

    fn go_on(&mut self, more: &[u8]) -> Result<()> {
        self.0.write_all(more)
    }
}

fn document(response: &Response) -> Vec<u8> {
    let status = response.status;
    let reason = status.canonical_reason().unwrap_or("Unknown");
    let mut document = Vec::with_capacity(response.body.len() + HEAD_BYTES);
    document.extend_from_slice(format!("Status: {} {reason}\r\n", status.as_u16()).as_bytes());
    for (name, value) in &response.headers {
        document.extend_from_slice(name.as_str().as_bytes());
        document.extend_from_slice(b": ");
        document.extend_from_slice(value.as_bytes());
        document.extend_from_slice(b"\r\n");
    }
    document.extend_from_slice(b"\r\n");
    document.extend_from_slice(&response.body);
    document
}
