//! Refresh tokens in the form that clients hold: 256 random bits in base64url.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::store::accounts::sessions::TokenHash;

/// A new refresh token.
pub struct RefreshToken {
    /// The token for the client.
    pub text: String,
    /// The hash for the database.
    pub hash: TokenHash,
}

/// Generates a token.
///
/// # Errors
/// The operating system provides no randomness.
pub fn generate() -> Result<RefreshToken, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    let text = URL_SAFE_NO_PAD.encode(bytes);
    let hash = hash(&text);
    Ok(RefreshToken { text, hash })
}

/// The hash that the database stores. Every text has one, so the token needs no
/// parsing.
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// Generates the id of a token family.
pub fn new_family() -> [u8; 16] {
    *uuid::Uuid::now_v7().as_bytes()
}
