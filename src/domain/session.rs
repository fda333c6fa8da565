//! Refresh tokens: a session is one chain of them (docs/PROTOCOL.md,
//! "Sessions"). A token that comes twice within the repeat window, from the same
//! network, gets the same successor. Else, while that successor is unused, it
//! gets the next one, and the successor ends. Any other token of the session
//! shows that two parties hold it: the session ends.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::digest::sha256_prefix;
use super::time::UtcTime;

/// The stored form of a token: SHA-256. A token holds 256 random bits, so the
/// hash cannot be reversed.
pub type TokenHash = [u8; 32];

/// A refresh token: a handle of 128 random bits, the same in all tokens of a
/// session, and 256 secret bits. 64 characters of base64url on the wire.
#[derive(Clone, Copy)]
pub struct RefreshToken {
    handle: [u8; 16],
    secret: [u8; 32],
}

impl RefreshToken {
    /// A session's first token; both parts are random.
    pub fn first(handle: [u8; 16], secret: [u8; 32]) -> Self {
        Self { handle, secret }
    }

    /// Reads a token from the wire. `None` if it has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (handle, secret) = bytes.split_at_checked(16)?;
        Some(Self { handle: handle.try_into().ok()?, secret: secret.try_into().ok()? })
    }

    /// The id of the session: a hash of the handle (UUID version 8). Users see
    /// it, and nobody can make a token of it.
    pub fn session(&self) -> Uuid {
        uuid::Builder::from_custom_bytes(sha256_prefix(&self.handle)).into_uuid()
    }

    /// The form for the client.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode([self.handle.as_slice(), &self.secret].concat())
    }

    /// The form for the database.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.secret).into()
    }

    /// The token derived from this one. The database's
    /// `key` alone does not derive it: the input is this token's secret.
    fn successor(&self, key: &[u8; 32], number: u32) -> Self {
        // A block holds 64 bytes, so the key is used as it is (RFC 2104 section 2).
        let mut block = [0; 64];
        block[..32].copy_from_slice(key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(&self.secret);
        mac.update(&number.to_be_bytes());
        Self { handle: self.handle, secret: mac.finalize().into_bytes().into() }
    }
}

/// The end of a session's chain, as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Random, made with the session: derives successors.
    pub key: [u8; 32],
    /// The newest token, which has not been used.
    pub newest: TokenHash,
    /// Its predecessor; `None` while the newest is the first.
    pub spent: Option<Spent>,
}

/// A token that was exchanged for the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The token.
    pub hash: TokenHash,
    /// When it was last exchanged for another successor.
    pub at: UtcTime,
    /// The number of its successor: how many before it were ended unused.
    pub number: u32,
}

/// Result of presenting a token.
#[derive(Clone)]
pub enum Presented {
    /// The successor, and the chain that ends with it.
    Next(RefreshToken, Chain),
    /// The same successor as before; the chain stays as it is.
    Again(RefreshToken),
    /// The token was ended: two parties hold tokens of this session.
    Reused,
}

