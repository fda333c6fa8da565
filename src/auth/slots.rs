//! How many do something dear at once, over all processes of the account:
//! whoever does holds the lock of one of a few files.
//!
//! Processes share no memory, and a host kills what uses too much of it. The
//! kernel gives a dead process's lock back, so nothing needs to be cleaned up.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a sign-in waits for its turn. With the default parameters some
/// hundreds pass in this time; a phone waits about half a minute, Apache 40 s.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// Between two looks: a hash takes about as long.
const PAUSE_MILLISECONDS: u64 = 20;

/// The slots, as files in a folder of their own.
pub struct Slots {
    folder: Option<PathBuf>,
    count: u32,
}

/// Leave to go on, given back on drop; the file is held for its lock.
#[must_use]
pub struct Slot(#[expect(dead_code, reason = "held for its lock")] Option<File>);

/// No slot came free in time.
#[derive(Debug, PartialEq, Eq)]
pub struct Busy;

impl Slots {
    /// Touches nothing: the folder is made when it is first needed.
    pub fn new(folder: Option<PathBuf>, count: u32) -> Self {
        Self { folder, count }
    }

    /// Waits for a slot, asleep between two looks. Where there can be no
    /// slots (no folder of the configuration, a full disk, a file system
    /// without locks) it gives leave at once: people who cannot sign in would
    /// be worse than a bound that is missing. `weightctl config check` tells.
    ///
    /// # Errors
    /// [`Busy`] after [`LONGEST_WAIT`].
    pub(super) fn take(&self) -> Result<Slot, Busy> {
        self.take_within(LONGEST_WAIT)
    }

    /// The same without waiting, for those who can well come again.
    ///
    /// # Errors
    /// [`Busy`] where no slot is free now.
    pub fn take_at_once(&self) -> Result<Slot, Busy> {
        self.take_within(Duration::ZERO)
    }

    fn take_within(&self, longest_wait: Duration) -> Result<Slot, Busy> {
        let Ok(Some(mut files)) = self.open() else { return Ok(Slot(None)) };
        let begun = Instant::now();
        loop {
            let taken = files
                .iter()
                .position(|file| !matches!(file.try_lock(), Err(TryLockError::WouldBlock)));
            if let Some(index) = taken {
                return Ok(Slot(Some(files.swap_remove(index))));
            }
            if begun.elapsed() >= longest_wait {
                return Err(Busy);
            }
            std::thread::sleep(pause());
        }
    }

    /// Why there can be no slots, as a sentence; `None` where all is well.
    pub(super) fn obstacle(&self) -> Option<String> {
        let folder = self.folder.as_deref().unwrap_or(Path::new("the folder of the slots"));
        let complain = |error: io::Error| {
            Some(format!("{} cannot hold the slots of password hashes: {error}", folder.display()))
        };
        let files = match self.open() {
            Ok(files) => files.unwrap_or_default(),
            Err(error) => return complain(error),
        };
        match files.first().map(File::try_lock) {
            Some(Err(TryLockError::Error(error))) => complain(error),
            _ => None,
        }
    }

    fn open(&self) -> io::Result<Option<Vec<File>>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let open = |number| {
            let path = folder.join(format!("{number}.lock"));
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
        };
        (0..self.count).map(open).collect::<io::Result<Vec<_>>>().map(Some)
    }
}

/// Not quite the same each time, so that those who wait do not look in step.
fn pause() -> Duration {
    let mut random = [0_u8; 1];
    // Without randomness they merely may.
    let _ = getrandom::fill(&mut random);
    let [jitter] = random;
    Duration::from_millis(PAUSE_MILLISECONDS + u64::from(jitter) % PAUSE_MILLISECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the test's own, removed with this value.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let path = std::env::temp_dir().join(format!("weight-sync-{}", uuid::Uuid::now_v7()));
            std::fs::create_dir(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    const AT_ONCE: Duration = Duration::ZERO;

    #[test]
    fn there_are_as_many_slots_as_were_asked_for_and_one_given_back_is_free_again() {
        let folder = Folder::new();
        let slots = Slots::new(Some(folder.0.join("slots")), 2);
        let first = slots.take_within(AT_ONCE).unwrap();
        let _second = slots.take_within(AT_ONCE).unwrap();
        assert!(slots.take_within(AT_ONCE).is_err());
        drop(first);
        let _third = slots.take_within(AT_ONCE).unwrap();
        assert!(slots.take_within(AT_ONCE).is_err());
    }

    #[test]
    fn whoever_waits_gets_the_slot_that_comes_free() {
        let folder = Folder::new();
        let slots = Slots::new(Some(folder.0.join("slots")), 1);
        let held = slots.take().unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| slots.take().map(drop));
            drop(held);
            assert_eq!(waiting.join().unwrap(), Ok(()));
        });
    }

    #[test]
    fn without_a_place_for_the_slots_everybody_has_leave_and_the_obstacle_is_told() {
        let folder = Folder::new();
        let blocked = folder.0.join("slots");
        std::fs::write(&blocked, "a file in the place of the folder").unwrap();
        let slots = Slots::new(Some(blocked), 1);
        let _first = slots.take_within(AT_ONCE).unwrap();
        let _second = slots.take_within(AT_ONCE).unwrap();
        assert!(slots.obstacle().unwrap().contains("slots"));
        assert!(Slots::new(Some(folder.0.join("others")), 1).obstacle().is_none());
    }

    #[test]
    fn the_folder_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new();
        let path = folder.0.join("slots");
        let _slot = Slots::new(Some(path.clone()), 1).take().unwrap();
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o7777, 0o700);
    }
}
