//! A response before the gateway writes it.

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use tempfile::SpooledTempFile;

use crate::slots::Slot;

/// The largest body after which the web server frees the process at once,
/// however slowly the client reads: mod_fcgid buffers 64 KiB
/// (FcgidOutputBufferSize), of which the head takes less than 2 KiB.
pub const MAX_BUFFERED_BYTES: usize = 62 * 1024;

/// A response. The gateway adds no header field but `Status`.
pub type Response = http::Response<Body>;

/// A response body; empty for 204.
#[derive(Debug)]
pub enum Body {
    /// Held in memory and written at once, which frees the FastCGI process.
    Bytes(Vec<u8>),
    /// A document of any size, from its start. Its slot is released when the
    /// web server has closed the connection.
    Spooled(SpooledTempFile, Slot),
}

/// A response without a body.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::Bytes(Vec::new()));
    *response.status_mut() = status;
    response
}

/// A response with a JSON body.
///
/// # Errors
/// JSON cannot hold the value: a fault of the program.
pub fn json(status: StatusCode, value: &impl Serialize) -> serde_json::Result<Response> {
    json_with_capacity(512, status, value)
}

/// The same for a body of about `bytes` bytes. A page that grew by doubling
/// would leave half-sized blocks in the heap.
///
/// # Errors
/// As for [`json`].
pub fn json_with_capacity(
    bytes: usize,
    status: StatusCode,
    value: &impl Serialize,
) -> serde_json::Result<Response> {
    let mut body = Vec::with_capacity(bytes);
    serde_json::to_writer(&mut body, value)?;
    Ok(rendered(status, body))
}

/// A response with a body that is JSON already.
pub fn rendered(status: StatusCode, json: Vec<u8>) -> Response {
    let mut response = empty(status);
    *response.body_mut() = Body::Bytes(json);
    set(&mut response, header::CONTENT_TYPE, "application/json");
    response
}

/// Sets a header field. Leaves out a value that no header can carry: all
/// values come from this program and are plain ASCII.
pub fn set(response: &mut Response, name: HeaderName, value: impl AsRef<str>) {
    if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
        response.headers_mut().insert(name, value);
    }
}

/// The same response with one more header field.
#[must_use]
pub fn with(mut response: Response, name: HeaderName, value: impl AsRef<str>) -> Response {
    set(&mut response, name, value);
    response
}
