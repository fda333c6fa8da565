//! Parses the packets of MySQL's protocol that the proxy needs.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::net::TcpStream;

/// Status counters of a connection by name.
pub(crate) type Counters = BTreeMap<String, u64>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Query,
    Prepare,
    Execute,
    /// Closes a statement or the connection; the database sends no response.
    Farewell,
    Other(u8),
}

/// A client's command.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// The connection's number, counted from 0.
    pub(crate) line: usize,
    pub(crate) kind: Kind,
    /// The statement, with `?` for parameters.
    pub(crate) text: String,
    /// The statement with its parameters filled in.
    pub(crate) literal: String,
    /// The connection's counters before the command, if [`Proxy::meter`](super::Proxy::meter) is on.
    pub(crate) status: Option<Counters>,
}

impl Command {
    /// Whether the service counts this command as a statement.
    pub(crate) fn is_statement(&self) -> bool {
        matches!(self.kind, Kind::Query | Kind::Execute)
    }

    /// Whether a transaction begins with this command.
    pub(crate) fn begins_transaction(&self) -> bool {
        self.text.starts_with("START TRANSACTION")
    }

    /// Whether a transaction is committed by this command.
    pub(crate) fn commits(&self) -> bool {
        is_commit(&self.text)
    }

    /// Whether this command stores the daily counts. It runs once a minute after a response and belongs to no request.
    pub(crate) fn is_counting(&self) -> bool {
        self.text.starts_with("INSERT INTO daily_counts (day, requests")
    }
}

/// The beginning of the command that ends a write of entries: it advances the clock, writes and commits.
pub(crate) const ADVANCE: &str = "UPDATE sync_clocks SET last_stamp = ";

/// Whether a command commits: COMMIT, or a statement with COMMIT behind it.
pub(crate) fn is_commit(text: &str) -> bool {
    text == "COMMIT" || text.ends_with("; COMMIT")
}

/// One packet with its header.
pub(super) struct Packet(pub(super) Vec<u8>);

pub(super) fn read_packet(stream: &mut TcpStream) -> std::io::Result<Packet> {
    let mut bytes = vec![0; 4];
    stream.read_exact(&mut bytes)?;
    let length = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]);
    bytes.resize(4 + usize::try_from(length).expect("24 bits"), 0);
    stream.read_exact(&mut bytes[4..])?;
    Ok(Packet(bytes))
}

/// The payload of a COM_QUERY.
pub(super) fn query(statement: &str) -> Vec<u8> {
    let length = u32::try_from(statement.len() + 1).expect("short").to_le_bytes();
    let mut packet = vec![length[0], length[1], length[2], 0, 3];
    packet.extend_from_slice(statement.as_bytes());
    packet
}

impl Packet {
    pub(super) fn sequence(&self) -> u8 {
        self.0[3]
    }

    pub(super) fn payload(&self) -> &[u8] {
        &self.0[4..]
    }

    pub(super) fn command(&self, line: usize, prepared: &HashMap<u32, String>) -> Command {
        let (code, rest) = self.payload().split_first().expect("a command");
        let own = || String::from_utf8_lossy(rest).into_owned();
        let (kind, text, literal) = match code {
            0x03 => (Kind::Query, own(), own()),
            0x16 => (Kind::Prepare, own(), own()),
            0x17 => {
                let id = u32::from_le_bytes([rest[0], rest[1], rest[2], rest[3]]);
                let text = prepared.get(&id).cloned().unwrap_or_default();
                let literal = with_parameters(&text, &rest[9..]);
                (Kind::Execute, text, literal)
            }
            0x01 | 0x19 => (Kind::Farewell, String::new(), String::new()),
            other => (Kind::Other(*other), String::new(), String::new()),
        };
        Command { line, kind, text, literal, status: None }
    }

    /// The statement's id, if this is the response to a COM_STMT_PREPARE.
    pub(super) fn prepared_id(&self) -> Option<u32> {
        match self.payload() {
            [0, one, two, three, four, ..] => Some(u32::from_le_bytes([*one, *two, *three, *four])),
            _ => None,
        }
    }
}

