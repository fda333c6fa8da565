//! `POST /api/auth/logout`

use serde_json::json;

use crate::support::user::{PASSWORD, text};
use crate::support::{Server, WEIGHT};

#[test]
fn a_logout_answers_204_and_revokes_the_family() {
    let server = Server::start();
    let user = server.user();
    let new = server.refresh(&user.refresh_token).expect(200)["refresh_token"].clone();

    let answer = server.auth("logout", &json!({"refresh_token": new}));

    assert_eq!((answer.status, answer.body.len()), (204, 0), "{}", answer.text());
    for token in [&user.refresh_token, text(&new)] {
        server.refresh(token).problem(401, "invalid_refresh_token");
    }
    // The access token stays valid until it expires, and a repeated logout changes nothing.
    user.get(WEIGHT).expect(200);
    server.auth("logout", &json!({"refresh_token": new})).expect(204);
}

#[test]
fn a_logout_from_everywhere_ends_every_session_and_access_token_of_this_user_at_once() {
    let server = Server::with(&[], 2);
    let (user, other) = (server.user(), server.user());
    let tablet = server.login(&user.email, PASSWORD).expect(200);

    server.auth("logout", &json!({"refresh_token": user.refresh_token, "all": true})).expect(204);

    for token in [user.token.as_str(), text(&tablet["access_token"])] {
        let ended = server.list(token);
        ended.problem(401, "session_ended");
        assert!(ended.header("www-authenticate").is_some());
    }
    for token in [user.refresh_token.as_str(), text(&tablet["refresh_token"])] {
        server.refresh(token).problem(401, "invalid_refresh_token");
    }
    other.get(WEIGHT).expect(200);
    server.refresh(&other.refresh_token).expect(200);
    let again = server.login(&user.email, PASSWORD).expect(200);
    server.list(text(&again["access_token"])).expect(200);
}

#[test]
fn an_unknown_token_ends_no_session() {
    let server = Server::start();
    let user = server.user();
    for token in ["", "unknown", "' OR 1=1 -- "] {
        server.auth("logout", &json!({"refresh_token": token, "all": true})).expect(204);
    }
    user.get(WEIGHT).expect(200);
}

#[test]
fn the_token_is_required_and_all_is_true_or_false() {
    let server = Server::start();
    let user = server.user();
    let logout =
        |all| server.auth("logout", &json!({"refresh_token": user.refresh_token, "all": all}));
    assert_eq!(server.auth("logout", &json!({})).field_errors(), ["refresh_token required"]);
    assert_eq!(logout(json!("yes")).field_errors(), ["all wrong_type"]);
    logout(json!(false)).expect(204);
    user.get(WEIGHT).expect(200);
}
