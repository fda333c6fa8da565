//! Passwords: argon2id, with the parameters of the configuration.
//!
//! Every hash is made in here and holds a slot meanwhile: there is no other
//! way to the work that takes memory.

use std::path::Path;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::config::AccountSettings;
use crate::slots::{Busy, Slots};

/// Fewest characters of a password.
pub const MIN_CHARACTERS: usize = 12;
/// Most characters of a password: longer ones only cost time.
pub const MAX_CHARACTERS: usize = 128;

/// The slots' folder, beside the configuration.
const SLOTS: &str = "hash-slots";
/// How long a sign-in waits for its turn. With the default parameters some
/// hundred hashes are made in this time; a phone waits about half a minute,
/// Apache 40 s.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Hashes and verifies passwords.
pub struct PasswordHashing {
    argon2: Argon2<'static>,
    slots: Slots,
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// Too many at once; later there will be room.
    #[error("too many passwords are being hashed at once")]
    Busy,
    /// No randomness or no memory.
    #[error("{0}")]
    Failed(String),
}

impl From<Busy> for HashingError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl PasswordHashing {
    /// Takes the parameters of the configuration and the folder that it
    /// stands in; without one nothing bounds how many are hashed at once.
    ///
    /// # Errors
    /// Parameters that argon2 refuses.
    pub fn new(settings: &AccountSettings, folder: Option<&Path>) -> Result<Self, String> {
        let params = Params::new(
            settings.argon2_memory_kib,
            settings.argon2_iterations,
            settings.argon2_parallelism,
            None,
        )
        .map_err(|error| error.to_string())?;
        let slots = Slots::new(folder.map(|folder| folder.join(SLOTS)), settings.concurrent_hashes);
        Ok(Self { argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params), slots })
    }

    /// Hashes a password with a fresh salt; the result is a PHC string.
    ///
    /// # Errors
    /// See [`HashingError`].
    pub fn hash(&self, password: &str) -> Result<String, HashingError> {
        let _slot = self.slots.take(LONGEST_WAIT)?;
        self.argon2
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| HashingError::Failed(error.to_string()))
    }

    /// Compares a password with what is stored. Where nothing is stored the
    /// same work is done, so that the time does not tell whether an address
    /// is known.
    ///
    /// # Errors
    /// See [`HashingError`].
    pub fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, HashingError> {
        match stored.map(PasswordHash::new) {
            Some(Ok(hash)) => {
                let _slot = self.slots.take(LONGEST_WAIT)?;
                Ok(self.argon2.verify_password(password.as_bytes(), &hash).is_ok())
            }
            Some(Err(_)) | None => self.hash(password).map(|_| false),
        }
    }

    /// Whether a stored hash was made with other parameters than are set now.
    pub fn is_outdated(&self, stored: &str) -> bool {
        let Ok(hash) = PasswordHash::new(stored) else { return true };
        let is_same = Params::try_from(&hash).is_ok_and(|used| {
            let now = self.argon2.params();
            (used.m_cost(), used.t_cost(), used.p_cost())
                == (now.m_cost(), now.t_cost(), now.p_cost())
        });
        !is_same || hash.algorithm.as_str() != Algorithm::Argon2id.as_str()
    }

    /// Why nothing caps concurrent hashing, as a sentence; `None` where slots
    /// work.
    pub fn obstacle(&self) -> Option<String> {
        self.slots.obstacle()
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
        let hashing = PasswordHashing::new(&settings, None).unwrap();
        let hash = hashing.hash("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert!(hashing.verify("correct horse battery", Some(&hash)).unwrap());
        assert!(!hashing.verify("correct horse", Some(&hash)).unwrap());
        assert!(!hashing.verify("correct horse battery", None).unwrap());
        assert!(!hashing.verify("correct horse battery", Some("garbage")).unwrap());
        assert_ne!(hash, hashing.hash("correct horse battery").unwrap());
    }

    #[test]
    fn a_hash_of_other_parameters_is_outdated() {
        let hashing = |memory, iterations, parallelism| {
            let settings = AccountSettings {
                argon2_memory_kib: memory,
                argon2_iterations: iterations,
                argon2_parallelism: parallelism,
                ..AccountSettings::default()
            };
            PasswordHashing::new(&settings, None).unwrap()
        };
        let hash = hashing(64, 1, 1).hash("correct horse battery").unwrap();
        assert!(!hashing(64, 1, 1).is_outdated(&hash));
        assert!(hashing(64, 2, 1).is_outdated(&hash));
        assert!(hashing(128, 1, 1).is_outdated(&hash));
        assert!(hashing(64, 1, 2).is_outdated(&hash));
        let of_two_lanes = hashing(64, 1, 2).hash("correct horse battery").unwrap();
        assert!(of_two_lanes.starts_with("$argon2id$v=19$m=64,t=1,p=2$"));
        assert!(hashing(64, 1, 1).is_outdated(&hash.replace("argon2id", "argon2i")));
        // Whatever is set now, an old hash is verified as it was made.
        assert!(hashing(128, 2, 2).verify("correct horse battery", Some(&hash)).unwrap());
    }
}
