//! Hashes with a key that is not in the database: a thief of the database
//! cannot find the value by trying all of them.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use super::digest::prefix;

/// HMAC-SHA256 with a key derived from the service's secret.
#[derive(Clone)]
pub struct KeyedHash {
    key: [u8; 32],
}

impl KeyedHash {
    /// Derives the key. Another secret makes other hashes.
    pub fn new(secret: &[u8]) -> Self {
        Self { key: mac(&Sha256::digest(secret).into(), &[b"weight-sync keyed hashes"]) }
    }

    /// The hash of a value of some kind. Equal values of two kinds have
    /// different hashes.
    pub fn of(&self, kind: &str, value: &[u8]) -> [u8; 32] {
        mac(&self.key, &[kind.as_bytes(), &[0], value])
    }

    /// The first 16 bytes of [`Self::of`].
    pub fn prefix(&self, kind: &str, value: &[u8]) -> [u8; 16] {
        prefix(self.of(kind, value))
    }
}

/// A block of HMAC-SHA256 holds 64 bytes, so the key is used as it is (RFC 2104
/// section 2).
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_kind_and_value_each_change_the_hash() {
        let hash = |secret: &[u8], kind, value: &[u8]| KeyedHash::new(secret).of(kind, value);
        let one = hash(b"secret", "code", b"A");
        assert_eq!(one, hash(b"secret", "code", b"A"));
        for other in [
            hash(b"another", "code", b"A"),
            hash(b"secret", "address", b"A"),
            hash(b"secret", "code", b"B"),
            hash(b"secret", "codeA", b""),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn the_prefix_has_the_first_half_of_the_hash() {
        let hashes = KeyedHash::new(b"secret");
        assert_eq!(hashes.prefix("code", b"A"), hashes.of("code", b"A")[..16]);
    }
}
