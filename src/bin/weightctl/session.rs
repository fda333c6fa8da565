//! `weightctl session`: the devices that a user is signed in on.

use clap::Subcommand;
use serde_json::{Value, json};
use uuid::Uuid;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::own_sessions::{Session, end_own, list};

use crate::failure::Failure;
use crate::output::Output;
use crate::user::find;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Lists a user's sessions, the one used last first
    #[command(after_help = "Example:\n  weightctl session list anna@example.org")]
    List {
        /// The user's id or e-mail address
        user: String,
    },
    /// Ends one session; its access token is good for some minutes more
    #[command(after_help = "\
weightctl user sign-out ends all sessions at once, access tokens included.

Example:
  weightctl session revoke anna@example.org 0198f000-0000-8000-8000-00000000000a")]
    Revoke {
        /// The user's id or e-mail address
        user: String,
        /// The session's id, as the list shows it
        session: Uuid,
    },
}

pub(crate) fn run(command: &Command, service: &Service, output: &Output) -> Result<(), Failure> {
    let mut database = service.database();
    match command {
        Command::List { user } => {
            let id = find(&mut database, user)?;
            let sessions = list(&mut database, &id)?;
            let all: Vec<Value> = sessions.iter().map(json).collect();
            output.result(&json!({"id": id.as_str(), "sessions": all}), || match sessions.len() {
                0 => format!("{user} is not signed in anywhere"),
                _ => sessions.iter().map(line).collect::<Vec<_>>().join("\n"),
            });
        }
        Command::Revoke { user, session } => {
            let id = find(&mut database, user)?;
            if !end_own(&mut database, &id, *session)? {
                return Err(Failure::Failed(format!("{user} has no session {session}"))
                    .advise(format!("weightctl session list {user}")));
            }
            output.result(&json!({"id": id.as_str(), "ended_session": session}), || {
                format!("ended session {session} of {user}")
            });
        }
    }
    Ok(())
}

/// A session as JSON.
pub(crate) fn json(session: &Session) -> Value {
    json!({"id": session.id, "device_name": session.device_name, "created_at": session.created_at,
        "last_used_at": session.last_used_at, "expires_at": session.expires_at})
}

/// A session on a line.
pub(crate) fn line(session: &Session) -> String {
    let device = session.device_name.as_deref().unwrap_or("(no name)");
    format!("{}  last used {}  {device}", session.id, session.last_used_at)
}
