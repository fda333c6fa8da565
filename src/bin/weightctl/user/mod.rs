//! `weightctl user`: one file an action. Users are named by id or address.

mod create;
mod delete;
mod list;
mod password;
mod reset_password;
mod set_email;
mod show;

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;
use weight_sync::domain::user::{Email, UserId};
use weight_sync::handlers::service::Service;
use weight_sync::store::Database;
use weight_sync::store::accounts::{credentials, principal, sessions};

use crate::export::export;
use crate::failure::Failure;
use crate::output::{Output, counted};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Creates a user who signs in with a password
    #[command(after_help = "\
Examples:
  weightctl user create --email anna@example.org
  echo 'a password of theirs' | weightctl user create --email anna@example.org --password-stdin")]
    Create {
        /// The e-mail address to sign in with
        #[arg(long)]
        email: String,
        /// Read the password from standard input instead of making one up
        #[arg(long)]
        password_stdin: bool,
    },
    /// Lists users with their number of entries and when they last used the service
    List(list::Arguments),
    /// Shows one user: created, entries, last use, sessions, bytes
    #[command(after_help = "Example:\n  weightctl user show anna@example.org")]
    Show {
        /// The user's id or e-mail address
        user: String,
    },
    /// Sets a new password and ends every session
    #[command(after_help = "\
The new password is made up and printed. To let the person choose one, use
weightctl user reset-password.

Examples:
  weightctl user set-password anna@example.org
  weightctl user set-password anna@example.org --password-stdin <FILE")]
    SetPassword {
        /// The user's id or e-mail address
        user: String,
        /// Read the password from standard input instead of making one up
        #[arg(long)]
        password_stdin: bool,
    },
    /// Prints a code with which somebody who has forgotten the password sets a new one
    #[command(after_help = "Example:\n  weightctl user reset-password anna@example.org")]
    ResetPassword {
        /// The user's id or e-mail address
        user: String,
    },
    /// Changes the address that a user signs in with
    #[command(
        after_help = "Example:\n  weightctl user set-email anna@example.org anna@example.net"
    )]
    SetEmail {
        /// The user's id or e-mail address
        user: String,
        /// The new e-mail address
        email: String,
    },
    /// Ends every session of a user at once, access tokens included
    #[command(after_help = "\
The devices keep their data and ask for the password.

Example:
  weightctl user sign-out anna@example.org")]
    SignOut {
        /// The user's id or e-mail address
        user: String,
    },
    /// Writes everything that is stored of a user, as JSON; bulk upload takes
    /// its entries back
    #[command(after_help = "Example:\n  weightctl user export anna@example.org --output anna.json")]
    Export {
        /// The user's id or e-mail address
        user: String,
        /// A new file for it, readable by you alone [default: standard output]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Deletes a user and all data of theirs; their devices erase it too
    #[command(after_help = "Example:\n  weightctl user delete anna@example.org --yes")]
    Delete {
        /// The user's id or e-mail address
        user: String,
        /// Needed, because nothing brings the data back
        #[arg(long)]
        yes: bool,
    },
}

pub(crate) fn run(command: Command, service: &Service, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Create { email, password_stdin } => {
            create::run(&email, password_stdin, service, output)
        }
        Command::List(arguments) => list::run(&arguments, service, output),
        Command::Show { user } => show::run(&user, service, output),
        Command::SetPassword { user, password_stdin } => {
            password::set(&user, password_stdin, service, output)
        }
        Command::ResetPassword { user } => reset_password::run(&user, service, output),
        Command::SetEmail { user, email } => set_email::run(&user, &email, service, output),
        Command::SignOut { user } => sign_out(&user, service, output),
        Command::Export { user, output: path } => {
            let mut database = service.database();
            let id = find(&mut database, &user)?;
            export(&id, path.as_deref(), &mut database, output)
        }
        Command::Delete { user, yes } => delete::run(&user, yes, service, output),
    }
}

fn sign_out(named: &str, service: &Service, output: &Output) -> Result<(), Failure> {
    let mut database = service.database();
    let id = find(&mut database, named)?;
    let ended = sessions::end_all_of(&mut database, &id)?;
    output.result(&json!({"id": id.as_str(), "ended_sessions": ended}), || {
        format!("{named} is signed out: {} ended", counted(ended, "session"))
    });
    Ok(())
}

/// Reads an address of an argument.
fn address(text: &str) -> Result<Email, Failure> {
    Email::parse(text).ok_or_else(|| Failure::Usage(format!("{text} is not an e-mail address")))
}

/// Finds a user who signs in here, and the address.
fn find_here(database: &mut Database<'_>, named: &str) -> Result<(UserId, Email), Failure> {
    let id = find(database, named)?;
    let found = credentials::by_user(database, &id)?.and_then(|found| found.account.email);
    let email = found.as_deref().and_then(Email::parse);
    let email = email.ok_or_else(|| {
        Failure::Failed(format!("{named} signs in at another backend and has no password here"))
    })?;
    Ok((id, email))
}

/// Finds a user by id or e-mail address.
pub(crate) fn find(database: &mut Database<'_>, named: &str) -> Result<UserId, Failure> {
    let unknown = || {
        Failure::Failed(format!(
            "there is no user {named}: weightctl user list --search shows them"
        ))
    };
    if let Some(email) = Email::parse(named)
        && let Some(found) = credentials::by_email(database, &email)?
    {
        return Ok(found.account.user_id);
    }
    // Another backend's id may look like an e-mail address.
    let id = UserId::parse(named).ok_or_else(unknown)?;
    principal::find(database, &id)?.map(|_| id).ok_or_else(unknown)
}
