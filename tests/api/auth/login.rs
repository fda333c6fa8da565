//! `POST /api/auth/login`

use serde_json::{Value, json};

use crate::support::user::PASSWORD;
use crate::support::{Answer, Request, Server, WEIGHT};

fn login(server: &Server, body: &Value) -> Answer {
    server.send(&Request::new("POST", "/api/auth/login").json(body))
}

#[test]
fn the_right_password_answers_200_with_tokens_of_the_same_user() {
    let server = Server::start();
    let user = server.user();
    let tokens = login(&server, &json!({"email": user.email, "password": PASSWORD})).expect(200);
    assert_eq!(tokens["user"]["id"], user.id.as_str());
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(900)));
    server.send(&Request::get(WEIGHT).bearer(tokens["access_token"].as_str().unwrap())).expect(200);
    login(&server, &json!({"email": user.email.to_uppercase(), "password": PASSWORD})).expect(200);
}

#[test]
fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let server = Server::start();
    let user = server.user();
    let mut texts = std::collections::BTreeSet::new();
    for body in [
        json!({"email": user.email, "password": "a wrong password"}),
        json!({"email": "nobody@example.org", "password": PASSWORD}),
        json!({"email": user.email, "password": PASSWORD.to_uppercase()}),
        json!({"email": user.email, "password": format!("{PASSWORD} ")}),
        json!({"email": "'or'1'='1@example.org", "password": "' OR '1'='1' -- "}),
    ] {
        let answer = login(&server, &body);
        let mut problem = answer.problem(401, "invalid_credentials");
        problem.as_object_mut().unwrap().remove("request_id");
        problem.as_object_mut().unwrap().remove("instance");
        texts.insert(problem.to_string());
    }
    assert_eq!(texts.len(), 1, "distinguishable: {texts:#?}");
}

#[test]
fn fields_of_a_wrong_type_are_422() {
    let server = Server::start();
    assert_eq!(login(&server, &json!({})).field_errors(), ["email required", "password required"]);
    assert_eq!(
        login(&server, &json!({"email": 5, "password": ["x"]})).field_errors(),
        ["email wrong_type", "password wrong_type"]
    );
    server
        .send(&Request::new("POST", "/api/auth/login").body("x"))
        .problem(415, "unsupported_media_type");
    let request = Request::new("POST", "/api/auth/login")
        .header("Content-Type", "application/json")
        .body("{");
    server.send(&request).problem(400, "invalid_json");
}

#[test]
fn each_login_is_a_family_of_its_own() {
    let server = Server::start();
    let user = server.user();
    let body = json!({"email": user.email, "password": PASSWORD});
    let second = login(&server, &body).expect(200)["refresh_token"].clone();
    let logout = Request::new("POST", "/api/auth/logout")
        .json(&json!({"refresh_token": user.refresh_token}));
    server.send(&logout).expect(204);
    server
        .send(&Request::new("POST", "/api/auth/refresh").json(&json!({"refresh_token": second})))
        .expect(200);
}

#[test]
fn a_hash_of_other_parameters_is_renewed_by_a_login_and_only_by_a_right_one() {
    let server = Server::start();
    let user = server.user();
    let hash = || server.database().rows("SELECT password_hash FROM credentials").join("");
    let old = hash();
    assert!(old.contains("m=64,t=1,p=1"), "{old}");
    let text = std::fs::read_to_string(&server.site.config).unwrap();
    let changed = text.replace("argon2_iterations = 1", "argon2_iterations = 2");
    assert_ne!(text, changed);
    std::fs::write(&server.site.config, changed).unwrap();
    let Server { site, .. } = &server;
    let send = |password: &str| {
        let body = json!({"email": user.email, "password": password});
        site.as_cgi(&Request::new("POST", "/api/auth/login").json(&body))
    };

    send("a wrong password").problem(401, "invalid_credentials");
    assert_eq!(hash(), old);
    let tokens = send(PASSWORD).expect(200);
    let new = hash();
    assert!(new.contains("m=64,t=2,p=1"), "{new}");
    send(PASSWORD).expect(200);
    assert_eq!(hash(), new, "once is enough");
    // It is the same password still: nobody is logged out.
    user.get(WEIGHT).expect(200);
    server.send(&Request::get(WEIGHT).bearer(tokens["access_token"].as_str().unwrap())).expect(200);
}
