//! Google's signing keys, and how long they are trusted.

use serde::{Deserialize, Serialize};

/// One RSA key that signs ID tokens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct GoogleKey {
    /// The name of the key in tokens.
    pub kid: String,
    /// The modulus in base64url, as Google writes it.
    pub n: String,
    /// The exponent in base64url.
    pub e: String,
}

/// The keys of the last fetch. The database's clock measures all ages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet {
    /// The keys.
    pub keys: Vec<GoogleKey>,
    /// Seconds since they were fetched.
    pub age_seconds: i64,
    /// Seconds until they expire; negative after that.
    pub expires_in_seconds: i64,
}

/// How far a key set may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Within the lifetime that Google gave.
    Fresh,
    /// Beyond that lifetime, but still used.
    Stale,
    /// No longer used.
    Expired,
}

impl KeySet {
    /// The freshness of the set, if it may be used for `max_stale_seconds`
    /// after it expires.
    pub fn freshness(&self, max_stale_seconds: i64) -> Freshness {
        match self.expires_in_seconds {
            0.. => Freshness::Fresh,
            late if late >= -max_stale_seconds => Freshness::Stale,
            _ => Freshness::Expired,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_set_is_used_for_the_stale_time_and_no_longer() {
        for (expires_in_seconds, freshness) in [
            (1, Freshness::Fresh),
            (0, Freshness::Fresh),
            (-1, Freshness::Stale),
            (-3600, Freshness::Stale),
            (-3601, Freshness::Expired),
        ] {
            let set = KeySet { keys: Vec::new(), age_seconds: 0, expires_in_seconds };
            assert_eq!(set.freshness(3600), freshness, "{expires_in_seconds}");
        }
    }
}
