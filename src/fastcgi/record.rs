//! Records as bytes (specification sections 3.3, 4, 5 and 8). Pure: reads and
//! writes no socket, and allocates nothing to read a record.

use std::fmt;

/// Size of a record's header.
pub const HEADER_BYTES: usize = 8;
/// Size of the largest record: header, content and padding.
pub const MAX_RECORD_BYTES: usize = HEADER_BYTES + MAX_CONTENT_BYTES + 255;
/// Size of a record's largest content.
pub const MAX_CONTENT_BYTES: usize = 65_535;

const VERSION: u8 = 1;
const MANAGEMENT: u16 = 0;
const KEEP_CONNECTION: u8 = 1;

const BEGIN_REQUEST: u8 = 1;
const ABORT_REQUEST: u8 = 2;
const END_REQUEST: u8 = 3;
const PARAMS: u8 = 4;
const STDIN: u8 = 5;
const STDOUT: u8 = 6;
const DATA: u8 = 8;
const GET_VALUES: u8 = 9;
const GET_VALUES_RESULT: u8 = 10;
const UNKNOWN_TYPE: u8 = 11;

/// A record from a web server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record<'b> {
    /// A request begins.
    Begin {
        /// Its number on this connection, never 0.
        id: u16,
        /// The role that the application is to play.
        role: u16,
        /// Whether the connection stays open after the response.
        keeps_connection: bool,
    },
    /// The web server wants no answer any more.
    Abort {
        /// The request's number.
        id: u16,
    },
    /// A part of a request's parameters; an empty one ends them.
    Params {
        /// The request's number.
        id: u16,
        /// Bytes of the stream; a pair may continue in the next record.
        content: &'b [u8],
    },
    /// A part of a request's body; an empty one ends it.
    Stdin {
        /// The request's number.
        id: u16,
        /// Bytes of the stream.
        content: &'b [u8],
    },
    /// A part of a file, which only the role Filter receives.
    Data {
        /// The request's number.
        id: u16,
    },
    /// The web server asks what the application can do.
    GetValues {
        /// Names of variables, as pairs with empty values.
        content: &'b [u8],
    },
    /// A management record of a type that this package does not know.
    UnknownManagement {
        /// The type.
        kind: u8,
    },
}

/// Why bytes are not a record that a web server may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Another version of the protocol, or another protocol.
    Version(u8),
    /// A type that a web server does not send with a request's number.
    Kind(u8),
    /// `BEGIN_REQUEST` with a content of another size than eight bytes.
    BeginBytes(usize),
}

/// Reads the record at the start of `bytes`, and how many bytes it takes.
/// `None` if it has not arrived completely: at most [`MAX_RECORD_BYTES`] are
/// needed.
///
/// # Errors
/// The bytes cannot begin a record from a web server.
pub fn parse(bytes: &[u8]) -> Result<Option<(Record<'_>, usize)>, Malformed> {
    match bytes.first() {
        Some(&VERSION) | None => {}
        Some(&version) => return Err(Malformed::Version(version)),
    }
    let Some((header, rest)) = bytes.split_first_chunk::<HEADER_BYTES>() else { return Ok(None) };
    let &[_, kind, id_high, id_low, length_high, length_low, padding, _] = header;
    let length = usize::from(u16::from_be_bytes([length_high, length_low]));
    let total = HEADER_BYTES + length + usize::from(padding);
    let (Some(content), true) = (rest.get(..length), bytes.len() >= total) else {
        return Ok(None);
    };
    Ok(Some((record(kind, u16::from_be_bytes([id_high, id_low]), content)?, total)))
}

fn record(kind: u8, id: u16, content: &[u8]) -> Result<Record<'_>, Malformed> {
    Ok(match (kind, id) {
        (GET_VALUES, MANAGEMENT) => Record::GetValues { content },
        (kind, MANAGEMENT) => Record::UnknownManagement { kind },
        (BEGIN_REQUEST, id) => {
            let &[role_high, role_low, flags, _, _, _, _, _] = content else {
                return Err(Malformed::BeginBytes(content.len()));
            };
            Record::Begin {
                id,
                role: u16::from_be_bytes([role_high, role_low]),
                keeps_connection: flags & KEEP_CONNECTION != 0,
            }
        }
        (ABORT_REQUEST, id) => Record::Abort { id },
        (PARAMS, id) => Record::Params { id, content },
        (STDIN, id) => Record::Stdin { id, content },
        (DATA, id) => Record::Data { id },
        (kind, _) => return Err(Malformed::Kind(kind)),
    })
}

/// How a request ended, as `END_REQUEST` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ProtocolStatus {
    /// It was answered.
    RequestComplete = 0,
    /// Refused: another request is active on this connection.
    CannotMultiplex = 1,
    /// Refused: it is larger than the application's limits.
    Overloaded = 2,
    /// Refused: the application does not play this role.
    UnknownRole = 3,
}

