//! The hash of live entries, as docs/PROTOCOL.md, "Finding a loss", describes it to client authors.

use sha2::{Digest, Sha256};

/// What the hash of an entry is made of: id, hundredths, unit, microseconds since 1970.
pub(crate) type Part<'a> = (&'a str, i64, &'a str, i64);

/// The hash of some live entries, in hexadecimal.
pub(crate) fn live_hash<'a>(entries: impl IntoIterator<Item = Part<'a>>) -> String {
    let hashes = entries.into_iter().map(|(id, hundredths, unit, micros)| {
        let digest = Sha256::digest(format!("{id} {hundredths} {unit} {micros}"));
        u64::from_be_bytes(digest[..8].try_into().expect("8 bytes"))
    });
    format!("{:016x}", hashes.fold(0, |all, one| all ^ one))
}
