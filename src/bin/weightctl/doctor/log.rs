//! The request log.

use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, accessat};
use weight_sync::app::log::LogFile;
use weight_sync::config::LogSettings;

use super::finding::{Check, Finding};

const WRITABLE: Check = Check("log", "log");
const ROOM: Check = Check("log", "disk space");

const LITTLE_ROOM: u64 = 100 * 1024 * 1024;

/// `private`: the folder with the releases.
pub(super) fn examine(settings: &LogSettings, private: &Path) -> Vec<Finding> {
    let Some(path) = &settings.file else {
        let reason = "goes to standard error, which hosts do not show to customers";
        return vec![WRITABLE.warn(reason, "set log.file, to log/requests.log for instance")];
    };
    vec![writable(path, settings), room(path, private)]
}

/// Opens the file as the service does, which creates it if it is missing. To
/// rotate it the service renames it.
fn writable(path: &Path, settings: &LogSettings) -> Finding {
    let shown = path.display();
    let folder = path.parent().unwrap_or(path);
    match LogFile::open(path, settings) {
        Ok(_) if accessat(CWD, folder, Access::WRITE_OK, AtFlags::EACCESS).is_err() => WRITABLE
            .fail(
                format!(
                    "{} cannot be written: the file cannot be rotated, and grows",
                    folder.display()
                ),
                format!("chmod 700 {}", folder.display()),
            ),
        Ok(_) => WRITABLE.pass(format!("{shown} can be written")),
        Err(error) => WRITABLE.fail(
            format!("{shown} cannot be written: {error}"),
            "correct log.file or the permissions; until then lines go to standard error",
        ),
    }
}

fn room(path: &Path, private: &Path) -> Finding {
    let folder = path.parent().unwrap_or(path);
    let Ok(disk) = rustix::fs::statvfs(folder) else {
        return ROOM.skip(format!("{} cannot be asked", folder.display()));
    };
    rated(disk.f_bavail.saturating_mul(disk.f_frsize), private)
}

/// `free`: the bytes that the account may still write.
fn rated(free: u64, private: &Path) -> Finding {
    let shown = format!("{} MiB are free for the log", free / (1024 * 1024));
    if free < LITTLE_ROOM {
        let releases = private.join("releases");
        ROOM.warn(
            shown,
            format!(
                "a full disk loses lines of the log, though no request: remove old releases in {} (each some \
                 13 MB), old backups and logs",
                releases.display()
            ),
        )
    } else {
        ROOM.pass(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn little_room_for_the_log_names_what_can_be_removed() {
        let private = Path::new("/home/me/weight-sync");
        assert_eq!(rated(LITTLE_ROOM, private).level, Level::Pass);
        let little = rated(LITTLE_ROOM - 1, private);
        assert_eq!(
            (little.level, little.reason.as_str()),
            (Level::Warn, "99 MiB are free for the log")
        );
        let remedy = little.remedy.unwrap();
        assert!(remedy.contains("old releases in /home/me/weight-sync/releases"), "{remedy}");
    }
}
