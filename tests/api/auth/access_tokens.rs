//! Which access tokens the service accepts, and the codes for a missing account. Attacks are in `security`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::site::SECRET;
use crate::support::user::text;
use crate::support::{Server, weighing};

/// The claim that marks the access tokens of another backend, as a setting and in the token.
pub(crate) const FOREIGN: (&str, &str) =
    ("WEIGHT_SYNC_AUTH_FOREIGN_REQUIRE", "iss=https://php.example.org");
pub(crate) const FOREIGN_ISSUER: &str = "https://php.example.org";

/// Signs claims with the server's own secret, under the server's own type of token.
pub(crate) fn signed(claims: &Value) -> String {
    signed_with(claims, Algorithm::HS256, SECRET)
}

pub(crate) fn signed_with(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
    typed(claims, Some("at+jwt"), algorithm, secret)
}

/// Signs claims as a PHP backend with the same secret does.
pub(crate) fn foreign(claims: &Value) -> String {
    typed(claims, Some("JWT"), Algorithm::HS256, SECRET)
}

fn typed(claims: &Value, typ: Option<&str>, algorithm: Algorithm, secret: &str) -> String {
    let header = Header { typ: typ.map(str::to_owned), ..Header::new(algorithm) };
    encode(&header, claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// The claims of the server's own tokens, for a user who has not changed the password.
pub(crate) fn claims(user: &str, lifetime: i64) -> Value {
    json!({"iss": "weight-sync", "aud": "weight-sync", "sub": user, "iat": now(),
        "exp": now() + lifetime, "gen": 0})
}

#[test]
fn an_own_token_has_its_type_issuer_and_audience_and_is_refused_without_one_of_them() {
    let server = Server::start();
    let user = server.user();
    let header = jsonwebtoken::decode_header(&user.token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let issued = claims_of(&user.token);
    for name in ["iss", "aud", "sub", "gen"] {
        assert_eq!(issued[name], claims(&user.id, 900)[name], "{name}");
    }
    server.list(&signed(&claims(&user.id, 900))).expect(200);

    for typ in [None, Some("JWT"), Some("refresh+jwt"), Some("secevent+jwt"), Some("at+jwt2")] {
        let token = typed(&claims(&user.id, 900), typ, Algorithm::HS256, SECRET);
        server.list(&token).problem(401, "invalid_token");
    }
    for (name, wrong) in [
        ("iss", json!(null)),
        ("iss", json!("https://php.example.org")),
        ("aud", json!(null)),
        ("aud", json!("others")),
        ("aud", json!(["weight-sync", "others"])),
        ("gen", json!(null)),
    ] {
        let mut claims = claims(&user.id, 900);
        claims[name] = wrong;
        server.list(&signed(&claims)).problem(401, "invalid_token");
        claims.as_object_mut().unwrap().remove(name);
        server.list(&signed(&claims)).problem(401, "invalid_token");
    }
}

#[test]
fn a_token_may_begin_a_little_later_and_otherwise_is_sent_again_later() {
    let server = Server::start();
    let user = server.user();
    for (begins_in, code) in [(-5, None), (40, None), (3600, Some("token_not_yet_valid"))] {
        let mut claims = claims(&user.id, 900);
        claims["nbf"] = json!(now() + begins_in);
        let answer = server.list(&signed(&claims));
        match code {
            None => drop(answer.expect(200)),
            Some(code) => drop(answer.problem(401, code)),
        }
    }
}

#[test]
fn a_token_with_a_critical_extension_is_refused() {
    let server = Server::start();
    let user = server.user();
    for crit in [json!(["b64"]), json!(["exp"]), json!([]), json!("b64")] {
        let header = json!({"typ": "at+jwt", "alg": "HS256", "crit": crit, "b64": true});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&claims(&user.id, 900)));
        let key = EncodingKey::from_secret(SECRET.as_bytes());
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        let answer = server.list(&format!("{message}.{signature}"));
        answer.problem(401, "invalid_token");
    }
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
