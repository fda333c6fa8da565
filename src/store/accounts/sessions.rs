//! Sessions: the refresh tokens of a sign-in on one device.
//!
//! A session is a family of tokens, each of which replaced the one before.
//! Only the SHA-256 of a token is stored: a token holds 256 random bits, so the
//! hash cannot be reversed.
//!
//! Every function that adds or removes a token locks the user's credentials
//! first, so that ending sessions does not miss a token that another process
//! is adding.

use mysql::Value;

use super::account::{Account, user_id};
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::store::connection::Connection;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::row::text;
use crate::store::transaction::Finish;

/// The stored form of a token.
pub type TokenHash = [u8; 32];

/// A session's first token.
#[derive(Clone, Copy, Debug)]
pub struct NewSession {
    /// The session.
    pub family: [u8; 16],
    /// The token.
    pub token: TokenHash,
    /// Its lifetimes.
    pub lifetimes: Lifetimes,
}

/// Result of a refresh.
#[derive(Clone, Debug)]
pub enum Refresh {
    /// The new token is valid; the old one is spent.
    Rotated(Account),
    /// The token is unknown, or has expired.
    Unknown,
    /// The token was valid when its account was deleted.
    Gone,
    /// A spent token was used after its grace: someone else may hold a copy,
    /// so the whole family was revoked.
    Reused(UserId),
}

/// How long tokens are valid.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// A token that is not used, in seconds.
    pub token_seconds: i64,
    /// A spent token, in seconds: its device may have lost the answer.
    pub grace_seconds: i64,
}

/// Inserts nothing if the user's generation has changed: all sessions were
/// ended since the user was authenticated. Parameters: token, family, lifetime
/// in seconds, user, generation.
const INSERT_FIRST: &str = "INSERT INTO refresh_tokens \
    (token_hash, family_id, user_id, issued_at, expires_at) \
    SELECT CAST(? AS BINARY(32)), CAST(? AS BINARY(16)), users.id, UTC_TIMESTAMP(6), \
    UTC_TIMESTAMP(6) + INTERVAL ? SECOND \
    FROM users LEFT JOIN credentials ON credentials.user_id = users.id \
    WHERE users.id = ? AND COALESCE(credentials.generation, 0) = ? LOCK IN SHARE MODE";
/// Parameters: new token, lifetime in seconds, old token.
const INSERT_SUCCESSOR: &str = "INSERT INTO refresh_tokens \
    (token_hash, family_id, user_id, issued_at, expires_at) \
    SELECT CAST(? AS BINARY(32)), family_id, user_id, UTC_TIMESTAMP(6), \
    UTC_TIMESTAMP(6) + INTERVAL ? SECOND FROM refresh_tokens WHERE token_hash = ?";
const OWNER_OF: &str = "SELECT user_id FROM refresh_tokens WHERE token_hash = ?";
const LOCK: &str = "SELECT t.user_id, c.email, c.generation, \
    t.family_id, t.expires_at, t.spent_at, UTC_TIMESTAMP(6) \
    FROM refresh_tokens t LEFT JOIN credentials c ON c.user_id = t.user_id \
    WHERE t.token_hash = ? FOR UPDATE";
const SPEND: &str = "UPDATE refresh_tokens SET spent_at = COALESCE(spent_at, UTC_TIMESTAMP(6)) \
    WHERE token_hash = ?";
const OF_DELETED_ACCOUNT: &str =
    "SELECT 1 FROM deleted_sessions WHERE token_hash = ? AND expires_at > UTC_TIMESTAMP(6)";
const REVOKE_FAMILY: &str = "DELETE FROM refresh_tokens WHERE family_id = ?";
const NEXT_GENERATION: &str =
    "UPDATE credentials SET generation = generation + 1 WHERE user_id = ?";
const DELETE_TOKENS: &str = "DELETE FROM refresh_tokens WHERE user_id = ?";

/// A stored token, locked together with its user's credentials.
struct Locked {
    account: Account,
    family: Vec<u8>,
    expires_at: UtcTime,
    spent_at: Option<UtcTime>,
    now: UtcTime,
}

fn lock(connection: &mut Connection, token: &TokenHash) -> Result<Option<Locked>, StoreError> {
    let found = connection.first(LOCK, vec![hash(token)])?;
    let Some(mut columns) = found else { return Ok(None) };
    Ok(Some(Locked {
        account: Account::read(&mut columns)?,
        family: columns.bytes()?,
        expires_at: columns.datetime()?,
        spent_at: columns.optional_datetime()?,
        now: columns.datetime()?,
    }))
}

