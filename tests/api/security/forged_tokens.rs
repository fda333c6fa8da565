//! Attack: tokens that are forged, truncated, expired, another user's, or in the wrong place.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use crate::auth::access_tokens::{claims, foreign, signed, signed_with};
use crate::support::site::SECRET;
use crate::support::user::{PASSWORD, with};
use crate::support::{Request, SYNC, Server, User, WEIGHT, weighing};

/// Every route that needs a token, with a valid body.
fn guarded(user: &User<'_>) -> Vec<Request> {
    let entry = format!("{WEIGHT}/{}", user.create_id(&weighing(75.5)));
    vec![
        Request::get(WEIGHT),
        Request::get(SYNC),
        Request::new("POST", WEIGHT).json(&weighing(1.0)),
        Request::new("POST", SYNC).json(&json!({"entries": []})),
        Request::new("PUT", entry.as_str()).json(&weighing(1.0)),
        Request::new("DELETE", entry.as_str()),
        Request::get("/api/account"),
        Request::new("DELETE", "/api/account").json(&json!({"password": PASSWORD})),
        Request::new("PUT", "/api/account/password")
            .json(&json!({"current_password": PASSWORD, "new_password": "a stolen horse battery"})),
    ]
}

fn rows(server: &Server) -> Vec<String> {
    let database = server.database();
    ["SELECT * FROM users", "SELECT * FROM credentials", "SELECT * FROM weight_entries"]
        .iter()
        .flat_map(|statement| database.rows(statement))
        .collect()
}

/// A token with this header, these claims and this signature, valid or not.
fn assembled(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

#[test]
fn forged_tokens_are_401_invalid_token() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let good = claims(&user.id, 900);
    let parts: Vec<&str> = user.token.split('.').collect();
    let their_parts: Vec<&str> = other.token.split('.').collect();
    let none = json!({"alg": "none", "typ": "JWT"});
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
        ("an empty sub", signed(&claims("", 900))),
        ("a list as sub", signed(&with(good.clone(), &json!({"sub": [user.id]})))),
        ("a text as exp", signed(&with(good.clone(), &json!({"exp": "tomorrow"})))),
        ("another backend's, which is not configured", foreign(&good)),
        ("claims that are not an object", signed(&json!([1, 2]))),
        ("the refresh token", user.refresh_token.clone()),
        ("a long one", format!("{}.{}.{}", parts[0], "A".repeat(6000), parts[2])),
        ("a changed bit", {
            let mut token = user.token.clone().into_bytes();
            let place = token.len() - 10;
            token[place] = if token[place] == b'A' { b'B' } else { b'A' };
            String::from_utf8(token).unwrap()
        }),
    ] {
        let answer = server.list(&token);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "invalid_token"),
            "{name}: {}",
            answer.text()
        );
        assert!(answer.header("www-authenticate").is_some(), "{name}");
    }
    server.list(&user.token).expect(200);
}

#[test]
fn a_request_with_two_tokens_is_refused() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    // Apache joins two headers with the same name.
    let joined = Request::get(WEIGHT).bearer(&user.token).bearer(&other.token);
    server.send(&joined).problem(401, "invalid_token");
    // The two variables in which Apache may pass the header differ.
    let split = Request::get(WEIGHT)
        .bearer(&user.token)
        .environment("REDIRECT_HTTP_AUTHORIZATION", format!("Bearer {}", other.token));
    server.send(&split).problem(401, "invalid_token");
}

#[test]
fn no_guarded_route_accepts_a_forged_or_expired_token() {
    let server = Server::start();
    let (user, attacker) = (server.user(), server.user());
    let requests = guarded(&user);
    let before = rows(&server);
    let parts: Vec<&str> = attacker.token.split('.').collect();
    let victim: Vec<&str> = user.token.split('.').collect();
    for request in requests {
        for (token, code) in [
            (format!("{}.{}.{}", victim[0], victim[1], parts[2]), "invalid_token"),
            (assembled(&json!({"alg": "none"}), &claims(&user.id, 900), ""), "invalid_token"),
            (signed(&claims(&user.id, -1)), "token_expired"),
        ] {
            let answer = server.send(&request.clone().bearer(&token));
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (401, code),
                "{} {}",
                request.method,
                String::from_utf8_lossy(&request.target)
            );
        }
    }
    assert_eq!(rows(&server), before);
}

