//! A request from CGI variables (RFC 3875), as Apache names them.

use std::net::IpAddr;
use std::str::from_utf8;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::http::problem::{Code, Problem};
use crate::http::request::{Body, Mode, Origin, Request, Transport};
use crate::http::target;

/// Room for as many header fields, at first: Apache takes at most 100.
const FIELDS: usize = 128;

/// The variables of one request, which may hold any bytes.
pub(super) struct Variables<'v> {
    mode: Mode,
    list: Vec<(&'v [u8], &'v [u8])>,
}

impl<'v> Variables<'v> {
    pub(super) fn new(mode: Mode, list: impl Iterator<Item = (&'v [u8], &'v [u8])>) -> Self {
        Self { mode, list: list.collect() }
    }

    /// The value of a variable; without one and with one that is not UTF-8,
    /// an empty text.
    fn text(&self, name: &str) -> &'v str {
        let found = self.list.iter().find(|(key, _)| *key == name.as_bytes());
        found.and_then(|(_, value)| from_utf8(value).ok()).unwrap_or_default()
    }

    /// The same as an internal redirect, or two of them, have renamed it.
    fn redirected(&self, name: &str) -> &'v str {
        match self.text(&["REDIRECT_", name].concat()) {
            "" => self.text(&["REDIRECT_REDIRECT_", name].concat()),
            once => once,
        }
    }

    /// Makes a request of the variables and of the body.
    pub(super) fn request(
        &self,
        body: Result<Body, Problem>,
    ) -> Result<(Request, Origin), Problem> {
        let method = Method::from_bytes(self.text("REQUEST_METHOD").as_bytes())
            .map_err(|_| bad_request("The method is not a token."))?;
        let uri = target::parse(self.text("REQUEST_URI"))
            .ok_or_else(|| bad_request("The request target is not readable."))?;
        let remote_address: IpAddr = self
            .text("REMOTE_ADDR")
            .parse()
            .map_err(|_| bad_request("The client has no address."))?;
        let headers = self.headers()?;
        let mut request = Request::new(body?);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok((request, Origin { mode: self.mode, remote_address, transport: self.transport() }))
    }

    /// Apache sets HTTPS where it ends TLS itself; a proxy that ends TLS sends
    /// X-Forwarded-Proto. A request through a proxy does not count as loopback.
    fn transport(&self) -> Transport {
        let is = |name, value: &str| self.text(name).eq_ignore_ascii_case(value);
        if is("HTTPS", "on") || is("HTTP_X_FORWARDED_PROTO", "https") {
            return Transport::Tls;
        }
        let server = self.text("SERVER_ADDR").parse::<IpAddr>().ok();
        let is_proxied = !self.text("HTTP_X_FORWARDED_PROTO").is_empty();
        match server {
            Some(address) if address.to_canonical().is_loopback() && !is_proxied => {
                Transport::Loopback
            }
            _ => Transport::Plain,
        }
    }

    fn headers(&self) -> Result<HeaderMap, Problem> {
        let mut headers = HeaderMap::with_capacity(self.list.len().min(FIELDS));
        for (name, value) in &self.list {
            let field = match *name {
                b"CONTENT_TYPE" | b"CONTENT_LENGTH" => name,
                other => match other.strip_prefix(b"HTTP_") {
                    Some(field) => field,
                    None => continue,
                },
            };
            // Empty fields are ignored, except If-Match: an empty If-Match never
            // matches.
            if value.is_empty() && field != b"IF_MATCH" {
                continue;
            }
            let field: Vec<u8> =
                field.iter().map(|byte| if *byte == b'_' { b'-' } else { *byte }).collect();
            let name = HeaderName::from_bytes(&field)
                .map_err(|_| bad_request("A header field has no readable name."))?;
            let text = from_utf8(value).map_err(|_| unreadable(&name, "is not UTF-8"))?;
            let value = HeaderValue::from_str(text)
                .map_err(|_| unreadable(&name, "holds a control character"))?;
            headers
                .try_append(name, value)
                .map_err(|_| bad_request("The request has too many header fields."))?;
        }
        self.add_redirected_authorization(&mut headers);
        Ok(headers)
    }

    /// Apache hides Authorization from programs; `.htaccess` brings it back,
    /// on some hosts under this name only. Two that differ stay two, which
    /// authentication refuses.
    fn add_redirected_authorization(&self, headers: &mut HeaderMap) {
        let redirected = self.redirected("HTTP_AUTHORIZATION");
        let plain = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
        if redirected.is_empty() || plain == Some(redirected.as_bytes()) {
            return;
        }
        if let Ok(value) = HeaderValue::from_str(redirected) {
            let _ = headers.try_append(header::AUTHORIZATION, value);
        }
    }
}

fn unreadable(name: &HeaderName, fault: &str) -> Problem {
    bad_request(&format!("The header field {name} {fault}."))
}

