//! A response before the gateway writes it.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use tempfile::SpooledTempFile;

use super::problem::Problem;
use crate::slots::Slot;

/// A response body.
#[derive(Debug)]
pub enum Body {
    /// Held in memory and written at once, which frees the FastCGI process.
    Bytes(Vec<u8>),
    /// A document of any size, from its start. Its slot is released when the
    /// web server has read all of it.
    Spooled(SpooledTempFile, Slot),
}

/// A response.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The header fields; the gateway adds none but `Status`.
    pub headers: HeaderMap,
    /// The body; empty for 204.
    pub body: Body,
}

impl Response {
    /// An answer without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Body::Bytes(Vec::new()) }
    }

    /// An answer with a JSON body.
    ///
    /// # Errors
    /// A value that JSON cannot hold; none of ours, so a fault of ours.
    pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Self, Problem> {
        Self::json_of_about(512, status, value)
    }

    /// The same for a body of about so many bytes. A page that grows by
    /// doubling would leave a trail of half-sized blocks in the heap.
    ///
    /// # Errors
    /// As for [`Self::json`].
    pub fn json_of_about(
        bytes: usize,
        status: StatusCode,
        value: &impl Serialize,
    ) -> Result<Self, Problem> {
        let mut body = Vec::with_capacity(bytes);
        serde_json::to_writer(&mut body, value).map_err(|error| Problem::internal(&error))?;
        let mut response = Self::empty(status);
        response.body = Body::Bytes(body);
        response.set(header::CONTENT_TYPE, "application/json");
        Ok(response)
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
