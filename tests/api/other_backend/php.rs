//! Tokens made by real PHP in the form of firebase/php-jwt.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::auth::access_tokens::{FOREIGN, FOREIGN_ISSUER};
use crate::support::site::SECRET;
use crate::support::user::with;
use crate::support::{Answer, Request, Server, WEIGHT};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/other_backend/token.php");

/// Runs the script with `wish` as its input.
fn made_by_php(wish: &Value) -> String {
    let mut child = Command::new("php")
        .arg(SCRIPT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("php starts (Debian's package php-cli, which tests/run installs)");
    child.stdin.take().unwrap().write_all(wish.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).unwrap()
}

/// A token with these claims and the one that marks an access token.
fn token(claims: &Value) -> String {
    let claims = with(json!({"iss": FOREIGN_ISSUER}), claims);
    made_by_php(&json!({"alg": "HS256", "secret": SECRET, "claims": claims}))
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

fn get(server: &Server, token: &str) -> Answer {
    server.list(token)
}

/// A server with a user that the other backend has created.
fn with_their_user(settings: &[(&str, &str)]) -> Server {
    let server = Server::with(&[&[FOREIGN], settings].concat(), 1);
    server.database().execute("INSERT INTO users (id) VALUES ('theirs/1')", ());
    server
}

#[test]
fn a_token_made_by_php_is_accepted_and_identifies_its_user() {
    let server = with_their_user(&[]);
    let claims = json!({"aud": "https://example.org", "iat": now(), "nbf": now(),
        "exp": now() + 900, "sub": "theirs/1", "name": "Ada Łäürence"});
    let account = Request::get("/api/account").bearer(&token(&claims));
    assert_eq!(server.send(&account).expect(200), json!({"id": "theirs/1", "email": null}));
}

#[test]
fn a_token_without_the_required_claims_opens_nothing_nor_does_any_where_none_are_configured() {
    let required = "iss=https://php.example.org, aud=weights, data.use=access";
    let server = with_their_user(&[("WEIGHT_SYNC_AUTH_FOREIGN_REQUIRE", required)]);
    let good =
        json!({"sub": "theirs/1", "exp": now() + 900, "aud": "weights", "data": {"use": "access"}});
    get(&server, &token(&good)).expect(200);
    get(&server, &token(&with(good.clone(), &json!({"aud": ["shop", "weights"]})))).expect(200);
    for other in [
        json!({"data": {"use": "password-reset"}}),
        json!({"data": {"use": "refresh"}}),
        json!({"data": null}),
        json!({"aud": "shop"}),
        json!({"aud": ["shop"]}),
        json!({"aud": null}),
        json!({"iss": "https://example.org"}),
        json!({"iss": "weight-sync"}),
    ] {
        get(&server, &token(&with(good.clone(), &other))).problem(401, "invalid_token");
    }
    let closed = Server::start();
    closed.database().execute("INSERT INTO users (id) VALUES ('theirs/1')", ());
    get(&closed, &token(&good)).problem(401, "invalid_token");
}

#[test]
fn a_kid_in_phps_header_must_be_a_configured_one() {
    let server = with_their_user(&[]);
    let text = std::fs::read_to_string(&server.site.config).unwrap();
    let kid = text.split("kid = \"").nth(1).unwrap().split('"').next().unwrap();
    let claims = json!({"iss": FOREIGN_ISSUER, "sub": "theirs/1", "exp": now() + 900});
    for (header, status) in
        [(json!({"kid": kid}), 200), (json!({"kid": "another"}), 401), (json!({"kid": 7}), 401)]
    {
        let wish = json!({"alg": "HS256", "secret": SECRET, "claims": claims, "header": header});
        assert_eq!(get(&server, &made_by_php(&wish)).status, status, "{header}");
    }
}

#[test]
fn the_first_configured_claim_that_is_present_identifies_the_user() {
    let server =
        with_their_user(&[("WEIGHT_SYNC_AUTH_FOREIGN_USER_ID_CLAIMS", "user_id, data.id, sub")]);
    let exp = now() + 900;
    for claims in [
        json!({"user_id": "theirs/1", "exp": exp}),
        json!({"user_id": "theirs/1", "sub": "ada@example.org", "exp": exp}),
        json!({"data": {"id": "theirs/1", "role": "user"}, "exp": exp}),
        json!({"sub": "theirs/1", "data": {"role": "user"}, "exp": exp}),
    ] {
        get(&server, &token(&claims)).expect(200);
    }
    // The first claim that is present counts, valid or not.
    for claims in [
        json!({"user_id": 42, "sub": "theirs/1", "exp": exp}),
        json!({"user_id": null, "sub": "theirs/1", "exp": exp}),
        json!({"user_id": ["theirs/1"], "exp": exp}),
        json!({"data": {"id": {"id": "theirs/1"}}, "exp": exp}),
        json!({"data": "theirs/1", "exp": exp}),
        json!({"exp": exp}),
    ] {
        get(&server, &token(&claims)).problem(401, "invalid_token");
    }
    // The service's own tokens stay valid, whatever claims the other backend uses.
    let ours = server.user();
    ours.get(WEIGHT).expect(200);
}

#[test]
fn by_default_only_sub_identifies_the_user_and_it_must_be_a_string() {
    let server = with_their_user(&[]);
    server.database().execute("INSERT INTO users (id) VALUES ('42'), ('1'), ('')", ());
    let exp = now() + 900;
    for claims in [
        json!({"user_id": "theirs/1", "exp": exp}),
        json!({"sub": 42, "exp": exp}),
        json!({"sub": 42.0, "exp": exp}),
        json!({"sub": true, "exp": exp}),
        json!({"sub": null, "exp": exp}),
        json!({"sub": "", "exp": exp}),
        json!({"sub": {"id": "42"}, "exp": exp}),
    ] {
        get(&server, &token(&claims)).problem(401, "invalid_token");
    }
    get(&server, &token(&json!({"sub": "42", "exp": exp}))).expect(200);
}

#[test]
fn a_token_without_an_expiry_or_not_yet_valid_is_invalid_and_an_expired_one_expired() {
    let server = with_their_user(&[]);
    let whose = "theirs/1";
    for (claims, code) in [
        (json!({"sub": whose}), "invalid_token"),
        (json!({"sub": whose, "exp": null}), "invalid_token"),
        (json!({"sub": whose, "exp": (now() + 900).to_string()}), "invalid_token"),
        (json!({"sub": whose, "exp": now() + 900, "nbf": now() + 600}), "token_not_yet_valid"),
        (
            json!({"sub": whose, "exp": now() + 900, "nbf": 4_000_000_000_i64}),
            "token_not_yet_valid",
        ),
        (json!({"sub": whose, "exp": now() + 900, "nbf": "soon"}), "invalid_token"),
        (json!({"sub": whose, "exp": now() - 5}), "token_expired"),
    ] {
        get(&server, &token(&claims)).problem(401, code);
    }
}

#[test]
fn only_hs256_with_the_shared_secret_is_accepted() {
    let server = with_their_user(&[]);
    let claims = json!({"iss": FOREIGN_ISSUER, "sub": "theirs/1", "exp": now() + 900});
    let certificate =
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----\n";
    for (name, wish) in [
        ("alg none", json!({"alg": "none"})),
        (
            "another secret",
            json!({"alg": "HS256", "secret": "another secret, long enough to be one"}),
        ),
        ("no secret", json!({"alg": "HS256", "secret": ""})),
        ("HS512", json!({"alg": "HS512", "secret": SECRET})),
        ("RS256 by a key of one's own", json!({"alg": "RS256"})),
        ("HS256 by a public key", json!({"alg": "HS256", "secret": certificate})),
        ("HS256 in another writing", json!({"alg": "hs256", "secret": SECRET})),
    ] {
        let mut wish = wish;
        wish["claims"] = claims.clone();
        let answer = get(&server, &made_by_php(&wish));
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_token"), "{name}");
    }
}
