//! The user data that sessions and access tokens carry.

use crate::domain::user::UserId;
use crate::store::error::StoreError;
use crate::store::row::Columns;

/// A user with the data for their tokens.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user.
    pub user_id: UserId,
    /// The address, if the user signs in here.
    pub email: Option<String>,
    /// The generation of the user's sessions. An access token that carries
    /// another one is refused.
    pub generation: u32,
}

impl Account {
    /// Reads the columns user_id, email and generation. The last two are NULL
    /// for a user of another backend.
    pub(super) fn read(columns: &mut Columns) -> Result<Self, StoreError> {
        let user_id = user_id(columns)?;
        let email = columns.optional_text()?;
        let generation = u32::try_from(columns.optional_int()?.unwrap_or(0))
            .map_err(|_| StoreError::Failed("a generation is out of range".into()))?;
        Ok(Self { user_id, email, generation })
    }
}

/// Reads the column of a user's id.
pub(super) fn user_id(columns: &mut Columns) -> Result<UserId, StoreError> {
    UserId::parse(&columns.text()?)
        .ok_or_else(|| StoreError::Failed("a user id is not readable".into()))
}
