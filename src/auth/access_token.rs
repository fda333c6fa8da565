//! Access tokens: JWTs (RFC 7519), signed with HS256 only.
//!
//! They have the form that firebase/php-jwt produces, so a PHP backend that
//! shares the secret can issue tokens for this service.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde_json::{Map, Value};

use super::claims::{self, Claims};
use crate::config::AuthSettings;
use crate::domain::user::UserId;

/// The keys to sign and verify with.
pub struct TokenKeys {
    signing: EncodingKey,
    signing_kid: String,
    verifying: Vec<(String, DecodingKey)>,
    lifetime_seconds: u32,
    user_id_claims: Vec<String>,
}

/// Why a token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// The token was valid and has expired.
    Expired,
    /// The token is not valid; the reason is for the log.
    Invalid(String),
}

#[derive(Serialize)]
struct IssuedClaims<'a> {
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
            user_id_claims: settings.user_id_claims.clone(),
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
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let claims = IssuedClaims {
            sub: user_id.as_str(),
            iat: now,
            exp: now.saturating_add(u64::from(lifetime_seconds)),
            jti: uuid::Uuid::now_v7().to_string(),
            r#gen: generation,
        };
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(self.signing_kid.clone());
        jsonwebtoken::encode(&header, &claims, &self.signing).map_err(|error| error.to_string())
    }

    /// Verifies a token: HS256 only, `exp` required, `nbf` respected. A token
    /// with a `kid` is checked with that secret, other tokens with every
    /// secret.
    pub fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token)
            .map_err(|error| TokenError::Invalid(error.to_string()))?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.validate_nbf = true;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["exp"]);
        let mut verdict = Err(TokenError::Invalid("no secret of that kid".to_owned()));
        for (kid, key) in &self.verifying {
            if header.kid.as_ref().is_some_and(|named| named != kid) {
                continue;
            }
            match jsonwebtoken::decode::<Map<String, Value>>(token, key, &validation) {
                Ok(data) => {
                    return claims::read(&data.claims, &self.user_id_claims)
                        .map_err(TokenError::Invalid);
                }
                Err(error) => verdict = Err(describe(&error)),
            }
            // Only the right secret reports an expired token as expired; the
            // other secrets must not replace that result.
            if verdict == Err(TokenError::Expired) {
                break;
            }
        }
        verdict
    }
}

fn describe(error: &jsonwebtoken::errors::Error) -> TokenError {
    match error.kind() {
        ErrorKind::ExpiredSignature => TokenError::Expired,
        _ => TokenError::Invalid(error.to_string()),
    }
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
            user_id_claims: vec!["sub".to_owned()],
            secrets,
        })
        .unwrap()
    }

    fn signed(claims: &serde_json::Value, algorithm: Algorithm, secret: &str) -> String {
        let key = EncodingKey::from_secret(secret.as_bytes());
        jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap()
    }

    const OLD: &str = "old-old-old-old-old-old-old-old-old";
    const NEW: &str = "new-new-new-new-new-new-new-new-new";

    #[test]
    fn a_token_stays_valid_when_its_secret_is_rotated() {
        let user = UserId::generate();
        let token = keys(&[("a", OLD)]).issue(&user, 3, 900).unwrap();
        let claims = Claims { user_id: user, generation: Some(3) };
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
    fn a_token_expires_without_leeway() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let claims = serde_json::json!({"sub":"7","exp":now - 2});
        let token = signed(&claims, Algorithm::HS256, OLD);
        assert_eq!(keys(&[("a", OLD)]).verify(&token), Err(TokenError::Expired));
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
            serde_json::json!({"sub":"7","exp":far,"nbf":far}),
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
