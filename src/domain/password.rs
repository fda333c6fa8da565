//! Passwords: the form in which they are compared, and which new ones are
//! refused.

use icu_normalizer::ComposingNormalizerBorrowed;

use super::user::Email;

/// Minimum length of a new password, in characters.
pub const MIN_CHARACTERS: usize = 12;
/// Maximum length of a password, in characters: longer ones only cost time.
pub const MAX_CHARACTERS: usize = 128;

/// Some lines about its sources, an empty line, and a password in lower case a
/// line.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password as it is compared: the profile OpaqueString (RFC 8265 section
/// 4.2), so that a phone and a computer that write one letter in two ways mean
/// the same password.
pub fn prepared(text: &str) -> String {
    const OTHER_SPACES: [char; 15] = [
        '\u{a0}', '\u{1680}', '\u{2000}', '\u{2001}', '\u{2002}', '\u{2003}', '\u{2004}',
        '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}', '\u{200a}', '\u{202f}',
        '\u{205f}',
    ];
    let is_space = |letter: char| OTHER_SPACES.contains(&letter) || letter == '\u{3000}';
    let spaced: String =
        text.chars().map(|letter| if is_space(letter) { ' ' } else { letter }).collect();
    ComposingNormalizerBorrowed::new_nfc().normalize(&spaced).into_owned()
}

/// Why a new password is refused. The text continues the field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Too few characters.
    #[error("must have at least {MIN_CHARACTERS} characters")]
    TooShort,
    /// Too many characters.
    #[error("must have at most {MAX_CHARACTERS} characters")]
    TooLong,
    /// RFC 8265 allows no control characters.
    #[error("must not hold control characters")]
    Control,
    /// Guessers try it first.
    #[error("is one of the most common passwords")]
    Common,
    /// The same character, again and again.
    #[error("must not repeat one character")]
    OneCharacter,
    /// What anybody knows of the user.
    #[error("must not be the e-mail address")]
    Address,
}

/// Checks a new password that is [`prepared`].
///
/// # Errors
/// The first rule that it breaks.
pub fn check_new(password: &str) -> Result<(), Weakness> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let mut letters = lower.chars();
    let first = letters.next();
    if length < MIN_CHARACTERS {
        Err(Weakness::TooShort)
    } else if length > MAX_CHARACTERS {
        Err(Weakness::TooLong)
    } else if password.contains(char::is_control) {
        Err(Weakness::Control)
    } else if letters.all(|letter| Some(letter) == first) {
        Err(Weakness::OneCharacter)
    } else if is_common(&lower) {
        Err(Weakness::Common)
    } else {
        Ok(())
    }
}

/// Checks that a password is neither its user's address nor what stands before
/// the @.
///
/// # Errors
/// [`Weakness::Address`].
pub fn check_apart_from(password: &str, email: &Email) -> Result<(), Weakness> {
    let (lower, email) = (password.to_lowercase(), email.as_str());
    let local = email.rsplit_once('@').map_or(email, |(local, _)| local);
    if lower == email || lower == local { Err(Weakness::Address) } else { Ok(()) }
}

fn is_common(lower: &str) -> bool {
    COMMON.split_once("\n\n").is_some_and(|(_, list)| list.lines().any(|common| common == lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ways_to_write_a_password_are_one() {
        assert_eq!(prepared("cafe\u{301} au lait"), "caf\u{e9} au lait");
        assert_eq!(prepared("\u{212b}ngstro\u{308}m\u{a0}\u{3000}x"), "\u{c5}ngstr\u{f6}m  x");
        // Nothing else changes: neither case, nor compatibility forms.
        for same in ["Correct Horse", "\u{ff21}\u{fb01}", " leading", "\u{1f600}"] {
            assert_eq!(prepared(same), same);
        }
    }

    #[test]
    fn a_new_password_is_refused_for_the_first_rule_that_it_breaks() {
        for (password, weakness) in [
            ("correct horse battery", None),
            ("short", Some(Weakness::TooShort)),
            ("elevenchars", Some(Weakness::TooShort)),
            ("twelve chars", None),
            (&"xy".repeat(64), None),
            (&["z", &"xy".repeat(64)].concat(), Some(Weakness::TooLong)),
            ("correct\u{0}horse battery", Some(Weakness::Control)),
            ("            ", Some(Weakness::OneCharacter)),
            ("aaaaaaaaAAAA", Some(Weakness::OneCharacter)),
            ("password1234", Some(Weakness::Common)),
            ("PassWord1234", Some(Weakness::Common)),
            ("123456789012", Some(Weakness::Common)),
            ("qwertyuiop123", Some(Weakness::Common)),
            ("password12345 and more", None),
        ] {
            assert_eq!(check_new(password).err(), weakness, "{password}");
        }
    }

    #[test]
    fn the_address_is_no_password() {
        let email = Email::parse("wolfgang.amadeus@example.org").unwrap();
        for password in ["Wolfgang.Amadeus@Example.org", "wolfgang.amadeus"] {
            assert_eq!(check_apart_from(password, &email), Err(Weakness::Address), "{password}");
        }
        assert_eq!(check_apart_from("wolfgang amadeus", &email), Ok(()));
    }

    #[test]
    fn the_list_holds_what_would_be_accepted_otherwise() {
        let (sources, list) = COMMON.split_once("\n\n").unwrap();
        assert!(sources.contains("MIT"), "{sources}");
        assert!(list.lines().count() > 1500);
        for common in list.lines() {
            assert_eq!(prepared(&common.to_lowercase()), common);
            assert_eq!(check_new(common), Err(Weakness::Common), "{common}");
        }
    }
}
