//! A responder under test, on a thread of its own, that answers with what it was sent.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use fastcgi::{Body, Content, Failure, Limits, Request, Responder, Response, WebServers};

use crate::peer::PATIENCE;

pub(crate) const LIMITS: Limits = Limits {
    connections: 8,
    params_bytes: 200_000,
    body_bytes: 100_000,
    stream_time: Duration::MAX,
};

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// What a responder has noted.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) failures: Mutex<Vec<String>>,
    /// Streamed responses that have not been dropped.
    pub(crate) streams: AtomicUsize,
    pub(crate) sent: AtomicUsize,
    /// How often it looked after what runs beside the requests.
    pub(crate) tended: AtomicUsize,
}

pub(crate) struct Server {
    path: PathBuf,
    address: Option<std::net::SocketAddr>,
    stop: UnixStream,
    thread: Option<JoinHandle<std::io::Result<()>>>,
    pub(crate) notes: Arc<Notes>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::admitting(WebServers::default())
    }

    pub(crate) fn admitting(web_servers: WebServers) -> Self {
        Self::on_socket(web_servers, LIMITS)
    }

    pub(crate) fn limited(limits: Limits) -> Self {
        Self::on_socket(WebServers::default(), limits)
    }

    fn on_socket(web_servers: WebServers, limits: Limits) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let name = format!("fastcgi-test-{}-{number}.sock", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).unwrap();
        Self::over(listener.into(), path, None, web_servers, limits)
    }

    pub(crate) fn on_tcp(web_servers: WebServers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        Self::over(listener.into(), PathBuf::new(), Some(address), web_servers, LIMITS)
    }

    fn over(
        listener: OwnedFd,
        path: PathBuf,
        address: Option<std::net::SocketAddr>,
        web_servers: WebServers,
        limits: Limits,
    ) -> Self {
        let (stop, stopped) = UnixStream::pair().unwrap();
        let notes = Arc::new(Notes::default());
        let mut echo = Echo(Arc::clone(&notes));
        let thread = std::thread::spawn(move || {
            fastcgi::serve(listener.as_fd(), &stopped, &web_servers, limits, &mut echo)
        });
        Self { path, address, stop, thread: Some(thread), notes }
    }

    pub(crate) fn try_connect(&self) -> std::io::Result<UnixStream> {
        let stream = UnixStream::connect(&self.path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    pub(crate) fn connect(&self) -> UnixStream {
        self.try_connect().unwrap()
    }

    pub(crate) fn connect_tcp(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address.unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Asks the responder to stop.
    pub(crate) fn stop(&mut self) {
        std::io::Write::write_all(&mut self.stop, b"x").unwrap();
    }

    /// Waits for its end.
    pub(crate) fn end(&mut self) {
        self.thread.take().unwrap().join().unwrap().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Answers with the parameters and the body; with `SIZE` bytes where that is a parameter, and as a stream where there is
/// a parameter `STREAM`.
struct Echo(Arc<Notes>);

impl Responder for Echo {
    fn respond(&mut self, mut request: Request) -> Response {
        let value = |name: &str| {
            let found = request.params().find(|(found, _)| *found == name.as_bytes());
            found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        };
        let size: Option<usize> = value("SIZE").map(|size| size.parse().unwrap());
        let is_stream = value("STREAM").is_some();
        let head = match size {
            Some(_) => Vec::new(),
            None => request
                .params()
                .flat_map(|(name, value)| [name, b"=", value, b";"].concat())
                .collect(),
        };
        let bytes = match (size, request.take_body()) {
            (Some(size), _) => pattern(size),
            (None, Body::Whole(bytes)) => bytes,
            (None, Body::TooLarge) => b"too large".to_vec(),
        };
        if !is_stream {
            return Response { head, content: Content::Bytes(bytes) };
        }
        self.0.streams.fetch_add(1, Ordering::SeqCst);
        let stream = Stream(std::io::Cursor::new(bytes), Arc::clone(&self.0));
        Response { head, content: Content::Stream(Box::new(stream)) }
    }

    fn after_response(&mut self) {
        self.0.sent.fetch_add(1, Ordering::SeqCst);
    }

    fn tend(&mut self) -> Option<Duration> {
        self.0.tended.fetch_add(1, Ordering::SeqCst);
        Some(Duration::from_millis(50))
    }

    fn failed(&mut self, failure: &Failure) {
        self.0.failures.lock().unwrap().push(failure.to_string());
    }
}

/// `size` bytes in which no piece is like another.
pub(crate) fn pattern(size: usize) -> Vec<u8> {
    (0_u32..).flat_map(u32::to_le_bytes).take(size).collect()
}

struct Stream(std::io::Cursor<Vec<u8>>, Arc<Notes>);

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.1.streams.fetch_sub(1, Ordering::SeqCst);
    }
}

pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = std::time::Instant::now() + PATIENCE;
    while !holds() {
        assert!(std::time::Instant::now() < end, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