#[test]
fn a_token_truncated_at_any_length_is_refused() {
    let server = Server::start();
    let user = server.user();
    for length in 1..user.token.len() {
        let answer = server.list(&user.token[..length]);
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_token"), "{length}");
    }
    for more in ["A", ".", "=", "%00", ".A"] {
        let answer = server.list(&format!("{}{more}", user.token));
        assert_eq!(answer.status, 401, "with {more} behind it");
    }
    server.list(&user.token).expect(200);
}

#[test]
fn a_token_of_nine_kilobytes_is_refused_with_or_without_a_valid_signature() {
    let server = Server::start();
    let user = server.user();
    let parts: Vec<&str> = user.token.split('.').collect();
    server
        .list(&format!("{}.{}.{}", parts[0], "A".repeat(9000), parts[2]))
        .problem(401, "invalid_token");
    server.list(&"x".repeat(9000)).problem(401, "invalid_token");
    server.list(&".".repeat(9000)).problem(401, "invalid_token");
    // Further claims are accepted under a valid signature.
    let mut long = claims(&user.id, 900);
    long["padding"] = json!("x".repeat(6000));
    server.list(&signed(&long)).expect(200);
}

#[test]
fn a_token_is_accepted_only_in_the_authorization_header() {
    let server = Server::start();
    let user = server.user();
    let token = &user.token;
    for target in [
        format!("{WEIGHT}?access_token={token}"),
        format!("{WEIGHT}?token={token}&limit=1"),
        format!("{WEIGHT}?authorization=Bearer%20{token}"),
        format!("{WEIGHT}?{token}"),
    ] {
        server.send(&Request::get(&target)).problem(401, "missing_token");
    }
    for (name, value) in [
        ("Cookie", format!("access_token={token}; Authorization=Bearer {token}")),
        ("X-Authorization", format!("Bearer {token}")),
        ("X-Access-Token", token.clone()),
        ("Proxy-Authorization", format!("Bearer {token}")),
        ("Redirect-Http-Authorization", format!("Bearer {token}")),
        ("Authorization", token.clone()),
        ("Authorization", format!("Basic {token}")),
        ("Authorization", format!("Bearer\u{a0}{token}")),
    ] {
        let answer = server.send(&Request::get(WEIGHT).header(name, value.clone()));
        assert_eq!(answer.status, 401, "{name}: {value}");
    }
    let body = json!({"access_token": token, "weight_value": 1, "unit": "kg",
        "timestamp": "2026-01-06T20:30:00Z"});
    server.send(&Request::new("POST", WEIGHT).json(&body)).problem(401, "missing_token");
    assert!(!server.log().contains(token.as_str()), "a token in the log");
    // With a valid header the query is ignored.
    server.send(&Request::get(&format!("{WEIGHT}?access_token=x")).bearer(token)).expect(200);
}

#[test]
fn another_users_id_in_a_request_does_not_change_whose_token_it_is() {
    let server = Server::start();
    let (victim, attacker) = (server.user(), server.user());
    let before = rows(&server);
    let target = format!("/api/account?user_id={}&id={}", victim.id, victim.id);
    let claimed = Request::get(&target)
        .header("X-User-Id", victim.id.as_str())
        .header("X-Remote-User", victim.id.as_str())
        .header("Cookie", format!("user_id={}", victim.id))
        .environment("REMOTE_USER", victim.id.as_str());
    assert_eq!(attacker.send(claimed).expect(200)["id"], attacker.id.as_str());
    for (method, target) in [("PUT", "/api/account/password"), ("DELETE", "/api/account")] {
        // The token alone decides which account is meant.
        let body = json!({"user_id": victim.id, "id": victim.id, "sub": victim.id,
            "email": victim.email, "current_password": "of the victim", "password": "of the victim",
            "new_password": "a stolen horse battery"});
        attacker.send(Request::new(method, target).json(&body)).problem(403, "wrong_password");
    }
    assert_eq!(rows(&server), before);
    let body = json!({"password": PASSWORD, "user_id": victim.id});
    attacker.send(Request::new("DELETE", "/api/account").json(&body)).expect(200);
    victim.get(WEIGHT).expect(200);
}
