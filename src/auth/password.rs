//! Passwords: argon2id, with the parameters of the configuration.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::config::AccountSettings;

/// Fewest characters of a password.
pub const MIN_CHARACTERS: usize = 12;
/// Most characters of a password: longer ones only cost time.
pub const MAX_CHARACTERS: usize = 128;

/// Hashes and verifies passwords.
pub struct PasswordHashing {
    argon2: Argon2<'static>,
}

impl PasswordHashing {
    /// Takes the parameters of the configuration.
    ///
    /// # Errors
    /// Parameters that argon2 refuses.
    pub fn new(settings: &AccountSettings) -> Result<Self, String> {
        let params = Params::new(
            settings.argon2_memory_kib,
            settings.argon2_iterations,
            settings.argon2_parallelism,
            None,
        )
        .map_err(|error| error.to_string())?;
        Ok(Self { argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params) })
    }

    /// Hashes a password with a fresh salt; the result is a PHC string.
    ///
    /// # Errors
    /// No randomness or no memory.
    pub fn hash(&self, password: &str) -> Result<String, String> {
        self.argon2
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| error.to_string())
    }

    /// Compares a password with what is stored. Where nothing is stored the
    /// same work is done, so that the time does not tell whether an address
    /// is known.
    pub fn verify(&self, password: &str, stored: Option<&str>) -> bool {
        match stored.map(PasswordHash::new) {
            Some(Ok(hash)) => self.argon2.verify_password(password.as_bytes(), &hash).is_ok(),
            Some(Err(_)) | None => {
                let _ = self.hash(password);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_verifies_against_its_hash_only() {
        let settings = AccountSettings {
            argon2_memory_kib: 64,
            argon2_iterations: 1,
            ..AccountSettings::default()
        };
        let hashing = PasswordHashing::new(&settings).unwrap();
        let hash = hashing.hash("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert!(hashing.verify("correct horse battery", Some(&hash)));
        assert!(!hashing.verify("correct horse", Some(&hash)));
        assert!(!hashing.verify("correct horse battery", None));
        assert!(!hashing.verify("correct horse battery", Some("garbage")));
        assert_ne!(hash, hashing.hash("correct horse battery").unwrap());
    }
}
