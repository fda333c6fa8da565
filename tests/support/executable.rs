//! Creates programs that a test runs.
//!
//! Another process writes the file: a file that is open for writing cannot be executed, and a process that another
//! thread starts at the same moment inherits open files until its exec.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Makes an executable copy of a program.
#[track_caller]
pub(crate) fn copy(original: &Path, program: &Path) {
    let status = Command::new("install").args(["-m", "755"]).args([original, program]).status();
    assert!(status.expect("install starts").success(), "{}", program.display());
}

/// Writes an executable script.
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
