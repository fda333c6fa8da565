//! One deployment at a time: a lock that ends with the process that holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::time::{Duration, Instant};

use super::layout::Layout;
use super::report::say;
use crate::failure::Failure;

/// A run that lost its caller ends old processes for up to 30 s and then leaves.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(200);

/// Takes the lock, waiting a minute for it.
///
/// # Errors
/// [`Failure::Busy`] if another run keeps it.
pub(super) fn take(layout: &Layout) -> Result<File, Failure> {
    let path = layout.private.join("lock");
    let failed = |error: std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(failed)?;
    let begun = Instant::now();
    let mut is_said = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) if begun.elapsed() > PATIENCE => {
                return Err(Failure::Busy(
                    "another deploy.sh is working on this host; try again when it is done".into(),
                ));
            }
            Err(TryLockError::WouldBlock) => {
                if !std::mem::replace(&mut is_said, true) {
                    say("waiting for another deploy.sh that is working on this host");
                }
                std::thread::sleep(PAUSE);
            }
        }
    }
}
