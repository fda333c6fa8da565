//! Makes a release of a program that was installed by hand, so that there is
//! one to go back to.

use std::io;
use std::path::Path;

use super::files::{make_folder, sync_folder, write};
use super::layout::{Layout, Release, UPLOADING};
use super::names::new_name;
use super::report::say;
use crate::deployment::PROGRAM;
use crate::failure::Failure;
use crate::records::{LIVE, SWITCHING};

/// Stands for the unknown version in the release's name.
pub(super) const VERSION: &str = "adopted";

/// Does nothing if a release is live, or if an interrupted first push left a
/// program that was never tested.
pub(super) fn adopt(layout: &Layout, web: &Path) -> Result<(), Failure> {
    let is_known = layout.record(LIVE).is_some() || layout.record(SWITCHING).is_some();
    if is_known || !web.join(PROGRAM).is_file() {
        return Ok(());
    }
    let name = new_name(layout, VERSION)?;
    say(&format!("keeping the program that is there as release {name}"));
    copy(layout, web, &name).map_err(|error| {
        Failure::Failed(format!("the program that is there could not be kept: {error}"))
    })
}

fn copy(layout: &Layout, web: &Path, name: &str) -> io::Result<()> {
    let unfinished = Release(layout.releases().join(format!("{name}{UPLOADING}")));
    make_folder(&unfinished.0.join("public_html"))?;
    for (from, to) in [
        (web.join(PROGRAM), unfinished.program()),
        (layout.installed_weightctl(), unfinished.weightctl()),
        (web.join(".htaccess"), unfinished.htaccess()),
    ] {
        if from.is_file() {
            std::fs::copy(&from, &to)?;
            std::fs::File::open(&to)?.sync_all()?;
        }
    }
    unfinished.mark_verified()?;
    std::fs::rename(&unfinished.0, layout.release(name).0)?;
    sync_folder(&layout.releases())?;
    write(&layout.private.join(LIVE), &format!("{name}\n"))
}
