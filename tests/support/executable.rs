//! Programs that a test makes and runs.
//!
//! Another process writes them: a file that is open for writing cannot be run, and a process that another thread is
//! starting inherits open files until it runs its own program.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A copy that can be run.
#[track_caller]
pub(crate) fn copy(original: &Path, program: &Path) {
    let status = Command::new("install").args(["-m", "755"]).args([original, program]).status();
    assert!(status.expect("install starts").success(), "{}", program.display());
}

/// A script that can be run.
#[track_caller]
pub(crate) fn script(program: &Path, text: &str) {
    let mut child = Command::new("install")
        .args(["-m", "755", "/dev/stdin"])
        .arg(program)
        .stdin(Stdio::piped())
        .spawn()
        .expect("install starts");
    let mut input = child.stdin.take().expect("piped");
    input.write_all(text.as_bytes()).expect("install reads");
    drop(input);
    assert!(child.wait().expect("a child").success(), "{}", program.display());
}
