//! Maps Google identities to accounts. Once linked, Google's `sub` alone
//! identifies an account. At the first sign-in the address does, since Google
//! has verified it; the account's password and sessions are then dropped,
//! because somebody else may have registered the address before its owner.

use super::account::user_id;
use super::credentials::insert_user;
use super::sessions::delete_all;
use crate::domain::user::{Email, UserId};
use crate::store::connection::Connection;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::row::text;
use crate::store::transaction::Finish;

/// Result of a sign-in with Google.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoogleSignIn {
    /// The identity belongs to this account.
    Existing(UserId),
    /// The identity was linked just now to this account, which its address named.
    Linked(UserId),
    /// An account was created, with the id given for it.
    Created(UserId),
    /// The identity has no account, and the caller gave no id for a new one.
    NotRegistered,
    /// The address belongs to an account that is linked to another identity.
    LinkedToAnother,
}

const LINKED: &str = "SELECT g.user_id, c.email FROM google_identities g \
    JOIN credentials c ON c.user_id = g.user_id WHERE g.sub = ?";
const LOCK_ADDRESS: &str = "SELECT c.user_id, g.sub FROM credentials c \
    LEFT JOIN google_identities g ON g.user_id = c.user_id WHERE c.email = ? FOR UPDATE";
const LINK: &str =
    "INSERT INTO google_identities (sub, user_id, linked_at) VALUES (?, ?, UTC_TIMESTAMP(6))";
const DROP_PASSWORD: &str = "UPDATE credentials \
    SET password_hash = NULL, generation = generation + 1 WHERE user_id = ?";
const MOVE_ADDRESS: &str =
    "UPDATE credentials SET email = ? WHERE user_id = ? AND password_hash IS NULL";

/// The user whom a Google identity is linked to.
pub fn user_of(database: &mut Database<'_>, subject: &str) -> Result<Option<UserId>, StoreError> {
    linked(database, subject).map(|found| found.map(|(user, _)| user))
}

/// Finds, links or creates the account of a verified Google identity. Creates
/// an account only if `new_id` is given.
pub fn sign_in(
    database: &mut Database<'_>,
    subject: &str,
    email: &Email,
    new_id: Option<&UserId>,
) -> Result<GoogleSignIn, StoreError> {
    match try_sign_in(database, subject, email, new_id) {
        // Another request stored the address or the identity in between.
        Err(StoreError::Duplicate(_)) => try_sign_in(database, subject, email, new_id),
        result => result,
    }
}

fn try_sign_in(
    database: &mut Database<'_>,
    subject: &str,
    email: &Email,
    new_id: Option<&UserId>,
) -> Result<GoogleSignIn, StoreError> {
    let Some((user, stored_email)) = linked(database, subject)? else {
        return database
            .transaction(|connection| link_or_create(connection, subject, email, new_id));
    };
    if stored_email != email.as_str() {
        move_address(database, &user, email)?;
    }
    Ok(GoogleSignIn::Existing(user))
}

/// The user of a Google identity, and the stored address.
fn linked(
    database: &mut Database<'_>,
    subject: &str,
) -> Result<Option<(UserId, String)>, StoreError> {
    let found = database.run(|connection| connection.first(LINKED, vec![text(subject)]))?;
    found.map(|mut columns| Ok((user_id(&mut columns)?, columns.text()?))).transpose()
}

/// Stores the new address of a user whose address at Google has changed, so
/// that the old address is free for its next owner. Keeps the address of a user
/// with a password, who signs in by it.
fn move_address(
    database: &mut Database<'_>,
    user: &UserId,
    email: &Email,
) -> Result<(), StoreError> {
    let params = vec![text(email.as_str()), text(user.as_str())];
    match database.run(|connection| connection.execute(MOVE_ADDRESS, params.clone())) {
        // Another account has the address.
        Ok(_) | Err(StoreError::Duplicate(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn link_or_create(
    connection: &mut Connection,
    subject: &str,
    email: &Email,
    new_id: Option<&UserId>,
) -> Result<Finish<GoogleSignIn>, StoreError> {
    let link = |user: &UserId| vec![text(subject), text(user.as_str())];
    let Some(mut columns) = connection.first(LOCK_ADDRESS, vec![text(email.as_str())])? else {
        let Some(new_id) = new_id else {
            return Ok(Finish::Rollback(GoogleSignIn::NotRegistered));
        };
        insert_user(connection, new_id, email, None)?;
        connection.execute(LINK, link(new_id))?;
        return Ok(Finish::Commit(GoogleSignIn::Created(new_id.clone())));
    };
    let owner = user_id(&mut columns)?;
    match columns.optional_text()? {
        None => {}
        // A concurrent request of this person has linked the identity.
        Some(linked) if linked == subject => {
            return Ok(Finish::Rollback(GoogleSignIn::Existing(owner)));
        }
        Some(_) => return Ok(Finish::Rollback(GoogleSignIn::LinkedToAnother)),
    }
    connection.execute(LINK, link(&owner))?;
    connection.execute(DROP_PASSWORD, vec![text(owner.as_str())])?;
    delete_all(connection, &owner)?;
    Ok(Finish::Commit(GoogleSignIn::Linked(owner)))
}
