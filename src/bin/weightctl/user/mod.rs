//! `weightctl user create|list|reset-password|export|delete`.

mod reset_password;

use std::io::Read;
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};
use weight_sync::auth::password::{MAX_CHARACTERS, MIN_CHARACTERS};
use weight_sync::domain::user::{Email, UserId};
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::credentials::{self, UserSummary};
use weight_sync::store::accounts::erasure::erase;
use weight_sync::store::accounts::principal;
use weight_sync::store::{Database, StoreError};

use crate::export::export;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Creates a user who signs in with a password
    Create {
        /// The e-mail address to sign in with
        #[arg(long)]
        email: String,
        /// Read the password from standard input instead of making one up
        #[arg(long)]
        password_stdin: bool,
    },
    /// Lists users with their number of entries
    List,
    /// Prints a code with which somebody who has forgotten the password sets a new one
    #[command(after_help = "Example:\n  weightctl user reset-password anna@example.org")]
    ResetPassword {
        /// The user's id or e-mail address
        user: String,
    },
    /// Writes everything that is stored of a user, as JSON; bulk upload takes
    /// its entries back
    Export {
        /// The user's id or e-mail address
        user: String,
        /// A new file for it, readable by you alone [default: standard output]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Deletes a user and all data of theirs; their devices erase it too
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
            create(&email, password_stdin, service, output)
        }
        Command::List => list(service, output),
        Command::ResetPassword { user } => reset_password::run(&user, service, output),
        Command::Export { user, output: path } => {
            let mut database = service.database();
            let id = find(&mut database, &user)?;
            export(&id, path.as_deref(), &mut database, output)
        }
        Command::Delete { user, yes } => delete(&user, yes, service, output),
    }
}

fn create(
    email: &str,
    password_stdin: bool,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let email = Email::parse(email)
        .ok_or_else(|| Failure::Usage(format!("{email} is not an e-mail address")))?;
    let (password, generated) = if password_stdin {
        (read_password()?, None)
    } else {
        let made_up = make_up_password()?;
        (made_up.clone(), Some(made_up))
    };
    let hash = service.passwords.hash(&password)?;
    let id = UserId::generate();
    let mut database = service.database();
    let created = credentials::create(&mut database, id.clone(), &email, &hash, None);
    let created = created.map_err(|error| match error {
        StoreError::RowRefused(cause) | StoreError::NullRefused(cause) => Failure::Failed(format!(
            "the users table of another backend takes no new rows from here: make users there ({cause})"
        )),
        other => Failure::from(other),
    })?;
    if created.is_none() {
        return Err(Failure::Failed(format!("{} is taken", email.as_str())));
    }
    let mut json = json!({"id": id.as_str(), "email": email.as_str()});
    if let (Some(password), Some(object)) = (&generated, json.as_object_mut()) {
        object.insert("password".into(), Value::from(password.as_str()));
    }
    output.result(&json, || {
        let shown = generated.map(|password| format!("\npassword {password}")).unwrap_or_default();
        format!("created {} {}{shown}", id.as_str(), email.as_str())
    });
    Ok(())
}

fn read_password() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::Failed(format!("standard input: {error}")))?;
    let password = text.trim_end_matches(['\r', '\n']).to_owned();
    if (MIN_CHARACTERS..=MAX_CHARACTERS).contains(&password.chars().count()) {
        Ok(password)
    } else {
        let range = format!("{MIN_CHARACTERS} to {MAX_CHARACTERS}");
        Err(Failure::Usage(format!("a password must have {range} characters")))
    }
}

/// Generates a password of 120 random bits, in groups that are easy to dictate.
fn make_up_password() -> Result<String, Failure> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Failed(error.to_string()))?;
    let mut password = String::new();
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 && index % 6 == 0 {
            password.push('-');
        }
        let letter = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'a');
        password.push(char::from(letter));
    }
    Ok(password)
}

fn list(service: &Service, output: &Output) -> Result<(), Failure> {
    const PAGE: u32 = 1000;
    let mut database = service.database();
    let mut all: Vec<UserSummary> = Vec::new();
    loop {
        let offset = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let page = credentials::list(&mut database, PAGE, offset)?;
        let is_last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        all.extend(page);
        if is_last {
            break;
        }
    }
    let json: Vec<Value> = all
        .iter()
        .map(|user| {
            json!({"id": user.id.as_str(), "email": user.email,
                "live_entries": user.live_entries, "created_at": user.created_at})
        })
        .collect();
    output.result(&json!({"users": json}), || table(&all));
    Ok(())
}

fn table(users: &[UserSummary]) -> String {
    let mut lines = vec![format!("{:<36}  {:>8}  {}", "ID", "ENTRIES", "EMAIL")];
    lines.extend(users.iter().map(|user| {
        let email = user.email.as_deref().unwrap_or("-");
        format!("{:<36}  {:>8}  {email}", user.id.as_str(), user.live_entries)
    }));
    lines.join("\n")
}

fn delete(named: &str, yes: bool, service: &Service, output: &Output) -> Result<(), Failure> {
    let mut database = service.database();
    let id = find(&mut database, named)?;
    if !yes {
        return Err(Failure::Usage(format!(
            "this deletes {id} and all data of theirs for ever: add --yes"
        )));
    }
    let erased = erase(&mut database, &id, &service.hashes)?;
    let erased = erased.ok_or_else(|| Failure::Failed(format!("there is no user {id}")))?;
    output.result(&json!({"deleted": erased, "id": id.as_str()}), || {
        let rows = erased.rows().map(|(table, rows)| format!("\n{rows:>8}  {table}"));
        format!("deleted {id}, rows:{}", rows.collect::<String>())
    });
    Ok(())
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
    let unknown = || Failure::Failed(format!("there is no user {named}"));
    if let Some(email) = Email::parse(named)
        && let Some(found) = credentials::by_email(database, &email)?
    {
        return Ok(found.account.user_id);
    }
    // Another backend's id may look like an e-mail address.
    let id = UserId::parse(named).ok_or_else(unknown)?;
    principal::find(database, &id)?.map(|_| id).ok_or_else(unknown)
}
