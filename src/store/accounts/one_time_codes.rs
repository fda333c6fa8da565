//! One-time codes, one for an address at a time, and what a right one does: it
//! sets the password of the account with that address, or makes the account.
//!
//! Addresses without an account have rows too, so that a known address takes
//! the same statements as an unknown one.

use mysql::Value;

use super::account::Account;
use super::credentials::{SET_PASSWORD, insert_user};
use super::sessions::{self, NewSession};
use crate::domain::one_time_code::{CODE_SECONDS, MAX_WRONG_GUESSES};
use crate::domain::user::{Email, UserId};
use crate::store::connection::Connection;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::row::text;
use crate::store::transaction::Finish;

/// Keyed hashes of an address and of its code.
#[derive(Clone, Copy)]
pub struct StoredCode {
    /// The address.
    pub address: [u8; 32],
    /// The code.
    pub code: [u8; 32],
}

/// Result of using a code.
pub enum Redeemed {
    /// The account has the new password and one session.
    PasswordSet(Account),
    /// The account is new.
    Created(Account),
    /// The code is wrong, used or too old, or there is no account for it.
    Refused,
}

const KEEP: &str = "INSERT INTO one_time_codes (address_hash, code_hash, expires_at) \
    VALUES (?, ?, UTC_TIMESTAMP(6) + INTERVAL ? SECOND) \
    ON DUPLICATE KEY UPDATE code_hash = VALUES(code_hash), expires_at = VALUES(expires_at), \
    wrong_guesses = 0";
/// Counts before it compares, so that guesses at once count too. Parameters:
/// address, code, most wrong guesses.
const COUNT_WRONG: &str = "UPDATE one_time_codes SET wrong_guesses = wrong_guesses + 1 \
    WHERE address_hash = ? AND code_hash <> ? AND wrong_guesses < ?";
/// A code that is still good. Parameters: address, code, most wrong guesses.
macro_rules! of_good_code {
    () => {
        "FROM one_time_codes WHERE address_hash = ? AND code_hash = ? AND wrong_guesses < ? \
         AND expires_at > UTC_TIMESTAMP(6)"
    };
}
const IS_GOOD: &str = concat!("SELECT 1 ", of_good_code!());
const USE: &str = concat!("DELETE ", of_good_code!());
const FORGET: &str = "DELETE FROM one_time_codes WHERE address_hash = ?";
const LOCK_OWNER: &str =
    "SELECT user_id, email, generation FROM credentials WHERE email = ? FOR UPDATE";

impl StoredCode {
    fn params(&self) -> Vec<Value> {
        let [address, code] = [self.address, self.code].map(|hash| Value::Bytes(hash.to_vec()));
        vec![address, code, Value::from(MAX_WRONG_GUESSES)]
    }
}

/// Keeps a new code; the address's earlier one is void.
pub fn keep(database: &mut Database<'_>, code: &StoredCode) -> Result<(), StoreError> {
    let [address, code] = [code.address, code.code].map(|hash| Value::Bytes(hash.to_vec()));
    let params = vec![address, code, Value::from(CODE_SECONDS)];
    database.run(|connection| connection.execute(KEEP, params.clone())).map(|_| ())
}

/// Whether a code is good. A wrong one is counted; the fifth ends the address's
/// code.
pub fn guess(database: &mut Database<'_>, code: &StoredCode) -> Result<bool, StoreError> {
    database.run(|connection| connection.execute(COUNT_WRONG, code.params()))?;
    let found = database.run(|connection| connection.first(IS_GOOD, code.params()))?;
    Ok(found.is_some())
}

/// Uses a code: sets the password of the account with the address, ends all its
/// sessions and begins one; or creates the account, if `new_id` is given.
pub fn redeem(
    database: &mut Database<'_>,
    code: &StoredCode,
    email: &Email,
    password_hash: &str,
    new_id: Option<&UserId>,
    session: &NewSession,
) -> Result<Redeemed, StoreError> {
    database.transaction(|connection| {
        if connection.execute(USE, code.params())?.affected_rows == 0 {
            return Ok(Finish::Rollback(Redeemed::Refused));
        }
        let owner = connection.first(LOCK_OWNER, vec![text(email.as_str())])?;
        let owner = owner.map(|mut columns| Account::read(&mut columns)).transpose()?;
        let redeemed = match (owner, new_id) {
            (Some(owner), _) => {
                Redeemed::PasswordSet(set_password(connection, owner, password_hash)?)
            }
            (None, Some(id)) => {
                insert_user(connection, id, email, Some(password_hash))?;
                let email = Some(email.as_str().to_owned());
                Redeemed::Created(Account { user_id: id.clone(), email, generation: 0 })
            }
            (None, None) => return Ok(Finish::Rollback(Redeemed::Refused)),
        };
        if let Redeemed::PasswordSet(account) | Redeemed::Created(account) = &redeemed {
            sessions::insert(connection, account, session)?;
        }
        Ok(Finish::Commit(redeemed))
    })
}

/// Ends every session too, access tokens included.
fn set_password(
    connection: &mut Connection,
    owner: Account,
    password_hash: &str,
) -> Result<Account, StoreError> {
    let params = vec![text(password_hash), text(owner.user_id.as_str())];
    connection.execute(SET_PASSWORD, params)?;
    sessions::delete_all(connection, &owner.user_id)?;
    Ok(Account { generation: owner.generation.saturating_add(1), ..owner })
}

/// Forgets the code of an address.
pub(super) fn forget(
    connection: &mut Connection,
    address_hash: &[u8; 32],
) -> Result<u64, StoreError> {
    let params = vec![Value::Bytes(address_hash.to_vec())];
    connection.execute(FORGET, params).map(|effect| effect.affected_rows)
}
