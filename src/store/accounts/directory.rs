//! What an administrator sees of users: the list, and one user's details.

use mysql::Value;

use super::account::user_id;
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::row::{optional_datetime, text};

/// A user in the list.
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
    /// When a device last signed in or refreshed.
    pub last_used_at: Option<UtcTime>,
}

/// Which users to list.
#[derive(Clone, Debug)]
pub struct Query {
    /// Part of the address, in lower case, or of the id; empty for all.
    pub search: String,
    /// Created then or later.
    pub since: Option<UtcTime>,
    /// Most users.
    pub limit: u32,
    /// The order.
    pub order: Order,
}

/// An order of users.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// By id, which is by creation where this service made the ids.
    Id,
    /// By address.
    Email,
    /// The newest first.
    Created,
    /// Those with most entries first.
    Entries,
    /// Those that used it last first.
    Used,
}

/// One user's details.
#[derive(Clone, Debug)]
pub struct UserDetails {
    /// The address, if the user signs in here.
    pub email: Option<String>,
    /// When the user was created here.
    pub created_at: Option<UtcTime>,
    /// Whether there is a password here.
    pub has_password: bool,
    /// When a Google account was linked.
    pub google_linked_at: Option<UtcTime>,
    /// Live entries.
    pub live_entries: i64,
    /// All entries, tombstones included.
    pub stored_entries: i64,
    /// When an entry was last written.
    pub last_write_at: Option<UtcTime>,
    /// About how much the entries take, indexes included.
    pub bytes: i64,
}

/// Parameters: search three times, since twice, limit.
macro_rules! list {
    ($order:literal) => {
        concat!(
            "SELECT u.id, c.email, COALESCE(k.live_entries, 0) AS live_entries, c.created_at, \
             (SELECT MAX(s.last_used_at) FROM device_sessions s WHERE s.user_id = u.id) AS last_used_at \
             FROM users u LEFT JOIN credentials c ON c.user_id = u.id \
             LEFT JOIN sync_clocks k ON k.user_id = u.id \
             WHERE (? = '' OR INSTR(COALESCE(c.email, ''), ?) > 0 \
             OR INSTR(CONVERT(u.id USING utf8mb4), ?) > 0) \
             AND (? IS NULL OR c.created_at >= ?) ORDER BY ",
            $order,
            "u.id LIMIT ?"
        )
    };
}
const BY_ID: &str = list!("");
const BY_EMAIL: &str = list!("c.email, ");
const BY_CREATION: &str = list!("c.created_at DESC, ");
const BY_ENTRIES: &str = list!("live_entries DESC, ");
const BY_USE: &str = list!("last_used_at DESC, ");

/// The average size of a row is the server's estimate.
const DETAILS: &str = "SELECT c.email, c.created_at, c.password_hash IS NOT NULL, g.linked_at, \
    COALESCE(k.live_entries, 0), COALESCE(k.stored_entries, 0), \
    IF(k.last_stamp > k.started_at, k.last_stamp, NULL), \
    COALESCE(k.stored_entries, 0) * COALESCE((SELECT (data_length + index_length) DIV \
    GREATEST(table_rows, 1) FROM information_schema.tables \
    WHERE table_schema = DATABASE() AND table_name = 'weight_entries'), 0) \
    FROM users u LEFT JOIN credentials c ON c.user_id = u.id \
    LEFT JOIN google_identities g ON g.user_id = u.id \
    LEFT JOIN sync_clocks k ON k.user_id = u.id WHERE u.id = ?";

/// The users that a query asks for.
pub fn list(database: &mut Database<'_>, query: &Query) -> Result<Vec<UserSummary>, StoreError> {
    let sql = match query.order {
        Order::Id => BY_ID,
        Order::Email => BY_EMAIL,
        Order::Created => BY_CREATION,
        Order::Entries => BY_ENTRIES,
        Order::Used => BY_USE,
    };
    let (search, since) = (text(&query.search), optional_datetime(query.since));
    let params = vec![
        search.clone(),
        search.clone(),
        search,
        since.clone(),
        since,
        Value::from(query.limit),
    ];
    database.run(|connection| {
        connection.rows(sql, params.clone(), |columns| {
            Ok(UserSummary {
                id: user_id(columns)?,
                email: columns.optional_text()?,
                live_entries: columns.int()?,
                created_at: columns.optional_datetime()?,
                last_used_at: columns.optional_datetime()?,
            })
        })
    })
}

/// The details of a user who exists.
pub fn details(database: &mut Database<'_>, user: &UserId) -> Result<UserDetails, StoreError> {
    let params = vec![text(user.as_str())];
    let mut columns = database.run(|connection| connection.one(DETAILS, params.clone()))?;
    Ok(UserDetails {
        email: columns.optional_text()?,
        created_at: columns.optional_datetime()?,
        has_password: columns.int()? != 0,
        google_linked_at: columns.optional_datetime()?,
        live_entries: columns.int()?,
        stored_entries: columns.int()?,
        last_write_at: columns.optional_int()?.map(UtcTime::from_micros),
        bytes: columns.int()?,
    })
}
