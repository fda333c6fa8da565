//! Counts the system calls of our program for a refused token, with strace.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Connection;
use crate::peers::Peer;
use crate::routes::Route;
use crate::support::folder::Folder;
use crate::users::User;

const REQUESTS: usize = 100;

/// The system calls a request, or why they could not be counted.
pub(crate) fn count(peer: &Peer<'_>, user: &User) -> Result<f64, String> {
    let folder = Folder::new();
    let log = folder.join("calls");
    let ids = peer.program_ids();
    let mut command = Command::new("strace");
    command.arg("-f").arg("-o").arg(&log);
    for id in &ids {
        command.arg("-p").arg(id.to_string());
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut strace = command.spawn().map_err(|error| format!("strace: {error}"))?;
    let started = Instant::now();
    while !ids.iter().all(|id| is_traced(*id)) {
        let has_ended = strace.try_wait().is_ok_and(|status| status.is_some());
        if has_ended || started.elapsed() > Duration::from_secs(20) {
            let _ = strace.kill();
            let _ = strace.wait();
            return Err("strace may not attach to the processes; try as root".to_owned());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    // The calls in which the processes waited when strace came.
    std::thread::sleep(Duration::from_millis(300));
    let before = calls(&log);
    let mut connection = Connection::to(peer.port);
    for turn in 0..REQUESTS {
        connection.exchange(&Route::RefusedToken.request(user, "", turn));
    }
    // The calls after the last response.
    std::thread::sleep(Duration::from_millis(300));
    let after = calls(&log);
    // strace lets the processes go.
    let _ = Command::new("kill").arg(strace.id().to_string()).status();
    let _ = strace.wait();
    Ok((after - before) as f64 / REQUESTS as f64)
}

fn is_traced(id: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
}

/// Calls that have begun: a line each, but not the second half of one that was interrupted, nor a signal or an end.
fn calls(log: &std::path::Path) -> usize {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let names = text.lines().filter_map(|line| line.split_once(' '));
    names.filter(|(_, call)| !call.trim_start().starts_with(['<', '-', '+'])).count()
}
