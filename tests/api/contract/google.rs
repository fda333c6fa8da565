//! Sign-in with Google, and what is refused about an ID token.

use serde_json::{Value, json};

use super::{LIMIT, show};
use crate::support::google::{KeyServer, OTHER_KEY, Person, sign_in};
use crate::support::{Request, Server};

/// Google's account of somebody whose address is the same in every run.
fn ada() -> Person {
    Person::with_address("ada@gmail.example")
}

fn sign_in_request(id_token: &str) -> Request {
    Request::new("POST", "/api/auth/google").json(&json!({"id_token": id_token}))
}

#[test]
fn an_id_token_signs_in_or_is_refused_with_its_code() {
    let keys = KeyServer::start();
    let server = keys.server(&[LIMIT], 1);
    let (person, now) = (ada(), chrono::Utc::now().timestamp());
    let token_with = |claims: Value| person.token_with(&claims);
    show(&server, "auth.google.created", sign_in_request(&person.token())).expect(201);
    show(&server, "auth.google.known", sign_in_request(&person.token())).expect(200);
    for (name, id_token) in [
        ("errors.invalid_id_token", "no token".to_owned()),
        ("errors.id_token_expired", token_with(json!({"exp": now - 120}))),
        ("errors.wrong_audience", token_with(json!({"aud": "other.example"}))),
        ("errors.unknown_google_key", OTHER_KEY.sign(&person.claims())),
        ("errors.email_not_verified", token_with(json!({"email_verified": false}))),
        ("errors.google_account_differs", ada().token()),
    ] {
        show(&server, name, sign_in_request(&id_token));
    }
    let statement = "UPDATE google_key_sets SET expires_at = '2026-01-06'";
    server.database().execute(statement, ());
    show(&server, "errors.google_keys_expired", sign_in_request(&person.token()));
}

#[test]
fn an_account_is_deleted_by_a_fresh_id_token_of_the_same_google_account() {
    let keys = KeyServer::start();
    let server = keys.server(&[LIMIT], 1);
    let person = ada();
    let tokens = sign_in(&server, &person.token()).expect(201);
    let old = json!({"iat": chrono::Utc::now().timestamp() - 600});
    for (name, id_token) in [
        ("errors.id_token_not_fresh", person.token_with(&old)),
        ("errors.wrong_google_account", Person::new().token()),
        ("account.delete.by_google", person.token()),
    ] {
        let delete = Request::new("DELETE", "/api/account").json(&json!({"id_token": id_token}));
        show(&server, name, delete.bearer(tokens["access_token"].as_str().unwrap()));
    }
}

#[test]
fn sign_in_with_google_is_refused_without_client_ids() {
    let server = Server::start();
    show(&server, "errors.google_not_configured", sign_in_request("any token"));
}
