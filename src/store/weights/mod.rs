//! A user's weight entries. [`UserWeights`] carries the user's id into every
//! statement; `tests/architecture.rs` fails on a statement without it.
//!
//! Every write is one transaction: lock → load → merge → advance the clock and
//! write → commit ([`write`]).

mod changes;
pub(super) mod clock;
mod export;
mod list;
mod load;
mod row;
mod write;

pub use changes::{Changes, ChangesQuery};
pub use export::{Exported, ExportedUser, LinkedGoogle};
pub use list::{ListQuery, Listing};
pub use write::Applied;

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

    /// The owner of the entries.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }
}
