//! Switches the web directory to a release: lays every file beside the one that
//! it replaces, where a full disk ends it with nothing changed, then renames.

use std::io;
use std::path::{Path, PathBuf};

use super::files::{lay, lay_text, make_folder, remove_laid, take};
use super::layout::Layout;
use crate::deployment::PROGRAM;
use crate::mode::Mode;
use crate::records::{LIVE, MODE, SWITCHING, WEB};

/// Why a switch failed.
pub(super) enum SwitchError {
    /// Before the first rename: what was live is unchanged.
    NothingChanged(io::Error),
    /// Between two renames: files of both releases are there.
    Halfway(io::Error),
}

/// The release must exist, and the lock must be held.
pub(super) fn switch(
    layout: &Layout,
    web: &Path,
    name: &str,
    mode: Mode,
) -> Result<(), SwitchError> {
    let laid = remove_all_laid(layout, web).and_then(|()| lay_all(layout, web, name, mode));
    let targets = laid.map_err(|error| {
        let _ = remove_all_laid(layout, web);
        SwitchError::NothingChanged(error)
    })?;
    for target in targets {
        take(&target).map_err(SwitchError::Halfway)?;
    }
    Ok(())
}

/// Removes files that were laid and not taken.
pub(super) fn remove_all_laid(layout: &Layout, web: &Path) -> io::Result<()> {
    remove_laid(web, Path::new(""))?;
    remove_laid(&layout.private, &layout.releases())
}

/// Returns the targets in the order of their renames: "switching" first and the
/// records last, so that an interrupted switch is known; .htaccess before the
/// program, so that it is never older.
fn lay_all(layout: &Layout, web: &Path, name: &str, mode: Mode) -> io::Result<Vec<PathBuf>> {
    let release = layout.release(name);
    let mut targets = Vec::new();
    let record = |record: &str, text: &str| {
        let target = layout.private.join(record);
        lay_text(&target, &format!("{text}\n"), 0o644).map(|()| target)
    };
    targets.push(record(SWITCHING, name)?);
    let records =
        [record(LIVE, name)?, record(MODE, mode.word())?, record(WEB, &web.display().to_string())?];
    for (path, original) in release.pages()? {
        let target = web.join(path);
        if is_equal(&original, &target) {
            continue;
        }
        target.parent().map_or(Ok(()), make_folder)?;
        lay(&original, &target, 0o644)?;
        targets.push(target);
    }
    // An adopted release may lack .htaccess and weightctl.
    if release.htaccess().is_file() {
        let target = web.join(".htaccess");
        lay_text(&target, &release.rendered_htaccess(mode)?, 0o644)?;
        targets.push(target);
    }
    let program = web.join(PROGRAM);
    lay(&release.program(), &program, 0o755)?;
    targets.push(program);
    targets.extend(records);
    if release.weightctl().is_file() {
        let target = layout.installed_weightctl();
        target.parent().map_or(Ok(()), make_folder)?;
        lay(&release.weightctl(), &target, 0o755)?;
        targets.push(target);
    }
    Ok(targets)
}

fn is_equal(one: &Path, other: &Path) -> bool {
    matches!((std::fs::read(one), std::fs::read(other)), (Ok(one), Ok(other)) if one == other)
}
