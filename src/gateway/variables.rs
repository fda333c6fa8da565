//! A request from CGI variables (RFC 3875), as Apache names them.

use std::io::Read;
use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::http::problem::{Code, Problem};
use crate::http::request::{Body, MAX_BODY_BYTES, Mode, Origin, Request, Transport};
use crate::http::target;

/// Without one of these a request is refused. The fastcgi crate drops every
/// parameter after one that is not UTF-8 without a word; Apache sends these
/// last, so what was dropped shows.
const MANDATORY: [&str; 5] =
    ["SERVER_PROTOCOL", "REQUEST_METHOD", "REQUEST_URI", "REMOTE_ADDR", "SCRIPT_NAME"];

/// The variables of one request.
pub(super) struct Variables {
    mode: Mode,
    list: Vec<(String, String)>,
}

impl Variables {
    pub(super) fn new(mode: Mode, list: Vec<(String, String)>) -> Self {
        Self { mode, list }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.list.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The same as an internal redirect, or two of them, have renamed it.
    fn redirected(&self, name: &str) -> Option<&str> {
        let once = ["REDIRECT_", name].concat();
        let twice = ["REDIRECT_", &once].concat();
        self.get(&once).or_else(|| self.get(&twice))
    }

    /// Makes a request of the variables and the body behind them.
    pub(super) fn request(&self, body: impl Read) -> Result<(Request, Origin), Problem> {
        if let Some(name) = MANDATORY.iter().find(|name| self.get(name).is_none()) {
            let cause = format!("{name} is missing: some parameter was not UTF-8, perhaps");
            return Err(bad_request("The request holds bytes that are not UTF-8.").because(&cause));
        }
        let text = |name| self.get(name).unwrap_or_default();
        let method = Method::from_bytes(text("REQUEST_METHOD").as_bytes())
            .map_err(|_| bad_request("The method is not a token."))?;
        let uri = target::parse(text("REQUEST_URI"))
            .ok_or_else(|| bad_request("The request target is not readable."))?;
        let remote_address: IpAddr =
            text("REMOTE_ADDR").parse().map_err(|_| bad_request("The client has no address."))?;
        let headers = self.headers()?;
        let mut request = Request::new(self.body(body)?);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok((request, Origin { mode: self.mode, remote_address, transport: self.transport() }))
    }

    /// Apache sets HTTPS where it ends TLS itself; a proxy that ends TLS sends
    /// X-Forwarded-Proto. A request through a proxy does not count as loopback.
    fn transport(&self) -> Transport {
        let is =
            |name, value: &str| self.get(name).is_some_and(|text| text.eq_ignore_ascii_case(value));
        if is("HTTPS", "on") || is("HTTP_X_FORWARDED_PROTO", "https") {
            return Transport::Tls;
        }
        let server = self.get("SERVER_ADDR").and_then(|text| text.parse::<IpAddr>().ok());
        let is_proxied = self.get("HTTP_X_FORWARDED_PROTO").is_some();
        match server {
            Some(address) if address.to_canonical().is_loopback() && !is_proxied => {
                Transport::Loopback
            }
            _ => Transport::Plain,
        }
    }

    fn headers(&self) -> Result<HeaderMap, Problem> {
        let mut headers = HeaderMap::new();
        let unreadable = |_| bad_request("A header field is not readable.");
        for (name, value) in &self.list {
            let name = match name.as_str() {
                "CONTENT_TYPE" | "CONTENT_LENGTH" => name.as_str(),
                other => match other.strip_prefix("HTTP_") {
                    Some(field) => field,
                    None => continue,
                },
            };
            // An empty field is as good as none, save for a condition: one that
            // names no version is met by none.
            if value.is_empty() && name != "IF_MATCH" {
                continue;
            }
            let value = HeaderValue::from_str(value)
                .map_err(|_| bad_request("A header field is not readable."))?;
            let name = name.replace('_', "-").to_ascii_lowercase();
            headers.append(HeaderName::from_bytes(name.as_bytes()).map_err(unreadable)?, value);
        }
        self.add_redirected_authorization(&mut headers);
        Ok(headers)
    }

    /// Apache hides Authorization from programs; `.htaccess` brings it back,
    /// on some hosts under this name only. Two that differ stay two, and are
    /// refused by whoever looks.
    fn add_redirected_authorization(&self, headers: &mut HeaderMap) {
        let redirected = self
            .redirected("HTTP_AUTHORIZATION")
            .filter(|value| {
                let plain = headers.get(header::AUTHORIZATION);
                plain.is_none_or(|plain| plain.as_bytes() != value.as_bytes())
            })
            .and_then(|value| HeaderValue::from_str(value).ok());
        if let Some(value) = redirected {
            headers.append(header::AUTHORIZATION, value);
        }
    }

    /// CONTENT_LENGTH is a hint: chunked bodies may come without one. Read to
    /// the end, but not beyond the limit.
    fn body(&self, body: impl Read) -> Result<Body, Problem> {
        let limit = u64::try_from(MAX_BODY_BYTES).unwrap_or(u64::MAX);
        let announced = self.get("CONTENT_LENGTH").and_then(|text| text.parse::<u64>().ok());
        if announced.is_some_and(|length| length > limit) {
            return Ok(Body::TooLarge);
        }
        let mut bytes = Vec::new();
        body.take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| bad_request("The body could not be read.").because(&error))?;
        Ok(if bytes.len() > MAX_BODY_BYTES { Body::TooLarge } else { Body::Whole(bytes) })
    }
}