/// The header of a `STDOUT` record without padding.
pub fn stdout_header(id: u16, length: u16) -> [u8; HEADER_BYTES] {
    header(STDOUT, id, length)
}

/// The record that ends a request, with application status 0.
pub fn end_request(id: u16, status: ProtocolStatus) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h] = header(END_REQUEST, id, 8);
    [a, b, c, d, e, f, g, h, 0, 0, 0, 0, status as u8, 0, 0, 0]
}

/// The answer to a management record of an unknown type.
pub fn unknown_type(kind: u8) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h] = header(UNKNOWN_TYPE, MANAGEMENT, 8);
    [a, b, c, d, e, f, g, h, kind, 0, 0, 0, 0, 0, 0, 0]
}

/// The header of the answer to `GET_VALUES`.
pub fn values_header(length: u16) -> [u8; HEADER_BYTES] {
    header(GET_VALUES_RESULT, MANAGEMENT, length)
}

fn header(kind: u8, id: u16, length: u16) -> [u8; HEADER_BYTES] {
    let ([id_high, id_low], [length_high, length_low]) = (id.to_be_bytes(), length.to_be_bytes());
    [VERSION, kind, id_high, id_low, length_high, length_low, 0, 0]
}

impl fmt::Display for Malformed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(out, "version {version} of the protocol, not 1"),
            Self::Kind(kind) => write!(out, "a record of type {kind}"),
            Self::BeginBytes(bytes) => write!(out, "BEGIN_REQUEST with {bytes} bytes, not 8"),
        }
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(kind: u8, id: u16, content: &[u8], padding: u8) -> Vec<u8> {
        let mut bytes = header(kind, id, u16::try_from(content.len()).unwrap()).to_vec();
        bytes[6] = padding;
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len() + usize::from(padding), 0xee);
        bytes
    }

    #[test]
    fn each_record_of_a_web_server_is_read() {
        for (kind, id, content, expected) in [
            (
                1,
                7,
                &[0, 1, 0, 9, 9, 9, 9, 9][..],
                Record::Begin { id: 7, role: 1, keeps_connection: false },
            ),
            (
                1,
                258,
                &[1, 2, 0xff, 0, 0, 0, 0, 0],
                Record::Begin { id: 258, role: 258, keeps_connection: true },
            ),
            (2, 1, b"", Record::Abort { id: 1 }),
            (4, 1, b"ab", Record::Params { id: 1, content: b"ab" }),
            (5, 65_535, b"", Record::Stdin { id: 65_535, content: b"" }),
            (8, 1, b"x", Record::Data { id: 1 }),
            (9, 0, b"xy", Record::GetValues { content: b"xy" }),
            (10, 0, b"", Record::UnknownManagement { kind: 10 }),
            (1, 0, b"", Record::UnknownManagement { kind: 1 }),
        ] {
            for padding in [0, 1, 255] {
                let mut bytes = bytes(kind, id, content, padding);
                let total = bytes.len();
                bytes.push(1);
                assert_eq!(parse(&bytes), Ok(Some((expected, total))));
            }
        }
    }

    #[test]
    fn a_record_is_awaited_to_its_last_byte_of_padding() {
        let largest = bytes(PARAMS, 1, &vec![7; MAX_CONTENT_BYTES], 255);
        assert_eq!(largest.len(), MAX_RECORD_BYTES);
        for length in [0, 1, 7, 8, 9, MAX_RECORD_BYTES - 256, MAX_RECORD_BYTES - 1] {
            assert_eq!(parse(&largest[..length]), Ok(None), "{length}");
        }
        assert!(matches!(parse(&largest), Ok(Some((Record::Params { .. }, MAX_RECORD_BYTES)))));
    }

    #[test]
    fn what_no_web_server_sends_is_an_error() {
        assert_eq!(parse(b"GET /"), Err(Malformed::Version(b'G')));
        assert_eq!(parse(&[0]), Err(Malformed::Version(0)));
        for kind in [0, 3, 6, 7, 9, 10, 11, 12, 255] {
            assert_eq!(parse(&bytes(kind, 1, b"", 0)), Err(Malformed::Kind(kind)));
        }
        for length in [0, 7, 9] {
            let begin = bytes(BEGIN_REQUEST, 1, &vec![0; length], 0);
            assert_eq!(parse(&begin), Err(Malformed::BeginBytes(length)));
        }
    }

    #[test]
    fn records_to_the_web_server_have_the_bytes_of_the_specification() {
        assert_eq!(stdout_header(258, 65_535), [1, 6, 1, 2, 255, 255, 0, 0]);
        let end = end_request(1, ProtocolStatus::UnknownRole);
        assert_eq!(end, [1, 3, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
        assert_eq!(unknown_type(99), [1, 11, 0, 0, 0, 8, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(values_header(3), [1, 10, 0, 0, 0, 3, 0, 0]);
    }
}
