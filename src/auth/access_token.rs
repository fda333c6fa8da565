//! Access tokens: JWTs (RFC 7519), signed with HS256 only. This module checks
//! signature and times, and issues this service's own tokens (RFC 9068).
//! [`super::claims`] decides whose token it is and what it is for.

use std::fmt::Display;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, crypto, dangerous};
use serde::Serialize;
use serde_json::{Map, Value};

use super::claims::{self, Claims};
use crate::config::{AuthSettings, ForeignSettings};
use crate::domain::user::UserId;

/// The keys to sign and verify with.
pub struct TokenKeys {
    signing: EncodingKey,
    signing_kid: String,
    verifying: Vec<(String, DecodingKey)>,
    lifetime_seconds: u32,
    foreign: Option<ForeignSettings>,
}

/// How far the clock of another backend may be ahead, in seconds.
const SKEW_SECONDS: f64 = 60.0;

/// Why a token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// The token was valid and has expired.
    Expired,
    /// The token will be valid later.
    NotYetValid,
    /// The token is not valid; the reason is for the log.
    Invalid(String),
}

#[derive(Serialize)]
struct IssuedClaims<'a> {
    iss: &'static str,
    aud: &'static str,
    sub: &'a str,
    iat: u64,
    exp: u64,
    jti: String,
    r#gen: u32,
}

impl TokenKeys {
    /// Uses the configured secrets; `None` if the list is empty.
    pub fn new(settings: &AuthSettings) -> Option<Self> {
        let first = settings.secrets.first()?;
        let verifying = settings.secrets.iter().map(|secret| {
            (secret.kid.clone(), DecodingKey::from_secret(secret.secret.reveal().as_bytes()))
        });
        Some(Self {
            signing: EncodingKey::from_secret(first.secret.reveal().as_bytes()),
            signing_kid: first.kid.clone(),
            verifying: verifying.collect(),
            lifetime_seconds: settings.access_token_seconds,
            foreign: settings.foreign.clone(),
        })
    }

    /// Lifetime of a token issued now, in seconds.
    pub fn lifetime_seconds(&self) -> u32 {
        self.lifetime_seconds
    }

    /// Issues a token for a user.
    ///
    /// # Errors
    /// The reason why signing failed.
    pub fn issue(
        &self,
        user_id: &UserId,
        generation: u32,
        lifetime_seconds: u32,
    ) -> Result<String, String> {
        let now = since_epoch().as_secs();
        let claims = IssuedClaims {
            iss: claims::NAME,
            aud: claims::NAME,
            sub: user_id.as_str(),
            iat: now,
            exp: now.saturating_add(u64::from(lifetime_seconds)),
            jti: uuid::Uuid::now_v7().to_string(),
            r#gen: generation,
        };
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(claims::OWN_TYPE.to_owned());
        header.kid = Some(self.signing_kid.clone());
        jsonwebtoken::encode(&header, &claims, &self.signing).map_err(|error| error.to_string())
    }

    /// Verifies a token: HS256 only, `exp` required, `nbf` respected, no `crit`
    /// (RFC 7515 section 4.1.11: no extension is understood here). A token with
    /// a `kid` is checked with that secret, other tokens with every secret.
    pub fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        // The library's decode would read the header twice more.
        let header = jsonwebtoken::decode_header(token).map_err(|error| invalid(&error))?;
        if header.alg != Algorithm::HS256 {
            return Err(invalid(&"alg is not HS256"));
        }
        if header.crit.is_some() {
            return Err(invalid(&"crit names extensions"));
        }
        self.verify_signature(token, header.kid.as_deref())?;
        let claims: Map<String, Value> =
            dangerous::insecure_decode_claims(token).map_err(|error| invalid(&error))?;
        check_expiry(&claims)?;
        let read = claims::read(header.typ.as_deref(), &claims, self.foreign.as_ref());
        let read = read.map_err(TokenError::Invalid)?;
        begun(&claims).map(|()| read)
    }

    fn verify_signature(&self, token: &str, named: Option<&str>) -> Result<(), TokenError> {
        let (message, signature) = token.rsplit_once('.').unwrap_or_default();
        let keys = self.verifying.iter();
        for (_, key) in keys.filter(|(kid, _)| named.is_none_or(|named| named == kid)) {
            let verified = crypto::verify(signature, message.as_bytes(), key, Algorithm::HS256);
            if verified.map_err(|error| invalid(&error))? {
                return Ok(());
            }
        }
        Err(invalid(&"no secret of that kid has signed it"))
    }
}

fn invalid(reason: &impl Display) -> TokenError {
    TokenError::Invalid(reason.to_string())
}

fn check_expiry(claims: &Map<String, Value>) -> Result<(), TokenError> {
    match claims.get("exp").and_then(Value::as_f64) {
        Some(exp) if exp > since_epoch().as_secs_f64() => Ok(()),
        Some(_) => Err(TokenError::Expired),
        None => Err(invalid(&"exp is not a time")),
    }
}

