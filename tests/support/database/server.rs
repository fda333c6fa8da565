//! A separate MariaDB or MySQL server for one test, with its own options, which the test can stop and kill.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mysql::{Conn, OptsBuilder};

use crate::support::folder::Folder;
use crate::support::port::Port;
use crate::support::waiting::PATIENCE;

/// The server program to run.
#[derive(Clone, Debug)]
pub(crate) enum DatabaseProgram {
    MariaDb,
    /// The path of a `mysqld`.
    MySql(PathBuf),
}

impl DatabaseProgram {
    /// MariaDB, and MySQL if WEIGHT_SYNC_TEST_MYSQLD is set.
    pub(crate) fn all() -> Vec<Self> {
        let mysql = std::env::var_os("WEIGHT_SYNC_TEST_MYSQLD").map(PathBuf::from);
        std::iter::once(Self::MariaDb).chain(mysql.map(Self::MySql)).collect()
    }
}

/// A running server. Dropping it ends the server and removes its data.
pub(crate) struct DatabaseServer {
    command: Command,
    child: Child,
    folder: Folder,
    port: Port,
}

impl DatabaseServer {
    /// Starts a server with additional options.
    pub(crate) fn start(program: &DatabaseProgram, options: &[String]) -> Self {
        let folder = Folder::new();
        let data = format!("--datadir={}", folder.join("data").display());
        let log = folder.join("error.log");
        // A server removes all temporary tables in this folder when it starts, even those of other servers.
        std::fs::create_dir(folder.join("tmp")).expect("a folder");
        let temporary = format!("--tmpdir={}", folder.join("tmp").display());
        let said = std::fs::File::create(&log).expect("a file");
        let mut initialise = match program {
            DatabaseProgram::MariaDb => {
                let mut command = Command::new("mariadb-install-db");
                command
                    .args(["--no-defaults", "--auth-root-authentication-method=normal"])
                    .args(["--skip-test-db", "--skip-name-resolve"]);
                command
            }
            DatabaseProgram::MySql(path) => {
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
            DatabaseProgram::MariaDb => Path::new("/usr/sbin/mariadbd"),
            DatabaseProgram::MySql(path) => path,
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
        if matches!(program, DatabaseProgram::MySql(_)) {
            command.arg("--mysqlx=OFF");
        }
        let child = command.spawn().expect("it starts");
        let mut server = Self { command, child, folder, port };
        server.wait_until_it_answers();
        server
    }

    /// Stops the server by SIGTERM.
    pub(crate) fn stop(&mut self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it lives");
        self.child.wait().expect("a child");
    }

    /// Kills the server by SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it lives");
        self.child.wait().expect("a child");
    }

    /// Starts the server again with the same data and port.
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

impl Drop for DatabaseServer {
    fn drop(&mut self) {
        // The data is no longer needed, so SIGKILL is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server started by root needs a `--user` option.
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
