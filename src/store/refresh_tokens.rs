//! Refresh tokens: rotation, the grace of a lost answer, and revocation.
//!
//! Only SHA-256 of a token is stored: it holds 256 random bits, so a plain
//! hash cannot be reversed, and who reads the database has no token.

use mysql::Value;

use super::error::StoreError;
use super::session::{Finish, Session};
use super::users::{now, user_id};
use super::values::{Columns, datetime, text};
use crate::domain::user::UserId;

/// A token as it is stored.
pub type TokenHash = [u8; 32];

/// What a refresh came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// The new token is good; the old one is spent.
    Rotated(UserId),
    /// The token is not known, or has expired.
    Unknown,
    /// The token was out when its account was deleted.
    Gone,
    /// A spent token was used after its grace: someone else may hold a copy,
    /// so the whole family was revoked.
    Reused(UserId),
}

const INSERT: &str = "INSERT INTO refresh_tokens \
    (token_hash, family_id, user_id, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)";
const LOCK: &str = "SELECT family_id, user_id, expires_at, spent_at FROM refresh_tokens \
    WHERE token_hash = ? FOR UPDATE";
const SPEND: &str =
    "UPDATE refresh_tokens SET spent_at = COALESCE(spent_at, ?) WHERE token_hash = ?";
const REVOKE_FAMILY: &str = "DELETE FROM refresh_tokens WHERE family_id = ?";
const FAMILY_OF: &str = "SELECT family_id FROM refresh_tokens WHERE token_hash = ?";

const OF_DELETED_ACCOUNT: &str =
    "SELECT 1 FROM deleted_sessions WHERE token_hash = ? AND expires_at > UTC_TIMESTAMP(6)";

/// How long tokens live.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Of a token that is not used, in seconds.
    pub token_seconds: i64,
    /// Of a spent token, in seconds: a phone may lose the answer.
    pub grace_seconds: i64,
}

/// Begins a family with its first token.
///
/// # Errors
/// The database's.
pub fn begin(
    session: &mut Session<'_>,
    owner: &UserId,
    family: &[u8; 16],
    token: &TokenHash,
    lifetimes: Lifetimes,
) -> Result<(), StoreError> {
    let begun = session.run(|connection| {
        let now = now(connection)?;
        let params = vec![
            Value::Bytes(token.to_vec()),
            Value::Bytes(family.to_vec()),
            text(owner.as_str()),
            datetime(now),
            datetime(now.plus_seconds(lifetimes.token_seconds)),
        ];
        connection.execute(INSERT, params).map(|_| ())
    });
    match begun {
        // Only an earlier attempt of this very call can have stored it.
        Err(StoreError::Duplicate(_)) => Ok(()),
        other => other,
    }
}

/// Spends `old` and puts `new` in its place.
///
/// # Errors
/// The database's.
pub fn rotate(
    session: &mut Session<'_>,
    old: &TokenHash,
    new: &TokenHash,
    lifetimes: Lifetimes,
) -> Result<Refresh, StoreError> {
    session.transaction(|connection, _| {
        let Some(row) = connection.first(LOCK, vec![Value::Bytes(old.to_vec())])? else {
            let deleted = connection.first(OF_DELETED_ACCOUNT, vec![Value::Bytes(old.to_vec())])?;
            let refresh = if deleted.is_some() { Refresh::Gone } else { Refresh::Unknown };
            return Ok(Finish::Rollback(refresh));
        };
        let mut columns = Columns::of(row);
        let family = columns.bytes()?;
        let owner = user_id(&columns.text()?)?;
        let expires_at = columns.datetime()?;
        let spent_at = columns.optional_datetime()?;
        let now = now(connection)?;
        if expires_at <= now {
            return Ok(Finish::Rollback(Refresh::Unknown));
        }
        if spent_at.is_some_and(|spent| spent.plus_seconds(lifetimes.grace_seconds) < now) {
            connection.execute(REVOKE_FAMILY, vec![Value::Bytes(family)])?;
            return Ok(Finish::Commit(Refresh::Reused(owner)));
        }
        let old = Value::Bytes(old.to_vec());
        connection.execute(SPEND, vec![datetime(now), old])?;
        let params = vec![
            Value::Bytes(new.to_vec()),
            Value::Bytes(family),
            text(owner.as_str()),
            datetime(now),
            datetime(now.plus_seconds(lifetimes.token_seconds)),
        ];
        match connection.execute(INSERT, params) {
            Ok(_) | Err(StoreError::Duplicate(_)) => Ok(Finish::Commit(Refresh::Rotated(owner))),
            Err(error) => Err(error),
        }
    })
}

/// Revokes the family that `token` belongs to, if it is known.
///
/// # Errors
/// The database's.
pub fn revoke(session: &mut Session<'_>, token: &TokenHash) -> Result<(), StoreError> {
    session.run(|connection| {
        let Some(row) = connection.first(FAMILY_OF, vec![Value::Bytes(token.to_vec())])? else {
            return Ok(());
        };
        let family = Columns::of(row).bytes()?;
        connection.execute(REVOKE_FAMILY, vec![Value::Bytes(family)]).map(|_| ())
    })
}
