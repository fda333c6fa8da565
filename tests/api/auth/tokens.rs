//! Access tokens: what is accepted, what is an attack.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::server::SECRET;
use crate::support::{Answer, Request, Server, WEIGHT, weighing};

/// A token over these claims with the server's own secret, as a PHP backend of the same secret would make it.
pub(crate) fn signed(claims: &Value) -> String {
    signed_with(claims, Algorithm::HS256, SECRET)
}

fn signed_with(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
    encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

fn claims(user: &str, lifetime: i64) -> Value {
    json!({"sub": user, "iat": now(), "exp": now() + lifetime})
}

fn get(server: &Server, token: &str) -> Answer {
    server.send(&Request::get(WEIGHT).bearer(token))
}

/// Header and payload as given, signed by nobody or by whatever stands there.
fn assembled(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

#[test]
fn a_token_of_another_backend_with_the_same_secret_is_accepted() {
    let server = Server::start();
    let user = server.user();
    get(&server, &signed(&claims(&user.id, 900))).expect(200);
    let mut more = claims(&user.id, 900);
    more["name"] = json!("Ada");
    more["nbf"] = json!(now() - 5);
    get(&server, &signed(&more)).expect(200);
}

#[test]
fn an_expired_token_is_401_token_expired() {
    let server = Server::start();
    let user = server.user();
    for age in [120, 3600, 10 * 365 * 24 * 3600] {
        let answer = get(&server, &signed(&claims(&user.id, -age)));
        answer.problem(401, "token_expired");
        assert!(
            answer.header("www-authenticate").is_some_and(|value| value.contains("invalid_token")),
            "{:?}",
            answer.headers
        );
    }
}

#[test]
fn forged_tokens_are_401_invalid_token() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let good = claims(&user.id, 900);
    let parts: Vec<&str> = user.token.split('.').collect();
    let their_parts: Vec<&str> = other.token.split('.').collect();
    let none = json!({"alg": "none", "typ": "JWT"});
    let mut early = good.clone();
    early["nbf"] = json!(now() + 3600);
    let mut no_exp = good.clone();
    no_exp.as_object_mut().unwrap().remove("exp");
    let mut no_sub = good.clone();
    no_sub.as_object_mut().unwrap().remove("sub");
    let hs256 = json!({"alg": "HS256", "typ": "JWT"});
    for (name, token) in [
        (
            "another secret",
            signed_with(&good, Algorithm::HS256, "another secret of more than 32 bytes"),
        ),
        ("no secret", signed_with(&good, Algorithm::HS256, "")),
        ("HS384", signed_with(&good, Algorithm::HS384, SECRET)),
        ("HS512", signed_with(&good, Algorithm::HS512, SECRET)),
        ("alg none", assembled(&none, &good, "")),
        ("alg None", assembled(&json!({"alg": "None"}), &good, "")),
        ("alg nOnE with a signature", assembled(&json!({"alg": "nOnE"}), &good, parts[2])),
        ("no alg", assembled(&json!({"typ": "JWT"}), &good, parts[2])),
        ("alg RS256", assembled(&json!({"alg": "RS256"}), &good, parts[2])),
        ("an empty signature", format!("{}.{}.", parts[0], parts[1])),
        ("no signature", format!("{}.{}", parts[0], parts[1])),
        ("another user's payload", format!("{}.{}.{}", parts[0], their_parts[1], parts[2])),
        ("another user's signature", format!("{}.{}.{}", parts[0], parts[1], their_parts[2])),
        ("claims under a foreign signature", assembled(&hs256, &good, parts[2])),
        (
            "an unknown kid without the secret",
            assembled(&json!({"alg": "HS256", "kid": "../../dev/null"}), &good, parts[2]),
        ),
        ("no exp", signed(&no_exp)),
        ("no sub", signed(&no_sub)),
        ("not yet", signed(&early)),
        ("an empty sub", signed(&claims("", 900))),
        ("a list as sub", signed(&json!({"sub": [user.id], "exp": now() + 900}))),
        ("a text as exp", signed(&json!({"sub": user.id, "exp": "tomorrow"}))),
        ("claims that are no object", signed(&json!([1, 2]))),
        ("the refresh token", user.refresh_token.clone()),
        ("a long one", format!("{}.{}.{}", parts[0], "A".repeat(6000), parts[2])),
        ("a changed bit", {
            let mut token = user.token.clone().into_bytes();
            let place = token.len() - 10;
            token[place] = if token[place] == b'A' { b'B' } else { b'A' };
            String::from_utf8(token).unwrap()
        }),
    ] {
        let answer = get(&server, &token);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "invalid_token"),
            "{name}: {}",
            answer.text()
        );
        assert!(answer.header("www-authenticate").is_some(), "{name}");
    }
    get(&server, &user.token).expect(200);
}

#[test]
fn the_sub_of_a_token_says_whose_entries_are_seen() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    user.create(&weighing(75.5));
    let list = |id: &str| {
        get(&server, &signed(&claims(id, 900))).expect(200)["pagination"]["total"].clone()
    };
    assert_eq!((list(&user.id), list(&other.id)), (json!(1), json!(0)));
}

#[test]
fn a_user_who_is_merely_unknown_is_not_told_that_the_account_is_gone() {
    let server = Server::start();
    get(&server, &signed(&claims("01990000-0000-7000-8000-000000000000", 900)))
        .problem(401, "unknown_user");
    get(&server, &signed(&claims("' OR 1=1 -- ", 900))).problem(401, "invalid_token");
}

#[test]
fn a_deleted_user_is_told_that_the_account_is_gone() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    server.site.weightctl_ok(&["user", "delete", &user.id, "--yes"]);
    get(&server, &user.token).problem(401, "account_gone");
    get(&server, &other.token).expect(200);
}

#[test]
fn a_user_removed_by_hand_or_by_a_restore_is_unknown_and_keeps_the_data_of_the_phone() {
    let server = Server::start();
    let user = server.user();
    server.database().execute("DELETE FROM users WHERE id = ?", (&user.id,));
    get(&server, &user.token).problem(401, "unknown_user");
}

#[test]
fn an_old_secret_verifies_beside_a_new_one_that_signs() {
    let server = Server::start();
    let user = server.user();
    let old = signed(&claims(&user.id, 900));
    let text = std::fs::read_to_string(&server.site.config).unwrap();
    let place = text.find("[[auth.secrets]]").expect("a list of secrets");
    let newer = "[[auth.secrets]]\nkid = \"newer\"\nsecret = \"a newer secret of the tests, of more than 32 bytes\"\n\n";
    std::fs::write(&server.site.config, format!("{}{newer}{}", &text[..place], &text[place..]))
        .unwrap();
    let made = server.site.weightctl_ok(&["token", &user.id]).trim().to_owned();
    let cgi = |token: &str| {
        let request = Request::get(WEIGHT).bearer(token);
        let program = std::path::Path::new(crate::support::server::WEIGHT_API);
        crate::support::fastcgi::cgi(
            program,
            &server.site.config,
            &request,
            &[],
            crate::support::fastcgi::CgiInput::Pipe,
        )
    };
    cgi(&old).expect(200);
    cgi(&user.token).expect(200);
    cgi(&made).expect(200);
    get(&server, &made).problem(401, "invalid_token");
}
