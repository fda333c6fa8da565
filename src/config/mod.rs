//! The settings: plain data, read once and validated completely before anything
//! starts.
//!
//! They come from one TOML file outside the web root. docs/CONFIGURATION.md
//! describes every setting; a test keeps the two in step.

mod database;
mod edit;
mod environment;
mod file;
mod foreign;
mod google;
mod limits;
mod mail;
mod server;

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use database::{DatabaseSettings, DatabaseTls};
pub use edit::{Changed, drop_secret, rotate_secret, set};
pub use environment::{EnvironmentError, from_environment, with_environment};
pub use file::{ConfigError, Loaded, find, load, write_new};
pub use foreign::ForeignSettings;
pub use google::{GoogleSettings, is_loopback};
pub use limits::{LimitSettings, RateLimitSettings};
pub use mail::MailSettings;
pub use server::ServerSettings;

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the code that uses it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// All settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `[server]`
    #[serde(default)]
    pub server: ServerSettings,
    /// `[database]`
    pub database: DatabaseSettings,
    /// `[auth]`
    pub auth: AuthSettings,
    /// `[accounts]`
    #[serde(default)]
    pub accounts: AccountSettings,
    /// `[google]`
    #[serde(default)]
    pub google: GoogleSettings,
    /// `[mail]`
    #[serde(default)]
    pub mail: MailSettings,
    /// `[rate_limit]`
    #[serde(default)]
    pub rate_limit: RateLimitSettings,
    /// `[limits]`
    #[serde(default)]
    pub limits: LimitSettings,
    /// `[sync]`
    #[serde(default)]
    pub sync: SyncSettings,
    /// `[log]`
    #[serde(default)]
    pub log: LogSettings,
    /// The folder of the configuration file. The folder is private to the
    /// account, so the service keeps its other files there.
    #[serde(skip)]
    pub folder: Option<PathBuf>,
}

/// `[auth]`: tokens.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AuthSettings {
    /// Lifetime of an access token, in seconds.
    #[serde(default = "defaults::access_token")]
    pub access_token_seconds: u32,
    /// Lifetime of an unused refresh token, in days.
    #[serde(default = "defaults::ninety_days")]
    pub refresh_token_days: u32,
    /// Lifetime of a session, however often it is refreshed, in days.
    #[serde(default = "defaults::session")]
    pub session_days: u32,
    /// How long a spent refresh token gets the same successor again, in
    /// seconds.
    #[serde(default = "defaults::grace")]
    pub refresh_grace_seconds: u32,
    /// The first secret signs; all secrets verify.
    pub secrets: Vec<SigningSecret>,
    /// `[auth.foreign]`; without it only this service's own tokens are valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignSettings>,
}

/// `[[auth.secrets]]`: one HS256 secret.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SigningSecret {
    /// Names the secret in tokens, so that secrets can be rotated.
    pub kid: String,
    /// At least 32 bytes (RFC 7518 section 3.2).
    pub secret: Secret,
}

/// `[accounts]`: registration and password hashing.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountSettings {
    /// Whether anyone may register.
    pub registration_open: bool,
    /// Memory of one argon2id hash, in KiB.
    pub argon2_memory_kib: u32,
    /// Passes of one argon2id hash.
    pub argon2_iterations: u32,
    /// Lanes of one argon2id hash.
    pub argon2_parallelism: u32,
    /// Maximum number of concurrent hashes, over all processes.
    pub concurrent_hashes: u32,
}

impl Default for AccountSettings {
    fn default() -> Self {
        Self {
            registration_open: true,
            argon2_memory_kib: 19_456,
            argon2_iterations: 2,
            argon2_parallelism: 1,
            concurrent_hashes: 3,
        }
    }
}

/// `[sync]`: how long tombstones are kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SyncSettings {
    /// Age at which `weightctl purge` removes a tombstone, in days.
    pub tombstone_retention_days: u32,
}

impl Default for SyncSettings {
    fn default() -> Self {
        Self { tombstone_retention_days: defaults::ninety_days() }
    }
}

/// `[log]`: where the request log goes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// The log file, relative to the configuration's folder; standard error if
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// Size at which the file is rotated; 0 disables rotation.
    pub max_megabytes: u32,
    /// How many rotated files are kept.
    pub keep: u32,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { file: None, max_megabytes: 10, keep: 5 }
    }
}

mod defaults {
    pub(super) fn access_token() -> u32 {
        900
    }
    pub(super) fn ninety_days() -> u32 {
        90
    }
    pub(super) fn session() -> u32 {
        365
    }

    pub(super) fn grace() -> u32 {
        60
    }
}

impl Settings {
    /// The invalid values of a well-formed file, a sentence each.
    fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut require = |holds: bool, complaint: &str| {
            if !holds {
                complaints.push(complaint.to_owned());
            }
        };
        let auth = &self.auth;
        require(!auth.secrets.is_empty(), "auth.secrets must hold at least one secret");
        require(
            auth.secrets.iter().all(|secret| secret.secret.reveal().len() >= 32),
            "each auth.secrets secret must have at least 32 bytes",
        );
        let mut kids: Vec<&str> = auth.secrets.iter().map(|secret| secret.kid.as_str()).collect();
        kids.sort_unstable();
        kids.dedup();
        require(kids.len() == auth.secrets.len(), "each auth.secrets kid must be another one");
        require(auth.access_token_seconds > 0, "auth.access_token_seconds must be at least 1");
        require(
            (1..=3650).contains(&auth.refresh_token_days),
            "auth.refresh_token_days must be 1 to 3650",
        );
        require((1..=3650).contains(&auth.session_days), "auth.session_days must be 1 to 3650");
        require(
            (1..=36_500).contains(&self.sync.tombstone_retention_days),
            "sync.tombstone_retention_days must be 1 to 36500",
        );
        require((1..=100).contains(&self.log.keep), "log.keep must be 1 to 100");
        let accounts = &self.accounts;
        require(
            accounts.argon2_iterations >= 1
                && (1..=16).contains(&accounts.argon2_parallelism)
                && accounts.argon2_memory_kib >= 8 * accounts.argon2_parallelism
                && accounts.argon2_memory_kib <= 1_048_576,
            "accounts.argon2_* must be at least 1 pass, 1 to 16 lanes and 8 KiB a lane, and at most 1 GiB",
        );
        require(
            (1..=100).contains(&accounts.concurrent_hashes),
            "accounts.concurrent_hashes must be 1 to 100",
        );
        complaints.extend(self.database.complaints());
        let foreign = auth.foreign.iter().flat_map(ForeignSettings::complaints);
        let mail = self.mail.complaints(&self.server.public_url);
        let more = self.server.complaints().into_iter().chain(foreign);
        let more = more.chain(self.google.complaints()).chain(mail);
        complaints.extend(more.map(str::to_owned));
        complaints
    }
}
