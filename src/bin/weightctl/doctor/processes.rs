//! Processes of the web program that were started before the last deployment.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::finding::{Check, Finding};

const OLD: Check = Check("processes", "old processes");

/// The kernel appends this to the name of a file that was replaced.
const REPLACED: &str = " (deleted)";
/// The name of the web program in the web directory.
const PROGRAM: &str = "api";

/// mod_fcgid identifies programs by inode and keeps up to three idle processes
/// of a replaced program without limit. They run the old code.
pub(super) fn old_ones() -> Finding {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return OLD.skip("there is no /proc");
    };
    let (mut current, mut old) = (0_u32, Vec::new());
    for entry in entries.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        match is_replaced(&entry.path()) {
            Some(true) => old.push(id.to_string()),
            Some(false) => current += 1,
            None => {}
        }
    }
    if old.is_empty() {
        return OLD.pass(format!("none; {current} of the current program run"));
    }
    let ids = old.join(" ");
    OLD.warn(
        format!("{} still run a program that was replaced: {ids}", old.len()),
        format!("kill {ids}: they finish what they have in hand"),
    )
}

/// Whether a process runs a web program whose file was replaced. `None` if it
/// belongs to another user or runs another program.
fn is_replaced(process: &Path) -> Option<bool> {
    let owner = process.metadata().ok()?.uid();
    if owner != rustix::process::geteuid().as_raw() {
        return None;
    }
    let executable = std::fs::read_link(process.join("exe")).ok()?;
    let name = executable.file_name()?.to_str()?;
    let is_replaced = name.ends_with(REPLACED);
    (name.trim_end_matches(REPLACED) == PROGRAM).then_some(is_replaced)
}
