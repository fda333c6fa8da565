//! Durable changes of files: a file is written beside its target and flushed,
//! then renamed, then the folder is flushed. After a power cut each file is the
//! old or the new one, and never an empty one.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The beginning of the name under which a file waits beside its target. The
/// dot keeps it from being fetched.
const HIDDEN: &str = ".weight-sync-new-";

/// The name under which a new file waits for [`take`].
pub(super) fn hidden(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!("{HIDDEN}{name}"))
}

/// Copies a file to the hidden name of `target`. This is where a full disk
/// shows.
pub(super) fn lay(original: &Path, target: &Path, mode: u32) -> io::Result<()> {
    let mut from = File::open(original).map_err(|error| named(original, &error))?;
    lay_by(target, mode, |file| io::copy(&mut from, file).map(drop))
}

/// The same with a text.
pub(super) fn lay_text(target: &Path, text: &str, mode: u32) -> io::Result<()> {
    lay_by(target, mode, |file| file.write_all(text.as_bytes()))
}

fn lay_by(
    target: &Path,
    mode: u32,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let path = hidden(target);
    let write = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&path)?;
        fill(&mut file)?;
        // Explicitly, since the umask may be any. suexec refuses what the group
        // may write.
        file.set_permissions(Permissions::from_mode(mode))?;
        file.sync_all()
    };
    write().map_err(|error| named(&path, &error))?;
    sync_parent(target)
}

/// Renames what was laid for `target` to it. Needs no space on the disk.
pub(super) fn take(target: &Path) -> io::Result<()> {
    std::fs::rename(hidden(target), target).map_err(|error| named(target, &error))?;
    sync_parent(target)
}

/// Both at once.
pub(super) fn write(target: &Path, text: &str) -> io::Result<()> {
    lay_text(target, text, 0o644)?;
    take(target)
}

/// Removes what an interrupted run has laid below a folder, except in `skip`.
pub(super) fn remove_laid(folder: &Path, skip: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder).map_err(|error| named(folder, &error))? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() && path != skip {
            // Another program's folder need not be readable.
            let _ = remove_laid(&path, skip);
        } else if kind.is_file() && entry.file_name().to_string_lossy().starts_with(HIDDEN) {
            std::fs::remove_file(&path).map_err(|error| named(&path, &error))?;
        }
    }
    Ok(())
}

/// All files below a folder, in order of their paths.
pub(super) fn walk(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| named(folder, &error))? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            found.extend(walk(&path)?);
        } else if kind.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Makes a folder that everybody may enter and only its owner may change.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(|error| named(folder, &error))?;
    std::fs::set_permissions(folder, Permissions::from_mode(0o755))
        .map_err(|error| named(folder, &error))
}

/// Flushes a folder's list of names.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(|error| named(folder, &error))
}

fn sync_parent(target: &Path) -> io::Result<()> {
    target.parent().map_or(Ok(()), sync_folder)
}

/// An error with the path that it is about.
fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_laid_file_replaces_its_target_only_when_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (target, original) = (folder.path().join("api"), folder.path().join("new"));
        std::fs::write(&target, "old").unwrap();
        std::fs::write(&original, "new").unwrap();
        lay(&original, &target, 0o755).unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "old");
        take(&target).unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o755);
        assert!(take(&target).unwrap_err().to_string().contains("api"), "it names the file");
    }

    #[test]
    fn what_was_laid_and_not_taken_is_removed_except_in_the_skipped_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (below, skipped) = (folder.path().join("a/b"), folder.path().join("releases"));
        for part in [&below, &skipped] {
            std::fs::create_dir_all(part).unwrap();
            lay_text(&part.join("x"), "", 0o644).unwrap();
            std::fs::write(part.join("y"), "").unwrap();
        }
        remove_laid(folder.path(), &skipped).unwrap();
        assert_eq!(walk(&below).unwrap(), [below.join("y")]);
        assert_eq!(walk(&skipped).unwrap().len(), 2);
    }
}
