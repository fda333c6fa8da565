//! `weightctl secret list|rotate|drop`: the secrets that sign access tokens.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use weight_sync::config::{ConfigError, drop_secret, find, rotate_secret};

use crate::config::{UNKNOWN_PROCESSES, restarted};
use crate::failure::Failure;
use crate::loaded;
use crate::output::{Output, counted};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Lists the names (kid) of the secrets; the first one signs
    #[command(after_help = "Example:\n  weightctl secret list")]
    List,
    /// Makes a new secret that signs from now on; the others stay valid
    #[command(after_help = "\
Examples:
  weightctl secret rotate
  weightctl secret list
  weightctl secret drop KID --yes     15 minutes later, with the KID of the old one")]
    Rotate,
    /// Removes a secret: tokens that it has signed are refused, and apps get new ones
    ///
    /// After a rotation, wait for the lifetime of an access token first. Tokens
    /// of another backend with this secret are refused for good.
    #[command(after_help = "Example:\n  weightctl secret drop 2026-01 --yes")]
    Drop {
        /// Its name, as list shows it
        kid: String,
        /// Needed, because the secret cannot be brought back
        #[arg(long)]
        yes: bool,
    },
}

pub(crate) fn run(
    command: &Command,
    given: Option<PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    let path = find(given.clone()).map_err(|error| wrong(&error))?;
    match command {
        Command::List => {
            let secrets = loaded(given)?.settings.auth.secrets;
            let kids: Vec<String> = secrets.into_iter().map(|secret| secret.kid).collect();
            output.result(&json!({"kids": kids}), || kids.join("\n"));
        }
        Command::Rotate => {
            let seconds = loaded(given)?.settings.auth.access_token_seconds;
            let kid = rotate_secret(&path).map_err(|error| wrong(&error))?;
            let ended = restarted(&path)?;
            output.result(&json!({"kid": kid, "ended": ended}), || {
                format!(
                    "{kid} signs from now on; {}. In {seconds} s the one before can go: \
                     weightctl secret list, then weightctl secret drop KID --yes",
                    said(ended)
                )
            });
        }
        Command::Drop { kid, yes } => remove(&path, kid, *yes, output)?,
    }
    Ok(())
}

fn remove(path: &Path, kid: &str, yes: bool, output: &Output) -> Result<(), Failure> {
    if !yes {
        let text = format!("this refuses all tokens that {kid} has signed, and cannot be undone");
        return Err(Failure::Usage(text).advise("add --yes"));
    }
    drop_secret(path, kid).map_err(|error| match error {
        ConfigError::Unknown(_) => wrong(&error).advise("weightctl secret list"),
        other => wrong(&other),
    })?;
    let ended = restarted(path)?;
    output.result(&json!({"dropped": kid, "ended": ended}), || {
        format!("removed {kid}; {}", said(ended))
    });
    Ok(())
}

/// What has become of the processes with the old secrets.
fn said(ended: Option<usize>) -> String {
    match ended {
        None => UNKNOWN_PROCESSES.to_owned(),
        Some(ended) => format!("ended {}", counted(ended, "process")),
    }
}

fn wrong(error: &ConfigError) -> Failure {
    Failure::Configuration(error.to_string())
}
