//! Variables with any bytes: a request or a problem, and never a panic.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::variables::Variables;
use crate::http::problem::{Code, Problem};
use crate::http::request::{Body, Mode, Request};

type Pair = (Vec<u8>, Vec<u8>);

const NAMES: [&str; 11] = [
    "REQUEST_METHOD",
    "REQUEST_URI",
    "REMOTE_ADDR",
    "CONTENT_TYPE",
    "CONTENT_LENGTH",
    "HTTP_AUTHORIZATION",
    "REDIRECT_HTTP_AUTHORIZATION",
    "REDIRECT_REDIRECT_HTTP_AUTHORIZATION",
    "HTTP_IF_MATCH",
    "HTTP_",
    "",
];

fn request(pairs: &[Pair]) -> Result<Request, Problem> {
    let pairs = pairs.iter().map(|(name, value)| (name.as_slice(), value.as_slice()));
    let read = Variables::new(Mode::FastCgi, pairs).request(Ok(Body::Whole(b"{}".to_vec())));
    read.map(|(request, _)| request)
}

fn a_pair() -> impl Strategy<Value = Pair> {
    let name = prop_oneof![
        4 => prop::sample::select(&NAMES[..]).prop_map(|name| name.as_bytes().to_vec()),
        2 => "HTTP_[A-Z_]{0,6}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..12),
    ];
    let value = prop_oneof![
        vec(any::<u8>(), 0..20),
        any::<String>().prop_map(String::into_bytes),
        "GET|POST|192\\.0\\.2\\.1|::1|[0-9]{0,25}|/[a-z%/?&=.0-9]{0,20}"
            .prop_map(String::into_bytes),
    ];
    (name, value)
}

fn complete() -> [Pair; 3] {
    [("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/api/health"), ("REMOTE_ADDR", "192.0.2.1")]
        .map(|(name, value)| (name.into(), value.into()))
}

#[test]
fn any_variables_are_a_request_or_a_problem() {
    let is_long = std::env::var_os("WEIGHT_SYNC_TEST_LONG").is_some();
    let cases = if is_long { 1_000_000 } else { 2_000 };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let strategy = (vec(a_pair(), 0..8), any::<bool>());
    let result = TestRunner::new(config).run(&strategy, |(mut pairs, is_complete)| {
        if is_complete {
            pairs.extend(complete());
        }
        match request(&pairs) {
            Ok(request) => prop_assert!(request.headers().len() <= pairs.len()),
            Err(problem) => prop_assert_eq!(problem.code(), Code::BAD_REQUEST),
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn any_number_of_variables_is_a_request_or_a_problem() {
    let with = |more: Vec<Pair>| request(&[complete().to_vec(), more].concat());
    assert!(with(vec![Pair::default(); 65_000]).is_ok());
    for (count, is_request) in [(14_000_u32, true), (40_000, false)] {
        let field = |number: u32| (format!("HTTP_{number:X}").into_bytes(), b"x".to_vec());
        assert_eq!(with((0..count).map(field).collect()).is_ok(), is_request, "{count} fields");
    }
}
