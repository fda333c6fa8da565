//! `POST /api/auth/refresh`: rotation, the grace period of a minute, and reuse after it.

use serde_json::json;

use crate::support::user::text;
use crate::support::{Request, Server};

fn refreshed(server: &Server, token: &str) -> String {
    server.refresh(token).expect(200)["refresh_token"].as_str().unwrap().to_owned()
}

/// Moves every past rotation back by `seconds`; no time passes while the clock is stopped.
fn let_pass(server: &Server, seconds: i64) {
    server
        .database()
        .execute("UPDATE refresh_tokens SET spent_at = spent_at - INTERVAL ? SECOND", (seconds,));
}

#[test]
fn a_refresh_answers_200_with_new_tokens_of_the_same_user() {
    let server = Server::start();
    let user = server.user();
    let tokens = server.refresh(&user.refresh_token).expect(200);
    assert_eq!(tokens["user"], json!({"id": user.id, "email": user.email}));
    assert_ne!(tokens["refresh_token"], user.refresh_token.as_str());
    server.list(text(&tokens["access_token"])).expect(200);
    refreshed(&server, text(&tokens["refresh_token"]));
}

#[test]
fn the_old_token_stays_valid_for_a_minute_for_phones_that_lost_the_response() {
    let server = Server::with_stopped_clock(&[], 1);
    let user = server.user();
    let first = refreshed(&server, &user.refresh_token);
    let_pass(&server, 59);
    let second = refreshed(&server, &user.refresh_token);
    refreshed(&server, &first);
    refreshed(&server, &second);
}

#[test]
fn the_grace_minute_starts_with_the_first_use_and_a_second_use_does_not_extend_it() {
    let server = Server::with_stopped_clock(&[], 1);
    let user = server.user();
    refreshed(&server, &user.refresh_token);
    let_pass(&server, 59);
    refreshed(&server, &user.refresh_token);
    let_pass(&server, 2);
    server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
}

#[test]
fn a_phone_that_refreshes_within_90_days_stays_signed_in() {
    let server = Server::start();
    let user = server.user();
    let mut token = user.refresh_token.clone();
    // Each refresh comes after 80 of the token's 90 days.
    for _ in 0..3 {
        server
            .database()
            .execute("UPDATE refresh_tokens SET expires_at = expires_at - INTERVAL 80 DAY", ());
        token = refreshed(&server, &token);
    }
}

#[test]
fn reuse_after_the_minute_revokes_the_whole_family() {
    let server = Server::start();
    let user = server.user();
    let first = refreshed(&server, &user.refresh_token);
    let second = refreshed(&server, &first);
    let_pass(&server, 70);
    server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
    server.refresh(&second).problem(401, "invalid_refresh_token");
    server.refresh(&first).problem(401, "invalid_refresh_token");
}

#[test]
fn reuse_in_one_family_does_not_affect_other_families_and_users() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let body = json!({"email": user.email, "password": crate::support::user::PASSWORD});
    let tablet = server.auth("login", &body).expect(200)["refresh_token"].clone();
    refreshed(&server, &user.refresh_token);
    let_pass(&server, 70);
    server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
    refreshed(&server, tablet.as_str().unwrap());
    refreshed(&server, &other.refresh_token);
}

#[test]
fn unknown_malformed_and_expired_tokens_are_401() {
    let server = Server::start();
    let user = server.user();
    for token in [
        "",
        "unknown",
        "ä",
        &"x".repeat(5000),
        &format!("{}x", user.refresh_token),
        user.token.as_str(),
    ] {
        server.refresh(token).problem(401, "invalid_refresh_token");
    }
    server
        .database()
        .execute("UPDATE refresh_tokens SET expires_at = UTC_TIMESTAMP() - INTERVAL 1 SECOND", ());
    server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
}

#[test]
fn every_refresh_token_is_valid_for_ninety_days() {
    let server = Server::start();
    let user = server.user();
    let database = server.database();
    let of_ninety_days = "SELECT COUNT(*) FROM refresh_tokens \
        WHERE expires_at = issued_at + INTERVAL 90 DAY";
    assert_eq!(database.count(of_ninety_days, ()), 1);
    // Now the token was issued eighty days ago.
    database.execute(
        "UPDATE refresh_tokens SET issued_at = issued_at - INTERVAL 80 DAY, \
         expires_at = expires_at - INTERVAL 80 DAY",
        (),
    );
    refreshed(&server, &user.refresh_token);
    assert_eq!(database.count(of_ninety_days, ()), 2);
}

#[test]
fn the_field_is_required_and_a_text() {
    let server = Server::start();
    let send = |body| server.auth("refresh", &body).field_errors();
    assert_eq!(send(json!({})), ["refresh_token required"]);
    assert_eq!(send(json!({"refresh_token": 5})), ["refresh_token wrong_type"]);
}

#[test]
fn a_refresh_needs_no_access_token_and_ignores_a_bad_one() {
    let server = Server::start();
    let user = server.user();
    let body = json!({"refresh_token": user.refresh_token});
    server
        .send(&Request::new("POST", "/api/auth/refresh").json(&body).bearer("nonsense"))
        .expect(200);
}

#[test]
fn concurrent_refreshes_of_one_token_in_many_processes_all_succeed() {
    let server = Server::with_stopped_clock(&[], 4);
    let user = server.user();
    let tokens: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..6).map(|_| scope.spawn(|| refreshed(&server, &user.refresh_token))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for token in tokens {
        refreshed(&server, &token);
    }
}

#[test]
fn refresh_tokens_are_stored_hashed() {
    let server = Server::start();
    let user = server.user();
    let rows = server.database().rows("SELECT * FROM refresh_tokens").join("\n");
    assert!(!rows.contains(&user.refresh_token), "{rows}");
    assert_eq!(server.database().count("SELECT COUNT(*) FROM refresh_tokens", ()), 1);
}
