//! A complete site as `./deploy.sh local` creates it: Apache, mod_fcgid, the static binary, and a database on the shared
//! test server or on a separate one.

mod http;
mod processes;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use super::{INSTANCE_SETTINGS, finished, http_agent, print_end, said};
use crate::support::database::TestDatabase;
use crate::support::folder::{Folder, random_name};
use crate::support::port::Port;
pub(crate) use http::{chunked, send_by};

const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");

/// A complete local site. Dropping it stops the site.
pub(crate) struct Instance {
    folder: Folder,
    /// The checkout's `deploy.sh`.
    script: PathBuf,
    pub(crate) base_url: String,
    pub(crate) status: Value,
    agent: ureq::Agent,
    /// The instance's own database server, if a test has restarted it.
    restarted: Option<Child>,
    /// The database on the shared test server.
    _database: Option<TestDatabase>,
    /// Ports of Apache and the database, reserved because other tests may start instances at the same moment.
    ports: [Port; 2],
}

impl Instance {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        let database = TestDatabase::create();
        let url = database.url();
        let all: Vec<_> =
            settings.iter().copied().chain([("WEIGHT_SYNC_DATABASE_URL", url.as_str())]).collect();
        Self::made(Path::new(CHECKOUT), &given_binaries(), &all, Some(database))
    }

    /// Starts an instance with a separate MariaDB, which takes seconds to set up.
    pub(crate) fn with_own_database(settings: &[(&str, &str)]) -> Self {
        Self::of_checkout(Path::new(CHECKOUT), &given_binaries(), settings)
    }

    /// Starts the site of a checkout of this repository, perhaps an older one, with a separate MariaDB.
    pub(crate) fn of_checkout(checkout: &Path, binaries: &Path, settings: &[(&str, &str)]) -> Self {
        Self::made(checkout, binaries, settings, None)
    }

    fn made(
        checkout: &Path,
        binaries: &Path,
        settings: &[(&str, &str)],
        database: Option<TestDatabase>,
    ) -> Self {
        let folder = Folder::new();
        let mut instance = Self {
            folder,
            script: checkout.join("deploy.sh"),
            base_url: String::new(),
            status: Value::Null,
            agent: http_agent(),
            restarted: None,
            _database: database,
            ports: [Port::take(), Port::take()],
        };
        let binaries = binaries.to_str().expect("a path in UTF-8");
        let [port, database_port] = instance.ports.each_ref().map(|port| port.number.to_string());
        let ports = ["--port", &port, "--database-port", &database_port];
        let arguments = [&["--detach", "--binaries", binaries], &ports[..]].concat();
        let output = instance.deploy(&arguments, settings);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let ready = stdout
            .lines()
            .rev()
            .find_map(|line| line.trim().strip_prefix("ready ").map(str::to_owned));
        instance.base_url = ready
            .unwrap_or_else(|| panic!("deploy.sh said no 'ready': {}", said(&output)))
            .trim_end_matches('/')
            .to_owned();
        let status = instance.deploy(&["status", "--json"], &[]);
        instance.status =
            serde_json::from_slice(&status.stdout).unwrap_or_else(|_| panic!("{}", said(&status)));
        instance
    }

    fn deploy(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
        let mut command = Command::new(&self.script);
        command
            .arg("local")
            .args(arguments)
            .arg("--directory")
            .arg(self.directory())
            .env_remove("WEIGHT_SYNC_DATABASE_URL")
            .env_remove("WEIGHT_SYNC_CONFIG")
            .envs(INSTANCE_SETTINGS.concat())
            .envs(settings.iter().copied())
            .stdin(Stdio::null());
        let output = finished(&mut command, &self.folder);
        assert!(output.status.success(), "deploy.sh local {arguments:?}: {}", said(&output));
        output
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.folder.join("instance")
    }

    /// The database's URL in the configuration.
    pub(crate) fn database_url(&self) -> String {
        let text = std::fs::read_to_string(self.directory().join("weight-sync/weight-sync.toml"));
        let text = text.expect("a configuration");
        let url = text.lines().find_map(|line| line.strip_prefix("url = \""));
        url.and_then(|url| url.strip_suffix('"')).expect("the database's URL").to_owned()
    }

    /// The document root.
    pub(crate) fn web(&self) -> PathBuf {
        self.directory().join("web")
    }

    /// Runs this instance's `weightctl`.
    #[track_caller]
    pub(crate) fn weightctl_ok(&self, arguments: &[&str]) -> String {
        let output = Command::new(self.directory().join("weight-sync/bin/weightctl"))
            .arg("--config")
            .arg(self.directory().join("weight-sync/weight-sync.toml"))
            .args(arguments)
            .output()
            .expect("weightctl starts");
        assert!(output.status.success(), "weightctl {arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Creates a user with `weightctl` and returns an access token.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let email = format!("{}@example.org", random_name());
        self.weightctl_ok(&["user", "create", "--email", &email]);
        self.weightctl_ok(&["token", &email]).trim().to_owned()
    }
}

fn given_binaries() -> PathBuf {
    let directory = std::env::var_os("WEIGHT_SYNC_TEST_BINARIES").unwrap_or_else(|| {
        panic!("WEIGHT_SYNC_TEST_BINARIES is not set: start the tests by tests/run, which builds the static binaries")
    });
    PathBuf::from(directory)
}

impl Drop for Instance {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for log in ["apache/error.log", "mariadb/error.log"] {
                print_end(&self.directory().join(log));
            }
        }
        let _ = Command::new(&self.script)
            .args(["local", "stop", "--directory"])
            .arg(self.directory())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if let Some(mut child) = self.restarted.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