/// Tolerates that the issuer's clock is ahead.
fn begun(claims: &Map<String, Value>) -> Result<(), TokenError> {
    match claims.get("nbf").map(Value::as_f64) {
        None => Ok(()),
        Some(Some(nbf)) if nbf <= since_epoch().as_secs_f64() + SKEW_SECONDS => Ok(()),
        Some(Some(_)) => Err(TokenError::NotYetValid),
        Some(None) => Err(invalid(&"nbf is not a time")),
    }
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Secret, SigningSecret};

    fn keys(secrets: &[(&str, &str)]) -> TokenKeys {
        let secrets = secrets
            .iter()
            .map(|(kid, secret)| SigningSecret { kid: (*kid).into(), secret: Secret::new(*secret) })
            .collect();
        TokenKeys::new(&AuthSettings {
            access_token_seconds: 900,
            refresh_token_days: 90,
            session_days: 365,
            refresh_grace_seconds: 60,
            secrets,
            foreign: Some(ForeignSettings {
                user_id_claims: vec!["sub".to_owned()],
                require: [("iss".to_owned(), "php".to_owned())].into(),
            }),
        })
        .unwrap()
    }

    /// A token of the other backend.
    fn signed(claims: &serde_json::Value, algorithm: Algorithm, secret: &str) -> String {
        let mut claims = claims.clone();
        claims["iss"] = "php".into();
        headed(&Header::new(algorithm), &claims, secret)
    }

    fn headed(header: &Header, claims: &serde_json::Value, secret: &str) -> String {
        jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    }

    const OLD: &str = "old-old-old-old-old-old-old-old-old";
    const NEW: &str = "new-new-new-new-new-new-new-new-new";

    #[test]
    fn a_token_stays_valid_when_its_secret_is_rotated() {
        let user = UserId::generate();
        let token = keys(&[("a", OLD)]).issue(&user, 3, 900).unwrap();
        let claims = Claims { user_id: user, generation: Some(3) };
        assert_eq!(keys(&[("a", OLD)]).lifetime_seconds(), 900);
        assert_eq!(keys(&[("b", NEW), ("a", OLD)]).verify(&token), Ok(claims));
        assert!(matches!(keys(&[("b", NEW)]).verify(&token), Err(TokenError::Invalid(_))));
    }

    #[test]
    fn a_token_without_kid_is_tried_with_every_secret() {
        let token =
            signed(&serde_json::json!({"sub":"7","exp":4_000_000_000_u64}), Algorithm::HS256, OLD);
        assert!(keys(&[("b", NEW), ("a", OLD)]).verify(&token).is_ok());
    }

    #[test]
    fn an_expired_token_and_a_forged_one_give_different_errors() {
        let claims = serde_json::json!({"sub":"7","exp":1_000_000_000});
        let expired = signed(&claims, Algorithm::HS256, OLD);
        assert_eq!(keys(&[("b", NEW), ("a", OLD)]).verify(&expired), Err(TokenError::Expired));
        assert_eq!(keys(&[("a", OLD), ("b", NEW)]).verify(&expired), Err(TokenError::Expired));
        let forged = signed(&claims, Algorithm::HS256, "someone-else-someone-else-someone-else");
        assert!(matches!(keys(&[("a", OLD)]).verify(&forged), Err(TokenError::Invalid(_))));
    }

    #[test]
    fn a_critical_extension_is_refused_even_an_empty_list() {
        let claims = serde_json::json!({"sub":"7","exp":4_000_000_000_u64,"iss":"php"});
        for crit in [vec![], vec!["b64".to_owned()]] {
            let header = Header { crit: Some(crit), ..Header::new(Algorithm::HS256) };
            let token = headed(&header, &claims, OLD);
            assert!(matches!(keys(&[("a", OLD)]).verify(&token), Err(TokenError::Invalid(_))));
        }
    }

    #[test]
    fn a_token_may_begin_within_a_minute_and_a_later_one_is_not_yet_valid() {
        let (keys, now) = (keys(&[("a", OLD)]), since_epoch().as_secs());
        for (nbf, expected) in [
            (serde_json::json!(now - 5), None),
            (serde_json::json!(now + 50), None),
            (serde_json::json!(now + 90), Some(TokenError::NotYetValid)),
            (serde_json::json!(1e300), Some(TokenError::NotYetValid)),
            (serde_json::json!("soon"), Some(TokenError::Invalid("nbf is not a time".into()))),
            (serde_json::json!(null), Some(TokenError::Invalid("nbf is not a time".into()))),
        ] {
            let claims = serde_json::json!({"sub":"7","exp":4_000_000_000_u64,"nbf":nbf});
            let token = signed(&claims, Algorithm::HS256, OLD);
            assert_eq!(keys.verify(&token).err(), expected, "{claims}");
        }
    }

    #[test]
    fn a_token_expires_without_leeway() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        for exp in [now - 2, now] {
            let token = signed(&serde_json::json!({"sub":"7","exp":exp}), Algorithm::HS256, OLD);
            assert_eq!(keys(&[("a", OLD)]).verify(&token), Err(TokenError::Expired));
        }
    }

    #[test]
    fn other_algorithms_and_missing_claims_are_refused() {
        let far = 4_000_000_000_u64;
        let keys = keys(&[("a", OLD)]);
        for claims in [
            serde_json::json!({"sub":"7"}),
            serde_json::json!({"exp":far}),
            serde_json::json!({"sub":7,"exp":far}),
            serde_json::json!({"sub":"","exp":far}),
            serde_json::json!({"sub":"7","exp":"later"}),
        ] {
            let token = signed(&claims, Algorithm::HS256, OLD);
            assert!(matches!(keys.verify(&token), Err(TokenError::Invalid(_))), "{claims}");
        }
        let claims = serde_json::json!({"sub":"7","exp":far});
        assert!(keys.verify(&signed(&claims, Algorithm::HS512, OLD)).is_err());
        // {"alg":"none","typ":"JWT"} with an empty signature.
        let body = signed(&claims, Algorithm::HS256, OLD);
        let payload = body.split('.').nth(1).unwrap();
        let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
        assert!(matches!(keys.verify(&none), Err(TokenError::Invalid(_))));
        for text in ["", "a", "a.b.c", "....", &"x".repeat(9000)] {
            assert!(matches!(keys.verify(text), Err(TokenError::Invalid(_))));
        }
    }
}
