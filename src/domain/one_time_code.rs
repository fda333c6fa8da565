//! One-time codes: what a person types to show that the code reached them.

use std::fmt;

/// How long a code is good, in seconds.
pub const CODE_SECONDS: u32 = 30 * 60;
/// Wrong guesses that end a code.
pub const MAX_WRONG_GUESSES: u32 = 5;

/// Crockford's Base32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code, of five bits each.
const LENGTH: usize = 8;

/// A code of 40 random bits: `7KQM-3XTP`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OneTimeCode([u8; LENGTH]);

impl OneTimeCode {
    /// A code of random bytes, five bits of each.
    pub fn from_random(bytes: [u8; LENGTH]) -> Self {
        let letter = |byte: u8| ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        Self(bytes.map(letter))
    }

    /// Reads what a person typed: in any case, with or without the hyphen and
    /// blanks, O for 0, I and L for 1.
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.bytes().filter(|byte| !matches!(byte, b'-' | b' '));
        let letters: Vec<u8> = typed
            .map(|byte| match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            })
            .collect();
        let letters: [u8; LENGTH] = letters.try_into().ok()?;
        letters.iter().all(|letter| ALPHABET.contains(letter)).then_some(Self(letters))
    }

    /// The characters, without the hyphen.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// In two groups.
impl fmt::Display for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.iter().enumerate() {
            if place == LENGTH / 2 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*letter))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_typed() {
        let code = OneTimeCode::from_random([7, 20, 23, 32, 35, 97, 1, 0]);
        let shown = code.to_string();
        assert_eq!((shown.as_str(), code.as_bytes()), ("7MQ0-3110", &b"7MQ03110"[..]));
        for typed in [&shown, "7mq03110", " 7MQO 3 lI 0", "7mqo-3il0"] {
            assert!(OneTimeCode::parse(typed) == Some(code), "{typed}");
        }
        assert!(OneTimeCode::parse("7MQ0-3111") != Some(code));
        for wrong in ["", "7MQ0-311", "7MQ0-31100", "7MQ0-311U", "7MQ0_3110", "7MQ0-311\u{661}"] {
            assert!(OneTimeCode::parse(wrong).is_none(), "{wrong}");
        }
    }
}
