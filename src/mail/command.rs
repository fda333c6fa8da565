//! Starts the mail command and looks after it until its end. Starts no thread
//! and no shell, and gives the command nothing of a request but the message: a
//! CGI process has header fields of its request in its environment.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::message::Message;
use crate::config::{MailSettings, Settings};

/// How long the command may take.
const LONGEST: Duration = Duration::from_secs(20);
/// Pause between two looks whether it has ended.
const PAUSE: Duration = Duration::from_millis(10);
/// Where programs that it starts in turn are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// What is shown of its error messages, in bytes.
const MOST_SHOWN: u64 = 300;

/// Why a message was not sent; for the log.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The program cannot be started or written to.
    #[error("mail.command: {0}")]
    Io(#[from] std::io::Error),
    /// It did not end in time and was killed.
    #[error("mail.command took longer than {} s", LONGEST.as_secs())]
    TooSlow,
    /// It reported a failure.
    #[error("mail.command ended with {0}: {1}")]
    Failed(ExitStatus, String),
}

/// Sends a message: the command has taken it, delivery is its business.
pub fn send(settings: &Settings, message: &Message) -> Result<(), MailError> {
    let mut delivery = Delivery::start(settings, message)?;
    loop {
        if let Some(result) = delivery.result() {
            return result;
        }
        std::thread::sleep(PAUSE);
    }
}

/// The command while it runs.
pub(super) struct Delivery {
    child: Child,
    /// Its error messages.
    said: File,
    /// Whether it took the message.
    written: std::io::Result<()>,
    begun: Instant,
}

impl Delivery {
    /// Starts the command and hands it a message.
    pub(super) fn start(settings: &Settings, message: &Message) -> Result<Self, MailError> {
        let text = message.rendered(settings);
        Self::of(command(&settings.mail, settings.folder.as_deref()), &text)
    }

    fn of(mut command: Command, text: &str) -> Result<Self, MailError> {
        // A file, because a pipe would have to be read while the command runs.
        let said = tempfile::tempfile()?;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(said.try_clone()?)
            .spawn()?;
        // A message fits into the pipe, so this waits for nobody. A command that
        // does not read its input says why.
        let input = child.stdin.take();
        let written = input.map_or(Ok(()), |mut input| input.write_all(text.as_bytes()));
        Ok(Self { child, said, written, begun: Instant::now() })
    }

    /// How it ended; `None` while it runs. Ends what takes too long.
    pub(super) fn result(&mut self) -> Option<Result<(), MailError>> {
        match self.child.try_wait() {
            Err(error) => Some(Err(error.into())),
            Ok(None) if self.begun.elapsed() < LONGEST => None,
            Ok(None) => Some(self.kill()),
            Ok(Some(status)) if !status.success() => {
                Some(Err(MailError::Failed(status, beginning(&mut self.said))))
            }
            Ok(Some(_)) => Some(std::mem::replace(&mut self.written, Ok(())).map_err(Into::into)),
        }
    }

    fn kill(&mut self) -> Result<(), MailError> {
        self.child.kill()?;
        self.child.wait()?;
        Err(MailError::TooSlow)
    }
}

fn command(settings: &MailSettings, folder: Option<&Path>) -> Command {
    let mut words = settings.words();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).env_clear().env("PATH", PATH);
    // msmtp finds its configuration there.
    command.envs(std::env::var_os("HOME").map(|home| ("HOME", home)));
    // A dead letter must not end up in the web directory.
    if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
        command.current_dir(folder);
    }
    command
}

fn beginning(said: &mut File) -> String {
    let mut bytes = Vec::new();
    let read = said.rewind().and_then(|()| said.take(MOST_SHOWN).read_to_end(&mut bytes));
    read.map_or_else(|error| error.to_string(), |_| String::from_utf8_lossy(&bytes).trim().into())
}

/// Why the command cannot be started, as a sentence; `None` if it can.
pub fn obstacle(settings: &MailSettings) -> Option<String> {
    let program = Path::new(settings.words().next()?);
    let shown = program.display();
    match program.metadata() {
        Err(error) => Some(format!("{shown}: {error}")),
        Ok(metadata) if !metadata.is_file() => Some(format!("{shown} is not a file")),
        Ok(metadata) if metadata.permissions().mode() & 0o111 == 0 => {
            Some(format!("{shown} is not executable"))
        }
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_takes_too_long_is_ended() {
        let mut command = Command::new("/bin/sleep");
        command.arg("3600");
        let mut delivery = Delivery::of(command, "").unwrap();
        assert!(delivery.result().is_none());
        delivery.begun = Instant::now().checked_sub(LONGEST).unwrap();
        assert!(matches!(delivery.result(), Some(Err(MailError::TooSlow))));
        assert!(delivery.child.try_wait().unwrap().is_some(), "it runs on");
    }
}
