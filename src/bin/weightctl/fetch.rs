//! The HTTP client, and the only place that names ureq. It belongs to the
//! command on purpose: the web program makes no outgoing requests.

use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use ureq::http::{HeaderMap, header};
use ureq::tls::{PemItem, TlsConfig, parse_pem};

/// The body of a response with status 200.
pub(crate) struct Fetched {
    pub(crate) body: Vec<u8>,
    /// How long the response may be kept, if the server sets a limit.
    pub(crate) max_age_seconds: Option<u32>,
}

/// Limit of a body's size.
const MOST_BYTES: u64 = 65_536;
/// Time-out of [`ask`], for which a person waits.
const CLIENTS_PATIENCE: Duration = Duration::from_secs(15);
/// Time-out of [`get`]: nobody notices a cron job that hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// Gets `url`, over TLS unless `is_loopback`. Does not follow redirects: the
/// administrator has not approved their targets.
///
/// # Errors
/// The reason for anything but a response with status 200, as part of a
/// sentence.
pub(crate) fn get(url: &str, is_loopback: bool) -> Result<Fetched, String> {
    let mut config = ureq::Agent::config_builder()
        .https_only(!is_loopback)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("weight-sync/", env!("CARGO_PKG_VERSION")));
    if is_loopback {
        config = config.proxy(None);
    }
    let agent = config.build().new_agent();
    let mut answer = agent.get(url).call().map_err(|error| error.to_string())?;
    if answer.status().as_u16() != 200 {
        return Err(format!("the server answered {}", answer.status()));
    }
    let max_age_seconds = max_age(answer.headers());
    let body = answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec();
    Ok(Fetched { body: body.map_err(|error| error.to_string())?, max_age_seconds })
}

/// A response with any status.
pub(crate) struct Answered {
    pub(crate) status: u16,
    headers: HeaderMap,
    /// At most the first [`MOST_BYTES`] bytes.
    pub(crate) body: Vec<u8>,
}

impl Answered {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the body contains `text`.
    pub(crate) fn has(&self, text: &[u8]) -> bool {
        self.body.windows(text.len()).any(|part| part == text)
    }

    /// The body as JSON; null if it is not valid JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Gets `url` as a client would, with an optional access token. Ignores the
/// environment's proxy settings, because clients do not have them.
///
/// # Errors
/// Why there was no response, as part of a sentence.
pub(crate) fn ask(url: &str, token: Option<&str>) -> Result<Answered, String> {
    let agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_global(Some(CLIENTS_PATIENCE))
        .user_agent(concat!("weight-sync/", env!("CARGO_PKG_VERSION")))
        .proxy(None)
        .tls_config(trust()?)
        .build()
        .new_agent();
    let mut request = agent.get(url);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let answer = request.call().map_err(|error| error.to_string())?;
    let (head, body) = answer.into_parts();
    let mut start = Vec::new();
    body.into_reader()
        .take(MOST_BYTES)
        .read_to_end(&mut start)
        .map_err(|error| error.to_string())?;
    Ok(Answered { status: head.status.as_u16(), headers: head.headers, body: start })
}

/// The certificates (PEM) to trust in place of the public authorities, if
/// SSL_CERT_FILE names a file.
pub(crate) fn own_authorities() -> Result<Option<Vec<u8>>, String> {
    let Some(path) = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from) else { return Ok(None) };
    let pem = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Some(pem))
}

fn trust() -> Result<TlsConfig, String> {
    let builder = TlsConfig::builder();
    let Some(pem) = own_authorities()? else { return Ok(builder.build()) };
    let certificates: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    Ok(builder.root_certs(certificates.into()).build())
}

/// The remaining freshness lifetime in seconds: `max-age` minus `Age` (RFC 9111
/// section 4.2).
fn max_age(headers: &HeaderMap) -> Option<u32> {
    let directives = headers
        .get_all(header::CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let given = directives.filter_map(|directive| {
        let (name, seconds) = directive.trim().split_once('=')?;
        let is_max_age = name.eq_ignore_ascii_case("max-age");
        is_max_age.then(|| seconds.trim_matches('"').parse::<u32>().ok()).flatten()
    });
    let age = headers.get(header::AGE).and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    given.min().map(|seconds| seconds.saturating_sub(age.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ureq::http::HeaderValue;

    #[test]
    fn the_age_that_is_left_is_max_age_less_age() {
        for (control, age, left) in [
            ("public, max-age=19845, must-revalidate, no-transform", None, Some(19_845)),
            ("Max-Age=\"60\"", None, Some(60)),
            ("max-age=100", Some("40"), Some(60)),
            ("max-age=100", Some("400"), Some(0)),
            ("s-maxage=5, max-age=7", None, Some(7)),
            ("no-store", None, None),
            ("max-age=soon", None, None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
            if let Some(age) = age {
                headers.insert(header::AGE, HeaderValue::from_static(age));
            }
            assert_eq!(max_age(&headers), left, "{control}");
        }
    }
}
