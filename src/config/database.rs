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
    /// Connections a process opens at most.
    #[serde(default = "pool_max")]
    pub pool_max: usize,
    /// Seconds to wait for a connection.
    #[serde(default = "connect_timeout")]
    pub connect_timeout_seconds: u64,
    /// Seconds to wait for an answer.
    #[serde(default = "io_timeout")]
    pub read_timeout_seconds: u64,
    /// Seconds to wait for a statement to be taken.
    #[serde(default = "io_timeout")]
    pub write_timeout_seconds: u64,
    /// Seconds to wait for another writer of the same user.
    #[serde(default = "lock_wait_timeout")]
    pub lock_wait_timeout_seconds: u64,
    /// Whether the connection is encrypted.
    #[serde(default)]
    pub tls: DatabaseTls,
    /// Certificates to trust beside the public ones, relative to the
    /// configuration's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_ca_file: Option<PathBuf>,
}

/// Whether the connection to the database is encrypted. There is no "if the
/// server can": who sits on the way could answer that it cannot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseTls {
    /// In the clear.
    #[default]
    Off,
    /// Encrypted, whoever answers: listeners on the way learn nothing, but an
    /// active attacker in the server's place is not noticed.
    Required,
    /// Encrypted, and the server's certificate must be good for its name.
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
    /// What cannot be, a sentence each.
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
            // Apache gives up on us at 40 s (FcgidIOTimeout).
            require((1..=30).contains(&seconds), &format!("{name} must be 1 to 30"));
        }
        require(
            self.tls_ca_file.is_none() || self.tls == DatabaseTls::Verified,
            "database.tls_ca_file is used with database.tls = \"verified\" only",
        );
        complaints
    }
}
