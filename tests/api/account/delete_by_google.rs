//! `DELETE /api/account` with a Google ID token, which must be fresh and of the same Google account.

use serde_json::{Value, json};

use crate::support::google::{KeyServer, OTHER_KEY, Person, sign_in};
use crate::support::user::PASSWORD;
use crate::support::{Answer, Request, Server};

fn delete(server: &Server, access_token: &str, body: &Value) -> Answer {
    server.send(&Request::new("DELETE", "/api/account").json(body).bearer(access_token))
}

fn access_token(tokens: &Value) -> String {
    tokens["access_token"].as_str().expect("an access token").to_owned()
}

#[test]
fn only_a_fresh_id_token_of_the_same_google_account_deletes() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let (person, other) = (Person::new(), Person::new());
    let token = access_token(&sign_in(&server, &person.token()).expect(201));
    let others = access_token(&sign_in(&server, &other.token()).expect(201));
    let now = chrono::Utc::now().timestamp();
    for (id_token, status, code) in [
        (other.token(), 403, "wrong_google_account"),
        (Person::new().token(), 403, "wrong_google_account"),
        (person.token_with(&json!({"iat": now - 600})), 403, "id_token_not_fresh"),
        (person.token_with(&json!({"exp": now - 120})), 401, "id_token_expired"),
        (person.token_with(&json!({"aud": "other.example"})), 401, "wrong_audience"),
        (OTHER_KEY.sign(&person.claims()), 401, "unknown_google_key"),
        ("nonsense".to_owned(), 401, "invalid_id_token"),
    ] {
        delete(&server, &token, &json!({"id_token": id_token})).problem(status, code);
    }
    // The account has no password.
    delete(&server, &token, &json!({"password": PASSWORD})).problem(403, "wrong_password");
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 2);

    let deleted = delete(&server, &token, &json!({"id_token": person.token()})).expect(200);
    assert_eq!(deleted["deleted"]["google_identities"], 1);
    assert_eq!(deleted["deleted"]["users"], 1);
    server.send(&Request::get("/api/account").bearer(&token)).problem(401, "account_gone");
    server.send(&Request::get("/api/account").bearer(&others)).expect(200);
    // The next sign-in makes a new account.
    sign_in(&server, &person.token()).expect(201);
}

#[test]
fn every_rate_counter_of_the_user_is_deleted() {
    let keys = KeyServer::start();
    let limits = [
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "50"),
        ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ACCOUNT_PER_HOUR", "50"),
        ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ACCOUNT_PER_MINUTE", "50"),
    ];
    let server = keys.server(&limits, 1);
    let person = Person::new();
    let send = |path: &str, body: Value| server.send(&Request::new("POST", path).json(&body));
    let credentials = json!({"email": person.email, "password": PASSWORD});
    let tokens = send("/api/auth/register", credentials.clone()).expect(201);
    send("/api/auth/login", credentials).expect(200);
    send("/api/auth/refresh", json!({"refresh_token": tokens["refresh_token"]})).expect(200);
    let token = access_token(&sign_in(&server, &person.token()).expect(200));
    server.send(&Request::get("/api/account").bearer(&token)).expect(200);
    let counters =
        "SELECT subject FROM rate_counters WHERE subject LIKE 'user:%' OR subject LIKE '%-as:%'";
    assert_eq!(server.database().rows(counters).len(), 5, "user, login, register, refresh, Google");

    let deleted = delete(&server, &token, &json!({"id_token": person.token()})).expect(200);
    assert_eq!(deleted["deleted"]["rate_counters"], 5);
    assert_eq!(server.database().rows(counters), Vec::<String>::new());
}
