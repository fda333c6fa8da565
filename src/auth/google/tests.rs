//! ID tokens signed with a key made here. `tests/api/auth/google.rs` has the
//! forged ones, and shows the responses.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, Header};
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

use super::*;

/// The second in which the tokens of these tests are verified.
const NOW: i64 = 1_800_000_000;

static KEY: LazyLock<(EncodingKey, GoogleKey)> = LazyLock::new(|| {
    let private = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
    let encoded = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
    let (n, e) = (encoded(private.n()), encoded(private.e()));
    let signing = EncodingKey::from_rsa_der(private.to_pkcs1_der().unwrap().as_bytes());
    (signing, GoogleKey { kid: "first".to_owned(), n, e })
});

fn header() -> Header {
    Header { kid: Some("first".to_owned()), ..Header::new(Algorithm::RS256) }
}

/// Verifies a good token in which some claims are others.
fn verified(
    header: &Header,
    others: &Value,
    nonce: Option<&str>,
) -> Result<GoogleIdentity, IdTokenError> {
    let mut claims = json!({"iss": "https://accounts.google.com", "aud": "app.example", "sub": "7",
        "email": "Ada@example.org", "email_verified": true, "iat": NOW, "exp": 4_000_000_000_u64});
    for (name, value) in others.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let token = jsonwebtoken::encode(header, &claims, &KEY.0).unwrap();
    let client_ids = ["web.example", "app.example"].map(str::to_owned);
    let keys = [GoogleKey { kid: "other".to_owned(), ..KEY.1.clone() }, KEY.1.clone()];
    let now = UtcTime::UNIX_EPOCH.plus_seconds(NOW);
    verify(&token, &keys, &client_ids, nonce, now)
}

#[test]
fn a_good_token_names_the_account_and_its_address() {
    let email = Email::parse("ada@example.org").unwrap();
    let expected = GoogleIdentity { subject: "7".to_owned(), email, issued_at: NOW };
    for others in [
        json!({}),
        json!({"iss": "accounts.google.com"}),
        json!({"aud": "web.example"}),
        json!({"nonce": "n"}),
    ] {
        assert_eq!(verified(&header(), &others, None), Ok(expected.clone()), "{others}");
    }
    assert_eq!(verified(&header(), &json!({"nonce": "n"}), Some("n")), Ok(expected));
    let long = "x".repeat(255);
    assert_eq!(verified(&header(), &json!({"sub": long}), None).unwrap().subject, long);
}

#[test]
fn a_claim_that_is_wrong_is_refused_for_its_reason() {
    let invalid = |reason| invalid(reason);
    for (others, error) in [
        (json!({"iss": "https://accounts.example"}), invalid("iss is another")),
        (json!({"aud": "other.example"}), IdTokenError::WrongAudience),
        (json!({"exp": 1_700_000_000}), IdTokenError::Expired),
        (json!({"iat": NOW + 61}), invalid("iat is in the future")),
        (json!({"sub": ""}), invalid("sub is not 1 to 255 ASCII characters")),
        (json!({"sub": "x".repeat(256)}), invalid("sub is not 1 to 255 ASCII characters")),
        (json!({"sub": "\u{e4}"}), invalid("sub is not 1 to 255 ASCII characters")),
        (json!({"email_verified": false}), IdTokenError::EmailNotVerified),
        (json!({"email": null}), IdTokenError::EmailNotVerified),
        (json!({"email": "ada"}), invalid("email is not an address")),
    ] {
        assert_eq!(verified(&header(), &others, None), Err(error), "{others}");
    }
    for (others, nonce) in [(json!({"nonce": "n"}), "m"), (json!({}), "m")] {
        let error = invalid("nonce is another");
        assert_eq!(verified(&header(), &others, Some(nonce)), Err(error), "{others}");
    }
    assert!(verified(&header(), &json!({"iat": NOW + 60}), None).is_ok(), "a clock ahead");
    for list in [json!({"aud": ["app.example"]}), json!({"iss": ["accounts.google.com"]})] {
        let refused = verified(&header(), &list, None);
        assert!(matches!(refused, Err(IdTokenError::Invalid(_))), "{list}: {refused:?}");
    }
}

#[test]
fn a_header_that_is_wrong_is_refused() {
    for (header, error) in [
        (Header { kid: None, ..header() }, invalid("no kid")),
        (Header { kid: Some("third".to_owned()), ..header() }, IdTokenError::UnknownKey),
        (Header { alg: Algorithm::RS512, ..header() }, invalid("alg is not RS256")),
        (Header { crit: Some(vec![]), ..header() }, invalid("crit names extensions")),
    ] {
        assert_eq!(verified(&header, &json!({}), None), Err(error));
    }
}

#[test]
fn a_token_is_fresh_for_five_minutes() {
    let identity = verified(&header(), &json!({}), None).unwrap();
    let fresh = |age| identity.require_fresh(UtcTime::UNIX_EPOCH.plus_seconds(NOW + age));
    for age in [-60, 0, 300] {
        assert!(fresh(age).is_ok(), "{age}");
    }
    for age in [-61, 301] {
        assert_eq!(fresh(age).unwrap_err().code(), Code::ID_TOKEN_NOT_FRESH, "{age}");
    }
}
