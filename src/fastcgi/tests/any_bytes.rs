//! What holds for any bytes of a web server: no panic, bounded memory, and the same requests wherever the stream is cut.
//! `fuzz/` has the same rules checked by a fuzzer.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::rules::{Event, LIMITS, assert_rules, events};

const LARGEST: u16 = 600;

fn record(kind: u8, id: u16, content: &[u8], padding: u8) -> Vec<u8> {
    let [id_high, id_low] = id.to_be_bytes();
    let [high, low] = u16::try_from(content.len()).expect("a short content").to_be_bytes();
    let mut bytes = vec![1, kind, id_high, id_low, high, low, padding, 0];
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len() + usize::from(padding), 0);
    bytes
}

/// A stream as the records of one type, split at any places and ended by an empty one.
fn stream(kind: u8, id: u16, content: &[u8], pieces: &[(u16, u8)]) -> Vec<Vec<u8>> {
    let (mut records, mut rest) = (Vec::new(), content);
    for (length, padding) in pieces.iter().cycle().take(LARGEST.into()) {
        let piece;
        (piece, rest) =
            rest.split_at(usize::from(*length).clamp(1, rest.len().max(1)).min(rest.len()));
        if !piece.is_empty() {
            records.push(record(kind, id, piece, *padding));
        }
    }
    records.extend(
        [(!rest.is_empty()).then(|| record(kind, id, rest, 0)), Some(record(kind, id, &[], 0))]
            .into_iter()
            .flatten(),
    );
    records
}

/// A request, and the records that a web server may send it as.
#[derive(Clone, Debug)]
struct Sent {
    id: u16,
    params: Vec<(Vec<u8>, Vec<u8>)>,
    body: Vec<u8>,
    pieces: Vec<(u16, u8)>,
    /// Management records in between.
    asks: bool,
}

impl Sent {
    fn bytes(&self) -> Vec<u8> {
        let mut pairs = Vec::new();
        for (name, value) in &self.params {
            for part in [name, value] {
                match u8::try_from(part.len()) {
                    Ok(short @ ..0x80) => pairs.push(short),
                    _ => pairs.extend(
                        (u32::try_from(part.len()).expect("short") | 1 << 31).to_be_bytes(),
                    ),
                }
            }
            pairs.extend_from_slice(name);
            pairs.extend_from_slice(value);
        }
        let mut records = vec![record(1, self.id, &[0, 1, 1, 0, 0, 0, 0, 0], 0)];
        records.extend(stream(4, self.id, &pairs, &self.pieces));
        records.extend(stream(5, self.id, &self.body, &self.pieces));
        if self.asks {
            records.insert(records.len() / 2, record(9, 0, b"\x0e\x00FCGI_MAX_CONNS", 3));
            records.insert(1, record(77, 0, b"x", 0));
        }
        records.concat()
    }
}

fn a_request() -> impl Strategy<Value = Sent> {
    let bytes = |most| vec(any::<u8>(), 0..most);
    let params = vec((bytes(20), bytes(140)), 0..6);
    let pieces = vec((1..LARGEST, 0..20_u8), 1..5);
    (1..4_u16, params, bytes(400), pieces, any::<bool>())
        .prop_map(|(id, params, body, pieces, asks)| Sent { id, params, body, pieces, asks })
}

/// Bytes from nowhere, and the bytes of requests in which some are changed, doubled or gone.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    let mutated = (vec(a_request(), 1..3), vec(change, 0..4)).prop_map(|(requests, changes)| {
        let mut bytes: Vec<u8> = requests.iter().flat_map(Sent::bytes).collect();
        for (place, byte, kind) in changes {
            let place = place.index(bytes.len());
            match kind {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                2 => bytes.truncate(place + 1),
                _ => bytes[place] ^= 1 << (byte & 7),
            }
        }
        bytes
    });
    prop_oneof![1 => vec(any::<u8>(), 0..200), 4 => mutated]
}

fn run<T: std::fmt::Debug>(most: u32, strategy: impl Strategy<Value = T>, check: impl Fn(T)) {
    let is_long = std::env::var_os("WEIGHT_SYNC_TEST_LONG").is_some();
    let cases = if is_long { most } else { 2_000 };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&strategy, |case| {
        check(case);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn any_bytes_are_requests_errors_or_too_few_wherever_they_are_cut() {
    run(1_000_000, (any_bytes(), vec(1..300_usize, 1..4)), |(bytes, pieces)| {
        assert_rules(&bytes, &pieces)
    });
}

#[test]
fn a_request_arrives_as_it_was_sent_however_it_is_divided_into_records() {
    run(100_000, (vec(a_request(), 1..4), 1..100_usize), |(requests, piece)| {
        let bytes: Vec<u8> = requests.iter().flat_map(Sent::bytes).collect();
        let expected: Vec<Event> = requests
            .into_iter()
            .map(|one| Event::Request {
                params: one.params,
                body: (one.body.len() <= LIMITS.body_bytes).then_some(one.body),
            })
            .collect();
        assert_eq!(events(&bytes, &[piece]), expected);
    });
}
