//! Finds the processes of an instance, and stops and restarts its database.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use super::Instance;
use crate::support::processes::{Signal, arguments, executable, find, is_running, signal};
use crate::support::waiting::wait_until;

/// The data needed to start a stopped database again.
pub(crate) struct StoppedDatabase {
    command: Vec<String>,
    user: u32,
    group: u32,
}

impl Instance {
    /// The ids of the web program's processes.
    pub(crate) fn program_ids(&self) -> Vec<u32> {
        let web = self.web();
        find(|id| executable(id).is_some_and(|path| path.starts_with(&web)))
    }

    /// The ids of Apache's processes, without the web program's.
    pub(crate) fn apache_ids(&self) -> Vec<u32> {
        self.server_ids("apache", &["apache2"])
    }

    pub(crate) fn database_ids(&self) -> Vec<u32> {
        self.server_ids("mariadb", &["mariadbd", "mysqld"])
    }

    /// The ids of processes of `programs` that were started with a file of the instance's `folder`.
    fn server_ids(&self, folder: &str, programs: &[&str]) -> Vec<u32> {
        let folder = self.directory().join(folder).display().to_string();
        find(|id| {
            let is_program =
                |path: std::path::PathBuf| programs.iter().any(|one| path.ends_with(one));
            arguments(id).iter().any(|argument| argument.contains(&folder))
                && executable(id).is_some_and(is_program)
        })
    }

    /// Stops the database.
    pub(crate) fn stop_database(&mut self) -> StoppedDatabase {
        let ids = self.database_ids();
        let [id] = ids[..] else { panic!("one database process expected, found {ids:?}") };
        let metadata = std::fs::metadata(format!("/proc/{id}")).expect("it runs");
        let stopped =
            StoppedDatabase { command: arguments(id), user: metadata.uid(), group: metadata.gid() };
        signal(id, Signal::TERM);
        wait_until("the database has stopped", || !is_running(id));
        stopped
    }

    pub(crate) fn start_database(&mut self, stopped: &StoppedDatabase) {
        let mut command = Command::new(&stopped.command[0]);
        command
            .args(&stopped.command[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if stopped.user != rustix::process::geteuid().as_raw() {
            command.uid(stopped.user).gid(stopped.group);
        }
        self.restarted = Some(command.spawn().expect("the database starts"));
    }
}
