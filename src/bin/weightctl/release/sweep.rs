//! Removes what interrupted runs left: unfinished uploads and probes, releases
//! that never passed, files that were laid and not taken.

use std::path::{Path, PathBuf};

use super::configuration::candidate;
use super::layout::{Layout, UPLOADING};
use super::report::say;
use super::switch::remove_all_laid;
use super::{probe, prune};
use crate::failure::Failure;

/// Needs the lock. `own` is the upload of this run.
pub(super) fn sweep(layout: &Layout, web: &Path, own: Option<&Path>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Failed(error.to_string());
    remove_all_laid(layout, web).map_err(failed)?;
    let _ = std::fs::remove_file(candidate(layout));
    remove_uploads(layout, own)?;
    for probe in matching(web, |name| name.starts_with(probe::PREFIX)) {
        probe::end_processes(&probe);
        remove(&probe)?;
    }
    prune::remove_unverified(layout)
}

/// Removes unfinished uploads, except `own`.
pub(super) fn remove_uploads(layout: &Layout, own: Option<&Path>) -> Result<(), Failure> {
    for upload in matching(&layout.releases(), |name| name.ends_with(UPLOADING)) {
        // Another push may be uploading, or wait for the lock.
        if Some(upload.as_path()) != own && !is_in_use(&upload) {
            remove(&upload)?;
        }
    }
    Ok(())
}

fn matching(folder: &Path, is_leftover: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_str().is_some_and(&is_leftover))
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}

fn remove(folder: &Path) -> Result<(), Failure> {
    let shown = folder.display();
    say(&format!("removing what an interrupted run left: {shown}"));
    std::fs::remove_dir_all(folder).map_err(|error| Failure::Failed(format!("{shown}: {error}")))
}

/// Whether an own process runs a program of this folder, or is in it.
fn is_in_use(folder: &Path) -> bool {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut links = entries.flat_map(|entry| ["exe", "cwd"].map(|link| entry.path().join(link)));
    links.any(|link| std::fs::read_link(link).is_ok_and(|target| target.starts_with(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_in_use_while_a_process_is_in_it_or_runs_its_program() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_in_use(folder.path()));
        let program = folder.path().join("sleep");
        std::fs::copy("/bin/sleep", &program).unwrap();
        let elsewhere = std::path::PathBuf::from("/");
        for (program, place) in
            [(&program, elsewhere.as_path()), (&"/bin/sleep".into(), folder.path())]
        {
            let mut child =
                std::process::Command::new(program).arg("60").current_dir(place).spawn().unwrap();
            assert!(is_in_use(folder.path()), "{}", program.display());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(!is_in_use(folder.path()));
    }
}
