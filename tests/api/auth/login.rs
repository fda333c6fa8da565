//! `POST /api/auth/login`

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::user::{PASSWORD, text};
use crate::support::{Request, Server, WEIGHT};

#[test]
fn the_right_password_answers_200_with_tokens_of_the_same_user() {
    let server = Server::start();
    let user = server.user();
    let tokens = server.login(&user.email, PASSWORD).expect(200);
    assert_eq!(tokens["user"]["id"], user.id.as_str());
    server.list(text(&tokens["access_token"])).expect(200);
    server.login(&user.email.to_uppercase(), PASSWORD).expect(200);
}

#[test]
fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let server = Server::start();
    let user = server.user();
    let mut answers = BTreeSet::new();
    for (email, password) in [
        (user.email.as_str(), "a wrong password"),
        ("nobody@example.org", PASSWORD),
        (&user.email, &PASSWORD.to_uppercase()),
        (&user.email, &format!("{PASSWORD} ")),
        ("'or'1'='1@example.org", "' OR '1'='1' -- "),
    ] {
        let mut problem = server.login(email, password).problem(401, "invalid_credentials");
        problem["request_id"].take();
        answers.insert(problem.to_string());
    }
    assert_eq!(answers.len(), 1, "distinguishable: {answers:#?}");
}

#[test]
fn fields_of_a_wrong_type_are_422() {
    let server = Server::start();
    let errors = |body| server.auth("login", &body).field_errors();
    assert_eq!(errors(json!({})), ["email required", "password required"]);
    assert_eq!(
        errors(json!({"email": 5, "password": ["x"]})),
        ["email wrong_type", "password wrong_type"]
    );
    let post = || Request::new("POST", "/api/auth/login");
    server.send(&post().body("x")).problem(415, "unsupported_media_type");
    let broken = post().header("Content-Type", "application/json").body("{");
    server.send(&broken).problem(400, "invalid_json");
}

#[test]
fn each_login_starts_a_separate_session() {
    let server = Server::start();
    let user = server.user();
    let second = server.login(&user.email, PASSWORD).expect(200);
    server.auth("logout", &json!({"refresh_token": user.refresh_token})).expect(204);
    server.refresh(text(&second["refresh_token"])).expect(200);
}

#[test]
fn only_the_right_password_renews_a_hash_with_outdated_parameters() {
    let server = Server::start();
    let user = server.user();
    let hash = || server.database().rows("SELECT password_hash FROM credentials").join("");
    let old = hash();
    assert!(old.contains("m=64,t=1,p=1"), "{old}");
    server.site.edit_config("argon2_iterations = 1", "argon2_iterations = 2");
    let login = |password: &str| {
        let body = json!({"email": user.email, "password": password});
        server.site.as_cgi(&Request::new("POST", "/api/auth/login").json(&body))
    };

    login("a wrong password").problem(401, "invalid_credentials");
    assert_eq!(hash(), old);
    let tokens = login(PASSWORD).expect(200);
    let new = hash();
    assert!(new.contains("m=64,t=2,p=1"), "{new}");
    login(PASSWORD).expect(200);
    assert_eq!(hash(), new, "renewed once");
    // The password is the same, so no session ends.
    user.get(WEIGHT).expect(200);
    server.list(text(&tokens["access_token"])).expect(200);
}
