//! Parses a JSON Web Key Set (RFC 7517) as Google publishes it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::domain::google::GoogleKey;

/// Maximum number of keys; Google has never published this many.
const MOST_KEYS: usize = 20;
/// RSA keys of 2048 to 4096 bits: shorter ones are not safe any more, and the
/// verifying library refuses longer ones.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=512;

/// Why a text is not a usable key set.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// The text is not JSON, or has another form.
    #[error("the fetched document is not a JSON Web Key Set")]
    Malformed,
    /// No key in the set can verify an ID token.
    #[error("the key set holds no RSA key of 2048 to 4096 bits for RS256 signatures")]
    NoKeys,
    /// The set is not Google's, or an attempt to fill the database.
    #[error("the key set holds more than {MOST_KEYS} keys")]
    TooMany,
    /// Two keys have the same `kid`, so it does not identify one key.
    #[error("two keys of the set have the same kid")]
    Ambiguous,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// Parses the usable keys of a set and skips the others, as RFC 7517 section 5
/// recommends.
pub fn parse_key_set(json: &[u8]) -> Result<Vec<GoogleKey>, KeySetError> {
    let set: Set = serde_json::from_slice(json).map_err(|_| KeySetError::Malformed)?;
    let keys: Vec<GoogleKey> = set.keys.into_iter().filter_map(usable).collect();
    if keys.is_empty() {
        return Err(KeySetError::NoKeys);
    }
    if keys.len() > MOST_KEYS {
        return Err(KeySetError::TooMany);
    }
    let mut kids: Vec<&str> = keys.iter().map(|key| key.kid.as_str()).collect();
    kids.sort_unstable();
    kids.dedup();
    if kids.len() < keys.len() {
        return Err(KeySetError::Ambiguous);
    }
    Ok(keys)
}

fn usable(key: Key) -> Option<GoogleKey> {
    let is_for_signatures = key.kty == "RSA"
        && key.purpose.is_none_or(|purpose| purpose == "sig")
        && key.alg.is_none_or(|alg| alg == "RS256");
    let is_kid = |kid: &String| (1..=128).contains(&kid.len()) && kid.is_ascii();
    let kid = key.kid.filter(is_kid)?;
    let n = key.n.filter(|n| bytes(n).is_some_and(|length| MODULUS_BYTES.contains(&length)))?;
    let e = key.e.filter(|e| bytes(e).is_some_and(|length| (1..=4).contains(&length)))?;
    is_for_signatures.then_some(GoogleKey { kid, n, e })
}

/// The number of bytes that a base64url text encodes.
fn bytes(text: &str) -> Option<usize> {
    URL_SAFE_NO_PAD.decode(text).ok().map(|bytes| bytes.len())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn key(kid: &str) -> Value {
        let n = URL_SAFE_NO_PAD.encode([0xC1_u8; 256]);
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": "AQAB"})
    }

    fn changed(name: &str, value: Value) -> Value {
        let mut key = key("a");
        key[name] = value;
        key
    }

    fn parse(keys: &[Value]) -> Result<Vec<GoogleKey>, KeySetError> {
        parse_key_set(json!({"keys": keys}).to_string().as_bytes())
    }

    #[test]
    fn usable_keys_are_parsed_and_others_skipped() {
        let small = URL_SAFE_NO_PAD.encode([0xC1_u8; 128]);
        let elliptic = json!({"kty": "EC", "kid": "b", "crv": "P-256", "x": "AA", "y": "AA"});
        let taken = parse(&[
            key("a"),
            elliptic,
            changed("use", json!("enc")),
            changed("alg", json!("RS512")),
            changed("n", json!(small)),
            changed("n", json!("not base64!")),
            changed("e", json!("")),
            changed("kid", json!("")),
            changed("kid", Value::Null),
            key("c"),
        ]);
        let kids: Vec<String> = taken.unwrap().into_iter().map(|key| key.kid).collect();
        assert_eq!(kids, ["a", "c"]);
    }

    #[test]
    fn unusable_key_sets_are_refused() {
        for text in ["", "<html>", "[]", "{}", "{\"keys\":5}"] {
            let refused = parse_key_set(text.as_bytes());
            assert!(matches!(refused, Err(KeySetError::Malformed)), "{text}");
        }
        assert!(matches!(parse(&[]), Err(KeySetError::NoKeys)));
        assert!(matches!(parse(&[changed("kty", json!("EC"))]), Err(KeySetError::NoKeys)));
        assert!(matches!(parse(&[key("a"), key("a")]), Err(KeySetError::Ambiguous)));
        let many: Vec<Value> = (0..21).map(|number| key(&number.to_string())).collect();
        assert!(matches!(parse(&many), Err(KeySetError::TooMany)));
        assert_eq!(parse(&many[..20]).unwrap().len(), 20);
    }
}
