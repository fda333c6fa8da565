//! An answer as a CGI document (RFC 3875 section 6). `Status` always stands
//! first: without it Apache would interpret Location and ETag by itself.

use crate::http::response::Response;

/// More than the status line and our header fields need.
const HEAD_BYTES: usize = 1024;

pub(super) fn document(response: &Response) -> Vec<u8> {
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
