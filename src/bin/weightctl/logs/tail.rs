//! The log's lines in their order, over the files that were put aside and on
//! into those that are yet to come.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(250);

/// Reads lines.
pub(super) struct Tail {
    files: VecDeque<PathBuf>,
    /// What new files will be called.
    path: PathBuf,
    open: Option<BufReader<File>>,
    /// A line without its end: it is still being written.
    partial: Vec<u8>,
}

impl Tail {
    pub(super) fn new(files: Vec<PathBuf>, path: PathBuf) -> Self {
        Self { files: files.into(), path, open: None, partial: Vec::new() }
    }

    /// The next line that is there; `None` at the end, for now.
    pub(super) fn next(&mut self) -> std::io::Result<Option<String>> {
        loop {
            if let Some(open) = &mut self.open {
                open.read_until(b'\n', &mut self.partial)?;
                if self.partial.pop_if(|last| *last == b'\n').is_some() {
                    let line = std::mem::take(&mut self.partial);
                    return Ok(Some(String::from_utf8_lossy(&line).into_owned()));
                }
            }
            let Some(path) = self.files.pop_front() else { return Ok(None) };
            // Cut off by a full disk: no more of it will come.
            let torn = std::mem::take(&mut self.partial);
            match File::open(path) {
                Ok(file) => self.open = Some(BufReader::new(file)),
                // Put aside, or away, since the files were listed.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            if !torn.is_empty() {
                return Ok(Some(String::from_utf8_lossy(&torn).into_owned()));
            }
        }
    }

    /// The next line, however long it takes; `None` as soon as `is_wanted` says so.
    pub(super) fn wait(&mut self, is_wanted: impl Fn() -> bool) -> std::io::Result<Option<String>> {
        while is_wanted() {
            // Asked before reading: what is written to the old file until it
            // is put aside is read before the new one is opened.
            let is_renewed = self.is_renewed();
            if let Some(line) = self.next()? {
                return Ok(Some(line));
            }
            if is_renewed {
                self.files.push_back(self.path.clone());
            } else {
                std::thread::sleep(PAUSE);
            }
        }
        Ok(None)
    }

    fn is_renewed(&self) -> bool {
        let Ok(named) = std::fs::metadata(&self.path) else { return false };
        let own = self.open.as_ref().and_then(|open| open.get_ref().metadata().ok());
        own.is_none_or(|own| own.ino() != named.ino() || own.dev() != named.dev())
    }
}
