//! `weightctl epoch renew`.

use clap::Subcommand;
use serde_json::json;
use weight_sync::handlers::service::Service;
use weight_sync::store::maintenance::renew_epoch;

use crate::failure::Failure;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Gives the server a new epoch, once after a backup was restored: every
    /// device then offers all its entries again
    ///
    /// Each device uploads everything it has once more; nothing is lost and
    /// nothing is doubled. weightctl restore does so by itself.
    #[command(after_help = "\
Examples:
  weightctl epoch renew --yes")]
    Renew {
        /// Needed, because every device will upload all its entries
        #[arg(long)]
        yes: bool,
    },
}

pub(crate) fn run(command: &Command, service: &Service, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Renew { yes: false } => Err(Failure::Usage(
            "this makes every device upload all its entries, and cannot be undone".into(),
        )
        .advise("add --yes")),
        Command::Renew { yes: true } => {
            let epoch = renew_epoch(&mut service.database())?;
            output.result(&json!({"epoch": epoch}), || format!("the epoch is now {epoch}"));
            Ok(())
        }
    }
}
