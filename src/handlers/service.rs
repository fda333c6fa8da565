//! What all requests of a process share.

use std::net::IpAddr;

use crate::auth::access_token::TokenKeys;
use crate::auth::password::PasswordHashing;
use crate::config::Settings;
use crate::store::Database;

/// The service behind the routes.
pub struct Service {
    /// The settings.
    pub settings: Settings,
    /// The database.
    pub database: Database,
    /// Keys of access tokens.
    pub token_keys: TokenKeys,
    /// Password hashing.
    pub passwords: PasswordHashing,
}

impl Service {
    /// Makes everything ready; connects to nothing.
    ///
    /// # Errors
    /// A setting that cannot be used, as a sentence for the log.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let database = Database::new(&settings.database).map_err(|error| error.to_string())?;
        let token_keys = TokenKeys::new(&settings.auth).ok_or("auth.secrets is empty")?;
        let passwords = PasswordHashing::new(&settings.accounts)?;
        Ok(Self { settings, database, token_keys, passwords })
    }
}

/// The counter's name for a network address: a hash, so that the table holds
/// no addresses. Of IPv6 the /64, which is what one household has.
pub fn address_subject(kind: &str, address: IpAddr) -> String {
    let bytes = match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().into_iter().take(8).collect(),
    };
    hashed_subject(kind, &bytes)
}

/// The counter's name for something that must not be stored as it is.
pub fn hashed_subject(kind: &str, bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}:{hex}")
}
