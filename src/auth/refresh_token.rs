//! The randomness of a new session: its first refresh token, and the key of its
//! chain.

use crate::domain::session::{Chain, RefreshToken};

/// A session that begins: the token for the client, the chain for the database.
///
/// # Errors
/// The operating system provides no randomness.
pub fn begin() -> Result<(RefreshToken, Chain), getrandom::Error> {
    let (mut handle, mut secret, mut key) = ([0; 16], [0; 32], [0; 32]);
    for bytes in [&mut handle[..], &mut secret, &mut key] {
        getrandom::fill(bytes)?;
    }
    let token = RefreshToken::first(handle, secret);
    Ok((token, Chain { key, newest: token.hash(), spent: None }))
}
