//! Eight HTTP clients with persistent connections. They do as little work as possible, since they share the processor
//! with the site.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

pub(crate) const CLIENTS: usize = 8;

/// The bytes of one HTTP request.
pub(crate) fn request(method: &str, target: &str, token: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

/// Lets all clients send for `duration`. Returns the responses per second, each of which must have the status.
pub(crate) fn load(
    port: u16,
    status: u16,
    time: Duration,
    request: impl Fn(usize) -> Vec<u8> + Sync,
) -> f64 {
    let (turn, begun) = (AtomicUsize::new(0), Instant::now());
    let answered: usize = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = Connection::to(port);
                    let mut answered = 0;
                    while begun.elapsed() < time {
                        let bytes = request(turn.fetch_add(1, Ordering::Relaxed));
                        let answer = connection.exchange(&bytes);
                        assert_eq!(answer.0, status, "{}", String::from_utf8_lossy(&answer.1));
                        answered += 1;
                    }
                    answered
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().expect("a client")).sum()
    });
    answered as f64 / begun.elapsed().as_secs_f64()
}

struct Connection {
    port: u16,
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn to(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("a web server");
        stream.set_nodelay(true).expect("no delay");
        Self { port, stream: BufReader::with_capacity(64 * 1024, stream) }
    }

    /// Sends a request and returns the status and body of the response.
    fn exchange(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
        self.stream.get_mut().write_all(request).expect("the server reads");
        let status = self.line();
        let status = status.split(' ').nth(1).and_then(|text| text.parse().ok()).expect("a status");
        let (mut length, mut is_chunked, mut is_last) = (0, false, false);
        loop {
            let line = self.line().to_ascii_lowercase();
            match line.split_once(": ") {
                None => break,
                Some(("content-length", text)) => length = text.parse().expect("a length"),
                Some(("transfer-encoding", _)) => is_chunked = true,
                Some(("connection", "close")) => is_last = true,
                Some(_) => {}
            }
        }
        let mut body = Vec::new();
        if is_chunked {
            loop {
                let size = usize::from_str_radix(&self.line(), 16).expect("a chunk");
                self.append(size, &mut body);
                self.line();
                if size == 0 {
                    break;
                }
            }
        } else {
            self.append(length, &mut body);
        }
        // Apache closes a connection after a hundred requests.
        if is_last {
            *self = Self::to(self.port);
        }
        (status, body)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    fn append(&mut self, length: usize, body: &mut Vec<u8>) {
        let from = body.len();
        body.resize(from + length, 0);
        self.stream.read_exact(&mut body[from..]).expect("the body");
    }
}
