//! Removes what interrupted runs left: unfinished uploads and probes, releases
//! that never passed, files that were laid and not taken.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::configuration::candidate;
use super::layout::{Layout, PROGRAM, UPLOADING};
use super::report::say;
use super::switch::remove_all_laid;
use super::{probe, processes, prune};
use crate::failure::Failure;

/// Needs the lock. `own` is the upload of this run.
pub(super) fn sweep(layout: &Layout, web: &Path, own: Option<&Path>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Failed(error.to_string());
    remove_all_laid(layout, web).map_err(failed)?;
    let _ = std::fs::remove_file(candidate(layout));
    for upload in matching(&layout.releases(), |name| name.ends_with(UPLOADING)) {
        // Another push may be uploading, or wait for the lock.
        if Some(upload.as_path()) != own && !processes::work_in(&upload) {
            remove(&upload)?;
        }
    }
    for probe in matching(web, |name| name.starts_with(probe::PREFIX)) {
        processes::end(&processes::of(&probe.join(PROGRAM)).current, Duration::from_secs(5));
        remove(&probe)?;
    }
    prune::remove_unverified(layout)
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
