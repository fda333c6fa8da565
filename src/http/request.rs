//! A request as the gateway hands it in.

use std::net::IpAddr;

use http::{HeaderMap, Method};
use serde::Serialize;

use super::target::Target;

/// Largest body that is looked at, in bytes: mod_fcgid's default limit
/// (FcgidMaxRequestLen), which a shared host does not let us raise.
pub const MAX_BODY_BYTES: usize = 131_072;

/// What the gateway read of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The whole body, at most [`MAX_BODY_BYTES`].
    Whole(Vec<u8>),
    /// More than [`MAX_BODY_BYTES`] were sent; they are not kept.
    TooLarge,
}

/// The two ways in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The process answers one request after another.
    FastCgi,
    /// The process was started for this request.
    Cgi,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// How it came.
    pub mode: Mode,
    /// The method as sent.
    pub method: Method,
    /// Path and query as sent.
    pub target: Target,
    /// The header fields; those of the same name are joined by Apache.
    pub headers: HeaderMap,
    /// The peer that Apache believes in; behind a proxy, the proxy.
    pub remote_address: IpAddr,
    /// The body.
    pub body: Body,
}

impl Request {
    /// A header field's value, if it is there once, not empty and text.
    pub fn header(&self, name: http::HeaderName) -> Option<&str> {
        let value = self.headers.get(name)?.to_str().ok()?.trim();
        (!value.is_empty()).then_some(value)
    }
}
