//! Ending all sessions of a user at once: a logout from everywhere, or a new
//! password. The generation moves on, which ends the access tokens that are
//! out, and every refresh token goes.

use mysql::Value;

use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;
use super::refresh_tokens::{NewSession, TokenHash, find_owner, insert_first};
use super::row::text;
use super::transaction::Finish;
use super::users::Account;
use crate::domain::user::UserId;

const NEXT_GENERATION: &str =
    "UPDATE credentials SET generation = generation + 1 WHERE user_id = ?";
const NEW_PASSWORD: &str = "UPDATE credentials SET password_hash = ?, generation = generation + 1 \
    WHERE user_id = ? AND generation = ?";
const REVOKE_ALL: &str = "DELETE FROM refresh_tokens WHERE user_id = ?";

/// Ends every session of the user whose refresh token this is, and says who
/// it is; an unknown token ends nothing.
///
/// # Errors
/// The database's.
pub fn revoke_all(
    database: &mut Database<'_>,
    token: &TokenHash,
) -> Result<Option<UserId>, StoreError> {
    database.transaction(|connection| {
        let Some(owner) = find_owner(connection, token)? else {
            return Ok(Finish::Rollback(None));
        };
        connection.execute(NEXT_GENERATION, vec![text(owner.as_str())])?;
        revoke_tokens(connection, &owner)?;
        Ok(Finish::Commit(Some(owner)))
    })
}

/// Sets a new password, ends every session and begins a new one for the
/// device that asked. Answers the account in its new generation; `None` where
/// the password was changed since `owner` was read.
///
/// # Errors
/// The database's.
pub fn change_password(
    database: &mut Database<'_>,
    owner: &Account,
    password_hash: &str,
    new: &NewSession,
) -> Result<Option<Account>, StoreError> {
    let changed = Account { generation: owner.generation.saturating_add(1), ..owner.clone() };
    database.transaction(|connection| {
        let id = || text(owner.user_id.as_str());
        let params = vec![text(password_hash), id(), Value::from(owner.generation)];
        if connection.execute(NEW_PASSWORD, params)?.affected_rows == 0 {
            return Ok(Finish::Rollback(None));
        }
        revoke_tokens(connection, &owner.user_id)?;
        insert_first(connection, &changed, new)?;
        Ok(Finish::Commit(Some(changed.clone())))
    })
}

/// Removes every refresh token; for whoever raises the generation first, which
/// locks out whoever is adding one.
pub(super) fn revoke_tokens(connection: &mut Connection, owner: &UserId) -> Result<(), StoreError> {
    connection.execute(REVOKE_ALL, vec![text(owner.as_str())]).map(|_| ())
}
