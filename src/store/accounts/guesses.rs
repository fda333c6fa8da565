//! Counts guesses at one account's password. A network in which the account is
//! signed in has a counter of its own, so that a guesser elsewhere cannot keep
//! the owner out.

use mysql::Value;

use crate::domain::keyed_hash::KeyedHash;
use crate::domain::user::Email;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::rate_limit::{LOGIN_AS, Limit, Rate, count, count_request, hashed_subject};
use crate::store::row::text;

/// The hash of a network address.
pub type NetworkHash = [u8; 16];

/// The counter of the network where the account is signed in there, else the
/// account's. Parameters: address, network, subject of both, subject of the
/// account.
macro_rules! subject {
    () => {
        "IF(EXISTS(SELECT 1 FROM credentials c JOIN device_sessions s \
         ON s.user_id = c.user_id AND s.generation = c.generation \
         WHERE c.email = ? AND s.network = ?), ?, ?)"
    };
}

const COUNT: &str = count_request!("subject", "(SELECT ", subject!(), " AS subject) given");
/// Converted, so that the comparison uses the table's key.
const GIVE_BACK: &str = concat!(
    "UPDATE rate_counters SET current_count = current_count - 1 \
     WHERE current_count > 0 AND subject = CONVERT(",
    subject!(),
    " USING ascii)"
);

/// Where a guess comes from, and at whose password.
pub struct Source<'a> {
    email: &'a Email,
    network: NetworkHash,
    /// The subject of the account's counter.
    account: String,
}

impl<'a> Source<'a> {
    /// A guess from a network at the password of an account.
    pub fn new(hashes: &KeyedHash, email: &'a Email, network: NetworkHash) -> Self {
        let account = hashed_subject(hashes, LOGIN_AS, email.as_str().as_bytes());
        Self { email, network, account }
    }

    fn params(&self) -> Vec<Value> {
        // `forget` finds the counters of an account by what stands before the @.
        let [first, second, third, ..] = self.network;
        let there = format!("{}@{first:02x}{second:02x}{third:02x}", self.account);
        let (email, network) = (text(self.email.as_str()), Value::Bytes(self.network.to_vec()));
        vec![email, network, text(there), text(&self.account)]
    }
}

/// Counts a guess before the password is compared, so that guesses at once
/// count too. `None` for a limit of 0, which is lifted.
pub fn count_guess(
    database: &mut Database<'_>,
    source: &Source<'_>,
    limit: Limit,
) -> Result<Option<Rate>, StoreError> {
    if limit.requests == 0 {
        return Ok(None);
    }
    let params = source.params();
    database.run(|connection| count(connection, COUNT, params.clone(), limit))
}

/// Takes a guess back: the password was right, or could not be compared.
pub fn give_back(database: &mut Database<'_>, source: &Source<'_>) -> Result<(), StoreError> {
    let params = source.params();
    database.run_once(|connection| connection.execute(GIVE_BACK, params.clone())).map(|_| ())
}
