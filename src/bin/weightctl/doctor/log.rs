//! The request log.

use std::path::Path;

use weight_sync::app::log::LogFile;
use weight_sync::config::LogSettings;

use super::finding::{Check, Finding};

const WRITABLE: Check = Check("log", "log");
const ROOM: Check = Check("log", "disk space");

const LITTLE_ROOM: u64 = 100 * 1024 * 1024;

pub(super) fn examine(settings: &LogSettings) -> Vec<Finding> {
    let Some(path) = &settings.file else {
        let reason = "goes to standard error, which hosts do not show to customers";
        return vec![WRITABLE.warn(reason, "set log.file, to log/requests.log for instance")];
    };
    vec![writable(path, settings), room(path)]
}

/// Opens the file as the service does, which creates it if it is missing.
fn writable(path: &Path, settings: &LogSettings) -> Finding {
    let shown = path.display();
    match LogFile::open(path, settings) {
        Ok(_) => WRITABLE.pass(format!("{shown} can be written")),
        Err(error) => WRITABLE.fail(
            format!("{shown} cannot be written: {error}"),
            "correct log.file or the permissions; until then lines go to standard error",
        ),
    }
}

fn room(path: &Path) -> Finding {
    let folder = path.parent().unwrap_or(path);
    let Ok(disk) = rustix::fs::statvfs(folder) else {
        return ROOM.skip(format!("{} cannot be asked", folder.display()));
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let shown = format!("{} MiB are free for the log", free / (1024 * 1024));
    if free < LITTLE_ROOM {
        ROOM.warn(shown, "make room: a full disk loses lines of the log, though no request")
    } else {
        ROOM.pass(shown)
    }
}
