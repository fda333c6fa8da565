//! A user's weight entries. Everything here hangs on [`UserWeights`], which
//! carries the user's id into every statement; `tests/architecture.rs` fails
//! on a statement without it.

mod changes;
mod clock;
mod export;
mod list;
mod rows;
mod sql;
mod write;
mod write_one;

pub use changes::{Changes, ChangesQuery};
pub use export::{Exported, LinkedGoogle};
pub use list::{ListQuery, Listing};
pub use write_one::Guarded;

use super::accounts::Principal;
use super::database::Database;
use crate::domain::user::UserId;

/// The weight entries of one user, and of no other.
pub struct UserWeights<'s, 'd> {
    database: &'s mut Database<'d>,
    user_id: UserId,
}

impl<'s, 'd> UserWeights<'s, 'd> {
    /// Opens the entries of an admitted user.
    pub fn of(principal: &Principal, database: &'s mut Database<'d>) -> Self {
        Self { database, user_id: principal.user_id().clone() }
    }
}
