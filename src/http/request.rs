//! A request as the gateway hands it in.

use std::net::IpAddr;

use http::HeaderName;
use serde::Serialize;

/// Largest body that is read, in bytes: mod_fcgid's default limit
/// (FcgidMaxRequestLen), which users of a shared host cannot raise.
pub const MAX_BODY_BYTES: usize = 131_072;

/// A request. Apache joins header fields of the same name.
pub type Request = http::Request<Body>;

/// What the gateway read of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The whole body, at most [`MAX_BODY_BYTES`].
    Whole(Vec<u8>),
    /// More than [`MAX_BODY_BYTES`] were sent; they are not kept.
    TooLarge,
}

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// How the web server handed it in.
    pub mode: Mode,
    /// The client's address as Apache gives it; behind a proxy, the proxy's.
    pub remote_address: IpAddr,
    /// What protected the request on its way to the web server.
    pub transport: Transport,
}

/// What protected a request on its way to the web server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TLS, which the web server or a proxy before it has ended.
    Tls,
    /// Nothing, but it never left this machine, as in development.
    Loopback,
    /// Nothing.
    Plain,
}

/// How the web server runs this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The process answers one request after another.
    FastCgi,
    /// The process was started for this request.
    Cgi,
}

/// The trimmed value of a header field, if it is not empty and in ASCII.
pub fn header(request: &Request, name: HeaderName) -> Option<&str> {
    let value = request.headers().get(name)?.to_str().ok()?.trim();
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use http::header::IF_MATCH;

    use super::*;

    #[test]
    fn a_header_field_is_trimmed_and_an_empty_or_unreadable_one_is_absent() {
        let mut request = Request::new(Body::Whole(Vec::new()));
        assert_eq!(header(&request, IF_MATCH), None);
        for (sent, read) in [(" x y\t", Some("x y")), (" \t", None), ("\u{e4}", None)] {
            let value = http::HeaderValue::from_bytes(sent.as_bytes()).unwrap();
            request.headers_mut().insert(IF_MATCH, value);
            assert_eq!(header(&request, IF_MATCH), read, "{sent}");
        }
    }
}
