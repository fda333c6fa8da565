//! Letting a user in: one statement that both counts the request and makes
//! sure that the user exists.
//!
//! [`Principal`] can be made here only, so whoever holds one has been found in
//! the database during this request.

use mysql::Value;
use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::rate_limit::{Limit, Rate, count, on_duplicate_key, read_effect, tail_params};
use super::session::Session;
use super::values::text;
use crate::domain::user::UserId;

/// A user who exists: the key to a user's data.
#[derive(Clone, Debug)]
pub struct Principal {
    user_id: UserId,
}

impl Principal {
    /// Whose data this opens.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }
}

/// What became of a user who knocks.
#[derive(Debug)]
pub enum Admission {
    /// The user exists and the request may pass (or no limit is set).
    Admitted(Principal, Option<Rate>),
    /// The user exists, but has used up the limit.
    Limited(Principal, Rate),
    /// The user was deleted here.
    Gone,
    /// No such user was ever known, or the database was restored.
    Unknown,
}

const COUNT_USER: &str = concat!(
    "INSERT INTO rate_counters (subject, slice, slice_seconds, total, starts) ",
    "SELECT CONCAT('user:', users.id), UNIX_TIMESTAMP() DIV ?, ?, 1, ",
    "REPEAT(UNHEX('00000000'), 61) FROM users WHERE users.id = ? ",
    on_duplicate_key!()
);

const USER_EXISTS: &str = "SELECT 1 FROM users WHERE id = ?";

const WAS_DELETED: &str = "SELECT 1 FROM deleted_accounts WHERE user_hash = ?";

/// Admits the user of a verified token. A limit of 0 requests is lifted.
///
/// # Errors
/// The database's.
pub fn admit(
    session: &mut Session<'_>,
    user_id: &UserId,
    limit: Limit,
) -> Result<Admission, StoreError> {
    let principal = || Principal { user_id: user_id.clone() };
    if limit.requests == 0 {
        return match find(session, user_id)? {
            Some(principal) => Ok(Admission::Admitted(principal, None)),
            None => absent(session, user_id),
        };
    }
    let effect = session.run(|connection| {
        let seconds = Value::from(limit.slice_seconds);
        let mut params = vec![seconds.clone(), seconds, text(user_id.as_str())];
        params.extend(tail_params(limit));
        count(connection, COUNT_USER, params)
    })?;
    match read_effect(effect, limit) {
        Some(rate) if rate.is_allowed => Ok(Admission::Admitted(principal(), Some(rate))),
        Some(rate) => Ok(Admission::Limited(principal(), rate)),
        None => absent(session, user_id),
    }
}

/// Looks a user up without counting, for the maintenance command.
///
/// # Errors
/// The database's.
pub fn find(session: &mut Session<'_>, user_id: &UserId) -> Result<Option<Principal>, StoreError> {
    let found =
        session.run(|connection| connection.first(USER_EXISTS, vec![text(user_id.as_str())]))?;
    Ok(found.map(|_| Principal { user_id: user_id.clone() }))
}

fn absent(session: &mut Session<'_>, user_id: &UserId) -> Result<Admission, StoreError> {
    let deleted = session.run(|connection| {
        connection.first(WAS_DELETED, vec![Value::Bytes(deletion_record(user_id))])
    })?;
    Ok(if deleted.is_some() { Admission::Gone } else { Admission::Unknown })
}

/// What is kept of a deleted user: SHA-256 of the id, which nobody can guess.
pub(super) fn deletion_record(user_id: &UserId) -> Vec<u8> {
    Sha256::digest(user_id.as_str().as_bytes()).to_vec()
}
