//! The randomness of one-time codes, and what the database holds of them.

use crate::domain::keyed_hash::KeyedHash;
use crate::domain::one_time_code::OneTimeCode;
use crate::domain::user::Email;
use crate::store::accounts::one_time_codes::StoredCode;

/// A new code.
///
/// # Errors
/// The operating system provides no randomness.
pub fn generate() -> Result<OneTimeCode, getrandom::Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)?;
    Ok(OneTimeCode::from_random(bytes))
}

/// A code as the database holds it, for the address that it is good for.
pub fn stored(hashes: &KeyedHash, email: &Email, code: &OneTimeCode) -> StoredCode {
    StoredCode {
        address: hashes.of("address", email.as_str().as_bytes()),
        code: hashes.of("one-time code", code.as_bytes()),
    }
}
