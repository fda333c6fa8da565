//! Checks how long the site's certificate remains valid. ureq does not expose
//! certificates, so this opens its own connection and asks the verifier about a
//! later date, which avoids parsing certificates here.

use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::uri::Authority;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, ClientConnection, Error, RootCertStore};

use crate::fetch::own_authorities;

/// Let's Encrypt's certificates are renewed a month before they expire.
pub(super) const NOTICE_DAYS: u32 = 14;
const DAY: Duration = Duration::from_secs(86_400);
const PATIENCE: Duration = Duration::from_secs(15);
const HTTPS_PORT: u16 = 443;

/// The time left until the certificate of `site` (`HOST` or `HOST:PORT`)
/// expires, as text; `None` if it is valid for more than [`NOTICE_DAYS`].
///
/// # Errors
/// Why the expiry is unknown, as part of a sentence.
pub(super) fn expiry_soon(site: &str) -> Result<Option<String>, String> {
    let site: Authority = site.parse().map_err(|error| format!("{site}: {error}"))?;
    let host = site.host().trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(trusted()?, Arc::clone(&provider))
        .build()
        .map_err(|error| error.to_string())?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_webpki_verifier(Arc::clone(&verifier))
        .with_no_client_auth();
    let mut line =
        ClientConnection::new(Arc::new(config), name.clone()).map_err(|error| error.to_string())?;
    let mut stream = connect(host, site.port_u16().unwrap_or(HTTPS_PORT))?;
    while line.is_handshaking() {
        line.complete_io(&mut stream).map_err(|error| error.to_string())?;
    }
    let Some((certificate, chain)) = line.peer_certificates().and_then(<[_]>::split_first) else {
        return Err("the server showed no certificate".to_owned());
    };
    let now = UnixTime::now().as_secs();
    let later = Duration::from_secs(now).saturating_add(DAY.saturating_mul(NOTICE_DAYS));
    let later = UnixTime::since_unix_epoch(later);
    match verifier.verify_server_cert(certificate, chain, &name, &[], later) {
        Ok(_) => Ok(None),
        Err(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => {
            Ok(Some(remaining(now, not_after.as_secs())))
        }
        Err(error) => Err(error.to_string()),
    }
}

fn trusted() -> Result<Arc<RootCertStore>, String> {
    let mut roots = RootCertStore::empty();
    match own_authorities()? {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(pem) => {
            roots.add_parsable_certificates(CertificateDer::pem_slice_iter(&pem).flatten());
        }
    }
    Ok(Arc::new(roots))
}

fn connect(host: &str, port: u16) -> Result<TcpStream, String> {
    let addresses = (host, port).to_socket_addrs().map_err(|error| error.to_string())?;
    let mut problem = "the name has no address".to_owned();
    for address in addresses {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                let limits = (
                    stream.set_read_timeout(Some(PATIENCE)),
                    stream.set_write_timeout(Some(PATIENCE)),
                );
                return limits.0.and(limits.1).map(|()| stream).map_err(|error| error.to_string());
            }
            Err(error) => problem = error.to_string(),
        }
    }
    Err(problem)
}

/// Formats the time left, such as "3 days (2026-11-25)".
fn remaining(now: u64, not_after: u64) -> String {
    let days = not_after.saturating_sub(now) / DAY.as_secs();
    let date = i64::try_from(not_after)
        .ok()
        .and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0));
    let date = date.map(|date| date.format(" (%Y-%m-%d)").to_string()).unwrap_or_default();
    match days {
        0 => format!("less than a day{date}"),
        1 => format!("1 day{date}"),
        days => format!("{days} days{date}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_that_are_left_are_reported() {
        let day = DAY.as_secs();
        for (left, words) in [(day - 1, "less than a day"), (day, "1 day"), (13 * day, "13 days")] {
            assert_eq!(remaining(10 * day, 10 * day + left).split(" (").next(), Some(words));
        }
        assert_eq!(remaining(0, 3 * day), "3 days (1970-01-04)");
    }
}
