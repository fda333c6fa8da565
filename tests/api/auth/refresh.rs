//! `POST /api/auth/refresh`: the chain of tokens, the minute in which a repeat gets the same answer, and reuse.

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
        .execute("UPDATE device_sessions SET spent_at = spent_at - INTERVAL ? SECOND", (seconds,));
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
fn a_repeat_within_a_minute_gets_the_same_token() {
    let server = Server::with_stopped_clock(&[], 1);
    let user = server.user();
    let first = refreshed(&server, &user.refresh_token);
    let_pass(&server, 59);
    assert_eq!(refreshed(&server, &user.refresh_token), first);
    refreshed(&server, &first);
}

#[test]
fn a_phone_that_lost_the_answer_gets_another_token_however_late() {
    let server = Server::with_stopped_clock(&[], 1);
    let user = server.user();
    let lost = refreshed(&server, &user.refresh_token);
    let_pass(&server, 7 * 86_400);
    let second = refreshed(&server, &user.refresh_token);
    assert_ne!(second, lost);
    assert_eq!(refreshed(&server, &user.refresh_token), second, "the minute starts again");
    let third = refreshed(&server, &second);
    assert_ne!(third, second);
}

#[test]
fn a_session_of_an_earlier_generation_is_401() {
    let server = Server::start();
    let user = server.user();
    // As when all sessions end at one node of a cluster while another node begins one: locks do not reach it.
    let end_all = "UPDATE credentials SET generation = generation + 1 WHERE user_id = ?";
    server.database().execute(end_all, (&user.id,));
    server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
    let tokens = server.login(&user.email, crate::support::user::PASSWORD).expect(200);
    refreshed(&server, text(&tokens["refresh_token"]));
    let list = Request::get("/api/account/sessions").bearer(text(&tokens["access_token"]));
    let sessions = server.send(&list).expect(200);
    assert_eq!(sessions["sessions"].as_array().map(Vec::len), Some(1), "{sessions}");
}

#[test]
fn an_ended_successor_is_401_and_ends_the_session() {
    let server = Server::with_stopped_clock(&[], 1);
    let user = server.user();
    let lost = refreshed(&server, &user.refresh_token);
    let_pass(&server, 61);
    let second = refreshed(&server, &user.refresh_token);
    server.refresh(&lost).problem(401, "invalid_refresh_token");
    server.refresh(&second).problem(401, "invalid_refresh_token");
}

#[test]
fn a_session_ends_after_a_year_however_often_it_is_refreshed() {
    let server = Server::start();
    let user = server.user();
    let database = server.database();
    database.execute(
        "UPDATE device_sessions SET created_at = created_at - INTERVAL 364 DAY, ends_at = ends_at - INTERVAL 364 DAY",
        (),
    );
    let last = refreshed(&server, &user.refresh_token);
    let within_a_day = "SELECT COUNT(*) FROM device_sessions \
        WHERE expires_at = ends_at AND ends_at < UTC_TIMESTAMP(6) + INTERVAL 1 DAY";
    assert_eq!(database.count(within_a_day, ()), 1);
    database.execute("UPDATE device_sessions SET expires_at = UTC_TIMESTAMP(6)", ());
    server.refresh(&last).problem(401, "invalid_refresh_token");
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
            .execute("UPDATE device_sessions SET expires_at = expires_at - INTERVAL 80 DAY", ());
        token = refreshed(&server, &token);
    }
}

#[test]
fn a_token_whose_successor_was_used_ends_the_session() {
    let server = Server::start();
    let user = server.user();
    let first = refreshed(&server, &user.refresh_token);
    let second = refreshed(&server, &first);
    server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
    server.refresh(&second).problem(401, "invalid_refresh_token");
    server.refresh(&first).problem(401, "invalid_refresh_token");
}

#[test]
fn reuse_in_one_session_does_not_affect_other_sessions_and_users() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let body = json!({"email": user.email, "password": crate::support::user::PASSWORD});
    let tablet = server.auth("login", &body).expect(200)["refresh_token"].clone();
    let first = refreshed(&server, &user.refresh_token);
    refreshed(&server, &first);
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
        .execute("UPDATE device_sessions SET expires_at = UTC_TIMESTAMP() - INTERVAL 1 SECOND", ());
    server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
}

#[test]
fn every_refresh_token_is_valid_for_ninety_days() {
    let server = Server::start();
    let user = server.user();
    let database = server.database();
    let of_ninety_days = "SELECT COUNT(*) FROM device_sessions \
        WHERE expires_at = last_used_at + INTERVAL 90 DAY";
    assert_eq!(database.count(of_ninety_days, ()), 1);
    // Now the token was issued eighty days ago.
    database.execute(
        "UPDATE device_sessions SET last_used_at = last_used_at - INTERVAL 80 DAY, \
         expires_at = expires_at - INTERVAL 80 DAY",
        (),
    );
    refreshed(&server, &user.refresh_token);
    assert_eq!(database.count(of_ninety_days, ()), 1);
    let fresh = "SELECT COUNT(*) FROM device_sessions WHERE last_used_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY";
    assert_eq!(database.count(fresh, ()), 1);
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
fn concurrent_refreshes_of_one_token_in_many_processes_get_the_same_successor() {
    let server = Server::with_stopped_clock(&[], 4);
    let user = server.user();
    let tokens: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..6).map(|_| scope.spawn(|| refreshed(&server, &user.refresh_token))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(
        tokens.iter().all(|token| *token == tokens[0]),
        "one chain, never a branch: {tokens:?}"
    );
    refreshed(&server, &tokens[0]);
}

#[test]
fn refresh_tokens_are_stored_hashed_and_one_row_keeps_a_session() {
    let server = Server::start();
    let user = server.user();
    let next = refreshed(&server, &user.refresh_token);
    let rows = server.database().rows("SELECT * FROM device_sessions").join("\n");
    assert!(!rows.contains(&user.refresh_token) && !rows.contains(&next), "{rows}");
    assert_eq!(server.database().count("SELECT COUNT(*) FROM device_sessions", ()), 1);
}

#[test]
fn a_user_keeps_the_fifty_sessions_that_were_used_last() {
    let server = Server::with(
        &[
            ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "0"),
            ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "0"),
        ],
        1,
    );
    let (user, other) = (server.user(), server.user());
    let database = server.database();
    let count =
        |id: &str| database.count("SELECT COUNT(*) FROM device_sessions WHERE user_id = ?", (id,));
    database.execute(
        "INSERT INTO device_sessions (id, user_id, generation, created_at, last_used_at, expires_at, ends_at, token_hash, successor_key) \
         SELECT UNHEX(LEFT(SHA2(n, 256), 32)), ?, 0, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) - INTERVAL n DAY, \
         UTC_TIMESTAMP(6) + INTERVAL 9 DAY, UTC_TIMESTAMP(6) + INTERVAL 9 DAY, \
         UNHEX(SHA2(n, 256)), UNHEX(SHA2(n, 256)) \
         FROM (SELECT 10 * a.d + b.d + 1 AS n FROM \
         (SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5) a, \
         (SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 \
          UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) b) numbers",
        (&user.id,),
    );
    assert_eq!(count(&user.id), 61);
    server.login(&user.email, crate::support::user::PASSWORD).expect(200);
    assert_eq!((count(&user.id), count(&other.id)), (50, 1));
    refreshed(&server, &user.refresh_token);
    let oldest = "SELECT COUNT(*) FROM device_sessions WHERE last_used_at < UTC_TIMESTAMP(6) - INTERVAL 49 DAY";
    assert_eq!(database.count(oldest, ()), 0);
}
