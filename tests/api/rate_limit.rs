//! Rate limits: a sliding window of two fixed windows, counted in the database. The database's clock is stopped at the
//! beginning of a minute, and the tests move it.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::support::{Answer, Request, SYNC, Server, User, WEIGHT, weighing};

const REQUESTS: (&str, &str) = ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "100");

/// A server that allows each user this many requests a minute.
fn allowing(requests: &str) -> Server {
    Server::with_stopped_clock(&[("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", requests)], 1)
}

/// How many of ten requests the server accepts.
fn let_in_of_ten(user: &User<'_>) -> usize {
    (0..10).filter(|_| user.get(WEIGHT).status == 200).count()
}

/// A header that is a number.
pub(crate) fn number(answer: &Answer, name: &str) -> i64 {
    answer
        .header(name)
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("{name} is not a number: {:?}", answer.headers))
}

#[test]
fn exactly_100_of_130_concurrent_requests_pass_in_four_processes_while_another_user_passes() {
    let server = Server::with_stopped_clock(&[REQUESTS], 4);
    let (user, other) = (server.user(), server.user());
    let (passed, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let turn = next.fetch_add(1, Ordering::SeqCst);
                    if turn >= 130 {
                        break;
                    }
                    let answer = if turn.is_multiple_of(3) {
                        user.post(WEIGHT, &weighing(75.5))
                    } else {
                        user.get(&format!("{WEIGHT}?limit=1"))
                    };
                    match answer.status {
                        200 | 201 => passed.fetch_add(1, Ordering::SeqCst),
                        429 => refused.fetch_add(1, Ordering::SeqCst),
                        other => panic!("{other}: {}", answer.text()),
                    };
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..20 {
                other.get(WEIGHT).expect(200);
            }
        });
    });
    assert_eq!((passed.into_inner(), refused.into_inner()), (100, 30));
}

#[test]
fn the_headers_count_down_and_a_refusal_has_retry_after() {
    let server = allowing("5");
    let user = server.user();
    for remaining in (0..5).rev() {
        let answer = user.get(WEIGHT);
        answer.expect(200);
        assert_eq!(number(&answer, "ratelimit-limit"), 5);
        assert_eq!(number(&answer, "ratelimit-remaining"), remaining);
        assert_eq!(number(&answer, "ratelimit-reset"), 60);
    }
    for _ in 0..3 {
        let refused = user.get(WEIGHT);
        let detail = refused.problem(429, "rate_limited")["detail"].clone();
        assert_eq!(number(&refused, "ratelimit-remaining"), 0);
        assert_eq!(detail, "At most 5 in this time. Try again in 61 s.");
        assert_eq!(number(&refused, "retry-after"), 61);
    }
}

#[test]
fn every_authenticated_request_counts_and_its_answer_has_the_headers_even_for_errors() {
    let server = allowing("50");
    let user = server.user();
    let id = "01990000-0000-7000-8000-000000000000";
    let answers = [
        user.get(WEIGHT),
        user.get(SYNC),
        user.post(WEIGHT, &weighing(75.5)),
        user.post(WEIGHT, &json!({})),
        user.post(SYNC, &json!({"entries": []})),
        user.put(id, &weighing(75.5)),
        user.delete(id),
        user.send(Request::new("POST", WEIGHT).body("x")),
        user.send(
            Request::new("POST", WEIGHT).header("Content-Type", "application/json").body("{"),
        ),
        user.get(&format!("{SYNC}?since=nonsense")),
    ];
    let remaining: Vec<i64> =
        answers.iter().map(|answer| number(answer, "ratelimit-remaining")).collect();
    assert_eq!(remaining, (40..50).rev().collect::<Vec<i64>>());
}

