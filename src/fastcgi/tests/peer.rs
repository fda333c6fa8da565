//! The web server's side: writes records and reads those of the responder.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use fastcgi::pairs;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

pub(crate) const RESPONDER: u16 = 1;
pub(crate) const END_REQUEST: u8 = 3;
pub(crate) const STDOUT: u8 = 6;
pub(crate) const GET_VALUES_RESULT: u8 = 10;
pub(crate) const UNKNOWN_TYPE: u8 = 11;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn record(kind: u8, id: u16, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let padding = u8::try_from(content.len() % 8).unwrap();
    let mut record = vec![1, kind];
    record.extend(id.to_be_bytes());
    record.extend(length.to_be_bytes());
    record.extend([padding, 0]);
    record.extend(content);
    record.resize(record.len() + usize::from(padding), 0xaa);
    record
}

pub(crate) fn begin(id: u16, role: u16, keeps: bool) -> Vec<u8> {
    let [high, low] = role.to_be_bytes();
    record(1, id, &[high, low, u8::from(keeps), 0, 0, 0, 0, 0])
}

pub(crate) fn params(id: u16, pairs_of: &[(&str, &str)]) -> Vec<u8> {
    let mut stream = Vec::new();
    for (name, value) in pairs_of {
        pairs::push(&mut stream, name.as_bytes(), value.as_bytes());
    }
    let part = if stream.is_empty() { Vec::new() } else { record(4, id, &stream) };
    [part, record(4, id, b"")].concat()
}

pub(crate) fn stdin(id: u16, body: &[u8]) -> Vec<u8> {
    let mut records: Vec<u8> = body.chunks(8000).flat_map(|part| record(5, id, part)).collect();
    records.extend(record(5, id, b""));
    records
}

pub(crate) fn abort(id: u16) -> Vec<u8> {
    record(2, id, b"")
}

/// A whole request.
pub(crate) fn request(id: u16, keeps: bool, pairs: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    [begin(id, RESPONDER, keeps), params(id, pairs), stdin(id, body)].concat()
}

/// The next record: its type, its number and its content. `None` at the end of the connection.
pub(crate) fn next(stream: &mut impl Read) -> Option<(u8, u16, Vec<u8>)> {
    let mut header = [0; 8];
    if is_at_its_end(stream, &mut header[..1]) {
        return None;
    }
    stream.read_exact(&mut header[1..]).unwrap();
    let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
    let mut content = vec![0; length + usize::from(header[6])];
    stream.read_exact(&mut content).unwrap();
    content.truncate(length);
    Some((header[1], u16::from_be_bytes([header[2], header[3]]), content))
}

/// The standard output of a request to its end, and the protocol status.
pub(crate) fn response(stream: &mut impl Read, id: u16) -> (Vec<u8>, u8) {
    let mut output = Vec::new();
    loop {
        match next(stream).expect("the connection ended within a response") {
            (STDOUT, of, content) if of == id => output.extend(content),
            (END_REQUEST, of, content) if of == id => return (output, content[4]),
            other => panic!("{other:?}"),
        }
    }
}

/// Sends a request and returns the standard output of its response.
pub(crate) fn exchange(
    stream: &mut (impl Read + Write),
    keeps: bool,
    pairs: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    stream.write_all(&request(1, keeps, pairs, body)).unwrap();
    let (output, status) = response(stream, 1);
    assert_eq!(status, 0);
    output
}

/// Whether the connection ends without a further byte.
pub(crate) fn has_ended(stream: &mut impl Read) -> bool {
    is_at_its_end(stream, &mut [0])
}

/// Reads, unless the connection has ended.
fn is_at_its_end(stream: &mut impl Read, bytes: &mut [u8]) -> bool {
    match stream.read(bytes) {
        Ok(count) => count == 0,
        // What the responder has not read is lost.
        Err(error) if error.kind() == ErrorKind::ConnectionReset => true,
        Err(error) => panic!("neither a byte nor an end: {error}"),
    }
}

/// Waits until the responder sends nothing more, without reading what it has sent.
pub(crate) fn wait_for_its_end(stream: &UnixStream) {
    let patience = Timespec::try_from(PATIENCE).unwrap();
    let ended = poll(&mut [PollFd::new(stream, PollFlags::RDHUP)], Some(&patience));
    assert_eq!(ended, Ok(1), "the responder has not ended the connection");
}
