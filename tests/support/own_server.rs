//! A MariaDB or MySQL server of one test's own, with certificates of the test's own: for what cannot be asked of the
//! server that all tests share.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{Datelike, NaiveDate};
use mysql::{Conn, OptsBuilder};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};

use super::folder::Folder;
use super::instance::PATIENCE;
use super::port::Port;

/// What a server is started as.
#[derive(Clone, Debug)]
pub(crate) enum Program {
    MariaDb,
    /// A `mysqld`; the options name what it needs to find its own parts.
    MySql(PathBuf),
}

impl Program {
    /// MariaDB, and MySQL where WEIGHT_SYNC_TEST_MYSQLD names one.
    pub(crate) fn all() -> Vec<Self> {
        let mysql = std::env::var_os("WEIGHT_SYNC_TEST_MYSQLD").map(PathBuf::from);
        std::iter::once(Self::MariaDb).chain(mysql.map(Self::MySql)).collect()
    }
}

/// An authority and what it has signed, as files.
pub(crate) struct Authority {
    folder: Folder,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let folder = Folder::new();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "an authority of the tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        std::fs::write(folder.join("ca.pem"), certificate.pem()).expect("a file");
        Self { folder, issuer: Issuer::new(params, key) }
    }

    /// The authority's own certificate.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// A certificate for `host`, good until the end of that year, and its key.
    pub(crate) fn certify(&self, host: &str, last_year: i32) -> (PathBuf, PathBuf) {
        let last = NaiveDate::from_ymd_opt(last_year, 12, 31).expect("a day");
        self.certify_until(host, last)
    }

    /// The same, good until that day begins.
    pub(crate) fn certify_until(&self, host: &str, day: NaiveDate) -> (PathBuf, PathBuf) {
        let month = u8::try_from(day.month()).expect("a month");
        let number = u8::try_from(day.day()).expect("a day");
        let mut params = CertificateParams::new([host.to_owned()]).expect("a host");
        (params.not_before, params.not_after) =
            (date_time_ymd(2000, 1, 1), date_time_ymd(day.year(), month, number));
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let (certificate_file, key_file) = (
            self.folder.join(&format!("{host}-{day}.pem")),
            self.folder.join(&format!("{host}-{day}.key")),
        );
        std::fs::write(&certificate_file, certificate.pem()).expect("a file");
        std::fs::write(&key_file, key.serialize_pem()).expect("a file");
        (certificate_file, key_file)
    }

    /// Options with which a database server shows such a certificate.
    pub(crate) fn server_options(&self, host: &str, last_year: i32) -> Vec<String> {
        let (certificate, key) = self.certify(host, last_year);
        vec![
            format!("--ssl-ca={}", self.file().display()),
            format!("--ssl-cert={}", certificate.display()),
            format!("--ssl-key={}", key.display()),
        ]
    }
}

/// A running server; ends, and its data with it, when dropped.
pub(crate) struct OwnServer {
    command: Command,
    child: Child,
    folder: Folder,
    port: Port,
}

impl OwnServer {
    /// Starts one with these options besides the necessary ones.
    pub(crate) fn start(program: &Program, options: &[String]) -> Self {
        let folder = Folder::new();
        let data = format!("--datadir={}", folder.join("data").display());
        let log = folder.join("error.log");
        // A starting server removes whatever looks like a temporary table, others' too.
        std::fs::create_dir(folder.join("tmp")).expect("a folder");
        let temporary = format!("--tmpdir={}", folder.join("tmp").display());
        let said = std::fs::File::create(&log).expect("a file");
        let mut initialise = match program {
            Program::MariaDb => {
                let mut command = Command::new("mariadb-install-db");
                command
                    .args(["--no-defaults", "--auth-root-authentication-method=normal"])
                    .args(["--skip-test-db", "--skip-name-resolve"]);
                command
            }
            Program::MySql(path) => {
                let mut command = Command::new(path);
                command.args(["--no-defaults", "--initialize-insecure"]);
                command
            }
        };
        let initialised = initialise
            .args([&data, &temporary, &user_option()])
            .stdout(said.try_clone().expect("a second handle"))
            .stderr(said)
            .status();
        assert!(initialised.expect("it starts").success(), "{program:?}: {}", read(&log));
        let port = Port::take();
        let path = match program {
            Program::MariaDb => Path::new("/usr/sbin/mariadbd"),
            Program::MySql(path) => path,
        };
        let mut command = Command::new(path);
        command
            .args(["--no-defaults", &data, &temporary, &user_option(), "--bind-address=127.0.0.1"])
            .arg(format!("--port={}", port.number))
            .arg(format!("--log-error={}", log.display()))
            .arg(format!("--socket={}", folder.join("sock").display()))
            .arg(format!("--pid-file={}", folder.join("pid").display()))
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if matches!(program, Program::MySql(_)) {
            command.arg("--mysqlx=OFF");
        }
        let child = command.spawn().expect("it starts");
        let mut server = Self { command, child, folder, port };
        server.wait_until_it_answers();
        server
    }

    /// Ends it as its administrator does.
    pub(crate) fn stop(&mut self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it lives");
        self.child.wait().expect("a child");
    }

    /// Ends it as a loss of power does, save for what the system had not written yet.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it lives");
        self.child.wait().expect("a child");
    }

    /// Starts it over the same data, at the same port.
    pub(crate) fn start_again(&mut self) {
        self.child = self.command.spawn().expect("it starts");
        self.wait_until_it_answers();
    }

    fn wait_until_it_answers(&mut self) {
        let log = self.folder.join("error.log");
        let begun = Instant::now();
        while Conn::new(
            OptsBuilder::new().user(Some("root")).tcp_port(self.port.number).prefer_socket(false),
        )
        .is_err()
        {
            let has_ended = self.child.try_wait().is_ok_and(|status| status.is_some());
            assert!(!has_ended && begun.elapsed() < PATIENCE, "{}", read(&log));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The administrator's URL.
    pub(crate) fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}", self.port.number)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port.number
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // Nothing in it is worth writing out.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Root must say that it means to run a server as root.
fn user_option() -> String {
    if rustix::process::geteuid().is_root() {
        "--user=root".to_owned()
    } else {
        format!("--user={}", whoami())
    }
}

fn whoami() -> String {
    let output = Command::new("id").arg("-un").output().expect("id starts");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn read(log: &Path) -> String {
    std::fs::read_to_string(log).unwrap_or_default()
}
