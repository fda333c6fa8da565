//! Verification of Google's ID tokens with the keys in the database: the web
//! program calls no other server.

use http::header;

use super::fields::IdToken;
use crate::auth::google::{GoogleIdentity, IdTokenError, verify};
use crate::domain::google::Freshness;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::{Code, Problem};
use crate::store::accounts::google_keys;

/// Seconds after which cron has probably fetched the keys.
const RETRY_AFTER_OLD_KEYS: u32 = 600;

/// Verifies a Google ID token.
pub(super) fn verify_google_identity(
    exchange: &mut Exchange<'_>,
    given: &IdToken,
) -> Result<GoogleIdentity, Problem> {
    let settings = &exchange.service.settings.google;
    if !settings.is_configured() {
        return Err(not_configured());
    }
    let set = google_keys::load(&mut exchange.database, &settings.keys_url).map_err(from_store)?;
    let set = set.ok_or_else(|| keys_expired("no key set was fetched yet"))?;
    if set.freshness(settings.keys_max_stale_seconds()) == Freshness::Expired {
        return Err(keys_expired(&format!(
            "the key set expired {} s ago",
            -set.expires_in_seconds
        )));
    }
    let nonce = given.nonce.as_deref();
    verify(&given.token, &set.keys, &settings.client_ids, nonce, exchange.now).map_err(refusal)
}

pub(super) fn not_configured() -> Problem {
    Problem::new(Code::GOOGLE_NOT_CONFIGURED, "Sign in with e-mail address and password.")
}

fn keys_expired(cause: &str) -> Problem {
    Problem::new(Code::GOOGLE_KEYS_EXPIRED, "Try again later, or sign in with a password.")
        .with(header::RETRY_AFTER, RETRY_AFTER_OLD_KEYS)
        .because(&format!("{cause}: weightctl google-keys refresh"))
}

fn refusal(error: IdTokenError) -> Problem {
    const AGAIN: &str = "Sign in with Google again.";
    match error {
        IdTokenError::UnknownKey => Problem::new(Code::UNKNOWN_GOOGLE_KEY, AGAIN),
        IdTokenError::Expired => Problem::new(Code::ID_TOKEN_EXPIRED, AGAIN),
        IdTokenError::WrongAudience => Problem::new(
            Code::WRONG_AUDIENCE,
            "The token was made for an app that this server does not know. Ask who runs it to allow the app.",
        ),
        IdTokenError::EmailNotVerified => Problem::new(
            Code::EMAIL_NOT_VERIFIED,
            "Ask Google for the scope email, and verify the address there.",
        ),
        IdTokenError::Invalid(cause) => Problem::new(Code::INVALID_ID_TOKEN, AGAIN).because(&cause),
    }
}
