//! Google ID tokens: JWTs signed with RS256 only, checked against keys that the
//! caller provides. Calls no other server.

mod key_set;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use crate::domain::google::GoogleKey;
use crate::domain::time::UtcTime;
use crate::domain::user::Email;
use crate::http::problem::{Code, Problem};
pub use key_set::{KeySetError, parse_key_set};

/// Google uses both forms.
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];
/// Allows for a difference between Google's clock and the server's.
const LEEWAY_SECONDS: u64 = 60;
/// Maximum age of a token that proves that the user is present now.
const FRESH_SECONDS: i64 = 300;

/// A person whose identity Google confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoogleIdentity {
    /// Google's id of the account (`sub`). Google never gives it to another
    /// account; an address may change hands.
    pub subject: String,
    /// The address, verified by Google.
    pub email: Email,
    issued_at: i64,
}

impl GoogleIdentity {
    /// Requires a token that is at most five minutes old. Irreversible actions
    /// call this, so that an attacker cannot use an older stolen token.
    ///
    /// # Errors
    /// 403 `id_token_not_fresh`.
    pub fn require_fresh(&self, now: UtcTime) -> Result<(), Problem> {
        let age = (now.as_micros() / 1_000_000).saturating_sub(self.issued_at);
        if (-LEEWAY_SECONDS.cast_signed()..=FRESH_SECONDS).contains(&age) {
            return Ok(());
        }
        Err(Problem::new(Code::ID_TOKEN_NOT_FRESH, "Sign in with Google again, then send at once."))
    }
}

/// Why an ID token is not accepted. Errors about claims imply that Google's
/// signature is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdTokenError {
    /// The key set does not hold the token's key.
    UnknownKey,
    /// The token was valid and has expired.
    Expired,
    /// The token was issued for another app.
    WrongAudience,
    /// Google has not verified the address, or the token holds none.
    EmailNotVerified,
    /// Any other error; the reason is for the log.
    Invalid(String),
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    /// One text: a list of audiences is meant for others too.
    aud: String,
    iss: String,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
}

/// Verifies a token: RS256 only, no `crit`, a key of the set, `iss`, `aud`,
/// `exp`, `nbf`, `iat`, `sub`, and an address that Google has verified. A
/// `nonce`, if the app sends one, must be the token's.
pub fn verify(
    token: &str,
    keys: &[GoogleKey],
    client_ids: &[String],
    nonce: Option<&str>,
    now: UtcTime,
) -> Result<GoogleIdentity, IdTokenError> {
    let header = jsonwebtoken::decode_header(token).map_err(|error| describe(&error))?;
    if header.alg != Algorithm::RS256 {
        return Err(invalid("alg is not RS256"));
    }
    if header.crit.is_some() {
        return Err(invalid("crit names extensions"));
    }
    let kid = header.kid.ok_or_else(|| invalid("no kid"))?;
    let key = keys.iter().find(|key| key.kid == kid).ok_or(IdTokenError::UnknownKey)?;
    let key = DecodingKey::from_rsa_components(&key.n, &key.e).map_err(|error| describe(&error))?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = LEEWAY_SECONDS;
    validation.validate_nbf = true;
    // Compared below: the library accepts a list that contains the right one.
    validation.validate_aud = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
        .map_err(|error| describe(&error))?
        .claims;
    if !ISSUERS.contains(&claims.iss.as_str()) {
        return Err(invalid("iss is another"));
    }
    if !client_ids.contains(&claims.aud) {
        return Err(IdTokenError::WrongAudience);
    }
    if claims.iat > now.as_micros() / 1_000_000 + LEEWAY_SECONDS.cast_signed() {
        return Err(invalid("iat is in the future"));
    }
    if nonce.is_some() && nonce != claims.nonce.as_deref() {
        return Err(invalid("nonce is another"));
    }
    let is_subject = |sub: &str| (1..=255).contains(&sub.len()) && sub.is_ascii();
    if !is_subject(&claims.sub) {
        return Err(invalid("sub is not 1 to 255 ASCII characters"));
    }
    let email = claims.email.filter(|_| claims.email_verified);
    let email = email.ok_or(IdTokenError::EmailNotVerified)?;
    let email = Email::parse(&email).ok_or_else(|| invalid("email is not an address"))?;
    Ok(GoogleIdentity { subject: claims.sub, email, issued_at: claims.iat })
}

fn invalid(reason: &str) -> IdTokenError {
    IdTokenError::Invalid(reason.to_owned())
}

fn describe(error: &jsonwebtoken::errors::Error) -> IdTokenError {
    match error.kind() {
        ErrorKind::ExpiredSignature => IdTokenError::Expired,
        _ => IdTokenError::Invalid(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
