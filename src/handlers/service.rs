//! The parts that all requests of a process share.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::auth::access_token::TokenKeys;
use crate::auth::password::PasswordHashing;
use crate::config::Settings;
use crate::domain::keyed_hash::KeyedHash;
use crate::mail::Outbox;
use crate::slots::Slots;
use crate::store::maintenance::check;
use crate::store::{Database, Pool, StoreError};

/// The folder of the slots, beside the configuration file.
const EXPORT_SLOTS: &str = "export-slots";
/// Maximum number of concurrent exports, of which a user has one. A response
/// over mod_fcgid's buffer of 64 KiB holds its process while the client reads;
/// slow clients must not hold all the processes that a host allows.
const CONCURRENT_EXPORTS: u32 = 2;

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
    /// Caps concurrent exports.
    pub exports: Slots,
    /// Hashes of what the database must not tell a thief.
    pub hashes: KeyedHash,
    /// Messages to be sent after the response.
    pub outbox: Outbox,
    /// Whether the database answers.
    pub health: Health,
}

/// Asks at most once a second whether the database answers: `GET /api/health`
/// has no rate limit.
pub struct Health {
    /// Gives up within seconds: also for what must not keep a request waiting.
    pub pool: Pool,
    answered_at: Mutex<Option<Instant>>,
}

impl Health {
    /// Fails within 3 s if the database does not answer.
    ///
    /// # Errors
    /// The database's.
    pub fn check(&self) -> Result<(), StoreError> {
        let mut answered_at = self.answered_at.lock().unwrap_or_else(PoisonError::into_inner);
        if answered_at.is_none_or(|at| at.elapsed() > Duration::from_secs(1)) {
            *answered_at = None;
            check(&self.pool)?;
            *answered_at = Some(Instant::now());
        }
        Ok(())
    }
}

impl Service {
    /// Prepares the service without connecting to anything.
    ///
    /// # Errors
    /// A setting that cannot be used, as a sentence for the log.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let pool = Pool::new(&settings.database).map_err(|error| error.to_string())?;
        let token_keys = TokenKeys::new(&settings.auth).ok_or("auth.secrets is empty")?;
        let passwords = PasswordHashing::new(&settings.accounts, settings.folder.as_deref())?;
        let folder = settings.folder.as_deref().map(|folder| folder.join(EXPORT_SLOTS));
        let exports = Slots::new(folder, CONCURRENT_EXPORTS);
        let secret = settings.auth.secrets.first().ok_or("auth.secrets is empty")?;
        let hashes = KeyedHash::new(secret.secret.reveal().as_bytes());
        let outbox = Outbox::default();
        let pool_of_health =
            Pool::impatient(&settings.database).map_err(|error| error.to_string())?;
        let health = Health { pool: pool_of_health, answered_at: Mutex::new(None) };
        Ok(Self { settings, pool, token_keys, passwords, exports, hashes, outbox, health })
    }

    /// The same service for a process that ends after one request.
    #[must_use]
    pub fn for_one_request(mut self) -> Self {
        self.pool = self.pool.for_one_request();
        self
    }

    /// The database, for a command.
    pub fn database(&self) -> Database<'_> {
        Database::new(&self.pool)
    }

    /// The same within a request's time.
    pub fn database_for_request(&self) -> Database<'_> {
        Database::for_request(&self.pool)
    }
}