fn hash(token: &TokenHash) -> Value {
    Value::Bytes(token.to_vec())
}

/// Begins a session. `false` if all of the user's sessions were ended since
/// `owner` was read, or the user is gone.
pub fn begin(
    database: &mut Database<'_>,
    owner: &Account,
    session: &NewSession,
) -> Result<bool, StoreError> {
    database.run_once(|connection| insert_first_token(connection, owner, session))
}

/// Inserts the first token of a session, in the generation of `owner`.
pub(super) fn insert_first_token(
    connection: &mut Connection,
    owner: &Account,
    session: &NewSession,
) -> Result<bool, StoreError> {
    let params = vec![
        hash(&session.token),
        Value::Bytes(session.family.to_vec()),
        Value::from(session.lifetimes.token_seconds),
        text(owner.user_id.as_str()),
        Value::from(owner.generation),
    ];
    connection.execute(INSERT_FIRST, params).map(|effect| effect.affected_rows == 1)
}

/// The user of a token, spent or not.
pub fn owner_of(
    database: &mut Database<'_>,
    token: &TokenHash,
) -> Result<Option<UserId>, StoreError> {
    database.run(|connection| find_owner(connection, token))
}

fn find_owner(
    connection: &mut Connection,
    token: &TokenHash,
) -> Result<Option<UserId>, StoreError> {
    let found = connection.first(OWNER_OF, vec![hash(token)])?;
    found.map(|mut columns| user_id(&mut columns)).transpose()
}

/// Spends the token `old` and stores `new` as its successor.
pub fn rotate(
    database: &mut Database<'_>,
    old: &TokenHash,
    new: &TokenHash,
    lifetimes: Lifetimes,
) -> Result<Refresh, StoreError> {
    database.transaction(|connection| {
        let Some(token) = lock(connection, old)? else {
            let deleted = connection.first(OF_DELETED_ACCOUNT, vec![hash(old)])?;
            let refresh = if deleted.is_some() { Refresh::Gone } else { Refresh::Unknown };
            return Ok(Finish::Rollback(refresh));
        };
        if token.expires_at <= token.now {
            return Ok(Finish::Rollback(Refresh::Unknown));
        }
        let grace_ends_at = token.spent_at.map(|at| at.plus_seconds(lifetimes.grace_seconds));
        if grace_ends_at.is_some_and(|end| end < token.now) {
            connection.execute(REVOKE_FAMILY, vec![Value::Bytes(token.family)])?;
            return Ok(Finish::Commit(Refresh::Reused(token.account.user_id)));
        }
        connection.execute(SPEND, vec![hash(old)])?;
        let successor = vec![hash(new), Value::from(lifetimes.token_seconds), hash(old)];
        connection.execute(INSERT_SUCCESSOR, successor)?;
        Ok(Finish::Commit(Refresh::Rotated(token.account)))
    })
}

/// Ends the session that `token` belongs to, if it is known.
pub fn revoke(database: &mut Database<'_>, token: &TokenHash) -> Result<(), StoreError> {
    database.transaction(|connection| {
        let Some(token) = lock(connection, token)? else {
            return Ok(Finish::Rollback(()));
        };
        connection.execute(REVOKE_FAMILY, vec![Value::Bytes(token.family)])?;
        Ok(Finish::Commit(()))
    })
}

/// Ends every session of the user of `token`, access tokens included, and
/// returns the user; an unknown token ends nothing.
pub fn revoke_all(
    database: &mut Database<'_>,
    token: &TokenHash,
) -> Result<Option<UserId>, StoreError> {
    database.transaction(|connection| {
        let Some(owner) = find_owner(connection, token)? else {
            return Ok(Finish::Rollback(None));
        };
        connection.execute(NEXT_GENERATION, vec![text(owner.as_str())])?;
        delete_tokens(connection, &owner)?;
        Ok(Finish::Commit(Some(owner)))
    })
}

/// Deletes every refresh token of a user. The caller has raised the user's
/// generation, which locks the credentials.
pub(super) fn delete_tokens(connection: &mut Connection, owner: &UserId) -> Result<(), StoreError> {
    connection.execute(DELETE_TOKENS, vec![text(owner.as_str())]).map(|_| ())
}