/// Whether `payload` is the answer to a statement with another one behind it in the same command.
pub(super) fn has_more_results(payload: &[u8]) -> bool {
    const SERVER_MORE_RESULTS_EXISTS: u8 = 8;
    let Some((0x00, rest)) = payload.split_first() else { return false };
    // The number of affected rows, and the inserted id.
    let rest = skip_integer(skip_integer(rest));
    rest.first().is_some_and(|status| status & SERVER_MORE_RESULTS_EXISTS != 0)
}

/// Skips a length-encoded integer.
fn skip_integer(bytes: &[u8]) -> &[u8] {
    let length = match bytes.first() {
        Some(0xfc) => 3,
        Some(0xfd) => 4,
        Some(0xfe) => 9,
        _ => 1,
    };
    bytes.get(length..).unwrap_or_default()
}

/// Whether `payload` ends a response whose previous packets are `before`.
pub(super) fn is_end(before: &[Vec<u8>], payload: &[u8]) -> bool {
    match payload.first() {
        Some(0x00 | 0xff) => before.is_empty(),
        // An EOF packet may also follow the columns.
        Some(0xfe) if payload.len() < 9 => {
            before.last().is_some_and(|last| last.first() != Some(&3))
        }
        _ => false,
    }
}

/// Reads rows of two columns, a name and a number, from the packets of a response.
pub(super) fn status_rows(answer: &[Vec<u8>]) -> Counters {
    answer
        .iter()
        .skip(1)
        .filter(|payload| !matches!(payload.first(), Some(3 | 0xfe)))
        .map(|row| {
            let (name, rest) = split_text(row);
            let (number, _) = split_text(rest);
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (text(name), text(number).parse().expect("a counter"))
        })
        .collect()
}

/// Splits off a length-encoded text.
fn split_text(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (length, start) = match bytes[0] {
        0xfc => (usize::from(u16::from_le_bytes([bytes[1], bytes[2]])), 3),
        short => (usize::from(short), 1),
    };
    bytes[start..].split_at(length)
}

/// Replaces the question marks by the parameters of a COM_STMT_EXECUTE; `bytes` begins with its NULL bitmap.
fn with_parameters(text: &str, bytes: &[u8]) -> String {
    let count = text.matches('?').count();
    if count == 0 {
        return text.to_owned();
    }
    let (nulls, rest) = bytes.split_at(count.div_ceil(8));
    assert_eq!(rest[0], 1, "types come with each execution");
    let (types, mut values) = rest[1..].split_at(2 * count);
    let mut pieces = text.split('?');
    let mut literal = pieces.next().unwrap_or_default().to_owned();
    for (number, piece) in pieces.enumerate() {
        if nulls[number / 8] & (1 << (number % 8)) != 0 {
            literal.push_str("NULL");
        } else {
            literal.push_str(&take_value(types[2 * number], types[2 * number + 1], &mut values));
        }
        literal.push_str(piece);
    }
    literal
}

fn take_value(kind: u8, flags: u8, values: &mut &[u8]) -> String {
    match kind {
        6 => "NULL".to_owned(),
        8 => {
            let (number, rest) = values.split_at(8);
            *values = rest;
            let number = i64::from_le_bytes(number.try_into().expect("8 bytes"));
            if flags & 0x80 == 0 { number.to_string() } else { number.cast_unsigned().to_string() }
        }
        7 | 10 | 12 => {
            let (time, rest) = split_text(values);
            *values = rest;
            format!("'{}'", datetime(time))
        }
        _ => {
            let (text, rest) = split_text(values);
            *values = rest;
            match std::str::from_utf8(text) {
                Ok(plain) if !plain.contains(['\'', '\\']) => format!("'{plain}'"),
                _ => format!(
                    "x'{}'",
                    text.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
                ),
            }
        }
    }
}

fn datetime(bytes: &[u8]) -> String {
    let part = |place: usize| bytes.get(place).copied().unwrap_or(0);
    let year = u16::from_le_bytes([part(0), part(1)]);
    let micros = u32::from_le_bytes([part(7), part(8), part(9), part(10)]);
    format!(
        "{year:04}-{:02}-{:02} {:02}:{:02}:{:02}.{micros:06}",
        part(2),
        part(3),
        part(4),
        part(5),
        part(6)
    )
}
