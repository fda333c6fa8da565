//! Caps concurrent expensive work across all processes of the account: each
//! worker holds the lock on one of a few files.
//!
//! Processes share no memory, so a counter would not work. The kernel releases
//! the locks of a process that dies.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Pause between two attempts to take a slot.
const PAUSE: Duration = Duration::from_millis(25);

/// A fixed number of slots, each a file in one folder.
pub struct Slots {
    folder: Option<PathBuf>,
    count: u32,
}

/// Permission to work, released on drop.
#[derive(Debug)]
#[must_use]
pub struct Slot(Vec<File>);

/// No slot came free in time.
#[derive(Debug, PartialEq, Eq)]
pub struct Busy;

impl Slots {
    /// Keeps the slots in `folder`, which is created when first needed. Without
    /// a folder nothing is capped.
    pub fn new(folder: Option<PathBuf>, count: u32) -> Self {
        Self { folder, count }
    }

    /// Takes a slot, waiting up to `longest_wait` for one.
    ///
    /// Grants permission without a cap if the files cannot be locked (no
    /// folder, a full disk, a file system without locks): users who cannot sign
    /// in are worse than a missing cap. [`Self::obstacle`] reports it.
    ///
    /// # Errors
    /// [`Busy`] if no slot came free in time.
    pub fn take(&self, longest_wait: Duration) -> Result<Slot, Busy> {
        let Ok(Some(mut files)) = self.open() else { return Ok(Slot(Vec::new())) };
        let begun = Instant::now();
        loop {
            if let Some(index) = files.iter().position(try_lock) {
                return Ok(Slot(vec![files.swap_remove(index)]));
            }
            if begun.elapsed() >= longest_wait {
                return Err(Busy);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Takes a slot that is free now, for an owner who holds none. Only the
    /// owner's last 12 bits count, so that there are at most 4,096 files. Grants
    /// permission as [`Self::take`] does.
    ///
    /// # Errors
    /// [`Busy`] if all slots are taken, or the owner holds one.
    pub fn take_for(&self, owner: u16) -> Result<Slot, Busy> {
        let mut slot = self.take(Duration::ZERO)?;
        let Some(folder) = &self.folder else { return Ok(slot) };
        if let Ok(file) = open(folder, &format!("owner-{}", owner % 4096)) {
            if !try_lock(&file) {
                return Err(Busy);
            }
            slot.0.push(file);
        }
        Ok(slot)
    }

    /// Why nothing is capped, as a sentence; `None` if slots work.
    pub fn obstacle(&self) -> Option<String> {
        let error = match self.open() {
            Ok(files) => match files?.first()?.try_lock() {
                Err(TryLockError::Error(error)) => error,
                Ok(()) | Err(TryLockError::WouldBlock) => return None,
            },
            Err(error) => error,
        };
        let folder = self.folder.as_deref().unwrap_or(Path::new("")).display();
        Some(format!("{folder} cannot hold lock files: {error}"))
    }

    fn open(&self) -> io::Result<Option<Vec<File>>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let files = (0..self.count).map(|number| open(folder, &number.to_string()));
        files.collect::<io::Result<Vec<_>>>().map(Some)
    }
}

fn open(folder: &Path, name: &str) -> io::Result<File> {
    let path = folder.join(format!("{name}.lock"));
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Locks the file; false if another holds the lock. A file that cannot be
/// locked counts as locked.
fn try_lock(file: &File) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_WAIT: Duration = Duration::ZERO;

    #[test]
    fn there_are_as_many_slots_as_configured_and_a_released_one_is_free_again() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::new(Some(folder.path().join("slots")), 2);
        let first = slots.take(NO_WAIT).unwrap();
        let _second = slots.take(NO_WAIT).unwrap();
        assert!(slots.take(NO_WAIT).is_err());
        drop(first);
        let _third = slots.take(NO_WAIT).unwrap();
        assert!(slots.take(NO_WAIT).is_err());
    }

    #[test]
    fn an_owner_has_one_slot_at_a_time_and_leaves_the_others_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::new(Some(folder.path().join("slots")), 2);
        let first = slots.take_for(1).unwrap();
        assert!(slots.take_for(1).is_err());
        let _others = slots.take_for(2).unwrap();
        assert!(slots.take_for(3).is_err(), "two in all");
        drop(first);
        let _again = slots.take_for(1).unwrap();
    }

    #[test]
    fn a_waiting_caller_gets_the_slot_that_comes_free() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::new(Some(folder.path().join("slots")), 1);
        let patient = || slots.take(Duration::from_secs(60));
        let held = patient().unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| patient().map(drop));
            drop(held);
            assert_eq!(waiting.join().unwrap(), Ok(()));
        });
    }

    #[test]
    fn without_a_place_for_the_files_nothing_is_capped_and_the_obstacle_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("slots");
        std::fs::write(&blocked, "a file in the place of the folder").unwrap();
        let slots = Slots::new(Some(blocked), 1);
        let _first = slots.take(NO_WAIT).unwrap();
        let _second = slots.take(NO_WAIT).unwrap();
        assert!(slots.obstacle().unwrap().contains("slots"));
        assert!(Slots::new(Some(folder.path().join("others")), 1).obstacle().is_none());
    }

    #[test]
    fn only_the_owner_may_open_the_folder() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("slots");
        let _slot = Slots::new(Some(path.clone()), 1).take(NO_WAIT).unwrap();
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o7777, 0o700);
    }
}
