//! The processes of an instance, and its database stopped and started again.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use super::Instance;
use crate::support::processes::{Signal, arguments, executable, find, is_running, signal};
use crate::support::waiting::wait_until;

/// How a database ran before it was stopped.
pub(crate) struct StoppedDatabase {
    command: Vec<String>,
    user: u32,
    group: u32,
}

impl Instance {
    /// The processes of this instance's web program.
    pub(crate) fn program_ids(&self) -> Vec<u32> {
        let web = self.web();
        find(|id| executable(id).is_some_and(|path| path.starts_with(&web)))
    }

    /// Apache's processes, without the program's.
    pub(crate) fn apache_ids(&self) -> Vec<u32> {
        self.server_ids("apache", &["apache2"])
    }

    pub(crate) fn database_ids(&self) -> Vec<u32> {
        self.server_ids("mariadb", &["mariadbd", "mysqld"])
    }

    /// The processes of these programs that were started with a file of the instance's `folder`.
    fn server_ids(&self, folder: &str, programs: &[&str]) -> Vec<u32> {
        let folder = self.directory().join(folder).display().to_string();
        find(|id| {
            let is_program =
                |path: std::path::PathBuf| programs.iter().any(|one| path.ends_with(one));
            arguments(id).iter().any(|argument| argument.contains(&folder))
                && executable(id).is_some_and(is_program)
        })
    }

    /// Stops the database and returns what is needed to start it again.
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
