//! Environments that run the service in tests: a site (a configuration with its own database), processes of the service
//! ([`Server`]), other web servers in front of one ([`WebServer`]), a complete Apache ([`Instance`]), and a web server with
//! the faults of a bad host ([`FaultyHost`]).

mod apache;
mod faulty_host;
mod server;
mod web_server;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::database::TestDatabase;
use super::database::cluster::{Cluster, Kind, Node};
use super::folder::Folder;
use super::waiting::PATIENCE;
use super::{Answer, Request, fastcgi};
pub(crate) use apache::{Instance, chunked, send_by};
pub(crate) use faulty_host::{Faults, FaultyHost, announce};
pub(crate) use server::Server;
pub(crate) use web_server::{WebServer, connections};

pub(crate) const WEIGHT_API: &str = env!("CARGO_BIN_EXE_weight-api");
pub(crate) const WEIGHTCTL: &str = env!("CARGO_BIN_EXE_weightctl");

/// The secret of every test server, with which tests forge tokens.
pub(crate) const SECRET: &str = "a secret of the tests, longer than 32 bytes";

/// Long time-outs for every site: a test machine may stall for longer than a host does.
const PATIENT: [(&str, &str); 4] = [
    ("WEIGHT_SYNC_DATABASE_CONNECT_TIMEOUT_SECONDS", "30"),
    ("WEIGHT_SYNC_DATABASE_READ_TIMEOUT_SECONDS", "30"),
    ("WEIGHT_SYNC_DATABASE_WRITE_TIMEOUT_SECONDS", "30"),
    ("WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS", "20"),
];

/// Fast hashes and high limits for a site behind Apache. A test overrides the settings that it checks.
pub(crate) const INSTANCE_SETTINGS: [&[(&str, &str)]; 2] = [
    &PATIENT,
    &[
        ("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", "1024"),
        ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "100000"),
        ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR", "0"),
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "0"),
    ],
];

