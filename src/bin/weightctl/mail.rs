//! `weightctl mail test`: whether `mail.command` takes a message.

use clap::Subcommand;
use serde_json::json;
use weight_sync::domain::user::Email;
use weight_sync::handlers::service::Service;
use weight_sync::mail::{Message, send};

use crate::failure::Failure;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Sends a message to an address and says what the mail command answers
    #[command(after_help = "Example:\n  weightctl mail test you@example.org")]
    Test {
        /// Where the message goes
        address: String,
    },
}

pub(crate) fn run(command: &Command, service: &Service, output: &Output) -> Result<(), Failure> {
    let Command::Test { address } = command;
    let email = Email::parse(address).filter(Email::is_mailable).ok_or_else(|| {
        Failure::Usage(format!("{address} is not an address that mail can be sent to"))
    })?;
    if !service.settings.mail.is_configured() {
        let what = "mail.command is not set: see docs/OPERATIONS.md, \"Mail one-time codes\"";
        return Err(Failure::Configuration(what.to_owned()));
    }
    let message = Message::test(email.clone(), &service.settings);
    send(&service.settings, &message).map_err(|error| Failure::Failed(error.to_string()))?;
    output.result(&json!({"sent_to": email.as_str()}), || {
        format!(
            "the mail command has taken a message to {}: see whether it arrives",
            email.as_str()
        )
    });
    Ok(())
}
