//! `POST /api/auth/google`: which ID tokens the service accepts. `google_links` tests which account a token opens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::support::google::{KEY, KeyServer, OTHER_KEY, Person, sign_in};
use crate::support::user::text;
use crate::support::{Request, Server};

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// Sets the expiry of the fetched keys to `seconds_ago`.
fn expire(server: &Server, seconds_ago: i64) {
    let changed = server.database().execute(
        "UPDATE google_key_sets SET expires_at = UTC_TIMESTAMP(6) - INTERVAL ? SECOND",
        (seconds_ago,),
    );
    assert_eq!(changed, 1);
}

#[test]
fn a_first_sign_in_makes_an_account_and_the_next_ones_find_it() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let person = Person::new();
    let tokens = sign_in(&server, &person.token()).expect(201);
    let access = text(&tokens["access_token"]);
    server.list(access).expect(200);
    let refresh = Request::new("POST", "/api/auth/refresh")
        .json(&json!({"refresh_token": tokens["refresh_token"]}));
    server.send(&refresh).expect(200);
    let again = sign_in(&server, &person.token()).expect(200);
    assert_eq!(again["user"], tokens["user"]);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 1);
}

#[test]
fn a_sign_in_makes_no_request_to_google() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let fetched = keys.requests();
    sign_in(&server, &Person::new().token()).expect(201);
    sign_in(&server, &OTHER_KEY.sign(&Person::new().claims())).problem(401, "unknown_google_key");
    assert_eq!((fetched, keys.requests()), (1, 1));
}

#[test]
fn both_issuers_every_client_id_and_a_small_clock_difference_are_accepted() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    for more in [
        json!({"iss": "accounts.google.com"}),
        json!({"aud": "web.example", "azp": "app.example"}),
        json!({"iat": now() + 5, "nbf": now() + 5}),
        json!({"name": "Ada", "hd": "example.org", "nonce": "x"}),
    ] {
        let person = Person::new();
        sign_in(&server, &person.token_with(&more)).expect(201);
    }
}

#[test]
fn a_nonce_that_the_app_sends_must_be_the_tokens() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let person = Person::new();
    let send = |claims: Value, nonce: &str| {
        let body = json!({"id_token": person.token_with(&claims), "nonce": nonce});
        server.auth("google", &body)
    };
    send(json!({"nonce": "n-1"}), "n-2").problem(401, "invalid_id_token");
    send(json!({}), "n-1").problem(401, "invalid_id_token");
    send(json!({"nonce": "n-1"}), "n-1").expect(201);
}

#[test]
fn an_invalid_token_creates_no_account_and_gets_the_code_of_its_fault() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let person = Person::new();
    for (token, status, code) in [
        (person.token_with(&json!({"aud": "other.example"})), 401, "wrong_audience"),
        (person.token_with(&json!({"exp": now() - 120})), 401, "id_token_expired"),
        (person.token_with(&json!({"email_verified": false})), 403, "email_not_verified"),
        (person.token_with(&json!({"email": null})), 403, "email_not_verified"),
        (person.token_with(&json!({"iss": "https://accounts.example"})), 401, "invalid_id_token"),
        (person.token_with(&json!({"iss": ["accounts.google.com"]})), 401, "invalid_id_token"),
        (person.token_with(&json!({"aud": ["app.example", "x"]})), 401, "invalid_id_token"),
        (person.token_with(&json!({"iat": now() + 300})), 401, "invalid_id_token"),
        (OTHER_KEY.sign_as(KEY.kid, &person.claims()), 401, "invalid_id_token"),
        (OTHER_KEY.sign(&person.claims()), 401, "unknown_google_key"),
    ] {
        sign_in(&server, &token).problem(status, code);
    }
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 0);
    sign_in(&server, &person.token()).expect(201);
}

#[test]
fn forged_tokens_are_401_invalid_id_token() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let person = Person::new();
    let claims = person.claims();
    let good = person.token();
    let parts: Vec<&str> = good.split('.').collect();
    let victim = Person::new().token();
    let their_parts: Vec<&str> = victim.split('.').collect();
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let with_header = |header: &Value| format!("{}.{}.{}", part(header), parts[1], parts[2]);
    // Key confusion: a verifier that uses the public key as an HMAC secret accepts these.
    let confused = |secret: &str| {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(KEY.kid.to_owned());
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret.as_bytes()))
            .unwrap()
    };
    let modulus = KEY.public()["n"].as_str().unwrap().to_owned();
    let without = |claim: &str| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(claim);
        KEY.sign(&claims)
    };
    let rs512 = {
        let mut header = Header::new(Algorithm::RS512);
        header.kid = Some(KEY.kid.to_owned());
        jsonwebtoken::encode(&header, &claims, &KEY.private).unwrap()
    };
    for (name, token) in [
        ("alg none", format!("{}.{}.", part(&json!({"alg": "none", "kid": KEY.kid})), parts[1])),
        ("HS256 over the modulus", confused(&modulus)),
        ("HS256 over the key set", confused(&KEY.public().to_string())),
        ("HS256 in the header alone", with_header(&json!({"alg": "HS256", "kid": KEY.kid}))),
        ("RS512", rs512),
        ("no kid", with_header(&json!({"alg": "RS256"}))),
        (
            "a key in the header",
            with_header(&json!({"alg": "RS256", "kid": KEY.kid, "jwk": OTHER_KEY.public()})),
        ),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("another's payload", format!("{}.{}.{}", parts[0], their_parts[1], parts[2])),
        ("no exp", without("exp")),
        ("no iss", without("iss")),
        ("no aud", without("aud")),
        ("no sub", without("sub")),
        ("no iat", without("iat")),
        ("an empty sub", person.token_with(&json!({"sub": ""}))),
        ("a long sub", person.token_with(&json!({"sub": "x".repeat(256)}))),
        ("a number as sub", person.token_with(&json!({"sub": 5}))),
        ("a text as email_verified", person.token_with(&json!({"email_verified": "false"}))),
        ("a text as exp", person.token_with(&json!({"exp": "tomorrow"}))),
        ("not yet good", person.token_with(&json!({"nbf": now() + 3600}))),
        ("no address at all", person.token_with(&json!({"email": "ada"}))),
        ("claims that are not an object", KEY.sign(&json!([1, 2]))),
        ("no token", "nonsense".to_owned()),
        ("an empty one", String::new()),
    ] {
        let answer = sign_in(&server, &token);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "invalid_id_token"),
            "{name}: {}",
            answer.text()
        );
    }
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 0);
}

