//! Reads the log's lines in order: from the rotated files, the current file and
//! the files that follow it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(250);

/// A reader of lines across log files.
pub(super) struct Tail {
    files: VecDeque<PathBuf>,
    /// The current file's path, under which each new file appears.
    path: PathBuf,
    open: Option<BufReader<File>>,
    /// A line without its line break: it is still being written.
    partial: Vec<u8>,
}

impl Tail {
    pub(super) fn new(files: Vec<PathBuf>, path: PathBuf) -> Self {
        Self { files: files.into(), path, open: None, partial: Vec::new() }
    }

    /// The next available line; `None` at the present end.
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
            // A full disk cut this line off: its rest will never come.
            let torn = std::mem::take(&mut self.partial);
            match File::open(path) {
                Ok(file) => self.open = Some(BufReader::new(file)),
                // Rotated or deleted since the files were listed.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            if !torn.is_empty() {
                return Ok(Some(String::from_utf8_lossy(&torn).into_owned()));
            }
        }
    }

    /// Waits for the next line; `None` once `is_wanted` returns false.
    pub(super) fn wait(&mut self, is_wanted: impl Fn() -> bool) -> std::io::Result<Option<String>> {
        while is_wanted() {
            // Checked before reading, so that lines written to the old file
            // before its rotation are read before the new file is opened.
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
