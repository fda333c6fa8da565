//! `POST /api/auth/logout`

use serde_json::json;

use crate::support::user::PASSWORD;
use crate::support::{Request, Server, WEIGHT};

#[test]
fn a_logout_answers_204_and_revokes_the_family() {
    let server = Server::start();
    let user = server.user();
    let refresh = |token: &serde_json::Value| {
        server
            .send(&Request::new("POST", "/api/auth/refresh").json(&json!({"refresh_token": token})))
    };
    let old = json!(user.refresh_token);
    let new = refresh(&old).expect(200)["refresh_token"].clone();

    let answer =
        server.send(&Request::new("POST", "/api/auth/logout").json(&json!({"refresh_token": new})));

    assert_eq!((answer.status, answer.body.len()), (204, 0), "{}", answer.text());
    for token in [&old, &new] {
        refresh(token).problem(401, "invalid_refresh_token");
    }
}

#[test]
fn a_repeated_logout_is_harmless() {
    let server = Server::start();
    let user = server.user();
    let logout = || {
        server.send(
            &Request::new("POST", "/api/auth/logout")
                .json(&json!({"refresh_token": user.refresh_token})),
        )
    };
    logout().expect(204);
    let again = logout();
    assert!(again.status == 204 || again.code() == "invalid_refresh_token", "{}", again.text());
}

#[test]
fn the_access_token_goes_on_until_it_expires() {
    let server = Server::start();
    let user = server.user();
    server
        .send(
            &Request::new("POST", "/api/auth/logout")
                .json(&json!({"refresh_token": user.refresh_token})),
        )
        .expect(204);
    user.get(WEIGHT).expect(200);
}

#[test]
fn a_logout_from_everywhere_ends_every_session_of_this_user_and_their_access_tokens_at_once() {
    let server = Server::with(&[], 2);
    let (user, other) = (server.user(), server.user());
    let body = json!({"email": user.email, "password": PASSWORD});
    let tablet = server.send(&Request::new("POST", "/api/auth/login").json(&body)).expect(200);
    let everywhere = json!({"refresh_token": user.refresh_token, "all": true});

    server.send(&Request::new("POST", "/api/auth/logout").json(&everywhere)).expect(204);

    for token in [user.token.as_str(), tablet["access_token"].as_str().unwrap()] {
        let ended = server.send(&Request::get(WEIGHT).bearer(token));
        ended.problem(401, "session_ended");
        assert!(ended.header("www-authenticate").is_some());
    }
    let refresh = |token: &serde_json::Value| {
        server
            .send(&Request::new("POST", "/api/auth/refresh").json(&json!({"refresh_token": token})))
    };
    refresh(&json!(user.refresh_token)).problem(401, "invalid_refresh_token");
    refresh(&tablet["refresh_token"]).problem(401, "invalid_refresh_token");
    other.get(WEIGHT).expect(200);
    refresh(&json!(other.refresh_token)).expect(200);
    let again = server.send(&Request::new("POST", "/api/auth/login").json(&body)).expect(200);
    let token = again["access_token"].as_str().unwrap();
    server.send(&Request::get(WEIGHT).bearer(token)).expect(200);
}

#[test]
fn an_unknown_token_logs_nobody_out_from_anywhere() {
    let server = Server::start();
    let user = server.user();
    for token in ["", "unknown", "' OR 1=1 -- "] {
        let body = json!({"refresh_token": token, "all": true});
        server.send(&Request::new("POST", "/api/auth/logout").json(&body)).expect(204);
    }
    user.get(WEIGHT).expect(200);
}

#[test]
fn whether_all_sessions_are_meant_is_true_or_false() {
    let server = Server::start();
    let user = server.user();
    let body = json!({"refresh_token": user.refresh_token, "all": "yes"});
    let answer = server.send(&Request::new("POST", "/api/auth/logout").json(&body));
    assert_eq!(answer.field_errors(), ["all wrong_type"]);
    let body = json!({"refresh_token": user.refresh_token, "all": false});
    server.send(&Request::new("POST", "/api/auth/logout").json(&body)).expect(204);
    user.get(WEIGHT).expect(200);
}

#[test]
fn the_field_is_required() {
    let server = Server::start();
    let answer = server.send(&Request::new("POST", "/api/auth/logout").json(&json!({})));
    assert_eq!(answer.field_errors(), ["refresh_token required"]);
}
