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
    Renew,
}

pub(crate) fn run(command: &Command, service: &Service, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Renew => {
            let epoch = renew_epoch(&mut service.database())?;
            output.result(&json!({"epoch": epoch}), || format!("the epoch is now {epoch}"));
            Ok(())
        }
    }
}
