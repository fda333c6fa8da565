//! The fields of account requests.

use crate::auth::password::{MAX_CHARACTERS, MIN_CHARACTERS};
use crate::domain::user::Email;
use crate::http::field::{Field, FieldCode, FieldErrors, FromText, Refusal};
use crate::http::json::{fields, json};
use crate::http::problem::Problem;
use crate::http::request::Request;

/// Maximum length of an ID token, in bytes.
const MAX_ID_TOKEN: usize = 8192;

fields! {
    /// The fields of all account routes. Each route reads those it needs.
    pub(super) struct AccountFields {
        email: Email,
        password: String,
        current_password: String,
        new_password: String,
        id_token: String,
        refresh_token: String,
        all: bool,
    }
}

impl FromText for Email {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| {
            if text.trim().len() > Self::MAX_BYTES {
                let message = format!("must have at most {} bytes", Self::MAX_BYTES);
                Refusal::new(FieldCode::TooLong, message)
            } else {
                Refusal::new(FieldCode::InvalidFormat, "must look like name@example.org")
            }
        })
    }
}

/// An existing password: it may be shorter than a new one must be.
pub(super) fn existing_password(password: String) -> Result<String, Refusal> {
    if password.chars().count() > MAX_CHARACTERS {
        let message = format!("must have at most {MAX_CHARACTERS} characters");
        return Err(Refusal::new(FieldCode::TooLong, message));
    }
    Ok(password)
}

/// A new password.
pub(super) fn new_password(password: String) -> Result<String, Refusal> {
    if password.chars().count() < MIN_CHARACTERS {
        let message = format!("must have at least {MIN_CHARACTERS} characters");
        return Err(Refusal::new(FieldCode::TooShort, message));
    }
    existing_password(password)
}

/// The address and the password of register or login; `rule` checks the
/// password.
pub(super) fn email_and_password(
    request: &Request,
    rule: fn(String) -> Result<String, Refusal>,
) -> Result<(Email, String), Problem> {
    let AccountFields { email, password, .. } = json(request)?;
    let mut errors = FieldErrors::default();
    let email = email.required(&mut errors);
    let password = password.and_then(rule).required(&mut errors);
    errors.check(email.zip(password)).map_err(Problem::validation)
}

/// The current and the new password of a change.
pub(super) fn password_change(request: &Request) -> Result<(String, String), Problem> {
    let AccountFields { current_password, new_password: new, .. } = json(request)?;
    let mut errors = FieldErrors::default();
    let current = current_password.and_then(existing_password).required(&mut errors);
    let new = new.and_then(new_password).required(&mut errors);
    errors.check(current.zip(new)).map_err(Problem::validation)
}

/// The token of refresh.
pub(super) fn refresh_token(request: &Request) -> Result<String, Problem> {
    let fields: AccountFields = json(request)?;
    required(fields.refresh_token)
}

/// The token of logout, and whether all sessions of its user end.
pub(super) fn logout(request: &Request) -> Result<(String, bool), Problem> {
    let AccountFields { refresh_token, all, .. } = json(request)?;
    let mut errors = FieldErrors::default();
    let token = refresh_token.required(&mut errors);
    let all = all.optional(&mut errors).unwrap_or(false);
    errors.check(token.map(|token| (token, all))).map_err(Problem::validation)
}

/// The ID token of a sign-in with Google.
pub(super) fn id_token(request: &Request) -> Result<String, Problem> {
    let fields: AccountFields = json(request)?;
    required(fields.id_token.and_then(short_enough))
}

/// The proof, before a deletion, that the user is who the access token names.
pub(super) enum Proof {
    Password(String),
    IdToken(String),
}

/// The proof; the password counts if both are present.
pub(super) fn proof(fields: AccountFields) -> Result<Proof, Problem> {
    let AccountFields { password, id_token, .. } = fields;
    if password.is_absent() && !id_token.is_absent() {
        return required(id_token.and_then(short_enough)).map(Proof::IdToken);
    }
    required(password.and_then(existing_password)).map(Proof::Password)
}

fn short_enough(id_token: String) -> Result<String, Refusal> {
    if id_token.len() > MAX_ID_TOKEN {
        let message = format!("must have at most {MAX_ID_TOKEN} bytes");
        return Err(Refusal::new(FieldCode::TooLong, message));
    }
    Ok(id_token)
}

/// The value of the only field of a request.
fn required<T>(field: Field<T>) -> Result<T, Problem> {
    let mut errors = FieldErrors::default();
    let value = field.required(&mut errors);
    errors.check(value).map_err(Problem::validation)
}
