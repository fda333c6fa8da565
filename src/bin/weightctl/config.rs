//! `weightctl config init|check|show|set`.

use std::io::{IsTerminal, Read, Write, stderr, stdin};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::{Value, json};
use weight_sync::config::{ConfigError, EnvironmentError, find, from_environment, set, write_new};
use weight_sync::handlers::service::Service;

use crate::deployment::Deployment;
use crate::failure::Failure;
use crate::loaded;
use crate::output::{Output, counted};
use crate::restart::end_all;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Writes a new configuration with a fresh secret, readable by you alone
    ///
    /// Every WEIGHT_SYNC_<SECTION>_<KEY> variable becomes a setting:
    /// WEIGHT_SYNC_DATABASE_URL (required), WEIGHT_SYNC_SERVER_PUBLIC_URL,
    /// WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE and so on;
    /// WEIGHT_SYNC_AUTH_SECRET keeps a given secret.
    #[command(after_help = "Example:\n  weightctl config init --output weight-sync.toml")]
    Init {
        /// The file to write
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
        /// Replace the file if it exists
        #[arg(long)]
        force: bool,
    },
    /// Reads the configuration and says what is wrong with it
    #[command(after_help = "Example:\n  weightctl config check && weightctl restart")]
    Check,
    /// Shows all settings, without passwords and secrets
    #[command(after_help = "Examples:\n  weightctl config show\n  weightctl --json config show")]
    Show,
    /// Changes a setting, and ends the processes that have read the old one
    ///
    /// Lists are separated by commas. Nothing is written if the value does not
    /// fit; comments in the file stay.
    #[command(after_help = "\
Examples:
  weightctl config set accounts.registration_open false
  weightctl config set google.client_ids ios.example,android.example
  weightctl config set database.url -       reads the value from standard input,
                                            where other users cannot see it")]
    Set {
        /// The setting: SECTION.KEY, as docs/CONFIGURATION.md lists it
        key: String,
        /// Its value, or - for standard input
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
}

pub(crate) fn run(
    command: &Command,
    given: Option<PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::Configuration(error.to_string());
    match command {
        Command::Init { output: path, force } => {
            let variables = std::env::vars_os().filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            });
            let settings = from_environment(variables).map_err(|error| match error {
                EnvironmentError::NoDatabase => wrong(&error).advise(
                    "export WEIGHT_SYNC_DATABASE_URL='mysql://user:password@host:3306/name', then again",
                ),
                other => wrong(&other),
            })?;
            write_new(path, &settings, *force).map_err(|error| wrong(&error))?;
            let shown = path.display().to_string();
            output.result(&json!({"written": shown}), || format!("wrote {shown}"));
        }
        Command::Check => {
            let loaded = loaded(given)?;
            let shown = loaded.path.display().to_string();
            let service = Service::new(loaded.settings).map_err(Failure::Configuration)?;
            // A warning only: the service works without a cap on hashing.
            let warnings: Vec<String> = service.passwords.obstacle().into_iter().collect();
            output.result(&json!({"path": shown, "ok": true, "warnings": warnings}), || {
                [vec![format!("{shown} is valid")], warnings.clone()].concat().join("\n")
            });
        }
        Command::Show => show(given, output)?,
        Command::Set { key, value } => {
            let path = find(given).map_err(|error| wrong(&error))?;
            let value = if value == "-" { from_input()? } else { value.clone() };
            set(&path, key, &value).map_err(|error| match error {
                ConfigError::Unknown(_) => {
                    wrong(&error).advise("weightctl config show lists all settings")
                }
                other => wrong(&other).advise("nothing was changed"),
            })?;
            let ended = restarted(&path)?;
            output.result(&json!({"set": key, "ended": ended}), || match ended {
                0 => format!("set {key}; no process had read the old value"),
                _ => format!("set {key}; ended {}, new ones read it", counted(ended, "process")),
            });
        }
    }
    Ok(())
}

/// Ends the processes of the deployment with this configuration, if its web
/// directory is known; returns their number.
pub(crate) fn restarted(path: &Path) -> Result<usize, Failure> {
    let deployment = Deployment::of(path);
    if deployment.web.is_some() { end_all(&deployment) } else { Ok(0) }
}

fn from_input() -> Result<String, Failure> {
    if stdin().is_terminal() {
        let _ = writeln!(stderr(), "type the value, then Enter and Ctrl-D");
    }
    let mut text = String::new();
    stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::Failed(format!("standard input: {error}")))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn show(given: Option<PathBuf>, output: &Output) -> Result<(), Failure> {
    let loaded = loaded(given)?;
    let mut settings = json!(loaded.settings);
    hide(&mut settings);
    output.result(&json!({"path": loaded.path, "settings": settings}), || {
        let mut lines = Vec::new();
        list("", &settings, &mut lines);
        format!("# {}\n{}", loaded.path.display(), lines.join("\n"))
    });
    Ok(())
}

/// Replaces the secrets.
fn hide(settings: &mut Value) {
    const HIDDEN: &str = "(hidden)";
    if let Some(url) = settings.pointer_mut("/database/url") {
        let text = url.as_str().unwrap_or_default().to_owned();
        let parts = text.rsplit_once('@').and_then(|(user, place)| {
            let (name, _) = user.strip_prefix("mysql://")?.split_once(':')?;
            Some((name, place))
        });
        *url = match parts {
            Some((name, place)) => json!(format!("mysql://{name}:{HIDDEN}@{place}")),
            None => json!(HIDDEN),
        };
    }
    let secrets = settings.pointer_mut("/auth/secrets").and_then(Value::as_array_mut);
    for secret in secrets.into_iter().flatten().filter_map(|one| one.get_mut("secret")) {
        *secret = json!(HIDDEN);
    }
}

/// `section.key = value`, a line each.
fn list(name: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let separator = if name.is_empty() { "" } else { "." };
                list(&format!("{name}{separator}{key}"), member, lines);
            }
        }
        other => lines.push(format!("{name} = {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_secrets_are_hidden() {
        for url in ["mysql://me:p@ss:word@h:3306/d", "mysql://nothing-to-hide", "nonsense"] {
            let mut settings = json!({"database": {"url": url},
                "auth": {"secrets": [{"kid": "1", "secret": "word of mine"}]}});
            hide(&mut settings);
            let text = settings.to_string();
            assert!(!text.contains("word") && !text.contains("p@ss"), "{text}");
            assert!(text.contains("\"kid\":\"1\""), "{text}");
        }
    }
}
