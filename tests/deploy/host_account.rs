//! A shared host's account: a system user with a home that suexec accepts, and an SSH server that runs as this user.

use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::shared_host::run;
use crate::support::folder::random_name;
use crate::support::port::Port;
use crate::support::waiting::wait_until;

/// Debian's suexec serves only below this folder.
const HOMES: &str = "/var/www";

/// Debian's suexec writes its log here, and fails if it cannot.
const SUEXEC_LOGS: &str = "/var/log/apache2";

/// Serialises useradd and userdel, which lock the list of users and give up if it stays locked for some seconds.
static USERS: Mutex<()> = Mutex::new(());

fn one_at_a_time() -> MutexGuard<'static, ()> {
    USERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A system user with a home that suexec accepts.
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) home: PathBuf,
}

impl Account {
    pub(crate) fn create() -> Self {
        let name = format!("ws-{}", random_name());
        let home = Path::new(HOMES).join(&name);
        for folder in [HOMES, SUEXEC_LOGS] {
            std::fs::create_dir_all(folder).expect("a folder (the tests of deploying need root)");
        }
        let account = Self { name, home };
        let home = account.home.display().to_string();
        let turn = one_at_a_time();
        run(
            "useradd",
            &[
                "--system",
                "--user-group",
                "--create-home",
                "--home-dir",
                &home,
                "--shell",
                "/bin/bash",
                &account.name,
            ],
        );
        drop(turn);
        std::fs::set_permissions(&account.home, PermissionsExt::from_mode(0o755)).expect("a mode");
        account
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let _ =
            Command::new("crontab").args(["-r", "-u", &self.name]).stderr(Stdio::null()).status();
        // Only this test started processes of this user.
        let _ = Command::new("pkill").args(["-KILL", "-u", &self.name]).status();
        let _ = std::fs::remove_dir_all(&self.home);
        let _turn = one_at_a_time();
        let _ = Command::new("userdel").arg(&self.name).stderr(Stdio::null()).status();
    }
}

/// Starts an SSH server that runs as the user and admits only this user.
pub(crate) fn start_ssh(account: &Account, folder: &Path) -> (Child, Port) {
    let key = folder.join("key").display().to_string();
    run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", &key]);
    let ssh = account.home.join(".ssh");
    std::fs::create_dir(&ssh).expect("a folder");
    std::fs::copy(format!("{key}.pub"), ssh.join("authorized_keys")).expect("a copy");
    let host_key = ssh.join("host_key").display().to_string();
    run("dropbearkey", &["-t", "ed25519", "-f", &host_key]);
    std::fs::set_permissions(&ssh, PermissionsExt::from_mode(0o700)).expect("a mode");
    let owner = format!("{0}:{0}", account.name);
    run("chown", &["-R", &owner, &ssh.display().to_string()]);
    let port = Port::take();
    let id =
        |flag: &str| run("id", &[flag, &account.name]).trim().parse::<u32>().expect("a number");
    let child = Command::new("/usr/sbin/dropbear")
        .args([
            "-F",
            "-E",
            "-s",
            "-r",
            &host_key,
            "-p",
            &format!("127.0.0.1:{}", port.number),
            "-P",
        ])
        .arg(ssh.join("pid"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .uid(id("-u"))
        .gid(id("-g"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join("ssh.log")).expect("a file"))
        .spawn()
        .unwrap_or_else(|error| panic!("dropbear: {error}: start the tests by tests/run"));
    wait_until("the SSH server listens", || TcpStream::connect(("127.0.0.1", port.number)).is_ok());
    (child, port)
}
