//! Users with an account here: creation, address and password.

use mysql::Value;

use super::account::Account;
use super::sessions::{self, NewSession};
use crate::domain::user::{Email, UserId};
use crate::store::connection::Connection;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::row::text;
use crate::store::transaction::Finish;

/// The stored data that a sign-in is checked against.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The owner of the credentials.
    pub account: Account,
    /// The PHC string; `None` for a user without a password.
    pub password_hash: Option<String>,
}

const INSERT_USER: &str = "INSERT INTO users (id) VALUES (?)";
const INSERT_CREDENTIALS: &str = "INSERT INTO credentials \
    (user_id, email, password_hash, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))";
const INSERT_CLOCK: &str = "INSERT INTO sync_clocks \
    (user_id, last_stamp, started_at) VALUES (?, \
    TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)), \
    TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)))";
const BY_EMAIL: &str =
    "SELECT user_id, email, generation, password_hash FROM credentials WHERE email = ?";
const BY_USER: &str =
    "SELECT user_id, email, generation, password_hash FROM credentials WHERE user_id = ?";
const RENEW_HASH: &str =
    "UPDATE credentials SET password_hash = ? WHERE user_id = ? AND password_hash = ?";
const CHANGE_PASSWORD: &str = "UPDATE credentials \
    SET password_hash = ?, generation = generation + 1 WHERE user_id = ? AND generation = ?";
/// Parameters: hash, user.
pub(super) const SET_PASSWORD: &str = "UPDATE credentials \
    SET password_hash = ?, generation = generation + 1 WHERE user_id = ?";
/// Parameters: address, user.
const SET_EMAIL: &str = "UPDATE credentials SET email = ? WHERE user_id = ?";

/// Creates a user who signs in with a password, and their first session if one
/// is given. `None` if the address is taken.
pub fn create(
    database: &mut Database<'_>,
    user_id: UserId,
    email: &Email,
    password_hash: &str,
    session: Option<&NewSession>,
) -> Result<Option<Account>, StoreError> {
    let account = Account { user_id, email: Some(email.as_str().to_owned()), generation: 0 };
    let created = database.transaction(|connection| {
        insert_user(connection, &account.user_id, email, Some(password_hash))?;
        if let Some(session) = session {
            sessions::insert(connection, &account, session)?;
        }
        Ok(Finish::Commit(()))
    });
    match created {
        Ok(()) => Ok(Some(account)),
        Err(StoreError::Duplicate(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Inserts the rows of a new user; `None` for one without a password.
pub(super) fn insert_user(
    connection: &mut Connection,
    user_id: &UserId,
    email: &Email,
    password_hash: Option<&str>,
) -> Result<(), StoreError> {
    let id = text(user_id.as_str());
    let password_hash = password_hash.map_or(Value::NULL, text);
    connection.execute(INSERT_USER, vec![id.clone()])?;
    let credentials = vec![id.clone(), text(email.as_str()), password_hash];
    connection.execute(INSERT_CREDENTIALS, credentials)?;
    connection.execute(INSERT_CLOCK, vec![id])?;
    Ok(())
}

/// The credentials of the user who signs in with an address.
pub fn by_email(
    database: &mut Database<'_>,
    email: &Email,
) -> Result<Option<Credentials>, StoreError> {
    find(database, BY_EMAIL, email.as_str())
}

/// The credentials of a user; `None` for one of another backend.
pub fn by_user(
    database: &mut Database<'_>,
    user_id: &UserId,
) -> Result<Option<Credentials>, StoreError> {
    find(database, BY_USER, user_id.as_str())
}

fn find(
    database: &mut Database<'_>,
    sql: &str,
    key: &str,
) -> Result<Option<Credentials>, StoreError> {
    let found = database.run(|connection| connection.first(sql, vec![text(key)]))?;
    let Some(mut columns) = found else { return Ok(None) };
    let account = Account::read(&mut columns)?;
    Ok(Some(Credentials { account, password_hash: columns.optional_text()? }))
}

/// Replaces the hash `old` by another hash of the same password, unless the
/// password was changed meanwhile.
pub fn renew_hash(
    database: &mut Database<'_>,
    user_id: &UserId,
    old: &str,
    new: &str,
) -> Result<(), StoreError> {
    let params = vec![text(new), text(user_id.as_str()), text(old)];
    database.run(|connection| connection.execute(RENEW_HASH, params.clone())).map(|_| ())
}

/// Sets a new password, ends every session and begins a new one for the device
/// that asked. Returns the account in its new generation; `None` if all
/// sessions were ended since `owner` was read.
pub fn change_password(
    database: &mut Database<'_>,
    owner: &Account,
    password_hash: &str,
    session: &NewSession,
) -> Result<Option<Account>, StoreError> {
    let changed = Account { generation: owner.generation.saturating_add(1), ..owner.clone() };
    database.transaction(|connection| {
        let id = text(owner.user_id.as_str());
        let params = vec![text(password_hash), id, Value::from(owner.generation)];
        if connection.execute(CHANGE_PASSWORD, params)?.affected_rows == 0 {
            return Ok(Finish::Rollback(None));
        }
        sessions::delete_all(connection, &owner.user_id)?;
        sessions::insert(connection, &changed, session)?;
        Ok(Finish::Commit(Some(changed.clone())))
    })
}

/// Sets a new password and ends every session. `false` for a user of another
/// backend.
pub fn set_password(
    database: &mut Database<'_>,
    owner: &UserId,
    password_hash: &str,
) -> Result<bool, StoreError> {
    database.transaction(|connection| {
        let id = text(owner.as_str());
        let params = vec![text(password_hash), id];
        if connection.execute(SET_PASSWORD, params)?.affected_rows == 0 {
            return Ok(Finish::Rollback(false));
        }
        sessions::delete_all(connection, owner)?;
        Ok(Finish::Commit(true))
    })
}

/// Changes the address that a user signs in with. `false` if another user has
/// it.
pub fn set_email(
    database: &mut Database<'_>,
    user_id: &UserId,
    email: &Email,
) -> Result<bool, StoreError> {
    let params = vec![text(email.as_str()), text(user_id.as_str())];
    match database.run(|connection| connection.execute(SET_EMAIL, params.clone())) {
        Ok(_) => Ok(true),
        Err(StoreError::Duplicate(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
