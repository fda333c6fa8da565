//! An answer before the gateway writes it.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use super::problem::Problem;

/// One answer, whole in memory: it is written at once, which frees the
/// FastCGI process at once.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The header fields; the gateway adds none but `Status`.
    pub headers: HeaderMap,
    /// The body; empty for 204.
    pub body: Vec<u8>,
}

impl Response {
    /// An answer without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Vec::new() }
    }

    /// An answer with a JSON body.
    ///
    /// # Errors
    /// A value that JSON cannot hold; none of ours, so a fault of ours.
    pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
        Ok(Self::json_bytes(status, body))
    }

    /// An answer whose JSON body is rendered already.
    pub fn json_bytes(status: StatusCode, body: Vec<u8>) -> Self {
        let mut response = Self { status, headers: HeaderMap::new(), body };
        response.set(header::CONTENT_TYPE, "application/json");
        response
    }

    /// Sets a header field. A value that no header can carry is left out:
    /// all values are ours and plain ASCII.
    pub fn set(&mut self, name: HeaderName, value: impl AsRef<str>) {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.insert(name, value);
        }
    }

    /// The same answer with one more header field.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        self.set(name, value);
        self
    }
}
