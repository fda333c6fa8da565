//! Refresh tokens: rotation, the grace of a lost answer, and revocation.
//!
//! Only SHA-256 of a token is stored: it holds 256 random bits, so a plain
//! hash cannot be reversed, and who reads the database has no token.
//!
//! Whoever adds or removes a token of a user holds a lock on the user's
//! credentials: what ends a family, or all, can therefore not miss a token
//! that another process is just adding.

use mysql::Value;

use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;
use super::row::{Columns, datetime, text};
use super::transaction::Finish;
use super::users::{Account, account, now, user_id};
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;

/// A token as it is stored.
pub type TokenHash = [u8; 32];

/// A session's first token.
#[derive(Clone, Copy, Debug)]
pub struct NewSession {
    /// The family that the token begins.
    pub family: [u8; 16],
    /// The token.
    pub token: TokenHash,
    /// Its lifetimes.
    pub lifetimes: Lifetimes,
}

/// What a refresh came to.
#[derive(Clone, Debug)]
pub enum Refresh {
    /// The new token is good; the old one is spent.
    Rotated(Account),
    /// The token is not known, or has expired.
    Unknown,
    /// The token was out when its account was deleted.
    Gone,
    /// A spent token was used after its grace: someone else may hold a copy,
    /// so the whole family was revoked.
    Reused(UserId),
}

/// How long tokens live.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Of a token that is not used, in seconds.
    pub token_seconds: i64,
    /// Of a spent token, in seconds: a phone may lose the answer.
    pub grace_seconds: i64,
}

/// Nothing is inserted where the user's generation has moved on: all sessions
/// were ended since the user proved who they are.
const BEGIN: &str = "INSERT INTO refresh_tokens \
    (token_hash, family_id, user_id, issued_at, expires_at) \
    SELECT CAST(? AS BINARY(32)), CAST(? AS BINARY(16)), users.id, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? SECOND \
    FROM users LEFT JOIN credentials ON credentials.user_id = users.id \
    WHERE users.id = ? AND COALESCE(credentials.generation, 0) = ? LOCK IN SHARE MODE";
const OWNER_OF: &str = "SELECT user_id FROM refresh_tokens WHERE token_hash = ?";
const INSERT: &str = "INSERT INTO refresh_tokens \
    (token_hash, family_id, user_id, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)";
const LOCK: &str = "SELECT refresh_tokens.user_id, credentials.email, credentials.generation, \
    refresh_tokens.family_id, refresh_tokens.expires_at, refresh_tokens.spent_at \
    FROM refresh_tokens LEFT JOIN credentials ON credentials.user_id = refresh_tokens.user_id \
    WHERE refresh_tokens.token_hash = ? FOR UPDATE";
const SPEND: &str =
    "UPDATE refresh_tokens SET spent_at = COALESCE(spent_at, ?) WHERE token_hash = ?";
const OF_DELETED_ACCOUNT: &str =
    "SELECT 1 FROM deleted_sessions WHERE token_hash = ? AND expires_at > UTC_TIMESTAMP(6)";
const REVOKE_FAMILY: &str = "DELETE FROM refresh_tokens WHERE family_id = ?";

/// A stored token, locked together with its user's credentials.
struct Locked {
    account: Account,
    family: Vec<u8>,
    expires_at: UtcTime,
    spent_at: Option<UtcTime>,
}

fn lock(connection: &mut Connection, token: &TokenHash) -> Result<Option<Locked>, StoreError> {
    let Some(row) = connection.first(LOCK, vec![Value::Bytes(token.to_vec())])? else {
        return Ok(None);
    };
    let mut columns = Columns::of(row);
    Ok(Some(Locked {
        account: account(&mut columns)?,
        family: columns.bytes()?,
        expires_at: columns.datetime()?,
        spent_at: columns.optional_datetime()?,
    }))
}

/// Begins a session. `false` where all of the user's sessions were ended since
/// `owner` was read, or the user is gone.
///
/// # Errors
/// The database's.
pub fn begin(
    database: &mut Database<'_>,
    owner: &Account,
    new: &NewSession,
) -> Result<bool, StoreError> {
    database.run_once(|connection| insert_first(connection, owner, new))
}

/// The first token of a family, in the generation that `owner` names.
pub(super) fn insert_first(
    connection: &mut Connection,
    owner: &Account,
    new: &NewSession,
) -> Result<bool, StoreError> {
    let params = vec![
        Value::Bytes(new.token.to_vec()),
        Value::Bytes(new.family.to_vec()),
        Value::from(new.lifetimes.token_seconds),
        text(owner.user_id.as_str()),
        Value::from(owner.generation),
    ];
    connection.execute(BEGIN, params).map(|effect| effect.affected_rows == 1)
}

/// Whose a token is, spent or not.
///
/// # Errors
/// The database's.
pub fn owner_of(
    database: &mut Database<'_>,
    token: &TokenHash,
) -> Result<Option<UserId>, StoreError> {
    database.run(|connection| find_owner(connection, token))
}

pub(super) fn find_owner(
    connection: &mut Connection,
    token: &TokenHash,
) -> Result<Option<UserId>, StoreError> {
    let row = connection.first(OWNER_OF, vec![Value::Bytes(token.to_vec())])?;
    row.map(|row| user_id(&Columns::of(row).text()?)).transpose()
}

/// Spends `old` and puts `new` in its place.
///
/// # Errors
/// The database's.
pub fn rotate(
    database: &mut Database<'_>,
    old: &TokenHash,
    new: &TokenHash,
    lifetimes: Lifetimes,
) -> Result<Refresh, StoreError> {
    database.transaction(|connection| {
        let Some(found) = lock(connection, old)? else {
            let deleted = connection.first(OF_DELETED_ACCOUNT, vec![Value::Bytes(old.to_vec())])?;
            let refresh = if deleted.is_some() { Refresh::Gone } else { Refresh::Unknown };
            return Ok(Finish::Rollback(refresh));
        };
        let now = now(connection)?;
        if found.expires_at <= now {
            return Ok(Finish::Rollback(Refresh::Unknown));
        }
        if found.spent_at.is_some_and(|spent| spent.plus_seconds(lifetimes.grace_seconds) < now) {
            connection.execute(REVOKE_FAMILY, vec![Value::Bytes(found.family)])?;
            return Ok(Finish::Commit(Refresh::Reused(found.account.user_id)));
        }
        connection.execute(SPEND, vec![datetime(now), Value::Bytes(old.to_vec())])?;
        let params = vec![
            Value::Bytes(new.to_vec()),
            Value::Bytes(found.family),
            text(found.account.user_id.as_str()),
            datetime(now),
            datetime(now.plus_seconds(lifetimes.token_seconds)),
        ];
        connection.execute(INSERT, params)?;
        Ok(Finish::Commit(Refresh::Rotated(found.account)))
    })
}

/// Revokes the family that `token` belongs to, if it is known.
///
/// # Errors
/// The database's.
pub fn revoke(database: &mut Database<'_>, token: &TokenHash) -> Result<(), StoreError> {
    database.transaction(|connection| {
        let Some(found) = lock(connection, token)? else {
            return Ok(Finish::Rollback(()));
        };
        connection.execute(REVOKE_FAMILY, vec![Value::Bytes(found.family)])?;
        Ok(Finish::Commit(()))
    })
}
