//! Free space on the disk, looked at before anything is changed. A quota does
//! not show here; it shows when files are laid.

use std::path::Path;

use rustix::fs::statvfs;

use super::layout::{Layout, Release};
use crate::failure::Failure;

const MIB: u64 = 1024 * 1024;
/// For the log, the database's temporary files and everything else meanwhile.
const RESERVE: u64 = 4 * MIB;

/// What to do about a full disk.
pub(super) const REMEDY: &str = "where the disk or the quota is full, old releases can be removed: ./deploy.sh ctl release prune --keep 2";

/// Checks that a release can be tried and laid beside what it replaces.
///
/// # Errors
/// [`Failure::Failed`] with both numbers and what to remove.
pub(super) fn check(release: &Release, web: &Path, layout: &Layout) -> Result<(), Failure> {
    let size = |path: &Path| path.metadata().map_or(0, |file| file.len());
    let pages = release.pages().unwrap_or_default();
    let pages: u64 = pages.iter().map(|(_, file)| size(file)).sum();
    // The probe's copy of the program is removed before the next one is made.
    let for_web = size(&release.program()).saturating_add(pages).saturating_add(RESERVE);
    let for_private = size(&release.weightctl()).saturating_add(RESERVE);
    for (folder, needed) in [(web, for_web), (layout.private.as_path(), for_private)] {
        let Some(free) = free(folder) else { continue };
        if free < needed {
            return Err(Failure::Failed(too_little(folder, needed, free, layout)));
        }
    }
    Ok(())
}

/// The bytes that this user may still write; `None` where the system does not
/// say.
fn free(folder: &Path) -> Option<u64> {
    let found = statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

fn too_little(folder: &Path, needed: u64, free: u64, layout: &Layout) -> String {
    format!(
        "the disk is full: {} needs {} MiB and {} MiB are free. Nothing was changed. Old releases \
         in {} can be removed: ./deploy.sh ctl release prune --keep 2",
        folder.display(),
        needed.div_ceil(MIB),
        free / MIB,
        layout.releases().display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_that_does_not_fit_is_refused_with_both_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout { private: folder.path().to_owned() };
        let release = layout.release("0.1.0-20200101T000000Z");
        std::fs::create_dir_all(&release.0).unwrap();
        let program = std::fs::File::create(release.program()).unwrap();
        assert!(check(&release, folder.path(), &layout).is_ok());
        // Without contents, it takes no space itself.
        program.set_len(1 << 43).unwrap();
        let refused = check(&release, folder.path(), &layout).unwrap_err();
        let said = refused.message();
        assert!(said.contains("needs 8388612 MiB") && said.contains("MiB are free"), "{said}");
    }
}
