//! One command at a time changes a deployment: a lock that ends with the process
//! that holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Write, stderr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// A run that lost its caller ends old processes for up to 30 s and then leaves.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(200);

/// Takes the lock of the deployment with this private folder, waiting a minute
/// for it.
///
/// # Errors
/// [`Failure::Busy`] if another command keeps it.
pub(crate) fn take(private: &Path) -> Result<File, Failure> {
    let path = private.join("lock");
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
                    "another push, rollback, restore or maintenance command is changing this deployment".into(),
                ));
            }
            Err(TryLockError::WouldBlock) => {
                if !std::mem::replace(&mut is_said, true) {
                    let _ = writeln!(
                        stderr(),
                        "waiting for another command that is changing this deployment"
                    );
                }
                std::thread::sleep(PAUSE);
            }
        }
    }
}
