//! `/api/account/sessions`: the devices that are signed in, and signing one of them out.

use serde_json::{Value, json};

use crate::support::user::{PASSWORD, text};
use crate::support::{Request, Server, User};

const SESSIONS: &str = "/api/account/sessions";

fn sessions(user: &User<'_>) -> Vec<Value> {
    user.get(SESSIONS).expect(200)["sessions"].as_array().unwrap().clone()
}

fn end(user: &User<'_>, id: &Value) -> crate::support::Answer {
    let path = format!("{SESSIONS}/{}", text(id));
    user.server.send(&Request::new("DELETE", path).bearer(&user.token))
}

#[test]
fn sessions_are_listed_by_last_use_with_the_names_of_their_devices() {
    let server = Server::start();
    let user = server.user();
    let login = |name: Value| {
        let body = json!({"email": user.email, "password": PASSWORD, "device_name": name});
        server.auth("login", &body).expect(200)
    };
    let tablet = login(json!("  Tablet ✓ "));
    let unnamed = login(json!(""));
    let ids = |sessions: &[Value]| -> Vec<Value> {
        sessions.iter().map(|session| session["id"].clone()).collect()
    };

    let listed = sessions(&user);
    assert_eq!(listed.len(), 3);
    assert_eq!(ids(&listed)[..2], [unnamed["session_id"].clone(), tablet["session_id"].clone()]);
    assert_eq!(listed[0]["device_name"], json!(null));
    assert_eq!(listed[1]["device_name"], "Tablet ✓");

    let renewed = server.refresh(text(&tablet["refresh_token"])).expect(200);
    assert_eq!(renewed["session_id"], tablet["session_id"], "a refresh keeps the session");
    assert_eq!(ids(&sessions(&user))[0], tablet["session_id"], "it was used last");
}

#[test]
fn a_session_that_was_ended_cannot_be_refreshed_and_the_others_can() {
    let server = Server::start();
    let user = server.user();
    let tablet = server.login(&user.email, PASSWORD).expect(200);
    end(&user, &tablet["session_id"]).expect(204);
    server.refresh(text(&tablet["refresh_token"])).problem(401, "invalid_refresh_token");
    server.refresh(&user.refresh_token).expect(200);
    end(&user, &tablet["session_id"]).problem(404, "not_found");
    assert_eq!(sessions(&user).len(), 1);
}

#[test]
fn a_user_neither_sees_nor_ends_the_sessions_of_another() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let theirs = sessions(&other)[0]["id"].clone();
    assert!(sessions(&user).iter().all(|session| session["id"] != theirs));
    end(&user, &theirs).problem(404, "not_found");
    end(&user, &json!("not-an-id")).problem(404, "not_found");
    server.refresh(&other.refresh_token).expect(200);
}

#[test]
fn a_device_name_has_at_most_64_characters_and_no_control_characters() {
    let server = Server::start();
    let user = server.user();
    let errors = |name: Value| {
        let body = json!({"email": user.email, "password": PASSWORD, "device_name": name});
        server.auth("login", &body).field_errors()
    };
    assert_eq!(errors(json!("ü".repeat(65))), ["device_name too_long"]);
    assert_eq!(errors(json!("a\nb")), ["device_name invalid_format"]);
    assert_eq!(errors(json!(5)), ["device_name wrong_type"]);
    let longest = json!({"email": user.email, "password": PASSWORD, "device_name": "ü".repeat(64)});
    server.auth("login", &longest).expect(200);
}
