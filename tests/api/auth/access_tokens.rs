//! Which access tokens the service accepts, and the codes for a missing account. Attacks are in `security`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::site::SECRET;
use crate::support::user::text;
use crate::support::{Server, weighing};

/// Signs claims with the server's own secret, as a PHP backend with the same secret does.
pub(crate) fn signed(claims: &Value) -> String {
    signed_with(claims, Algorithm::HS256, SECRET)
}

pub(crate) fn signed_with(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
    encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

pub(crate) fn claims(user: &str, lifetime: i64) -> Value {
    json!({"sub": user, "iat": now(), "exp": now() + lifetime})
}

#[test]
fn a_token_of_another_backend_with_the_same_secret_is_accepted() {
    let server = Server::start();
    let user = server.user();
    server.list(&signed(&claims(&user.id, 900))).expect(200);
    let mut more = claims(&user.id, 900);
    more["name"] = json!("Ada");
    more["nbf"] = json!(now() - 5);
    server.list(&signed(&more)).expect(200);
}

#[test]
fn an_expired_token_is_401_token_expired() {
    let server = Server::start();
    let user = server.user();
    for age in [120, 3600, 10 * 365 * 24 * 3600] {
        server.list(&signed(&claims(&user.id, -age))).problem(401, "token_expired");
    }
}

#[test]
fn the_sub_of_a_token_decides_whose_entries_are_shown() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    user.create(&weighing(75.5));
    let list = |id: &str| {
        server.list(&signed(&claims(id, 900))).expect(200)["pagination"]["total"].clone()
    };
    assert_eq!((list(&user.id), list(&other.id)), (json!(1), json!(0)));
}

#[test]
fn an_unknown_user_gets_unknown_user_and_not_account_gone() {
    let server = Server::start();
    server
        .list(&signed(&claims("01990000-0000-7000-8000-000000000000", 900)))
        .problem(401, "unknown_user");
    server.list(&signed(&claims("' OR 1=1 -- ", 900))).problem(401, "invalid_token");
}

#[test]
fn a_deleted_user_gets_account_gone() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    server.site.weightctl_ok(&["user", "delete", &user.id, "--yes"]);
    server.list(&user.token).problem(401, "account_gone");
    server.list(&other.token).expect(200);
}

#[test]
fn a_user_removed_by_hand_or_by_a_restore_gets_unknown_user() {
    let server = Server::start();
    let user = server.user();
    server.database().execute("DELETE FROM users WHERE id = ?", (&user.id,));
    server.list(&user.token).problem(401, "unknown_user");
}

/// The claims of a token; the signature is not checked.
fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("claims")
}

#[test]
fn an_access_token_expires_after_fifteen_minutes_unless_the_command_sets_less() {
    let server = Server::start();
    let user = server.user();
    let body = json!({"refresh_token": user.refresh_token});
    let refreshed = server.auth("refresh", &body).expect(200);
    let of_command = server.site.weightctl_ok(&["token", &user.id]);
    let shorter = server.site.weightctl_ok(&["token", &user.id, "--expires-in", "300"]);
    for (token, seconds) in [
        (user.token.as_str(), 900),
        (text(&refreshed["access_token"]), 900),
        (of_command.trim(), 900),
        (shorter.trim(), 300),
    ] {
        let claims = claims_of(token);
        let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        assert_eq!(lifetime, seconds, "{claims}");
    }
}
