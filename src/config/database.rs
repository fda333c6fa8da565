//! `[database]`: where the MySQL server is, how to reach it, how long to wait.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Secret;

/// `[database]`: where the MySQL server is and how long to wait for it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `mysql://user:password@host:3306/name`.
    pub url: Secret,
    /// Maximum number of connections of a process.
    #[serde(default = "pool_max")]
    pub pool_max: usize,
    /// Seconds to wait for a connection.
    #[serde(default = "connect_timeout")]
    pub connect_timeout_seconds: u64,
    /// Seconds to wait for the server's answer.
    #[serde(default = "io_timeout")]
    pub read_timeout_seconds: u64,
    /// Seconds to wait until the server accepts a statement.
    #[serde(default = "io_timeout")]
    pub write_timeout_seconds: u64,
    /// Seconds to wait for another writer of the same user.
    #[serde(default = "lock_wait_timeout")]
    pub lock_wait_timeout_seconds: u64,
    /// Whether the connection is encrypted.
    #[serde(default)]
    pub tls: DatabaseTls,
    /// Certificates to trust besides the public ones, relative to the
    /// configuration's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_ca_file: Option<PathBuf>,
}

/// Whether the connection to the database is encrypted. A mode "if the server
/// can" is missing on purpose: an attacker on the way could answer that the
/// server cannot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseTls {
    /// Not encrypted.
    #[default]
    Off,
    /// Encrypted, without a check of the server's certificate. Eavesdroppers
    /// learn nothing, but an active attacker can pose as the server.
    Required,
    /// Encrypted, and the server's certificate must be valid for its name.
    Verified,
}

fn pool_max() -> usize {
    1
}

fn connect_timeout() -> u64 {
    5
}

fn io_timeout() -> u64 {
    15
}

fn lock_wait_timeout() -> u64 {
    10
}

impl DatabaseSettings {
    /// The invalid values, a sentence each.
    pub(super) fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut require = |holds: bool, complaint: &str| {
            if !holds {
                complaints.push(complaint.to_owned());
            }
        };
        require(self.url.reveal().starts_with("mysql://"), "database.url must begin with mysql://");
        require((1..=100).contains(&self.pool_max), "database.pool_max must be 1 to 100");
        let timeouts = [
            (self.connect_timeout_seconds, "database.connect_timeout_seconds"),
            (self.read_timeout_seconds, "database.read_timeout_seconds"),
            (self.write_timeout_seconds, "database.write_timeout_seconds"),
            (self.lock_wait_timeout_seconds, "database.lock_wait_timeout_seconds"),
        ];
        for (seconds, name) in timeouts {
            // Apache gives up on a request after 40 s (FcgidIOTimeout).
            require((1..=30).contains(&seconds), &format!("{name} must be 1 to 30"));
        }
        require(
            self.tls_ca_file.is_none() || self.tls == DatabaseTls::Verified,
            "database.tls_ca_file is used with database.tls = \"verified\" only",
        );
        complaints
    }
}