#[test]
fn an_unauthenticated_request_counts_for_no_user_and_its_answer_has_no_headers() {
    let server = allowing("5");
    let user = server.user();
    for _ in 0..10 {
        assert_eq!(server.send(&Request::get(WEIGHT)).header("ratelimit-limit"), None);
        server.send(&Request::get(WEIGHT).bearer("x.y.z")).problem(401, "invalid_token");
        server.send(&Request::get("/api/health")).expect(200);
        user.get("/api/nowhere").problem(404, "not_found");
    }
    assert_eq!(number(&user.get(WEIGHT), "ratelimit-remaining"), 4);
}

#[test]
fn refused_requests_store_nothing() {
    let server = allowing("1");
    let user = server.user();
    user.post(WEIGHT, &weighing(75.5)).expect(201);
    user.post(WEIGHT, &weighing(76.5)).problem(429, "rate_limited");
    assert_eq!(server.database().entries().len(), 1);
}

#[test]
fn refused_requests_are_not_counted() {
    let server = allowing("3");
    let user = server.user();
    assert_eq!(let_in_of_ten(&user), 3);
    server.advance_clock(60 + 40);
    // A third of the last minute still counts: one request, not four.
    assert_eq!(let_in_of_ten(&user), 2);
}

#[test]
fn a_burst_at_the_end_of_a_minute_allows_no_second_burst_after_it() {
    let server = allowing("6");
    let user = server.user();
    server.advance_clock(59);
    assert_eq!(let_in_of_ten(&user), 6);
    // (seconds later, accepted): the requests of the last minute leave the window evenly.
    for (seconds, let_in) in [(1, 0), (1, 1), (9, 0), (10, 1), (20, 2), (19, 2)] {
        server.advance_clock(seconds);
        assert_eq!(let_in_of_ten(&user), let_in, "{seconds} seconds later");
    }
}

#[test]
fn requests_spread_evenly_after_a_burst_reach_at_most_twice_the_limit_in_a_minute() {
    let server = allowing("6");
    let user = server.user();
    server.advance_clock(59);
    let mut within_a_minute = let_in_of_ten(&user);
    for _ in 0..59 {
        server.advance_clock(1);
        within_a_minute += usize::from(user.get(WEIGHT).status == 200);
    }
    assert_eq!(within_a_minute, 12);
}

#[test]
fn a_client_passes_after_retry_after_and_not_a_second_earlier() {
    let server = allowing("3");
    let user = server.user();
    for age in [20, 20, 0] {
        user.get(WEIGHT).expect(200);
        server.advance_clock(age);
    }
    // 20 seconds to the next minute and one more, then 20 until a third of the last minute has passed.
    for seconds in [21, 20] {
        let refused = user.get(WEIGHT);
        refused.problem(429, "rate_limited");
        assert_eq!(number(&refused, "retry-after"), seconds);
        assert_eq!(number(&refused, "ratelimit-reset"), seconds);
        server.advance_clock(seconds - 1);
        user.get(WEIGHT).problem(429, "rate_limited");
        server.advance_clock(1);
        user.get(WEIGHT).expect(200);
    }
}

#[test]
fn zero_disables_the_limit() {
    let server = Server::with(&[("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "0")], 1);
    let user = server.user();
    for _ in 0..120 {
        user.get(WEIGHT).expect(200);
    }
}

#[test]
fn a_clock_that_is_set_back_by_an_hour_restarts_the_counter() {
    let server = allowing("3");
    let user = server.user();
    assert_eq!(let_in_of_ten(&user), 3);
    server.advance_clock(-3600);
    assert_eq!(let_in_of_ten(&user), 3);
}

#[test]
fn a_request_counted_late_for_the_previous_minute_resets_no_counter() {
    let server = allowing("3");
    let user = server.user();
    server.advance_clock(59);
    assert_eq!(let_in_of_ten(&user), 3);
    // To the next minute, back like a statement that began before it, and forward again.
    for seconds in [1, -1, 1] {
        server.advance_clock(seconds);
        assert_eq!(let_in_of_ten(&user), 0);
    }
}
