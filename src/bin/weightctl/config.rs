//! `weightctl config init|check`.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;
use weight_sync::config::{from_environment, write_new};
use weight_sync::handlers::service::Service;

use crate::failure::Failure;
use crate::loaded;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Writes a new configuration with a fresh secret, readable by you alone
    ///
    /// Every WEIGHT_SYNC_<SECTION>_<KEY> variable becomes a setting:
    /// WEIGHT_SYNC_DATABASE_URL (required), WEIGHT_SYNC_SERVER_PUBLIC_URL,
    /// WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE and so on;
    /// WEIGHT_SYNC_AUTH_SECRET keeps a given secret.
    Init {
        /// The file to write
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
        /// Replace the file if it exists
        #[arg(long)]
        force: bool,
    },
    /// Reads the configuration and says what is wrong with it
    Check,
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
            let settings = from_environment(variables).map_err(|error| wrong(&error))?;
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
    }
    Ok(())
}
