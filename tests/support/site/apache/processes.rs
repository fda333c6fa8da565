//! The processes of an instance, and its database stopped and started again.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Instance;
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
        processes(|id| executable(id).is_some_and(|path| path.starts_with(&web)))
    }

    /// Apache's processes, without ours.
    pub(crate) fn apache_ids(&self) -> Vec<u32> {
        let folder = self.directory().join("apache");
        processes(|id| {
            let names_folder =
                arguments(id).iter().any(|argument| argument.contains(&*folder.to_string_lossy()));
            names_folder && executable(id).is_some_and(|path| path.ends_with("apache2"))
        })
    }

    pub(crate) fn database_ids(&self) -> Vec<u32> {
        let folder = self.directory().join("mariadb");
        processes(|id| {
            let names_folder =
                arguments(id).iter().any(|argument| argument.contains(&*folder.to_string_lossy()));
            names_folder
                && executable(id).is_some_and(|path| {
                    path.file_name().is_some_and(|name| is_database(&name.to_string_lossy()))
                })
        })
    }

    /// Stops the database and answers what is needed for starting it again.
    pub(crate) fn stop_database(&mut self) -> StoppedDatabase {
        let ids = self.database_ids();
        let [id] = ids[..] else { panic!("one database process expected, found {ids:?}") };
        let metadata = std::fs::metadata(format!("/proc/{id}")).expect("it runs");
        let stopped =
            StoppedDatabase { command: arguments(id), user: metadata.uid(), group: metadata.gid() };
        assert!(Command::new("kill").arg(id.to_string()).status().expect("kill").success());
        wait_until("the database has stopped", || {
            !Path::new(&format!("/proc/{id}")).exists() || is_zombie(id)
        });
        stopped
    }

    pub(crate) fn start_database(&mut self, stopped: &StoppedDatabase) {
        let mut command = Command::new(&stopped.command[0]);
        command
            .args(&stopped.command[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let ours = std::fs::metadata("/proc/self").expect("/proc").uid();
        if stopped.user != ours {
            command.uid(stopped.user).gid(stopped.group);
        }
        self.restarted = Some(command.spawn().expect("the database starts"));
    }
}

fn processes(matching: impl Fn(u32) -> bool) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("/proc");
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|id| matching(*id))
        .collect()
}

fn executable(id: u32) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{id}/exe")).ok()
}

fn arguments(id: u32) -> Vec<String> {
    let bytes = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).split_terminator('\0').map(str::to_owned).collect()
}

fn is_database(name: &str) -> bool {
    matches!(name, "mariadbd" | "mysqld")
}

fn is_zombie(id: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

/// Resident memory of a process in KiB.
pub(crate) fn resident_kib(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.trim().trim_end_matches(" kB").parse().ok())
}
