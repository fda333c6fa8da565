//! The log file and its rotation by size: `requests.log` becomes
//! `requests.log.1`, and so on. Several processes append to the file, and any
//! of them may rotate it under a lock. Before each line, a process checks
//! whether the path names another file and opens that one; a line written
//! during the rotation goes to the renamed file.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{FlockOperation, flock};

use crate::config::LogSettings;

const BYTES_OF_A_MEGABYTE: u64 = 1024 * 1024;

/// A log file, open for appending.
pub struct LogFile {
    path: PathBuf,
    /// Size limit before rotation; `None` turns rotation off.
    max_bytes: Option<u64>,
    keep: u32,
    open: Mutex<Open>,
}

/// An open file, and what tells it from others.
struct Open {
    file: File,
    identity: (u64, u64),
    /// Whether the last write failed: it may have left half a line.
    may_be_torn: bool,
}

impl LogFile {
    /// Opens the file. Creates it and its folder if needed, accessible to the
    /// owner only.
    pub fn open(path: &Path, settings: &LogSettings) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let max_bytes = match settings.max_megabytes {
            0 => None,
            megabytes => Some(u64::from(megabytes).saturating_mul(BYTES_OF_A_MEGABYTE)),
        };
        let open = Mutex::new(open(path)?);
        Ok(Self { path: path.to_owned(), max_bytes, keep: settings.keep, open })
    }

    /// Appends a line. The line is lost if the write fails; the next one then
    /// does not join what was written of it.
    pub fn write(&self, line: &[u8]) {
        let mut current = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fresh) = self.renewed(&current, line.len()) {
            *current = fresh;
        }
        let written = match current.may_be_torn {
            true => current.file.write_all(&[b"\n", line].concat()),
            false => current.file.write_all(line),
        };
        current.may_be_torn = written.is_err();
    }

    /// The existing files, rotated and current, oldest first.
    pub fn all(path: &Path, keep: u32) -> Vec<PathBuf> {
        let old = (1..=keep).rev().map(|number| numbered(path, number));
        old.chain([path.to_owned()]).filter(|path| path.exists()).collect()
    }

    /// The file to write to from now on, if another process has rotated this one
    /// or if this one is full.
    fn renewed(&self, current: &Open, more_bytes: usize) -> Option<Open> {
        let Some(named) = self.named(current) else { return open(&self.path).ok() };
        let more_bytes = u64::try_from(more_bytes).unwrap_or(u64::MAX);
        let is_full = |max| named.is_file() && named.len().saturating_add(more_bytes) > max;
        if named.len() > 0 && self.max_bytes.is_some_and(is_full) {
            return self.rotate(current);
        }
        None
    }

    /// The path's metadata, if the path still names this file.
    fn named(&self, current: &Open) -> Option<Metadata> {
        let named = std::fs::metadata(&self.path).ok()?;
        (identity(&named) == current.identity).then_some(named)
    }

    /// Renames the files and opens a new one. `None` if that fails or another
    /// process is rotating: lines still go to this file.
    fn rotate(&self, current: &Open) -> Option<Open> {
        flock(&current.file, FlockOperation::NonBlockingLockExclusive).ok()?;
        // Another process may have rotated the file before this one got the
        // lock. The lock is released when the caller drops the old file.
        let fresh = match self.named(current) {
            Some(_) => self.shift().and_then(|()| open(&self.path)),
            None => open(&self.path),
        };
        if fresh.is_err() {
            let _ = flock(&current.file, FlockOperation::Unlock);
        }
        fresh.ok()
    }

    /// Renames the current file last: until then no process can create a new one.
    fn shift(&self) -> std::io::Result<()> {
        for number in (1..self.keep).rev() {
            let older = numbered(&self.path, number);
            if older.exists() {
                std::fs::rename(older, numbered(&self.path, number.saturating_add(1)))?;
            }
        }
        std::fs::rename(&self.path, numbered(&self.path, 1))
    }
}

fn open(path: &Path) -> std::io::Result<Open> {
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    let identity = identity(&file.metadata()?);
    Ok(Open { file, identity, may_be_torn: false })
}

fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name: OsString = path.into();
    name.push(format!(".{number}"));
    name.into()
}
