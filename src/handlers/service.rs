//! What all requests of a process share.

use crate::auth::access_token::TokenKeys;
use crate::auth::password::PasswordHashing;
use crate::auth::slots::Slots;
use crate::config::Settings;
use crate::store::{Database, Pool};

/// How many long answers are sent at once: far fewer than a host lets the
/// account have processes, so that those who read slowly do not hold them all.
const LONG_ANSWERS: u32 = 4;

/// The service behind the routes.
pub struct Service {
    /// The settings.
    pub settings: Settings,
    /// Connections to the database.
    pub pool: Pool,
    /// Keys of access tokens.
    pub token_keys: TokenKeys,
    /// Password hashing.
    pub passwords: PasswordHashing,
    /// Leave to send a long answer.
    pub long_answers: Slots,
}

impl Service {
    /// Makes everything ready; connects to nothing.
    ///
    /// # Errors
    /// A setting that cannot be used, as a sentence for the log.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let pool = Pool::new(&settings.database).map_err(|error| error.to_string())?;
        let token_keys = TokenKeys::new(&settings.auth).ok_or("auth.secrets is empty")?;
        let passwords = PasswordHashing::new(&settings.accounts, settings.folder.as_deref())?;
        let folder = settings.folder.as_deref().map(|folder| folder.join("long-answers"));
        let long_answers = Slots::new(folder, LONG_ANSWERS);
        Ok(Self { settings, pool, token_keys, passwords, long_answers })
    }

    /// The database, for one request or command.
    pub fn database(&self) -> Database<'_> {
        Database::new(&self.pool)
    }
}