pub(super) fn bad_request(detail: &str) -> Problem {
    Problem::new(Code::BAD_REQUEST, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: [(&str, &str); 3] = [
        ("REMOTE_ADDR", "192.0.2.1"),
        ("REQUEST_METHOD", "GET"),
        ("REQUEST_URI", "/api/health?x=1"),
    ];

    fn request(more: &[(&str, &[u8])], body: &[u8]) -> Result<Request, Problem> {
        let least = LEAST.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        let more = more.iter().map(|(name, value)| (name.as_bytes(), *value));
        let variables = Variables::new(Mode::Cgi, more.chain(least));
        variables.request(Ok(Body::Whole(body.to_vec()))).map(|(request, _)| request)
    }

    #[test]
    fn headers_get_their_names_back() {
        let request = request(
            &[
                ("HTTP_IF_MATCH", b"\"x\""),
                ("CONTENT_TYPE", b"application/json"),
                ("HTTP_EMPTY", b""),
                ("HTTP_X_NAME", "Zürich".as_bytes()),
            ],
            b"{}",
        )
        .unwrap();
        assert_eq!(request.headers()[header::IF_MATCH], "\"x\"");
        assert_eq!(request.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(request.headers()["x-name"].as_bytes(), "Zürich".as_bytes());
        assert_eq!(request.headers().len(), 3);
        assert_eq!(request.body(), &Body::Whole(b"{}".to_vec()));
    }

    #[test]
    fn a_condition_that_is_empty_is_one() {
        let request = request(&[("HTTP_IF_MATCH", b"")], b"").unwrap();
        assert!(request.headers().contains_key(header::IF_MATCH));
    }

    #[test]
    fn what_the_request_needs_is_missed() {
        for missing in LEAST.map(|(name, _)| name) {
            let some = LEAST.iter().filter(|(name, _)| *name != missing);
            let some = some.map(|(name, value)| (name.as_bytes(), value.as_bytes()));
            let result = Variables::new(Mode::Cgi, some).request(Ok(Body::Whole(Vec::new())));
            assert_eq!(result.unwrap_err().code(), Code::BAD_REQUEST, "{missing}");
        }
    }

    #[test]
    fn a_header_field_that_is_no_text_is_named() {
        for (value, detail) in [
            (&b"caf\xe9"[..], "The header field x-name is not UTF-8."),
            (b"a\nb", "The header field x-name holds a control character."),
        ] {
            let problem = request(&[("HTTP_X_NAME", value)], b"").unwrap_err();
            assert_eq!(problem.code(), Code::BAD_REQUEST);
            assert!(format!("{:?}", problem).contains(detail), "{problem:?}");
        }
        assert!(request(&[("HTTP_", b"x")], b"").is_err());
    }

    #[test]
    fn other_variables_may_hold_any_bytes() {
        let others: [(&str, &[u8]); 2] = [("PATH_INFO", b"/\xff"), ("SSL_CLIENT_S_DN", b"\xe9\n")];
        assert!(request(&others, b"").is_ok());
        assert!(request(&[("REQUEST_URI", b"/\xff")], b"").is_err());
    }

    #[test]
    fn authorization_arrives_under_any_of_its_names() {
        for name in [
            "HTTP_AUTHORIZATION",
            "REDIRECT_HTTP_AUTHORIZATION",
            "REDIRECT_REDIRECT_HTTP_AUTHORIZATION",
        ] {
            let request = request(&[(name, b"Bearer x")], b"").unwrap();
            assert_eq!(request.headers()[header::AUTHORIZATION], "Bearer x", "{name}");
        }
        for (other, count) in [(b"Bearer y", 2), (b"Bearer x", 1)] {
            let both: [(&str, &[u8]); 2] =
                [("HTTP_AUTHORIZATION", b"Bearer x"), ("REDIRECT_HTTP_AUTHORIZATION", other)];
            assert_eq!(request(&both, b"").unwrap().headers().len(), count);
        }
    }

    #[test]
    fn a_request_without_tls_is_plain_except_on_loopback() {
        use Transport::{Loopback, Plain, Tls};
        let (here, there) = (("SERVER_ADDR", "127.0.0.1"), ("SERVER_ADDR", "192.0.2.1"));
        let forwarded = |scheme| ("HTTP_X_FORWARDED_PROTO", scheme);
        for (more, transport) in [
            (vec![], Plain),
            (vec![there], Plain),
            (vec![("SERVER_ADDR", "localhost")], Plain),
            (vec![here], Loopback),
            (vec![("SERVER_ADDR", "::1")], Loopback),
            (vec![("SERVER_ADDR", "::ffff:127.0.0.1")], Loopback),
            (vec![here, forwarded("http")], Plain),
            (vec![here, forwarded("")], Loopback),
            (vec![here, forwarded("HTTPS")], Tls),
            (vec![there, forwarded("https")], Tls),
            (vec![there, ("HTTPS", "on")], Tls),
            (vec![there, ("HTTPS", "off")], Plain),
            (vec![there, ("HTTP_HTTPS", "on")], Plain),
        ] {
            let all = more.iter().chain(&LEAST);
            let all = all.map(|(name, value)| (name.as_bytes(), value.as_bytes()));
            let made = Variables::new(Mode::Cgi, all).request(Ok(Body::Whole(Vec::new())));
            assert_eq!(made.unwrap().1.transport, transport, "{more:?}");
        }
    }
}
