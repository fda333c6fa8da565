//! Sends requests to an instance, with an HTTP client or as raw bytes.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::Instance;
use crate::support::contract::{Door, assert_described};
use crate::support::waiting::PATIENCE;
use crate::support::{Answer, Request};

impl Instance {
    /// Sends a request with an HTTP client.
    #[track_caller]
    pub(crate) fn send(&self, request: &Request) -> Answer {
        let answer = self.send_to_any_release(request);
        assert_described(request, &answer, Door::Apache);
        answer
    }

    /// The same for a site that may be of another checkout, whose answers docs/openapi.yaml need not describe.
    #[track_caller]
    pub(crate) fn send_to_any_release(&self, request: &Request) -> Answer {
        send_by(&self.agent, &self.base_url, request)
            .unwrap_or_else(|error| panic!("{}: {error}", request.method))
    }

    /// Sends a raw head, for targets that an HTTP client would reject.
    #[track_caller]
    pub(crate) fn send_raw(&self, head: &str, body: &[u8]) -> Answer {
        self.send_bytes(head.as_bytes(), body)
    }

    /// Sends a raw head that is not UTF-8.
    #[track_caller]
    pub(crate) fn send_bytes(&self, head: &[u8], body: &[u8]) -> Answer {
        self.talk(&[head, format!("\r\nContent-Length: {}", body.len()).as_bytes()].concat(), body)
    }

    /// Sends a body that is already chunk-encoded.
    #[track_caller]
    pub(crate) fn send_chunked(&self, head: &str, body: &[u8]) -> Answer {
        self.talk(head.as_bytes(), body)
    }

    #[track_caller]
    fn talk(&self, head: &[u8], body: &[u8]) -> Answer {
        let address = self.base_url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("Apache listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let rest = format!("\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(&[head, rest.as_bytes()].concat()).expect("Apache reads");
        // Apache may respond and close before it has read a body that is too large.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let place = bytes
            .windows(2)
            .position(|pair| pair == b"\r\n")
            .unwrap_or_else(|| panic!("no status line in {bytes:?}"));
        let line = String::from_utf8_lossy(&bytes[..place]).into_owned();
        let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("no status in {line}"));
        let mut answer =
            Answer::parse(&[format!("Status: {status}").as_bytes(), &bytes[place..]].concat());
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = dechunked(&answer.body);
        }
        let mut words = head.split(|byte| *byte == b' ');
        let method = String::from_utf8_lossy(words.next().unwrap_or_default());
        let request = Request::new(&method, words.next().unwrap_or_default());
        assert_described(&request, &answer, Door::Apache);
        answer
    }
}

/// More than an export of 100,000 entries has; the client's own limit is 10 MB.
const MOST_BYTES: u64 = 100 * 1024 * 1024;

/// Sends a request to any server with an HTTP client.
pub(crate) fn send_by(
    agent: &ureq::Agent,
    base_url: &str,
    request: &Request,
) -> Result<Answer, ureq::Error> {
    let target = std::str::from_utf8(&request.target).expect("a target in UTF-8");
    let mut builder = ureq::http::Request::builder()
        .method(request.method.as_str())
        .uri(format!("{base_url}{target}"));
    for (name, value) in request.headers.iter().filter(|(name, _)| name != "Host") {
        builder = builder.header(name, value.as_slice());
    }
    let mut answer =
        if request.body.is_empty() && !matches!(request.method.as_str(), "POST" | "PUT") {
            agent.run(builder.body(()).expect("a request"))
        } else {
            agent.run(builder.body(request.body.as_slice()).expect("a request"))
        }?;
    Ok(Answer {
        status: answer.status().as_u16(),
        headers: answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect(),
        body: answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec()?,
    })
}

/// The chunked transfer coding of a body.
pub(crate) fn chunked(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for chunk in body.chunks(4096) {
        bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
        bytes.extend(chunk);
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"0\r\n\r\n");
    bytes
}

fn dechunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|pair| pair == b"\r\n") {
        let size = usize::from_str_radix(String::from_utf8_lossy(&bytes[..end]).trim(), 16)
            .expect("a chunk size");
        if size == 0 {
            break;
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 4 + size..];
    }
    body
}