impl Chain {
    /// Exchanges `token`. `repeat_seconds` is how long it gets the same
    /// successor again, in the network that used the session last: a thief
    /// elsewhere must not share one with the owner.
    pub fn present(
        &self,
        token: &RefreshToken,
        now: UtcTime,
        is_same_network: bool,
        repeat_seconds: i64,
    ) -> Presented {
        let hash = token.hash();
        let next = |number| {
            let successor = token.successor(&self.key, number);
            let spent = Some(Spent { hash, at: now, number });
            Presented::Next(successor, Self { newest: successor.hash(), spent, ..*self })
        };
        match self.spent {
            _ if hash == self.newest => next(0),
            Some(spent) if hash == spent.hash => {
                if is_same_network && now <= spent.at.plus_seconds(repeat_seconds) {
                    return Presented::Again(token.successor(&self.key, spent.number));
                }
                spent.number.checked_add(1).map_or(Presented::Reused, next)
            }
            _ => Presented::Reused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: i64 = 60;

    fn start() -> (RefreshToken, Chain) {
        let token = RefreshToken::first([7; 16], [1; 32]);
        (token, Chain { key: [2; 32], newest: token.hash(), spent: None })
    }

    fn at(second: i64) -> UtcTime {
        UtcTime::UNIX_EPOCH.plus_seconds(second)
    }

    #[track_caller]
    fn next(chain: &mut Chain, token: &RefreshToken, second: i64) -> RefreshToken {
        next_from(chain, token, second, true)
    }

    #[track_caller]
    fn next_from(
        chain: &mut Chain,
        token: &RefreshToken,
        second: i64,
        is_same_network: bool,
    ) -> RefreshToken {
        match chain.present(token, at(second), is_same_network, WINDOW) {
            Presented::Next(successor, changed) => {
                *chain = changed;
                successor
            }
            Presented::Again(_) => panic!("the same successor"),
            Presented::Reused => panic!("refused"),
        }
    }

    fn is_refused(chain: &Chain, token: &RefreshToken, second: i64) -> bool {
        matches!(chain.present(token, at(second), true, WINDOW), Presented::Reused)
    }

    #[test]
    fn a_token_survives_the_wire() {
        let (token, _) = start();
        let read = RefreshToken::parse(&token.text()).unwrap();
        assert_eq!((token.text().len(), read.text()), (64, token.text()));
        assert_eq!((read.session(), read.hash()), (token.session(), token.hash()));
        for wrong in
            ["", "x", &token.text().replacen('B', "", 1), &format!("{}A", token.text()), "ä"]
        {
            assert!(RefreshToken::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_session_keeps_its_id_and_another_one_has_another() {
        let (first, mut chain) = start();
        assert_eq!(next(&mut chain, &first, 0).session(), first.session());
        let other = RefreshToken::first([8; 16], [1; 32]);
        assert_ne!(other.session(), first.session());
        assert!(!first.session().as_bytes().windows(2).any(|bytes| bytes == [7; 2]), "the handle");
    }

    #[test]
    fn a_repeat_within_the_window_gets_the_same_successor_however_often() {
        let (first, mut chain) = start();
        let second = next(&mut chain, &first, 0);
        for repeat in [0, 30, 60] {
            let Presented::Again(again) = chain.present(&first, at(repeat), true, WINDOW) else {
                panic!("not the same successor");
            };
            assert_eq!(again.text(), second.text());
        }
    }

    #[test]
    fn a_repeat_from_another_network_ends_the_unused_successor_and_gets_another() {
        let (first, mut chain) = start();
        let owners = next(&mut chain, &first, 0);
        let thiefs = next_from(&mut chain, &first, 1, false);
        assert_ne!(thiefs.text(), owners.text());
        assert!(is_refused(&chain, &owners, 2), "the owner's next refresh shows the theft");
        next(&mut chain, &thiefs, 3);
    }

    #[test]
    fn a_later_repeat_ends_the_unused_successor_and_gets_another() {
        let (first, mut chain) = start();
        let lost = next(&mut chain, &first, 0);
        let second = next(&mut chain, &first, 61);
        assert_ne!(second.text(), lost.text());
        assert!(is_refused(&chain, &lost, 62));
        let Presented::Again(again) = chain.present(&first, at(121), true, WINDOW) else {
            panic!("the window starts again");
        };
        assert_eq!(again.text(), second.text());
        let third = next(&mut chain, &second, 130);
        assert!(is_refused(&chain, &first, 131), "its successor was used");
        next(&mut chain, &third, 132);
    }

    #[test]
    fn a_phone_that_loses_every_answer_for_a_year_keeps_its_session() {
        let (first, mut chain) = start();
        let mut last = first;
        for day in 0..365 {
            last = next(&mut chain, &first, day * 86_400);
        }
        next(&mut chain, &last, 365 * 86_400);
    }

    #[test]
    fn the_key_and_the_hashes_do_not_make_a_token() {
        let (first, mut chain) = start();
        let second = next(&mut chain, &first, 0);
        let stored = RefreshToken::first(first.handle, chain.newest);
        assert!(is_refused(&chain, &stored, 1));
        let derived = stored.successor(&chain.key, 0);
        assert!(derived.hash() != second.hash() && is_refused(&chain, &derived, 1));
    }
}
