//! A small web server in front of one process, with or without TLS, which simulates the faults of hosts.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{Server, WEIGHT_API};
use crate::support::Request;
use crate::support::fastcgi::exchange;

/// The faults to simulate.
#[derive(Clone, Default)]
pub(crate) struct Faults {
    pub(crate) strips_authorization: bool,
    /// Repeats the first response for every request, like a cache.
    pub(crate) caches: bool,
    /// Files that a host serves in place of what the site has. One that begins with `Status:` has headers of its own.
    pub(crate) files: Vec<(&'static str, &'static [u8])>,
    /// The status that the web server answers by itself for everything else: the program is not reached.
    pub(crate) by_itself: Option<u16>,
    /// A path on which it closes the connection without an answer.
    pub(crate) drops: Option<&'static str>,
}

/// The account page as Apache serves it with mod_headers.
const PAGE: &[u8] = b"Status: 200 OK\r\nContent-Security-Policy: default-src 'none'\r\n\
    X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n\
    Strict-Transport-Security: max-age=31536000\r\n\r\n<!doctype html>";

/// The web server. Dropping it stops accepting connections.
pub(crate) struct FaultyHost {
    pub(crate) port: u16,
    is_closed: Arc<AtomicBool>,
    faults: Arc<Mutex<Faults>>,
}

impl FaultyHost {
    /// Starts the server at `scheme://host:port` and sets the site's public address to it.
    pub(crate) fn before(
        server: &Server,
        host: &str,
        certificate: Option<(PathBuf, PathBuf)>,
        faults: Faults,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let scheme = if certificate.is_some() { "https" } else { "http" };
        announce(server, &format!("{scheme}://{host}:{port}"));
        let tls = certificate.map(|(certificate, key)| Arc::new(tls(&certificate, &key)));
        let is_closed = Arc::new(AtomicBool::new(false));
        let faults = Arc::new(Mutex::new(faults));
        let shared = Arc::clone(&faults);
        let (closed, socket) = (Arc::clone(&is_closed), server.socket(0).to_owned());
        std::thread::spawn(move || {
            let mut kept = None;
            for stream in listener.incoming().flatten() {
                if closed.load(Ordering::SeqCst) {
                    return;
                }
                let faults = shared.lock().expect("not poisoned").clone();
                // A client that rejects the certificate closes the connection.
                let _ = match &tls {
                    Some(tls) => ServerConnection::new(Arc::clone(tls))
                        .map_err(std::io::Error::other)
                        .and_then(|line| {
                            serve(StreamOwned::new(line, stream), &socket, &faults, &mut kept)
                        }),
                    None => serve(stream, &socket, &faults, &mut kept),
                };
            }
        });
        Self { port, is_closed, faults }
    }

    /// Has other faults from the next request on.
    pub(crate) fn set(&self, faults: Faults) {
        *self.faults.lock().expect("not poisoned") = faults;
    }
}

/// Sets the site's public address.
pub(crate) fn announce(server: &Server, url: &str) {
    let config = &server.site.config;
    let text = std::fs::read_to_string(config).expect("a configuration");
    let lines: Vec<String> = text
        .lines()
        .map(|line| match line.starts_with("public_url") {
            true => format!("public_url = \"{url}\""),
            false => line.to_owned(),
        })
        .collect();
    std::fs::write(config, lines.join("\n")).expect("it can be written");
}

impl Drop for FaultyHost {
    fn drop(&mut self) {
        self.is_closed.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn tls(certificate: &Path, key: &Path) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_file(certificate).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(key).expect("a key");
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("they fit")
}

/// Serves one request without a body, and closes the connection.
fn serve(
    mut stream: impl Read + Write,
    socket: &Path,
    faults: &Faults,
    kept: &mut Option<Vec<u8>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut request = Request::new(method, target);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if name.eq_ignore_ascii_case("authorization") && !faults.strips_authorization {
            request = request.header("Authorization", value);
        }
    }
    if faults.drops == Some(target) {
        return Ok(());
    }
    let file = faults.files.iter().find(|(path, _)| *path == target).map(|(_, file)| *file);
    let page = (target == "/account/").then_some(PAGE);
    let answer = match (file.or(page), &kept) {
        (Some(file), _) if file.starts_with(b"Status: ") => file.to_owned(),
        (Some(body), _) => [b"Status: 200 OK\r\n\r\n", body].concat(),
        (None, _) if faults.by_itself.is_some() => {
            let status = faults.by_itself.unwrap_or_default();
            format!("Status: {status} By Itself\r\n\r\nan error of the web server").into_bytes()
        }
        (None, Some(kept)) if faults.caches => kept.clone(),
        _ => exchange(socket, &request.parameters(WEIGHT_API), b"")?.stdout,
    };
    kept.get_or_insert_with(|| answer.clone());
    let status = answer.strip_prefix(b"Status: ").expect("a CGI document");
    let end = status.windows(2).position(|pair| pair == b"\r\n").expect("a status line");
    let (first, rest) = status.split_at(end);
    stream.write_all(&[b"HTTP/1.1 ", first, b"\r\nConnection: close", rest].concat())?;
    stream.flush()
}
