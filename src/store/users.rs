//! Users and how they sign in.

use mysql::Value;

use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;
use super::row::{Columns, datetime, text};
use super::transaction::Finish;
use crate::domain::time::UtcTime;
use crate::domain::user::{Email, UserId};

/// A user as the maintenance command lists them.
#[derive(Clone, Debug)]
pub struct UserSummary {
    /// The id.
    pub id: UserId,
    /// The address, if the user signs in here.
    pub email: Option<String>,
    /// Live entries.
    pub live_entries: i64,
    /// When the user was created here.
    pub created_at: Option<UtcTime>,
}

/// Whom a session is for.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user.
    pub user_id: UserId,
    /// The address, if the user signs in here.
    pub email: Option<String>,
    /// What the user's access tokens carry; another number ends them.
    pub generation: u32,
}

/// What a login compares against.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose they are.
    pub account: Account,
    /// The PHC string; `None` for a user who has no password.
    pub password_hash: Option<String>,
}

const INSERT_USER: &str = "INSERT INTO users (id) VALUES (?)";
const INSERT_CREDENTIALS: &str = "INSERT INTO credentials \
    (user_id, email, password_hash, created_at) VALUES (?, ?, ?, ?)";
const INSERT_CLOCK: &str = "INSERT INTO sync_clocks \
    (user_id, last_stamp, live_entries, started_at) VALUES (?, ?, 0, ?)";
const NOW: &str = "SELECT UTC_TIMESTAMP(6)";
const CREDENTIALS_BY_EMAIL: &str =
    "SELECT user_id, email, generation, password_hash FROM credentials WHERE email = ?";
const CREDENTIALS_BY_USER: &str =
    "SELECT user_id, email, generation, password_hash FROM credentials WHERE user_id = ?";
const RENEW_HASH: &str =
    "UPDATE credentials SET password_hash = ? WHERE user_id = ? AND password_hash = ?";
const EMAIL_OF: &str = "SELECT email FROM credentials WHERE user_id = ?";
const LIST: &str = "SELECT u.id, c.email, COALESCE(s.live_entries, 0), c.created_at \
    FROM users u LEFT JOIN credentials c ON c.user_id = u.id \
    LEFT JOIN sync_clocks s ON s.user_id = u.id ORDER BY u.id LIMIT ? OFFSET ?";

/// Creates a user who signs in with a password. `false` where the address is
/// taken.
///
/// # Errors
/// The database's.
pub fn create(
    database: &mut Database<'_>,
    user_id: &UserId,
    email: &Email,
    password_hash: &str,
) -> Result<bool, StoreError> {
    let created = database.transaction(|connection| {
        let now = now(connection)?;
        create_within(connection, user_id, email, Some(password_hash), now)?;
        Ok(Finish::Commit(()))
    });
    match created {
        Ok(()) => Ok(true),
        Err(StoreError::Duplicate(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes the rows of a new user within a transaction; `None` for one who has
/// no password.
pub(super) fn create_within(
    connection: &mut Connection,
    user_id: &UserId,
    email: &Email,
    password_hash: Option<&str>,
    now: UtcTime,
) -> Result<(), StoreError> {
    let id = || text(user_id.as_str());
    let micros = Value::from(now.as_micros());
    let password_hash = password_hash.map_or(Value::NULL, text);
    connection.execute(INSERT_USER, vec![id()])?;
    let credentials = vec![id(), text(email.as_str()), password_hash, datetime(now)];
    connection.execute(INSERT_CREDENTIALS, credentials)?;
    connection.execute(INSERT_CLOCK, vec![id(), micros.clone(), micros])?;
    Ok(())
}

/// The server's time, which stamps are made of.
pub(super) fn now(connection: &mut Connection) -> Result<UtcTime, StoreError> {
    let row = connection.first(NOW, vec![])?;
    let row = row.ok_or_else(|| StoreError::Failed("SELECT gave no row".into()))?;
    Columns::of(row).datetime()
}

/// Looks up who signs in with an address.
///
/// # Errors
/// The database's.
pub fn credentials(
    database: &mut Database<'_>,
    email: &Email,
) -> Result<Option<Credentials>, StoreError> {
    find_credentials(database, CREDENTIALS_BY_EMAIL, email.as_str())
}

/// How a user signs in; `None` for one who does not sign in here, as another
/// backend's.
///
/// # Errors
/// The database's.
pub fn credentials_of(
    database: &mut Database<'_>,
    user_id: &UserId,
) -> Result<Option<Credentials>, StoreError> {
    find_credentials(database, CREDENTIALS_BY_USER, user_id.as_str())
}

fn find_credentials(
    database: &mut Database<'_>,
    sql: &str,
    key: &str,
) -> Result<Option<Credentials>, StoreError> {
    let row = database.run(|connection| connection.first(sql, vec![text(key)]))?;
    row.map(|row| {
        let mut columns = Columns::of(row);
        let account = account(&mut columns)?;
        Ok(Credentials { account, password_hash: columns.optional_text()? })
    })
    .transpose()
}

/// The columns user_id, email and generation; the last two are NULL for a
/// user of another backend.
pub(super) fn account(columns: &mut Columns) -> Result<Account, StoreError> {
    let user_id = user_id(&columns.text()?)?;
    let email = columns.optional_text()?;
    let generation = u32::try_from(columns.optional_int()?.unwrap_or(0))
        .map_err(|_| StoreError::Failed("a generation is out of range".into()))?;
    Ok(Account { user_id, email, generation })
}

/// Puts another hash of the same password in the place of `old`, unless the
/// password was changed meanwhile.
///
/// # Errors
/// The database's.
pub fn renew_hash(
    database: &mut Database<'_>,
    user_id: &UserId,
    old: &str,
    new: &str,
) -> Result<(), StoreError> {
    let params = vec![text(new), text(user_id.as_str()), text(old)];
    database.run(|connection| connection.execute(RENEW_HASH, params.clone()).map(|_| ()))
}

/// The address of a user, if they have one here.
///
/// # Errors
/// The database's.
pub fn email_of(
    database: &mut Database<'_>,
    user_id: &UserId,
) -> Result<Option<String>, StoreError> {
    let row =
        database.run(|connection| connection.first(EMAIL_OF, vec![text(user_id.as_str())]))?;
    row.map(|row| Columns::of(row).text()).transpose()
}

/// One page of all users, by id.
///
/// # Errors
/// The database's.
pub fn list(
    database: &mut Database<'_>,
    limit: u32,
    offset: u32,
) -> Result<Vec<UserSummary>, StoreError> {
    database.run(|connection| {
        connection.rows(LIST, vec![Value::from(limit), Value::from(offset)], |columns| {
            Ok(UserSummary {
                id: user_id(&columns.text()?)?,
                email: columns.optional_text()?,
                live_entries: columns.int()?,
                created_at: columns.optional_datetime()?,
            })
        })
    })
}

pub(super) fn user_id(text: &str) -> Result<UserId, StoreError> {
    UserId::parse(text).ok_or_else(|| StoreError::Failed("a user id is not readable".into()))
}
