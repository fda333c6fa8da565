//! Counts guesses at one account's password. A network in which the account is
//! signed in has a counter of its own, so that a guesser elsewhere cannot keep
//! the owner out.

use mysql::Value;

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
        "IF(EXISTS(SELECT 1 FROM credentials c JOIN device_sessions s ON s.user_id = c.user_id \
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

fn params(email: &Email, network: &NetworkHash) -> Vec<Value> {
    let account = hashed_subject(LOGIN_AS, email.as_str().as_bytes());
    // `forget` finds the counters of an account by what stands before the @.
    let [first, second, third, ..] = network;
    let there = format!("{account}@{first:02x}{second:02x}{third:02x}");
    vec![text(email.as_str()), Value::Bytes(network.to_vec()), text(there), text(account)]
}

/// Counts a guess before the password is compared, so that guesses at once
/// count too. `None` for a limit of 0, which is lifted.
pub fn count_guess(
    database: &mut Database<'_>,
    email: &Email,
    network: &NetworkHash,
    limit: Limit,
) -> Result<Option<Rate>, StoreError> {
    if limit.requests == 0 {
        return Ok(None);
    }
    let params = params(email, network);
    database.run(|connection| count(connection, COUNT, params.clone(), limit))
}

/// Takes a guess back: the password was right.
pub fn give_back(
    database: &mut Database<'_>,
    email: &Email,
    network: &NetworkHash,
) -> Result<(), StoreError> {
    let params = params(email, network);
    database.run_once(|connection| connection.execute(GIVE_BACK, params.clone())).map(|_| ())
}
