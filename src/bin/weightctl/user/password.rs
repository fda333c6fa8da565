//! `weightctl user set-password`, and where a new password comes from.

use std::io::Read;

use serde_json::{Value, json};
use weight_sync::domain::password::{check_apart_from, check_new, prepared};
use weight_sync::domain::user::Email;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::credentials;

use super::find_here;
use crate::failure::Failure;
use crate::output::Output;

/// A new password.
pub(super) enum NewPassword {
    /// From standard input.
    Given(String),
    /// Printed once.
    MadeUp(String),
}

impl NewPassword {
    /// Reads a password, or makes one up.
    pub(super) fn obtain(from_stdin: bool, email: &Email) -> Result<Self, Failure> {
        if from_stdin { read(email).map(Self::Given) } else { make_up().map(Self::MadeUp) }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Given(text) | Self::MadeUp(text) => text,
        }
    }

    pub(super) fn made_up(&self) -> Option<&str> {
        match self {
            Self::Given(_) => None,
            Self::MadeUp(text) => Some(text),
        }
    }
}

pub(super) fn set(
    named: &str,
    from_stdin: bool,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let mut database = service.database();
    let (id, email) = find_here(&mut database, named)?;
    let password = NewPassword::obtain(from_stdin, &email)?;
    let hash = service.passwords.hash(password.text())?;
    if !credentials::set_password(&mut database, &id, &hash)? {
        return Err(Failure::Failed(format!("there is no user {named}")));
    }
    let mut json = json!({"id": id.as_str(), "email": email.as_str()});
    if let (Some(password), Some(object)) = (password.made_up(), json.as_object_mut()) {
        object.insert("password".into(), Value::from(password));
    }
    output.result(&json, || {
        let done = format!("{} has a new password and is signed out", email.as_str());
        let shown = password.made_up().map(|password| format!("\npassword {password}"));
        [done, shown.unwrap_or_default()].concat()
    });
    Ok(())
}

fn read(email: &Email) -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::Failed(format!("standard input: {error}")))?;
    let password = prepared(text.trim_end_matches(['\r', '\n']));
    let checked = check_new(&password).and_then(|()| check_apart_from(&password, email));
    checked.map_err(|weakness| Failure::Usage(format!("the password {weakness}")))?;
    Ok(password)
}

/// Generates a password of 120 random bits, in groups that are easy to dictate.
fn make_up() -> Result<String, Failure> {
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
