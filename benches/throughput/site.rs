//! Our site as `./deploy.sh local` starts it, of this checkout or of an older one, with a bound on its processes.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::delay;
use crate::support::processes::{Signal, is_running, signal};
use crate::support::site::Instance;
use crate::support::waiting::wait_until;
use crate::support::{Request, WEIGHT};

const SETTINGS: [(&str, &str); 1] = [("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "10000000")];

pub(crate) struct Site {
    pub(crate) instance: Instance,
    /// The database's URL. The program and PHP may be given another port, that of a proxy.
    pub(crate) database_url: String,
}

impl Site {
    /// Starts the site of a checkout, with a database server of its own. Builds the binaries where none are given.
    pub(crate) fn start(checkout: &Path, binaries: Option<&Path>) -> Self {
        let checkout = std::fs::canonicalize(checkout)
            .unwrap_or_else(|error| panic!("{}: {error}", checkout.display()));
        let binaries = binaries.map_or_else(|| build(&checkout), Path::to_path_buf);
        eprintln!("starting the site of {} with {}", checkout.display(), binaries.display());
        let instance = Instance::of_checkout(&checkout, &binaries, &SETTINGS);
        Self { database_url: instance.database_url(), instance }
    }

    pub(crate) fn port(&self) -> u16 {
        port_of(&self.instance.base_url)
    }

    /// Puts a proxy before the database where a round trip is given. Returns the port that programs use.
    pub(crate) fn delay_database(&self, rtt: Option<Duration>) -> u16 {
        let options = mysql::Opts::from_url(&self.database_url).expect("a URL");
        let port = options.get_tcp_port();
        let Some(rtt) = rtt else { return port };
        let proxy = delay::proxy(port, rtt);
        let (file, text) = self.configuration();
        let (old, new) = (format!("127.0.0.1:{port}"), format!("127.0.0.1:{proxy}"));
        assert!(text.contains(&old), "{old} in {}", file.display());
        std::fs::write(file, text.replace(&old, &new)).expect("it can be written");
        proxy
    }

    /// Bounds the processes of each program, adds other sites to Apache, and restarts Apache.
    pub(crate) fn configure_apache(&self, processes: u16, virtual_hosts: &str) {
        let file = self.instance.directory().join("apache/httpd.conf");
        let mut text = std::fs::read_to_string(&file).expect("Apache's configuration");
        let _ = write!(
            text,
            "FcgidMaxProcessesPerClass {processes}\nFcgidMinProcessesPerClass {processes}\n\
             {virtual_hosts}"
        );
        std::fs::write(&file, text).expect("it can be written");
        let apache = self.instance.status["apache_pid"].as_u64().expect("Apache runs");
        let apache = u32::try_from(apache).expect("a process id");
        let mut old = self.instance.apache_ids();
        old.retain(|id| *id != apache);
        signal(apache, Signal::HUP);
        wait_until("Apache has restarted", || {
            old.iter().all(|id| !is_running(*id)) && self.instance.apache_ids().len() > 1
        });
        self.instance.send_to_any_release(&Request::get(WEIGHT)).expect(401);
    }

    /// The secret that signs new tokens (the first in the configuration).
    pub(crate) fn secret(&self) -> String {
        let (_, text) = self.configuration();
        let line = text.lines().find_map(|line| line.strip_prefix("secret = \""));
        line.expect("a secret").trim_end_matches('"').to_owned()
    }

    fn configuration(&self) -> (PathBuf, String) {
        let file = self.instance.directory().join("weight-sync/weight-sync.toml");
        let text = std::fs::read_to_string(&file).expect("a configuration");
        (file, text)
    }
}

fn port_of(url: &str) -> u16 {
    url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}

/// Builds the static binaries and returns their directory. The output goes to standard error.
fn build(checkout: &Path) -> PathBuf {
    let mut command = Command::new(checkout.join("deploy.sh"));
    let status = command.arg("build").stdout(std::io::stderr()).status();
    assert!(status.is_ok_and(|status| status.success()), "./deploy.sh build");
    let target = format!("target/musl/{}-unknown-linux-musl/release", std::env::consts::ARCH);
    checkout.join(target)
}
