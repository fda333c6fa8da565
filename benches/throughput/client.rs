//! HTTP clients with persistent connections. They do as little work as possible, since they share the processor with
//! the servers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// What one turn measured.
pub(crate) struct Load {
    pub(crate) elapsed: Duration,
    /// One for each response.
    pub(crate) latencies: Vec<Duration>,
}

impl Load {
    pub(crate) fn a_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }
}

/// The bytes of one HTTP request.
pub(crate) fn request(method: &str, target: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Lets `clients` send for `time`. `request` makes the bytes from the client's number and the client's turn. Each
/// response must have the status.
pub(crate) fn load(
    port: u16,
    clients: usize,
    status: u16,
    time: Duration,
    request: impl Fn(usize, usize) -> Vec<u8> + Sync,
) -> Load {
    let (request, begun) = (&request, Instant::now());
    let latencies = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || {
                    let mut connection = Connection::to(port);
                    let mut latencies = Vec::new();
                    while begun.elapsed() < time {
                        let bytes = request(client, latencies.len());
                        let sent = Instant::now();
                        let answer = connection.exchange(&bytes);
                        latencies.push(sent.elapsed());
                        assert_eq!(answer.0, status, "{}", String::from_utf8_lossy(&answer.1));
                    }
                    latencies
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a client")).collect()
    });
    Load { elapsed: begun.elapsed(), latencies }
}

/// A connection to a web server.
pub(crate) struct Connection {
    port: u16,
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub(crate) fn to(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("a web server");
        stream.set_nodelay(true).expect("no delay");
        Self { port, stream: BufReader::with_capacity(64 * 1024, stream) }
    }

    /// Sends a request and returns the status and body of the response.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
        let status = self.status_line(request);
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

    /// Sends a request and reads the first line of the response. A server may close a connection that waits for its next
    /// request; then it is sent on a new one.
    fn status_line(&mut self, request: &[u8]) -> String {
        for _ in 0..3 {
            let mut line = String::new();
            let is_sent = self.stream.get_mut().write_all(request).is_ok();
            if is_sent && self.stream.read_line(&mut line).is_ok_and(|length| length > 0) {
                return line;
            }
            *self = Self::to(self.port);
        }
        panic!("port {} closes every connection", self.port);
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
