//! Problems as clients receive them.

use serde_json::json;

use super::*;
use crate::http::field::{FieldCode, Refusal};
use crate::http::response::Body;

fn rendered(problem: Problem) -> (Response, Value) {
    let response = problem.into_response("https://w.example", "r-1");
    let Body::Bytes(bytes) = response.body() else { panic!("a document") };
    let document = serde_json::from_slice(bytes).unwrap();
    (response, document)
}

#[test]
fn a_problem_has_its_members_and_header_fields_and_keeps_its_cause() {
    let problem = Problem::new(Code::RATE_LIMITED, "Wait.").member("limit", &5);
    let problem = problem.with(header::RETRY_AFTER, 7).because(&"a flood");
    assert_eq!((problem.code(), problem.cause()), (Code::RATE_LIMITED, Some("a flood")));
    let (response, document) = rendered(problem);
    assert_eq!(response.status(), Code::RATE_LIMITED.status());
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(response.headers()[header::RETRY_AFTER], "7");
    let title = Code::RATE_LIMITED.title();
    let expected = json!({"type": "https://w.example/problems/rate_limited", "title": title,
        "status": 429, "code": "rate_limited", "detail": "Wait.", "limit": 5, "request_id": "r-1"});
    assert_eq!((document, title), (expected, "Too many requests"));
}

#[test]
fn all_refused_fields_are_listed_or_the_first_alone() {
    let two = || {
        let mut errors = FieldErrors::not_an_object();
        errors.push("x", Refusal::new(FieldCode::Duplicate, "is doubled"));
        errors
    };
    let mut first = two();
    first.keep_first();
    let not_an_object =
        json!({"field": "", "code": "wrong_type", "message": "must be a JSON object"});
    let doubled = json!({"field": "x", "code": "duplicate", "message": "is doubled"});
    for (problem, listed) in [
        (Problem::validation(two()), json!([not_an_object, doubled])),
        (Problem::parameters(two()), json!([not_an_object, doubled])),
        (Problem::validation(first), json!([not_an_object])),
    ] {
        assert_eq!(rendered(problem).1["errors"], listed);
    }
}

/// The error `invalid_token` makes a client drop its token (RFC 6750 section 3.1).
#[test]
fn only_a_401_has_a_challenge_and_only_a_refused_token_is_called_invalid() {
    let refused = [
        Code::INVALID_TOKEN,
        Code::TOKEN_EXPIRED,
        Code::SESSION_ENDED,
        Code::ACCOUNT_GONE,
        Code::UNKNOWN_USER,
    ];
    for code in Code::ALL {
        let (response, _) = rendered(Problem::new(*code, ""));
        let challenge = response.headers().get(header::WWW_AUTHENTICATE);
        let expected = match code.status() {
            401 if refused.contains(code) => {
                Some("Bearer realm=\"weight-sync\", error=\"invalid_token\"")
            }
            401 => Some("Bearer realm=\"weight-sync\""),
            _ => None,
        };
        assert_eq!(challenge.map(HeaderValue::as_bytes), expected.map(str::as_bytes), "{code:?}");
    }
}
