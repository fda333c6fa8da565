//! A program in the place of sendmail: it keeps every message in a folder.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::executable;
use super::folder::Folder;
use super::waiting::wait_until;

/// Writes the message and what it was given under another name first, so that nobody reads half a message.
const PROGRAM: &str = "#!/bin/sh\n\
    { echo \"arguments: $*\"; env; echo; cat; } >\"$1/$$.part\" && mv \"$1/$$.part\" \"$1/$$.mail\"\n";

/// The messages that a server has sent.
pub(crate) struct Mailbox {
    folder: Folder,
    read: AtomicUsize,
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        Self::running(PROGRAM)
    }

    /// A mailbox whose program is this script.
    pub(crate) fn running(program: &str) -> Self {
        let folder = Folder::new();
        // Apache may run the service as another user.
        let everybody = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(folder.path(), everybody).expect("our own folder");
        executable::script(&folder.join("sendmail"), program);
        Self { folder, read: AtomicUsize::new(0) }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The settings of a server that sends mail by this program.
    pub(crate) fn settings(&self) -> [(&'static str, String); 5] {
        let folder = self.folder.path().display();
        [
            ("WEIGHT_SYNC_MAIL_COMMAND", format!("{folder}/sendmail {folder} -t -i")),
            ("WEIGHT_SYNC_MAIL_FROM", "weights@example.org".to_owned()),
            ("WEIGHT_SYNC_RATE_LIMIT_CODES_PER_ACCOUNT_PER_HOUR", "0".to_owned()),
            ("WEIGHT_SYNC_RATE_LIMIT_CODES_PER_ADDRESS_PER_HOUR", "0".to_owned()),
            ("WEIGHT_SYNC_RATE_LIMIT_MAILS_PER_HOUR", "0".to_owned()),
        ]
    }

    /// How many messages have arrived.
    pub(crate) fn count(&self) -> usize {
        self.messages().len()
    }

    fn messages(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.folder.path()).expect("a folder").flatten();
        let mut found: Vec<PathBuf> = files
            .map(|file| file.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "mail"))
            .collect();
        let arrived = |path: &PathBuf| path.metadata().and_then(|data| data.modified()).ok();
        found.sort_by_key(arrived);
        found
    }

    /// The next message: the arguments and the environment of the program, an empty line, header, an empty line, text.
    #[track_caller]
    pub(crate) fn next(&self) -> String {
        let number = self.read.fetch_add(1, Ordering::Relaxed);
        wait_until("a message has arrived", || self.count() > number);
        std::fs::read_to_string(&self.messages()[number]).expect("a message")
    }

    /// The code in the next message.
    #[track_caller]
    pub(crate) fn next_code(&self) -> String {
        let message = self.next();
        code_in(&message).unwrap_or_else(|| panic!("no code: {message}")).to_owned()
    }
}

/// The code in a message.
pub(crate) fn code_in(message: &str) -> Option<&str> {
    message.lines().find_map(|line| line.strip_prefix("Your code: "))
}
