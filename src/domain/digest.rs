//! The first bytes of a SHA-256 digest, where they tell values well enough
//! apart.

use sha2::{Digest, Sha256};

/// The first `N` bytes of the digest of `bytes`, at most 32.
pub fn sha256_prefix<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut prefix = [0; N];
    for (byte, hashed) in prefix.iter_mut().zip(Sha256::digest(bytes)) {
        *byte = hashed;
    }
    prefix
}
