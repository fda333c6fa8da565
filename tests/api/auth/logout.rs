//! `POST /api/auth/logout`

use serde_json::json;

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
fn the_field_is_required() {
    let server = Server::start();
    let answer = server.send(&Request::new("POST", "/api/auth/logout").json(&json!({})));
    assert_eq!(answer.field_errors(), ["refresh_token required"]);
}
