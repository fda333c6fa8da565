//! A sliding window in the database: exact under any number of processes. Its clock stands still here, so that what is
//! said of a minute holds on a machine that needs longer.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::support::user::PASSWORD;
use crate::support::{Answer, Request, SYNC, Server, WEIGHT, weighing};

const REQUESTS: (&str, &str) = ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "100");

/// A server that lets each user make so many requests a minute.
fn allowing(requests: &str) -> Server {
    Server::with_stopped_clock(&[("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", requests)], 1)
}

fn number(answer: &Answer, name: &str) -> i64 {
    answer
        .header(name)
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("{name} is no number: {:?}", answer.headers))
}

#[test]
fn exactly_100_of_130_at_once_pass_through_four_processes_while_another_user_passes() {
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
fn the_headers_count_down_and_a_refusal_says_when_to_come_back() {
    let server = allowing("5");
    let user = server.user();
    for remaining in (0..5).rev() {
        let answer = user.get(WEIGHT);
        answer.expect(200);
        assert_eq!(number(&answer, "ratelimit-limit"), 5);
        assert_eq!(number(&answer, "ratelimit-remaining"), remaining);
        // The first one stays in the window for all of it.
        let soonest = if remaining == 4 { 61 } else { 0 };
        let reset = number(&answer, "ratelimit-reset");
        assert!((soonest..=61).contains(&reset), "{:?}", answer.headers);
    }
    for _ in 0..3 {
        let refused = user.get(WEIGHT);
        let detail = refused.problem(429, "rate_limited")["detail"].clone();
        assert_eq!(number(&refused, "ratelimit-remaining"), 0);
        let wait =
            format!("At most 5 in this time. Try again in {} s.", number(&refused, "retry-after"));
        assert_eq!(detail, wait);
        assert!((1..=61).contains(&number(&refused, "retry-after")), "{:?}", refused.headers);
    }
}

#[test]
fn every_authenticated_answer_counts_and_carries_the_headers_errors_too() {
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
fn what_is_not_authenticated_carries_no_headers_and_counts_for_nobody() {
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
fn refused_requests_do_nothing() {
    let server = allowing("1");
    let user = server.user();
    user.post(WEIGHT, &weighing(75.5)).expect(201);
    user.post(WEIGHT, &weighing(76.5)).problem(429, "rate_limited");
    assert_eq!(server.database().entries().len(), 1);
}

#[test]
fn refused_requests_are_not_counted_so_the_place_of_an_old_one_is_free_again() {
    let server = allowing("3");
    let user = server.user();
    for _ in 0..3 {
        user.get(WEIGHT).expect(200);
    }
    server.database().let_limits_pass(30);
    for _ in 0..10 {
        user.get(WEIGHT).problem(429, "rate_limited");
    }
    server.database().let_limits_pass(32);
    for _ in 0..3 {
        user.get(WEIGHT).expect(200);
    }
    user.get(WEIGHT).problem(429, "rate_limited");
}

#[test]
fn the_window_slides_so_there_is_no_double_burst_at_the_minute() {
    let server = allowing("6");
    let user = server.user();
    let passing = || (0..10).filter(|_| user.get(WEIGHT).status == 200).count();
    user.get(WEIGHT).expect(200);
    server.database().let_limits_pass(40);
    assert_eq!(passing(), 5);
    // Only the first one has left the window by now.
    server.database().let_limits_pass(25);
    assert_eq!(passing(), 1);
    server.database().let_limits_pass(40);
    assert_eq!(passing(), 5);
}

#[test]
fn the_seconds_of_retry_after_are_enough() {
    let server = allowing("3");
    let user = server.user();
    for age in [20, 10, 0] {
        user.get(WEIGHT).expect(200);
        server.database().let_limits_pass(age);
    }
    let seconds = number(&user.get(WEIGHT), "retry-after");
    assert_eq!(seconds, 31, "the first request leaves the window");
    server.database().let_limits_pass(seconds - 1);
    user.get(WEIGHT).problem(429, "rate_limited");
    server.database().let_limits_pass(1);
    user.get(WEIGHT).expect(200);
    user.get(WEIGHT).problem(429, "rate_limited");
}

#[test]
fn zero_lifts_the_limit() {
    let server = Server::with(&[("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "0")], 1);
    let user = server.user();
    for _ in 0..120 {
        user.get(WEIGHT).expect(200);
    }
}

#[test]
fn login_is_limited_for_each_account_and_each_address() {
    let settings = [
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "3"),
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "5"),
    ];
    let server = Server::with_stopped_clock(&settings, 2);
    let (user, other) = (server.user(), server.user());
    let login = |email: &str, password: &str, address: &str| {
        let body = json!({"email": email, "password": password});
        server.send(&Request::new("POST", "/api/auth/login").json(&body).sent_from(address))
    };
    for _ in 0..3 {
        login(&user.email, "a wrong password of length", "192.0.2.1")
            .problem(401, "invalid_credentials");
    }
    let refused = login(&user.email, PASSWORD, "192.0.2.2");
    refused.problem(429, "rate_limited");
    assert!(refused.header("retry-after").is_some());
    login(&other.email, PASSWORD, "192.0.2.3").expect(200);
    for number in 0..2 {
        login(&format!("{number}@example.org"), PASSWORD, "192.0.2.1")
            .problem(401, "invalid_credentials");
    }
    login(&other.email, PASSWORD, "192.0.2.1").problem(429, "rate_limited");
    login(&other.email, PASSWORD, "192.0.2.4").expect(200);
}

#[test]
fn the_account_limit_of_login_holds_for_unknown_addresses_in_any_writing() {
    let server = Server::with_stopped_clock(
        &[("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "2")],
        1,
    );
    let login = |email: &str| {
        server
            .send(
                &Request::new("POST", "/api/auth/login")
                    .json(&json!({"email": email, "password": PASSWORD})),
            )
            .status
    };
    assert_eq!(
        ["Nobody@example.org", "nobody@EXAMPLE.org", "nobody@example.org"].map(login),
        [401, 401, 429]
    );
}

#[test]
fn register_and_refresh_are_limited_for_each_address() {
    let settings = [
        ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR", "2"),
        ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ADDRESS_PER_MINUTE", "2"),
    ];
    let server = Server::with_stopped_clock(&settings, 1);
    let register = |name: &str, address: &str| {
        let body = json!({"email": format!("{name}@example.org"), "password": PASSWORD});
        server
            .send(&Request::new("POST", "/api/auth/register").json(&body).sent_from(address))
            .status
    };
    assert_eq!(
        [
            register("a", "192.0.2.1"),
            register("b", "192.0.2.1"),
            register("c", "192.0.2.1"),
            register("c", "192.0.2.2")
        ],
        [201, 201, 429, 201]
    );
    let refresh = |address: &str| {
        let body = json!({"refresh_token": "unknown"});
        server
            .send(&Request::new("POST", "/api/auth/refresh").json(&body).sent_from(address))
            .status
    };
    assert_eq!(
        ["192.0.2.1", "192.0.2.1", "192.0.2.1", "2001:db8::1"].map(refresh),
        [401, 401, 429, 401]
    );
}

#[test]
fn register_is_limited_for_each_email_address_from_wherever_it_comes() {
    let server = Server::with_stopped_clock(
        &[("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ACCOUNT_PER_HOUR", "2")],
        2,
    );
    let register = |email: &str, address: &str| {
        let body = json!({"email": email, "password": PASSWORD});
        server.send(&Request::new("POST", "/api/auth/register").json(&body).sent_from(address))
    };
    register("ada@example.org", "192.0.2.1").expect(201);
    register("ada@example.org", "192.0.2.2").problem(409, "email_taken");
    let refused = register("ADA@example.org", "192.0.2.3");
    refused.problem(429, "rate_limited");
    // Of an hour; half of it is for machines that stand still.
    assert!((1800..=3660).contains(&number(&refused, "retry-after")), "{:?}", refused.headers);
    register("bob@example.org", "192.0.2.1").expect(201);
}

#[test]
fn refresh_is_limited_for_each_user_over_all_devices_and_network_addresses() {
    let server = Server::with_stopped_clock(
        &[("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ACCOUNT_PER_MINUTE", "3")],
        2,
    );
    let (user, other) = (server.user(), server.user());
    let body = json!({"email": user.email, "password": PASSWORD});
    let tablet = server.send(&Request::new("POST", "/api/auth/login").json(&body)).expect(200);
    let refresh = |token: &serde_json::Value, address: &str| {
        let body = json!({"refresh_token": token});
        server.send(&Request::new("POST", "/api/auth/refresh").json(&body).sent_from(address))
    };
    let phone = json!(user.refresh_token);
    for (token, address) in
        [(&phone, "192.0.2.1"), (&tablet["refresh_token"], "192.0.2.2"), (&phone, "2001:db8::1")]
    {
        refresh(token, address).expect(200);
    }
    let refused = refresh(&phone, "192.0.2.4");
    refused.problem(429, "rate_limited");
    assert!((1..=61).contains(&number(&refused, "retry-after")), "{:?}", refused.headers);
    refresh(&json!(other.refresh_token), "192.0.2.1").expect(200);
    // What was refused was not spent.
    server.database().let_limits_pass(62);
    refresh(&phone, "192.0.2.4").expect(200);
}

#[test]
fn a_clock_that_steps_back_by_an_hour_begins_the_window_anew_and_locks_nobody_out() {
    let server = allowing("3");
    let user = server.user();
    for _ in 0..3 {
        user.get(WEIGHT).expect(200);
    }
    user.get(WEIGHT).problem(429, "rate_limited");
    // The counter was last moved at a time that is an hour ahead now.
    server.database().execute("UPDATE rate_counters SET slice = slice + 3600", ());
    user.get(WEIGHT).expect(200);
}