#[test]
fn the_body_is_validated() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let send = |body: &Value| server.auth("google", body);
    assert_eq!(send(&json!({})).field_errors(), ["id_token required"]);
    assert_eq!(send(&json!({"id_token": 5})).field_errors(), ["id_token wrong_type"]);
    let long = "x".repeat(9000);
    assert_eq!(send(&json!({"id_token": long})).field_errors(), ["id_token too_long"]);
}

#[test]
fn a_sign_in_without_keys_or_with_expired_ones_gets_503_with_retry_after() {
    let keys = KeyServer::start();
    let server = Server::over(keys.site(&[("WEIGHT_SYNC_GOOGLE_KEYS_MAX_STALE_HOURS", "2")]), 1);
    let refused = || {
        let answer = sign_in(&server, &Person::new().token());
        answer.problem(503, "google_keys_expired");
        assert!(answer.header("retry-after").is_some(), "{:?}", answer.headers);
    };
    refused();
    server.site.weightctl_ok(&["google-keys", "refresh"]);
    sign_in(&server, &Person::new().token()).expect(201);
    expire(&server, 7000);
    sign_in(&server, &Person::new().token()).expect(201);
    expire(&server, 7300);
    refused();
    server.site.weightctl_ok(&["google-keys", "refresh"]);
    sign_in(&server, &Person::new().token()).expect(201);
}

#[test]
fn keys_from_a_url_that_is_no_longer_configured_are_not_used() {
    let (keys, others) = (KeyServer::start(), KeyServer::start());
    let site = keys.site(&[]);
    site.weightctl_ok(&["google-keys", "refresh"]);
    let text = std::fs::read_to_string(&site.config).unwrap();
    std::fs::write(&site.config, text.replace(&keys.url(), &others.url())).unwrap();
    let server = Server::over(site, 1);
    sign_in(&server, &Person::new().token()).problem(503, "google_keys_expired");
}

#[test]
fn a_refresh_of_the_keys_adds_a_new_key_and_drops_a_withdrawn_one() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let by_other = OTHER_KEY.sign(&Person::new().claims());
    sign_in(&server, &by_other).problem(401, "unknown_google_key");
    keys.publish(&[&OTHER_KEY], "max-age=5400");
    server.site.weightctl_ok(&["google-keys", "refresh"]);
    sign_in(&server, &by_other).expect(201);
    sign_in(&server, &Person::new().token()).problem(401, "unknown_google_key");
}

#[test]
fn sign_ins_are_limited_for_each_network_address_and_each_google_account() {
    let keys = KeyServer::start();
    let site = keys.site(&[
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "4"),
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "2"),
    ]);
    site.weightctl_ok(&["google-keys", "refresh"]);
    let server = Server::over_stopped_clock(site, 1);
    let from = |address: &str, token: &str| {
        let request = Request::new("POST", "/api/auth/google").json(&json!({"id_token": token}));
        server.send(&request.sent_from(address))
    };
    for _ in 0..4 {
        from("192.0.2.1", "nonsense").problem(401, "invalid_id_token");
    }
    from("192.0.2.1", "nonsense").problem(429, "rate_limited");
    let person = Person::new();
    from("192.0.2.2", &person.token()).expect(201);
    from("192.0.2.3", &person.token()).expect(200);
    from("192.0.2.4", &person.token()).problem(429, "rate_limited");
    from("192.0.2.4", &Person::new().token()).expect(201);
}

#[test]
fn neither_the_token_nor_the_email_address_is_logged() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let person = Person::new();
    let token = person.token();
    sign_in(&server, &token).expect(201);
    sign_in(&server, &person.token_with(&json!({"aud": "x"}))).problem(401, "wrong_audience");
    let log = server.log();
    assert!(log.lines().count() >= 2, "{log}");
    assert!(!log.contains(&person.email) && !log.contains(&token[..40]), "{log}");
}
