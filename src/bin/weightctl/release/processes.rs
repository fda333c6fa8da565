//! Processes of the web program, found by the file that they run.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::report::say;

/// The kernel appends this to the name of a file that was replaced.
const REPLACED: &str = " (deleted)";

/// Own processes that run one file.
#[derive(Default)]
pub(super) struct Running {
    pub(super) current: Vec<i32>,
    /// Those whose file has been replaced since they started.
    pub(super) replaced: Vec<i32>,
}

pub(super) fn of(program: &Path) -> Running {
    let path = program.display().to_string();
    let replaced = format!("{path}{REPLACED}");
    let mut running = Running::default();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let id = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok());
        let (Some(id), Some(file)) = (id, file_of(&entry.path())) else { continue };
        if file == path {
            running.current.push(id);
        } else if file == replaced {
            running.replaced.push(id);
        }
    }
    running
}

/// Whether an own process runs a program of this folder, or is in it.
pub(super) fn work_in(folder: &Path) -> bool {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut links = entries.flat_map(|entry| ["exe", "cwd"].map(|link| entry.path().join(link)));
    links.any(|link| std::fs::read_link(link).is_ok_and(|target| target.starts_with(folder)))
}

/// Not readable for another user's process; a zombie has none.
fn file_of(process: &Path) -> Option<String> {
    let file = std::fs::read_link(process.join("exe")).ok()?;
    Some(file.display().to_string())
}

/// Ends processes. SIGTERM lets them finish the current request; SIGKILL ends
/// those that take longer than `patience`, all together.
pub(super) fn end(ids: &[i32], patience: Duration) {
    let send = |id: i32, signal| {
        if let Some(id) = Pid::from_raw(id) {
            // It may have ended meanwhile.
            let _ = kill_process(id, signal);
        }
    };
    let is_there = |id: &i32| file_of(&Path::new("/proc").join(id.to_string())).is_some();
    for id in ids {
        send(*id, Signal::TERM);
    }
    let begun = Instant::now();
    while ids.iter().any(is_there) {
        if begun.elapsed() > patience {
            for id in ids.iter().filter(|id| is_there(id)) {
                say(&format!("process {id} did not end in time: killed"));
                send(*id, Signal::KILL);
            }
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_in_use_while_a_process_is_in_it_or_runs_its_program() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!work_in(folder.path()));
        let program = folder.path().join("sleep");
        std::fs::copy("/bin/sleep", &program).unwrap();
        let elsewhere = std::path::PathBuf::from("/");
        for (program, place) in
            [(&program, elsewhere.as_path()), (&"/bin/sleep".into(), folder.path())]
        {
            let mut child =
                std::process::Command::new(program).arg("60").current_dir(place).spawn().unwrap();
            assert!(work_in(folder.path()), "{}", program.display());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(!work_in(folder.path()));
    }

    #[test]
    fn processes_of_a_replaced_file_are_told_apart_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let (program, new) = (folder.path().join("api"), folder.path().join("new"));
        std::fs::copy("/bin/sleep", &program).unwrap();
        std::fs::copy("/bin/sleep", &new).unwrap();
        let mut old = std::process::Command::new(&program).arg("60").spawn().unwrap();
        std::fs::rename(&new, &program).unwrap();
        let mut current = std::process::Command::new(&program).arg("60").spawn().unwrap();
        let running = of(&program);
        let ids = |child: &std::process::Child| vec![i32::try_from(child.id()).unwrap()];
        assert_eq!((running.current, running.replaced), (ids(&current), ids(&old)));
        end(&ids(&old), Duration::from_secs(30));
        assert!(!old.wait().unwrap().success(), "SIGTERM has ended it");
        current.kill().unwrap();
        current.wait().unwrap();
    }
}
