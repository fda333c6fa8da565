//! Admits the user of a token: one statement makes sure that the user exists
//! and counts the request.
//!
//! A [`Principal`] can be made only here, so it stands for a user who was found
//! in the database during this request.

use mysql::Value;
use sha2::{Digest, Sha256};

use crate::domain::user::UserId;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::rate_limit::{Limit, Rate, count, count_request};
use crate::store::row::text;

/// A user who exists: the key to a user's data.
#[derive(Clone, Debug)]
pub struct Principal {
    user_id: UserId,
}

impl Principal {
    /// The user whose data this opens.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }
}

/// Result of admitting a user.
#[derive(Debug)]
pub enum Admission {
    /// The user exists and the request may pass (or no limit is set).
    Admitted(Principal, Option<Rate>),
    /// The user exists, but has used up the limit.
    Limited(Principal, Rate),
    /// The user exists, but has revoked all sessions since the token was made.
    Ended,
    /// The user was deleted here.
    Gone,
    /// The user was never known here, or the database was restored.
    Unknown,
}

/// Finds a user by the id. Parameters: [`id_params`].
///
/// An adopted table may compare ids ignoring case, or as numbers: the first
/// condition finds the row by its key, the second compares byte for byte.
macro_rules! from_user {
    () => {
        "FROM users LEFT JOIN credentials ON credentials.user_id = users.id \
         WHERE users.id = ? AND CONVERT(users.id USING utf8mb4) COLLATE utf8mb4_bin = ? "
    };
}

/// Compares the generation of the user's sessions with a token's, -1 for a
/// token without one. A user without credentials here has 0, or a token of the
/// backend where they sign in. Parameter: generation.
macro_rules! of_generation {
    () => {
        "AND ? IN (COALESCE(credentials.generation, 0), COALESCE(credentials.generation, -1)) "
    };
}

/// Counts a request of a user who exists. The subquery keeps columns of an
/// adopted table from being taken for the counter's. Parameters of the source:
/// [`token_params`].
const COUNT_USER: &str = count_request!(
    "CONCAT('user:', id)",
    "(SELECT users.id ",
    from_user!(),
    of_generation!(),
    ") found"
);

const USER_EXISTS: &str = concat!("SELECT 1 ", from_user!());
const USER_HOLDS_TOKEN: &str = concat!("SELECT 1 ", from_user!(), of_generation!());

const WHY_ABSENT: &str = concat!(
    "SELECT EXISTS(SELECT 1 ",
    from_user!(),
    "), EXISTS(SELECT 1 FROM deleted_accounts WHERE user_hash = ?)"
);

/// Admits the user of a verified token, unless the user's generation differs
/// from the token's. A limit of 0 is lifted.
pub fn admit(
    database: &mut Database<'_>,
    user_id: &UserId,
    generation: Option<u32>,
    limit: Limit,
) -> Result<Admission, StoreError> {
    let principal = || Principal { user_id: user_id.clone() };
    if limit.requests == 0 {
        let params = token_params(user_id, generation).collect();
        return match find_by(database, user_id, USER_HOLDS_TOKEN, params)? {
            Some(principal) => Ok(Admission::Admitted(principal, None)),
            None => absent(database, user_id),
        };
    }
    let counted = database
        .run(|connection| count(connection, COUNT_USER, token_params(user_id, generation), limit));
    let rate = match counted {
        // The table's ids are numbers, and this id is not one.
        Err(StoreError::Unfit(_)) => return absent(database, user_id),
        other => other?,
    };
    match rate {
        Some(rate) if rate.is_allowed => Ok(Admission::Admitted(principal(), Some(rate))),
        Some(rate) => Ok(Admission::Limited(principal(), rate)),
        None => absent(database, user_id),
    }
}

/// Looks a user up without counting, for the maintenance command.
pub fn find(
    database: &mut Database<'_>,
    user_id: &UserId,
) -> Result<Option<Principal>, StoreError> {
    find_by(database, user_id, USER_EXISTS, id_params(user_id).collect())
}

fn find_by(
    database: &mut Database<'_>,
    user_id: &UserId,
    statement: &str,
    params: Vec<Value>,
) -> Result<Option<Principal>, StoreError> {
    let found = database.run(|connection| connection.first(statement, params.clone()))?;
    Ok(found.map(|_| Principal { user_id: user_id.clone() }))
}

fn id_params(user_id: &UserId) -> impl Iterator<Item = Value> + Clone {
    let id = || text(user_id.as_str());
    [id(), id()].into_iter()
}

fn token_params(user_id: &UserId, generation: Option<u32>) -> impl Iterator<Item = Value> + Clone {
    let generation = generation.map_or(-1, i64::from);
    id_params(user_id).chain(std::iter::once(Value::from(generation)))
}

/// The reason why a user cannot be admitted: [`Admission::Ended`] if the user
/// exists.
pub fn absent(database: &mut Database<'_>, user_id: &UserId) -> Result<Admission, StoreError> {
    let record = std::iter::once(Value::Bytes(deletion_record(user_id)));
    let params = id_params(user_id).chain(record);
    let mut columns =
        database.run(|connection| connection.one(WHY_ABSENT, params.clone().collect()))?;
    Ok(match (columns.int()?, columns.int()?) {
        (0, 0) => Admission::Unknown,
        (0, _) => Admission::Gone,
        _ => Admission::Ended,
    })
}

/// SHA-256 of a deleted user's id, which nobody can guess.
pub(super) fn deletion_record(user_id: &UserId) -> Vec<u8> {
    Sha256::digest(user_id.as_str().as_bytes()).to_vec()
}
