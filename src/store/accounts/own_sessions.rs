//! A user's sessions as that user sees them: the list, and ending one.

use mysql::Value;
use uuid::Uuid;

use super::sessions::{MOST_SESSIONS, id};
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::row::text;

/// A session as its user sees it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// What the device calls itself.
    pub device_name: Option<String>,
    /// When the device signed in.
    pub created_at: UtcTime,
    /// When it last signed in or refreshed.
    pub last_used_at: UtcTime,
    /// When it ends unless it is renewed.
    pub expires_at: UtcTime,
}

/// A session of an earlier generation has ended (see `sessions::LOCK`).
const LIST: &str = "SELECT s.id, s.device_name, s.created_at, s.last_used_at, s.expires_at \
    FROM device_sessions s LEFT JOIN credentials c ON c.user_id = s.user_id \
    WHERE s.user_id = ? AND s.expires_at > UTC_TIMESTAMP(6) AND s.generation = COALESCE(c.generation, 0) \
    ORDER BY s.last_used_at DESC, s.id DESC LIMIT ?";
const END_OWN: &str = "DELETE FROM device_sessions WHERE id = ? AND user_id = ?";

/// The user's sessions, the one used last first.
pub fn list(database: &mut Database<'_>, user: &UserId) -> Result<Vec<Session>, StoreError> {
    let params = vec![text(user.as_str()), Value::from(MOST_SESSIONS)];
    database.run(|connection| {
        connection.rows(LIST, params.clone(), |columns| {
            Ok(Session {
                id: Uuid::from_bytes(columns.array()?),
                device_name: columns.optional_text()?,
                created_at: columns.datetime()?,
                last_used_at: columns.datetime()?,
                expires_at: columns.datetime()?,
            })
        })
    })
}

/// Ends one of a user's sessions. `false` if they have no such session.
pub fn end_own(
    database: &mut Database<'_>,
    user: &UserId,
    session: Uuid,
) -> Result<bool, StoreError> {
    let params = vec![id(session), text(user.as_str())];
    let ended = database.run(|connection| connection.execute(END_OWN, params.clone()))?;
    Ok(ended.affected_rows > 0)
}
