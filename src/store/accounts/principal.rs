//! Letting a user in: one statement that both counts the request and makes
//! sure that the user exists.
//!
//! [`Principal`] can be made here only, so whoever holds one has been found in
//! the database during this request.

use mysql::Value;
use sha2::{Digest, Sha256};

use crate::domain::user::UserId;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::rate_limit::{Limit, Rate, count, on_duplicate_key, read_effect, tail_params};
use crate::store::row::text;

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
    /// The user exists, but has ended all sessions since the token was made.
    Ended,
    /// The user was deleted here.
    Gone,
    /// No such user was ever known, or the database was restored.
    Unknown,
}

/// A user by the id of a token, and whether the token's generation is the
/// user's; takes the parameters of [`user_params`]. An adopted table may
/// compare ids without regard to case, or as numbers: the first condition
/// finds the row by its key, the second takes it only byte for byte. A token
/// without a generation is not judged by it.
macro_rules! from_user {
    () => {
        "FROM users LEFT JOIN credentials ON credentials.user_id = users.id \
         WHERE users.id = ? AND CONVERT(users.id USING utf8mb4) COLLATE utf8mb4_bin = ? \
         AND COALESCE(?, credentials.generation, 0) = COALESCE(credentials.generation, 0) "
    };
}

const COUNT_USER: &str = concat!(
    "INSERT INTO rate_counters (subject, slice, slice_seconds, total, starts) ",
    "SELECT CONCAT('user:', users.id), UNIX_TIMESTAMP() DIV ?, ?, 1, REPEAT(UNHEX('00000000'), 61) ",
    from_user!(),
    on_duplicate_key!()
);

const USER_EXISTS: &str = concat!("SELECT 1 ", from_user!());

const WHY_ABSENT: &str = concat!(
    "SELECT EXISTS(SELECT 1 ",
    from_user!(),
    "), EXISTS(SELECT 1 FROM deleted_accounts WHERE user_hash = ?)"
);

/// Admits the user of a verified token, unless their generation is another
/// one than the token's. A limit of 0 requests is lifted.
///
/// # Errors
/// The database's.
pub fn admit(
    database: &mut Database<'_>,
    user_id: &UserId,
    generation: Option<u32>,
    limit: Limit,
) -> Result<Admission, StoreError> {
    let principal = || Principal { user_id: user_id.clone() };
    if limit.requests == 0 {
        return match find_of(database, user_id, generation)? {
            Some(principal) => Ok(Admission::Admitted(principal, None)),
            None => absent(database, user_id),
        };
    }
    let effect = database.run(|connection| {
        let seconds = Value::from(limit.slice_seconds);
        let mut params = vec![seconds.clone(), seconds];
        params.extend(user_params(user_id, generation));
        params.extend(tail_params(limit));
        count(connection, COUNT_USER, params)
    });
    let effect = match effect {
        // Ids are numbers in the table, and this one is none.
        Err(StoreError::Unfit(_)) => return absent(database, user_id),
        other => other?,
    };
    match read_effect(effect, limit) {
        Some(rate) if rate.is_allowed => Ok(Admission::Admitted(principal(), Some(rate))),
        Some(rate) => Ok(Admission::Limited(principal(), rate)),
        None => absent(database, user_id),
    }
}

/// Looks a user up without counting, for the maintenance command.
///
/// # Errors
/// The database's.
pub fn find(
    database: &mut Database<'_>,
    user_id: &UserId,
) -> Result<Option<Principal>, StoreError> {
    find_of(database, user_id, None)
}

fn find_of(
    database: &mut Database<'_>,
    user_id: &UserId,
    generation: Option<u32>,
) -> Result<Option<Principal>, StoreError> {
    let params = user_params(user_id, generation);
    let found =
        database.run(|connection| connection.first(USER_EXISTS, params.clone().collect()))?;
    Ok(found.map(|_| Principal { user_id: user_id.clone() }))
}

fn user_params(user_id: &UserId, generation: Option<u32>) -> impl Iterator<Item = Value> + Clone {
    let id = || text(user_id.as_str());
    [id(), id(), Value::from(generation)].into_iter()
}

/// Why a user cannot be let in, or no longer: [`Admission::Ended`] where they
/// are there.
///
/// # Errors
/// The database's.
pub fn absent(database: &mut Database<'_>, user_id: &UserId) -> Result<Admission, StoreError> {
    let record = std::iter::once(Value::Bytes(deletion_record(user_id)));
    let params = user_params(user_id, None).chain(record);
    let mut columns =
        database.run(|connection| connection.one(WHY_ABSENT, params.clone().collect()))?;
    Ok(match (columns.int()?, columns.int()?) {
        (0, 0) => Admission::Unknown,
        (0, _) => Admission::Gone,
        _ => Admission::Ended,
    })
}

/// What is kept of a deleted user: SHA-256 of the id, which nobody can guess.
pub(super) fn deletion_record(user_id: &UserId) -> Vec<u8> {
    Sha256::digest(user_id.as_str().as_bytes()).to_vec()
}
