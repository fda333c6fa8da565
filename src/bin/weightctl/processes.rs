//! Own processes of the web program, found by the file that they run.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::deployment::{AWAY, PROGRAM};

/// The kernel appends this to the name of a file that was replaced.
const REPLACED: &str = " (deleted)";

/// Processes of this user.
#[derive(Default)]
pub(crate) struct Running {
    /// They run the file that is there.
    pub(crate) current: Vec<i32>,
    /// Their file was replaced since they started.
    pub(crate) replaced: Vec<i32>,
}

impl Running {
    /// Those of the program in a web directory; without one, of every program
    /// of that name. `None` where the system does not show processes.
    pub(crate) fn of(web: Option<&Path>) -> Option<Self> {
        let place = web.map(|web| web.canonicalize().unwrap_or_else(|_| web.to_owned()));
        let mut running = Self::default();
        for entry in std::fs::read_dir("/proc").ok()?.flatten() {
            let id = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok());
            let (Some(id), Some(file)) = (id, file_of(&entry.path())) else { continue };
            let path = Path::new(file.trim_end_matches(REPLACED));
            // The kernel follows a rename.
            let is_ours = path.file_name().is_some_and(|name| name == PROGRAM || name == AWAY)
                && place.as_deref().is_none_or(|place| path.parent() == Some(place));
            if is_ours && file.ends_with(REPLACED) {
                running.replaced.push(id);
            } else if is_ours {
                running.current.push(id);
            }
        }
        Some(running)
    }
}

/// The file that an own process runs; for root, any process. A zombie has none.
fn file_of(process: &Path) -> Option<String> {
    let (owner, me) = (process.metadata().ok()?.uid(), rustix::process::geteuid());
    if owner != me.as_raw() && !me.is_root() {
        return None;
    }
    Some(std::fs::read_link(process.join("exe")).ok()?.display().to_string())
}

/// Ends processes. SIGTERM lets them finish the current request; SIGKILL ends
/// those that take longer than `patience`.
pub(crate) fn end(ids: &[i32], patience: Duration) {
    let send = |id: &i32, signal| {
        if let Some(id) = Pid::from_raw(*id) {
            // It may have ended meanwhile.
            let _ = kill_process(id, signal);
        }
    };
    let is_there = |id: &&i32| file_of(&Path::new("/proc").join(id.to_string())).is_some();
    ids.iter().for_each(|id| send(id, Signal::TERM));
    let begun = Instant::now();
    while ids.iter().any(|id| is_there(&id)) {
        if begun.elapsed() > patience {
            ids.iter().filter(is_there).for_each(|id| send(id, Signal::KILL));
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_of_a_replaced_file_are_told_apart_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let (program, new) = (folder.path().join("api"), folder.path().join("new"));
        std::fs::copy("/bin/sleep", &program).unwrap();
        std::fs::copy("/bin/sleep", &new).unwrap();
        let mut old = std::process::Command::new(&program).arg("60").spawn().unwrap();
        std::fs::rename(&new, &program).unwrap();
        let mut current = std::process::Command::new(&program).arg("60").spawn().unwrap();
        let running = Running::of(Some(folder.path())).unwrap();
        let ids = |child: &std::process::Child| vec![i32::try_from(child.id()).unwrap()];
        assert_eq!((running.current, running.replaced), (ids(&current), ids(&old)));
        end(&ids(&old), Duration::from_secs(30));
        assert!(!old.wait().unwrap().success(), "SIGTERM has ended it");
        current.kill().unwrap();
        current.wait().unwrap();
    }
}
