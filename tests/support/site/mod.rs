//! What a test runs the service on: a site (a configuration over a database of its own), the service's own processes
//! ([`Server`]), a whole Apache ([`Instance`]), and a web server with the faults of a bad host ([`FaultyHost`]).

mod apache;
mod faulty_host;
mod server;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::database::TestDatabase;
use super::folder::Folder;
use super::{Answer, Request, fastcgi};
pub(crate) use apache::{Instance, resident_kib, send_by};
pub(crate) use faulty_host::{Faults, FaultyHost, announce};
pub(crate) use server::Server;

pub(crate) const WEIGHT_API: &str = env!("CARGO_BIN_EXE_weight-api");
pub(crate) const WEIGHTCTL: &str = env!("CARGO_BIN_EXE_weightctl");

/// The secret of every test server, for forging tokens with it.
pub(crate) const SECRET: &str = "a secret of the tests, longer than 32 bytes";

/// Settings that keep tests quick and out of each other's limits; a test overrides what it is about.
const SETTINGS: [(&str, &str); 16] = [
    // A machine may stand still for longer than a host's does.
    ("WEIGHT_SYNC_DATABASE_CONNECT_TIMEOUT_SECONDS", "30"),
    ("WEIGHT_SYNC_DATABASE_READ_TIMEOUT_SECONDS", "30"),
    ("WEIGHT_SYNC_DATABASE_WRITE_TIMEOUT_SECONDS", "30"),
    ("WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS", "20"),
    ("WEIGHT_SYNC_SERVER_PUBLIC_URL", "https://weights.example.org"),
    ("WEIGHT_SYNC_AUTH_SECRET", SECRET),
    ("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", "64"),
    ("WEIGHT_SYNC_ACCOUNTS_ARGON2_ITERATIONS", "1"),
    ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "100000"),
    ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "0"),
    ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "0"),
    ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR", "0"),
    ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ACCOUNT_PER_HOUR", "0"),
    ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ACCOUNT_PER_MINUTE", "0"),
    ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ADDRESS_PER_MINUTE", "0"),
    ("WEIGHT_SYNC_ACCOUNTS_REGISTRATION_OPEN", "true"),
];

/// A configuration over a database of its own, the tables made, no process yet.
pub(crate) struct Site {
    pub(crate) database: TestDatabase,
    pub(crate) config: PathBuf,
    pub(crate) folder: Folder,
}

impl Site {
    /// With tables.
    pub(crate) fn new(settings: &[(&str, &str)]) -> Self {
        let site = Self::unmigrated(settings);
        let output = site.weightctl(&["migrate"]);
        assert!(output.status.success(), "weightctl migrate: {}", said(&output));
        site
    }

    /// With an empty database.
    pub(crate) fn unmigrated(settings: &[(&str, &str)]) -> Self {
        Self::over(TestDatabase::create(), settings)
    }

    /// The same over a database that is there already.
    pub(crate) fn over(database: TestDatabase, settings: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        let config = folder.join("weight-sync.toml");
        let site = Self { database, config, folder };
        let output = Command::new(WEIGHTCTL)
            .args(["config", "init", "--output"])
            .arg(&site.config)
            .env_clear()
            .envs(SETTINGS)
            .env("WEIGHT_SYNC_DATABASE_URL", site.database.url())
            .envs(settings.iter().copied())
            .output()
            .expect("weightctl starts");
        assert!(output.status.success(), "weightctl config init: {}", said(&output));
        site
    }

    /// Runs `weightctl` with this configuration.
    pub(crate) fn weightctl(&self, arguments: &[&str]) -> Output {
        Command::new(WEIGHTCTL)
            .arg("--config")
            .arg(&self.config)
            .args(arguments)
            .env_clear()
            .stdin(Stdio::null())
            .output()
            .expect("weightctl starts")
    }

    /// Answers a request by a process of its own, started as CGI: it has read the configuration as it is now.
    #[track_caller]
    pub(crate) fn as_cgi(&self, request: &Request) -> Answer {
        fastcgi::cgi(Path::new(WEIGHT_API), &self.config, request, &[], fastcgi::CgiInput::Pipe)
    }

    /// Runs `weightctl`, which must succeed, and answers what it wrote.
    #[track_caller]
    pub(crate) fn weightctl_ok(&self, arguments: &[&str]) -> String {
        let output = self.weightctl(arguments);
        assert!(output.status.success(), "weightctl {arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

/// Exit code and both outputs of a command, for messages.
pub(crate) fn said(output: &Output) -> String {
    format!(
        "{} {} {}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
