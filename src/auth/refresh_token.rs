//! Refresh tokens as the client holds them: 256 random bits in base64url.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::store::accounts::sessions::TokenHash;

/// A fresh token.
pub struct RefreshToken {
    /// What the client gets.
    pub text: String,
    /// What is stored.
    pub hash: TokenHash,
}

/// Draws a token.
///
/// # Errors
/// The operating system gives no randomness.
pub fn generate() -> Result<RefreshToken, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    let text = URL_SAFE_NO_PAD.encode(bytes);
    let hash = hash(&text);
    Ok(RefreshToken { text, hash })
}

/// What is stored of a token; any text has one, so nothing need be parsed.
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// The id of a family of tokens.
pub fn new_family() -> [u8; 16] {
    *uuid::Uuid::now_v7().as_bytes()
}
