//! Password hashing: argon2id with the configured parameters.
//!
//! Only this module hashes passwords, and every hash holds a slot meanwhile,
//! which caps the memory in use.

use std::path::Path;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::config::AccountSettings;
use crate::slots::{Busy, Slots};

/// The folder of the slots, beside the configuration file.
const SLOTS: &str = "hash-slots";
/// How long a sign-in waits for a slot. With the default parameters the host
/// computes some hundred hashes in this time. The app waits about half a
/// minute, Apache 40 s.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Hashes and verifies passwords.
pub struct PasswordHashing {
    argon2: Argon2<'static>,
    slots: Slots,
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// No slot came free in time; a later attempt may succeed.
    #[error("too many passwords are being hashed at once")]
    Busy,
    /// The system lacks randomness or memory.
    #[error("{0}")]
    Failed(String),
}

impl From<Busy> for HashingError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl PasswordHashing {
    /// Uses the configured parameters and keeps the slots below `folder`, the
    /// folder of the configuration file. Without a folder nothing caps
    /// concurrent hashing.
    ///
    /// # Errors
    /// argon2 refuses the parameters.
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
    pub fn hash(&self, password: &str) -> Result<String, HashingError> {
        let _slot = self.slots.take(LONGEST_WAIT)?;
        self.argon2
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| HashingError::Failed(error.to_string()))
    }

    /// Compares a password with the stored hash. Does the same work without
    /// one, so that the time does not reveal whether an address is known.
    pub fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, HashingError> {
        match stored.map(PasswordHash::new) {
            Some(Ok(hash)) => {
                let _slot = self.slots.take(LONGEST_WAIT)?;
                Ok(self.argon2.verify_password(password.as_bytes(), &hash).is_ok())
            }
            Some(Err(_)) | None => self.hash(password).map(|_| false),
        }
    }

    /// Whether a stored hash has other parameters than the settings.
    pub fn is_outdated(&self, stored: &str) -> bool {
        let Ok(hash) = PasswordHash::new(stored) else { return true };
        let is_same = Params::try_from(&hash).is_ok_and(|used| {
            let now = self.argon2.params();
            (used.m_cost(), used.t_cost(), used.p_cost())
                == (now.m_cost(), now.t_cost(), now.p_cost())
        });
        !is_same || hash.algorithm.as_str() != Algorithm::Argon2id.as_str()
    }

    /// Why nothing caps concurrent hashing, as a sentence; `None` if slots
    /// work.
    pub fn obstacle(&self) -> Option<String> {
        self.slots.obstacle()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_verifies_only_against_its_own_hash() {
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
    fn a_hash_with_other_parameters_is_outdated() {
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
        // Verification uses the hash's own parameters, whatever the settings
        // are.
        assert!(hashing(128, 2, 2).verify("correct horse battery", Some(&hash)).unwrap());
    }
}
