//! Finds processes on this machine, reads their memory use and sends them signals.

use std::path::PathBuf;

use rustix::process::{Pid, kill_process};

pub(crate) use rustix::process::Signal;

/// The ids of all processes for which `matching` holds.
pub(crate) fn find(matching: impl Fn(u32) -> bool) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("/proc").flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id| matching(*id)).collect()
}

/// The program that a process runs. The path ends in " (deleted)" if the file was removed.
pub(crate) fn executable(id: u32) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{id}/exe")).ok()
}

pub(crate) fn arguments(id: u32) -> Vec<String> {
    let bytes = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).split_terminator('\0').map(str::to_owned).collect()
}

/// Resident memory in KiB.
pub(crate) fn resident_kib(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    size.trim().trim_end_matches(" kB").parse().ok()
}

/// Sends a signal. Ignores a process that has already ended.
pub(crate) fn signal(id: u32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(id.cast_signed()) {
        let _ = kill_process(pid, signal);
    }
}

/// Whether a process runs. A zombie does not.
pub(crate) fn is_running(id: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}
