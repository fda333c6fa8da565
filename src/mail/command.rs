//! Starts the mail command and waits for it. Starts no thread and no shell, and
//! gives the command nothing of a request but the message: a CGI process has
//! header fields of its request in its environment.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::message::Message;
use crate::config::{MailSettings, Settings};

/// How long the command may take. The process answers nobody meanwhile.
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
    let text = message.rendered(settings);
    // A file, because a pipe would have to be read while the command runs.
    let mut said = tempfile::tempfile()?;
    let mut child = command(&settings.mail, settings.folder.as_deref())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(said.try_clone()?)
        .spawn()?;
    // A message fits into the pipe, so this waits for nobody. A command that
    // does not read its input says why.
    let written = child.stdin.take().map_or(Ok(()), |mut input| input.write_all(text.as_bytes()));
    let status = wait(&mut child)?;
    if !status.success() {
        return Err(MailError::Failed(status, beginning(&mut said)));
    }
    Ok(written?)
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

/// Waits for the end, and ends what takes too long.
fn wait(child: &mut Child) -> Result<ExitStatus, MailError> {
    let begun = Instant::now();
    while begun.elapsed() < LONGEST {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(PAUSE);
    }
    child.kill()?;
    child.wait()?;
    Err(MailError::TooSlow)
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
