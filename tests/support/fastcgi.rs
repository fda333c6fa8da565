//! The web server's side of FastCGI, as mod_fcgid implements it, and of CGI.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};

use super::contract::{Door, assert_described};
use super::waiting::PATIENCE;
use super::{Answer, Request};

const BEGIN_REQUEST: u8 = 1;
const END_REQUEST: u8 = 3;
const PARAMS: u8 = 4;
const STDIN: u8 = 5;
const STDOUT: u8 = 6;
const STDERR: u8 = 7;

/// The response on one connection.
pub(crate) struct Exchange {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// The application and protocol status of the END_REQUEST record, if one arrived.
    pub(crate) end: Option<(u32, u8)>,
}

/// Sends one request on a new connection: request id 1, responder, keep-conn 0, all parameters in one record. Returns when
/// the program has closed the connection.
pub(crate) fn exchange(
    socket: &Path,
    parameters: &[(String, Vec<u8>)],
    body: &[u8],
) -> std::io::Result<Exchange> {
    let mut stream = UnixStream::connect(socket)?;
    let exchange = exchange_on(&mut stream, parameters, body)?;
    let _ = stream.read(&mut [0]);
    // Dropping is not enough: a child that another thread has just forked holds the socket until it runs its program.
    let _ = stream.shutdown(Shutdown::Both);
    Ok(exchange)
}

/// Sends one request on an open connection and reads the response.
pub(crate) fn exchange_on(
    stream: &mut UnixStream,
    parameters: &[(String, Vec<u8>)],
    body: &[u8],
) -> std::io::Result<Exchange> {
    send(stream, parameters, body)?;
    read_answer(stream)
}

/// Sends the request. [`read_answer`] reads the response.
pub(crate) fn send(
    stream: &mut UnixStream,
    parameters: &[(String, Vec<u8>)],
    body: &[u8],
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(&head(parameters))?;
    // The program may respond and close before it has read a large body.
    for chunk in body.chunks(8192) {
        if stream.write_all(&record(STDIN, chunk)).is_err() {
            break;
        }
    }
    let _ = stream.write_all(&record(STDIN, &[]));
    Ok(())
}

/// The bytes of a complete request.
pub(crate) fn bytes(parameters: &[(String, Vec<u8>)], body: &[u8]) -> Vec<u8> {
    let mut bytes = head(parameters);
    body.chunks(8192).for_each(|chunk| bytes.extend(record(STDIN, chunk)));
    bytes.extend(record(STDIN, &[]));
    bytes
}

fn head(parameters: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut head = record(BEGIN_REQUEST, &[0, 1, 0, 0, 0, 0, 0, 0]);
    head.extend(record(PARAMS, &encode(parameters)));
    head.extend(record(PARAMS, &[]));
    head
}

/// Reads to the end of the response.
pub(crate) fn read_answer(stream: &mut UnixStream) -> std::io::Result<Exchange> {
    let mut answer = Exchange { stdout: Vec::new(), stderr: Vec::new(), end: None };
    let mut header = [0_u8; 8];
    while answer.end.is_none() {
        match stream.read_exact(&mut header) {
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
            other => other?,
        }
        assert_eq!((header[0], header[2], header[3]), (1, 0, 1), "version 1 and request id 1");
        let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
        let mut content = vec![0; length + usize::from(header[6])];
        stream.read_exact(&mut content)?;
        content.truncate(length);
        match header[1] {
            STDOUT => answer.stdout.extend(content),
            STDERR => answer.stderr.extend(content),
            END_REQUEST => {
                let application =
                    u32::from_be_bytes([content[0], content[1], content[2], content[3]]);
                answer.end = Some((application, content[4]));
            }
            other => panic!("record type {other} from the program"),
        }
    }
    Ok(answer)
}

fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a record holds at most 65535 bytes");
    let [high, low] = length.to_be_bytes();
    let mut record = vec![1, kind, 0, 1, high, low, 0, 0];
    record.extend_from_slice(content);
    record
}

fn encode(parameters: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in parameters {
        for length in [name.len(), value.len()] {
            match u8::try_from(length) {
                Ok(short) if short < 128 => bytes.push(short),
                _ => bytes.extend(
                    (u32::try_from(length).expect("short enough") | 0x8000_0000).to_be_bytes(),
                ),
            }
        }
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(value);
    }
    bytes
}

/// The kind of a CGI program's standard input.
#[derive(Clone, Copy)]
pub(crate) enum CgiInput {
    /// A pipe, as under mod_cgi.
    Pipe,
    /// A connected socket, as under mod_cgid.
    Socket,
}

/// Runs the program once as CGI, with the arguments that Apache derives from a query string without `=`.
pub(crate) fn cgi(
    program: &Path,
    config: &Path,
    request: &Request,
    arguments: &[&str],
    input: CgiInput,
) -> Answer {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().stdout(Stdio::piped()).stderr(Stdio::piped());
    for (name, value) in request.parameters(&program.to_string_lossy()) {
        command.env(name, OsString::from_vec(value));
    }
    command.env("WEIGHT_SYNC_CONFIG", config);
    let mut writer: Box<dyn Write> = match input {
        CgiInput::Pipe => {
            let (reader, writer) = std::io::pipe().expect("a pipe");
            command.stdin(reader);
            Box::new(writer)
        }
        CgiInput::Socket => {
            let (theirs, ours) = UnixStream::pair().expect("a pair of sockets");
            command.stdin(Stdio::from(OwnedFd::from(theirs)));
            Box::new(ours)
        }
    };
    let child = command.spawn().expect("the program starts");
    // The command keeps the child's end of the input open, so the test would wait forever.
    drop(command);
    let _ = writer.write_all(&request.body);
    drop(writer);
    let output = child.wait_with_output().expect("the program ends");
    assert!(
        output.status.success(),
        "{:?}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let answer = Answer::parse(&output.stdout);
    assert_described(request, &answer, Door::Program);
    answer
}
