//! Attack: the use of a stolen refresh token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{Answer, Request, Server};

fn refreshed(server: &Server, token: &str) -> (String, String) {
    let tokens = server.refresh(token).expect(200);
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

fn let_pass(server: &Server, seconds: i64) {
    server
        .database()
        .execute("UPDATE device_sessions SET spent_at = spent_at - INTERVAL ? SECOND", (seconds,));
}

#[test]
fn the_use_of_a_stolen_token_is_logged_with_the_user_and_without_the_token() {
    let server = Server::start();
    let user = server.user();
    let (_, next) = refreshed(&server, &user.refresh_token);
    refreshed(&server, &next);
    let answer = server.refresh(&user.refresh_token);
    answer.problem(401, "invalid_refresh_token");
    assert!(!answer.text().contains("ended"), "the thief learns nothing: {}", answer.text());
    let id = answer.header("x-request-id").unwrap().to_owned();
    let log = server.log();
    let line = log.lines().find(|line| line.contains(&id)).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["user_id"], user.id.as_str());
    let cause = line["cause"].as_str().unwrap();
    assert!(cause.contains("session was ended"), "{cause}");
    assert!(!log.contains(&user.refresh_token));
}

#[test]
fn when_thief_and_owner_both_use_a_token_both_lose_the_session_and_other_users_keep_theirs() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    // The thief uses it first; the owner's use reveals the theft.
    let (_, thiefs) = refreshed(&server, &user.refresh_token);
    let (_, thiefs) = refreshed(&server, &thiefs);
    server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
    server.refresh(&thiefs).problem(401, "invalid_refresh_token");
    refreshed(&server, &other.refresh_token);
}

#[test]
fn a_phone_that_repeatedly_sends_concurrent_refreshes_keeps_a_working_session() {
    let server = Server::with_stopped_clock(&[], 4);
    let user = server.user();
    let mut token = user.refresh_token.clone();
    for _ in 0..6 {
        let pairs: Vec<(String, String)> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..6).map(|_| scope.spawn(|| refreshed(&server, &token))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for (access, _) in &pairs {
            server.list(access).expect(200);
        }
        // The phone may keep any answer.
        let kept = pairs.len() / 2;
        token = pairs[kept].1.clone();
        let_pass(&server, 30);
    }
    refreshed(&server, &token);
    assert!(!server.log().contains("internal_error"), "{}", server.log());
}

#[test]
fn a_theft_detected_while_the_thief_refreshes_leaves_the_thief_no_session() {
    let server = Server::with(&[], 4);
    for _ in 0..8 {
        let user = server.user();
        let (_, next) = refreshed(&server, &user.refresh_token);
        let (_, mut latest) = refreshed(&server, &next);
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let thieves: Vec<_> = (0..3).map(|_| scope.spawn(|| server.refresh(&latest))).collect();
            server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
            thieves.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for answer in answers {
            if answer.status == 200 {
                latest = answer.json()["refresh_token"].as_str().unwrap().to_owned();
                server.refresh(&latest).problem(401, "invalid_refresh_token");
            } else {
                answer.problem(401, "invalid_refresh_token");
            }
        }
        let left = "SELECT COUNT(*) FROM device_sessions WHERE user_id = ?";
        assert_eq!(server.database().count(left, (&user.id,)), 0);
    }
}

#[test]
fn a_token_made_from_a_session_id_that_users_see_is_unknown_and_ends_nothing() {
    let server = Server::start();
    let user = server.user();
    let sessions = user.get("/api/account/sessions").expect(200)["sessions"].clone();
    let id = uuid::Uuid::parse_str(sessions[0]["id"].as_str().unwrap()).unwrap();
    let forged = URL_SAFE_NO_PAD.encode([id.as_bytes().as_slice(), &[7; 32]].concat());
    server.refresh(&forged).problem(401, "invalid_refresh_token");
    for all in [false, true] {
        server.auth("logout", &json!({"refresh_token": forged, "all": all})).expect(204);
    }
    refreshed(&server, &user.refresh_token);
    user.list();
}

#[test]
fn a_thief_who_refreshes_first_and_an_owner_who_lost_nothing_cannot_both_go_on() {
    let server = Server::with_stopped_clock(&[], 1);
    let user = server.user();
    // The thief uses the stolen token; the owner's repeat a day later ends what the thief holds.
    let (_, thiefs) = refreshed(&server, &user.refresh_token);
    let_pass(&server, 86_400);
    let (_, owners) = refreshed(&server, &user.refresh_token);
    server.refresh(&thiefs).problem(401, "invalid_refresh_token");
    server.refresh(&owners).problem(401, "invalid_refresh_token");
}

#[test]
fn a_thief_elsewhere_who_refreshes_right_after_the_owner_does_not_share_the_session() {
    let server = Server::with_stopped_clock(&[], 1);
    let user = server.user();
    let body = json!({"refresh_token": user.refresh_token});
    let elsewhere = Request::new("POST", "/api/auth/refresh").sent_from("198.51.100.9").json(&body);
    let (_, owners) = refreshed(&server, &user.refresh_token);
    let thiefs = server.send(&elsewhere).expect(200)["refresh_token"].clone();
    assert_ne!(thiefs, json!(owners));
    // A phone that lost its answer and has changed its network holds no other token: it goes on. Here the owner does.
    server.refresh(&owners).problem(401, "invalid_refresh_token");
    server.refresh(thiefs.as_str().unwrap()).problem(401, "invalid_refresh_token");
}
