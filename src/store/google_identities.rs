//! Whose account a Google identity opens.
//!
//! Google's `sub` decides, never the address, once an account is linked. At
//! the first sign-in the address does, since Google has verified it; then the
//! account's password and sessions are dropped. Addresses are not verified at
//! registration, so they may be those of somebody who registered the owner's
//! address beforehand and waits for the owner to arrive.

use super::all_sessions::revoke_tokens;
use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;
use super::row::{Columns, datetime, text};
use super::transaction::Finish;
use super::users::{create_within, now, user_id};
use crate::domain::user::{Email, UserId};

/// Who came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Somebody who signed in with this Google account before.
    Known(UserId),
    /// The owner of an account that was not linked; it is now.
    Linked(UserId),
    /// Somebody new, under the id that was offered.
    Created,
    /// Somebody new, and no id was offered.
    Unknown,
    /// The address is that of an account of another Google account.
    Differs,
}

const KNOWN: &str = "SELECT g.user_id, c.email FROM google_identities g \
    JOIN credentials c ON c.user_id = g.user_id WHERE g.sub = ?";
const USER_OF: &str = "SELECT user_id FROM google_identities WHERE sub = ?";
const LOCK_ADDRESS: &str = "SELECT c.user_id, g.sub FROM credentials c \
    LEFT JOIN google_identities g ON g.user_id = c.user_id WHERE c.email = ? FOR UPDATE";
const LINK: &str = "INSERT INTO google_identities (sub, user_id, linked_at) VALUES (?, ?, ?)";
const DROP_PASSWORD: &str = "UPDATE credentials \
    SET password_hash = NULL, generation = generation + 1 WHERE user_id = ?";
const MOVE_ADDRESS: &str =
    "UPDATE credentials SET email = ? WHERE user_id = ? AND password_hash IS NULL";

/// The user whom a Google account opens, if it was ever linked.
///
/// # Errors
/// The database's.
pub fn user_of(database: &mut Database<'_>, subject: &str) -> Result<Option<UserId>, StoreError> {
    let row = database.run(|connection| connection.first(USER_OF, vec![text(subject)]))?;
    row.map(|row| user_id(&Columns::of(row).text()?)).transpose()
}

/// Finds, links or makes the user of a verified Google identity. Makes one
/// only under an id that is offered.
///
/// # Errors
/// The database's.
pub fn sign_in(
    database: &mut Database<'_>,
    subject: &str,
    email: &Email,
    offered: Option<&UserId>,
) -> Result<Arrival, StoreError> {
    let mut is_second = false;
    loop {
        if let Some((user_id, stored)) = known(database, subject)? {
            follow(database, &user_id, &stored, email)?;
            return Ok(Arrival::Known(user_id));
        }
        let arrival =
            database.transaction(|connection| arrive(connection, subject, email, offered));
        match arrival {
            // Somebody took address or subject in between: look again, once.
            Err(StoreError::Duplicate(_)) if !is_second => is_second = true,
            other => return other,
        }
    }
}

fn known(
    database: &mut Database<'_>,
    subject: &str,
) -> Result<Option<(UserId, String)>, StoreError> {
    let row = database.run(|connection| connection.first(KNOWN, vec![text(subject)]))?;
    row.map(|row| {
        let mut columns = Columns::of(row);
        Ok((user_id(&columns.text()?)?, columns.text()?))
    })
    .transpose()
}

/// Takes over an address that has changed with Google, so that its next owner
/// finds it free. Whoever has a password signs in by the old one: it stays.
fn follow(
    database: &mut Database<'_>,
    user: &UserId,
    stored: &str,
    email: &Email,
) -> Result<(), StoreError> {
    if stored == email.as_str() {
        return Ok(());
    }
    let params = vec![text(email.as_str()), text(user.as_str())];
    match database.run(|connection| connection.execute(MOVE_ADDRESS, params.clone())) {
        // Somebody else has the address here.
        Ok(_) | Err(StoreError::Duplicate(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn arrive(
    connection: &mut Connection,
    subject: &str,
    email: &Email,
    offered: Option<&UserId>,
) -> Result<Finish<Arrival>, StoreError> {
    let now = now(connection)?;
    let link = |user: &UserId| vec![text(subject), text(user.as_str()), datetime(now)];
    let Some(row) = connection.first(LOCK_ADDRESS, vec![text(email.as_str())])? else {
        let Some(new) = offered else { return Ok(Finish::Rollback(Arrival::Unknown)) };
        create_within(connection, new, email, None, now)?;
        connection.execute(LINK, link(new))?;
        return Ok(Finish::Commit(Arrival::Created));
    };
    let mut columns = Columns::of(row);
    let owner = user_id(&columns.text()?)?;
    match columns.optional_text()? {
        // Another request of this person was faster.
        Some(linked) if linked == subject => return Ok(Finish::Rollback(Arrival::Known(owner))),
        Some(_) => return Ok(Finish::Rollback(Arrival::Differs)),
        None => {}
    }
    connection.execute(LINK, link(&owner))?;
    connection.execute(DROP_PASSWORD, vec![text(owner.as_str())])?;
    revoke_tokens(connection, &owner)?;
    Ok(Finish::Commit(Arrival::Linked(owner)))
}