/// Fast hashes and high limits for a site without a web server.
const SETTINGS: [(&str, &str); 12] = [
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

/// A configuration with its own database.
pub(crate) struct Site {
    pub(crate) database: TestDatabase,
    pub(crate) config: PathBuf,
    pub(crate) folder: Folder,
}

impl Site {
    /// Creates a site with a migrated database.
    pub(crate) fn new(settings: &[(&str, &str)]) -> Self {
        let site = Self::unmigrated(settings);
        site.weightctl_ok(&["migrate"]);
        site
    }

    /// Creates a site with an empty database.
    pub(crate) fn unmigrated(settings: &[(&str, &str)]) -> Self {
        Self::over(TestDatabase::create(), settings)
    }

    /// Creates a site with an existing database.
    pub(crate) fn over(database: TestDatabase, settings: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        let config = folder.join("weight-sync.toml");
        let site = Self { database, config, folder };
        let output = Command::new(WEIGHTCTL)
            .args(["config", "init", "--output"])
            .arg(&site.config)
            .env_clear()
            .envs(PATIENT)
            .envs(SETTINGS)
            .env("WEIGHT_SYNC_DATABASE_URL", site.database.url())
            .envs(settings.iter().copied())
            .output()
            .expect("weightctl starts");
        assert!(output.status.success(), "weightctl config init: {}", said(&output));
        site
    }

    /// Replaces an existing part of the configuration. Only processes that start later read it.
    #[track_caller]
    pub(crate) fn edit_config(&self, part: &str, replacement: &str) {
        let text = std::fs::read_to_string(&self.config).expect("a configuration");
        assert!(text.contains(part), "{part} in {text}");
        std::fs::write(&self.config, text.replace(part, replacement)).expect("it can be written");
    }

    /// The configuration of one process of several: in a cluster in which every node takes writes, each process has
    /// another node than the one before, and the first has the database's own.
    pub(crate) fn config_of_process(&self, number: usize) -> PathBuf {
        self.node_of_process(number).map_or_else(
            || self.config.clone(),
            |node| {
                node.wait_until_it_has_caught_up();
                self.config_for(&format!("127.0.0.1:{}", node.port), &format!("{number}.toml"))
            },
        )
    }

    /// `None` where the process uses the configuration as it is, which may lead through a proxy.
    fn node_of_process(&self, number: usize) -> Option<Node> {
        let cluster = Cluster::of_environment().filter(|cluster| cluster.kind == Kind::Galera)?;
        let home = self.database.authority();
        let is_home = |node: &Node| home == format!("127.0.0.1:{}", node.port);
        let first = cluster.nodes.iter().position(is_home)?;
        let leads_home =
            std::fs::read_to_string(&self.config).is_ok_and(|text| text.contains(&home));
        let place = (first + number) % cluster.nodes.len();
        (leads_home && number > 0).then(|| cluster.nodes.into_iter().nth(place)).flatten()
    }

    /// A copy of the configuration with another place of the database.
    pub(crate) fn config_for(&self, authority: &str, name: &str) -> PathBuf {
        let text = std::fs::read_to_string(&self.config).expect("a configuration");
        let path = self.folder.join(name);
        std::fs::copy(&self.config, &path).expect("a copy, with the same mode");
        std::fs::write(&path, text.replace(&self.database.authority(), authority)).expect("a file");
        path
    }

    /// Runs `weightctl` with this configuration.
    pub(crate) fn weightctl(&self, arguments: &[&str]) -> Output {
        self.weightctl_with(&self.config, arguments)
    }

    /// Runs `weightctl` with another configuration.
    pub(crate) fn weightctl_with(&self, config: &Path, arguments: &[&str]) -> Output {
        Command::new(WEIGHTCTL)
            .arg("--config")
            .arg(config)
            .args(arguments)
            .env_clear()
            .stdin(Stdio::null())
            .output()
            .expect("weightctl starts")
    }

    /// Runs `weightctl`, which must succeed, and returns its output.
    #[track_caller]
    pub(crate) fn weightctl_ok(&self, arguments: &[&str]) -> String {
        let output = self.weightctl(arguments);
        assert!(output.status.success(), "weightctl {arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Runs `weightctl --json`, which must succeed, and returns its output.
    #[track_caller]
    pub(crate) fn weightctl_json(&self, arguments: &[&str]) -> Value {
        let text = self.weightctl_ok(&[&["--json"], arguments].concat());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Sends a request to a new CGI process, which reads the current configuration.
    #[track_caller]
    pub(crate) fn as_cgi(&self, request: &Request) -> Answer {
        fastcgi::cgi(Path::new(WEIGHT_API), &self.config, request, &[], fastcgi::CgiInput::Pipe)
    }
}

/// An HTTP client that follows no redirects, keeps no connections open (Apache may close one at the moment of its
/// reuse), and returns responses of every status.
pub(crate) fn http_agent() -> ureq::Agent {
    http_agent_with(ureq::tls::TlsConfig::default())
}

pub(crate) fn http_agent_with(tls: ureq::tls::TlsConfig) -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_idle_connections(0)
        .timeout_global(Some(PATIENCE))
        .tls_config(tls)
        .build()
        .new_agent()
}

/// Formats the exit code and both outputs of a command for messages.
pub(crate) fn said(output: &Output) -> String {
    format!(
        "{} {} {}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Runs a command with its output in files, because a process that it leaves behind would keep a pipe open.
pub(crate) fn finished(command: &mut Command, folder: &Folder) -> Output {
    let (out, error) = (folder.join("stdout"), folder.join("stderr"));
    let status = command
        .stdout(std::fs::File::create(&out).expect("a file"))
        .stderr(std::fs::File::create(&error).expect("a file"))
        .status()
        .expect("the command starts");
    let read = |path| std::fs::read(path).unwrap_or_default();
    Output { status, stdout: read(out), stderr: read(error) }
}

/// Prints the last lines of a log after a test has failed.
pub(crate) fn print_end(log: &Path) {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(20)..];
    eprintln!("end of {}:\n{}", log.display(), last.join("\n"));
}

/// Asserts how a command ended.
#[track_caller]
pub(crate) fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
    assert!(code == 0 || !output.stderr.is_empty(), "a failure says why on stderr");
}
