//! A user: an id and, where known, an e-mail address.

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;

/// A user's id: 1 to 36 visible ASCII characters. This service creates UUIDs
/// (version 7); an adopted `users` table may hold other ids.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserId(String);

impl UserId {
    /// A fresh id.
    pub fn generate() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }

    /// Reads an id from a token, a row or a command line.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=36).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An e-mail address, normalised for comparison: trimmed (phones append a
/// space), in lower case, and in Unicode's form NFC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The longest deliverable address in bytes (RFC 5321 section 4.5.3.1.3,
    /// without the angle brackets).
    pub const MAX_BYTES: usize = 254;

    /// Reads an address of the form `local@domain.tld`. This does not show that
    /// mail arrives there.
    pub fn parse(text: &str) -> Option<Self> {
        // The only non-ASCII letter whose lower case is ASCII: the address
        // would become another person's.
        const KELVIN_SIGN: char = '\u{212a}';
        if text.contains(KELVIN_SIGN) {
            return None;
        }
        let text = text.trim_matches(' ').to_lowercase();
        let text = ComposingNormalizerBorrowed::new_nfc().normalize(&text).into_owned();
        let (local, domain) = text.rsplit_once('@')?;
        let shaped = (1..=64).contains(&local.len())
            && text.len() <= Self::MAX_BYTES
            && domain.split('.').count() >= 2
            && domain.split('.').all(|label| !label.is_empty())
            && !local.contains('@')
            && !text.chars().any(|c| c.is_whitespace() || c.is_control() || is_invisible(c));
        shaped.then_some(Self(text))
    }

    /// Whether the address may stand in a message's header as it is: its parts
    /// hold letters, digits and the other characters of an atom (RFC 5322
    /// section 3.2.3), so that it is one address and no comment or list.
    pub fn is_mailable(&self) -> bool {
        let is_atom = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        let is_host = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
        self.0.rsplit_once('@').is_some_and(|(local, domain)| {
            local.chars().all(is_atom) && domain.chars().all(is_host)
        })
    }

    /// The address, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character is invisible or changes the direction of writing: an
/// address with one looks like another person's. The property
/// Default_Ignorable_Code_Point of Unicode 17 (DerivedCoreProperties.txt), and
/// the blank pattern of braille.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_trimmed_lowered_and_composed() {
        let written = ["MU\u{308}LLER@example.org", "m\u{fc}ller@example.org"];
        assert_eq!(Email::parse(written[0]), Email::parse(written[1]));
        assert_eq!(Email::parse(" Anna@Example.ORG ").unwrap().as_str(), "anna@example.org");
    }

    #[test]
    fn the_kelvin_sign_is_the_only_letter_that_lowers_to_ascii() {
        let beyond_ascii = ('\u{80}'..=char::MAX).filter(|letter| *letter != '\u{212a}');
        for letter in beyond_ascii {
            let lowered = letter.to_string().to_lowercase();
            assert!(!lowered.is_ascii(), "{letter} becomes {lowered}");
        }
    }

    #[test]
    fn a_malformed_address_is_refused() {
        for text in [
            "",
            "anna",
            "@example.org",
            "anna@",
            "anna@host",
            "a b@example.org",
            "a@b@c.de",
            "a@b..de",
            "a@.de",
            "\u{212a}im@example.org",
            "anna@example.org\u{200b}",
            "\u{202e}anna@example.org",
            "anna\u{3164}@example.org",
            "anna\u{115f}@example.org",
            "an\u{34f}na@example.org",
            "anna\u{fe0f}@example.org",
            "anna\u{e0061}@example.org",
            "anna\u{2800}@example.org",
        ] {
            assert!(Email::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_address_that_a_header_could_read_otherwise_gets_no_mail() {
        for (text, is_mailable) in [
            ("anna.b+weights@mail.example.org", true),
            ("o'neil@example.org", true),
            ("müller@bücher.example", true),
            ("root,anna@example.org", false),
            ("anna@example.org>", false),
            ("<anna@example.org", false),
            ("\"anna\"@example.org", false),
            ("(anna)@example.org", false),
            ("anna;b@example.org", false),
            ("a:b@example.org", false),
        ] {
            assert_eq!(Email::parse(text).unwrap().is_mailable(), is_mailable, "{text}");
        }
    }

    #[test]
    fn an_id_is_1_to_36_visible_characters() {
        let id = UserId::parse("7").unwrap();
        assert_eq!((id.as_str(), id.to_string()), ("7", "7".to_owned()));
        assert!(UserId::parse(&"x".repeat(36)).is_some());
        for text in ["", "a b", "ä", &"x".repeat(37)] {
            assert!(UserId::parse(text).is_none(), "{text}");
        }
    }
}