pub(super) fn bad_request(detail: &str) -> Problem {
    Problem::new(Code::BAD_REQUEST, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: [(&str, &str); 5] = [
        ("REMOTE_ADDR", "192.0.2.1"),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
        ("REQUEST_METHOD", "GET"),
        ("REQUEST_URI", "/api/health?x=1"),
        ("SCRIPT_NAME", "/api"),
    ];

    fn request(more: &[(&str, &str)], body: &[u8]) -> Result<Request, Problem> {
        let all = more.iter().chain(&LEAST);
        let owned = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let made = Variables::new(Mode::Cgi, owned.collect()).request(body);
        made.map(|(request, _)| request)
    }

    #[test]
    fn headers_get_their_names_back() {
        let request = request(
            &[("HTTP_IF_MATCH", "\"x\""), ("CONTENT_TYPE", "application/json"), ("HTTP_EMPTY", "")],
            b"{}",
        )
        .unwrap();
        assert_eq!(request.headers()[header::IF_MATCH], "\"x\"");
        assert_eq!(request.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(request.headers().len(), 2);
        assert_eq!(request.body(), &Body::Whole(b"{}".to_vec()));
    }

    #[test]
    fn a_condition_that_is_empty_is_one() {
        let request = request(&[("HTTP_IF_MATCH", "")], b"").unwrap();
        assert!(request.headers().contains_key(header::IF_MATCH));
    }

    #[test]
    fn every_mandatory_variable_is_missed() {
        for missing in MANDATORY {
            let some = LEAST.iter().filter(|(name, _)| *name != missing);
            let owned = some.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let result = Variables::new(Mode::Cgi, owned.collect()).request(&b""[..]);
            assert_eq!(result.unwrap_err().code(), Code::BAD_REQUEST, "{missing}");
        }
    }

    #[test]
    fn authorization_arrives_under_any_of_its_names() {
        for name in [
            "HTTP_AUTHORIZATION",
            "REDIRECT_HTTP_AUTHORIZATION",
            "REDIRECT_REDIRECT_HTTP_AUTHORIZATION",
        ] {
            let request = request(&[(name, "Bearer x")], b"").unwrap();
            assert_eq!(request.headers()[header::AUTHORIZATION], "Bearer x", "{name}");
        }
        let both =
            [("HTTP_AUTHORIZATION", "Bearer x"), ("REDIRECT_HTTP_AUTHORIZATION", "Bearer y")];
        assert_eq!(request(&both, b"").unwrap().headers().len(), 2);
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
            let owned = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let made = Variables::new(Mode::Cgi, owned.collect()).request(&b""[..]);
            assert_eq!(made.unwrap().1.transport, transport, "{more:?}");
        }
    }

    #[test]
    fn a_body_over_the_limit_is_not_kept() {
        let large = vec![b' '; MAX_BODY_BYTES + 1];
        assert_eq!(request(&[], &large).unwrap().body(), &Body::TooLarge);
        assert!(matches!(request(&[], &large[1..]).unwrap().body(), Body::Whole(_)));
        let announced = request(&[("CONTENT_LENGTH", "131073")], b"");
        assert_eq!(announced.unwrap().body(), &Body::TooLarge);
    }
}
