//! The first bytes of a digest, where they tell values well enough apart.

use sha2::{Digest, Sha256};

/// The first `N` bytes of the SHA-256 digest of `bytes`, at most 32.
pub fn sha256_prefix<const N: usize>(bytes: &[u8]) -> [u8; N] {
    prefix(Sha256::digest(bytes).into())
}

/// The first `N` bytes of a digest, at most 32.
pub(super) fn prefix<const N: usize>(digest: [u8; 32]) -> [u8; N] {
    let mut prefix = [0; N];
    for (byte, hashed) in prefix.iter_mut().zip(digest) {
        *byte = hashed;
    }
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of FIPS 180-2, appendix B.1.
    #[test]
    fn the_prefix_has_the_first_bytes_of_the_digest() {
        assert_eq!(sha256_prefix(b"abc"), [0xba, 0x78, 0x16, 0xbf]);
    }
}
