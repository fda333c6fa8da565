//! The fields of account requests.

use crate::auth::password::{MAX_CHARACTERS, MIN_CHARACTERS};
use crate::domain::user::Email;
use crate::domain::validation::FieldCode;
use crate::handlers::fields::{Fields, check};
use crate::http::problem::Problem;

/// What register and login take.
pub(super) struct SignIn {
    pub(super) email: Email,
    pub(super) password: String,
}

/// Reads address and password; `is_new` asks for a password of the right
/// length, which an old one need not have.
pub(super) fn sign_in(json: &str, is_new: bool) -> Result<SignIn, Problem> {
    let mut fields = Fields::of_body(json)?;
    let email = fields.text("email");
    let email = fields.require("email", email);
    let email = email.and_then(|text| email_of(&mut fields, &text));
    let password = fields.text("password");
    let password = fields.require("password", password);
    if let Some(password) = &password {
        check_length(&mut fields, "password", password, is_new);
    }
    check(fields.errors)?;
    match (email, password) {
        (Some(email), Some(password)) => Ok(SignIn { email, password }),
        _ => Err(Problem::internal(&"no error was noted")),
    }
}

fn email_of(fields: &mut Fields<'_>, text: &str) -> Option<Email> {
    let email = Email::parse(text);
    if email.is_none() {
        let (code, message) = if text.trim().len() > Email::MAX_BYTES {
            (FieldCode::TooLong, "must have at most 254 bytes")
        } else {
            (FieldCode::InvalidFormat, "must look like name@example.org")
        };
        fields.errors.push("email", code, message);
    }
    email
}

fn check_length(fields: &mut Fields<'_>, name: &'static str, password: &str, is_new: bool) {
    let characters = password.chars().count();
    if characters > MAX_CHARACTERS {
        let message = format!("must have at most {MAX_CHARACTERS} characters");
        fields.errors.push(name, FieldCode::TooLong, message);
    } else if is_new && characters < MIN_CHARACTERS {
        let message = format!("must have at least {MIN_CHARACTERS} characters");
        fields.errors.push(name, FieldCode::TooShort, message);
    }
}

/// The ID token of a sign-in with Google.
pub(super) fn id_token(json: &str) -> Result<String, Problem> {
    const MOST_BYTES: usize = 8192;
    let mut fields = Fields::of_body(json)?;
    let token = fields.text("id_token");
    let token = fields.require("id_token", token);
    if token.as_ref().is_some_and(|token| token.len() > MOST_BYTES) {
        let message = format!("must have at most {MOST_BYTES} bytes");
        fields.errors.push("id_token", FieldCode::TooLong, message);
    }
    check(fields.errors)?;
    token.ok_or_else(|| Problem::internal(&"no error was noted"))
}

/// What a change of the password takes.
pub(super) struct NewPassword {
    pub(super) current: String,
    pub(super) new: String,
}

/// Reads the password that is and the one that shall be.
pub(super) fn new_password(json: &str) -> Result<NewPassword, Problem> {
    let mut fields = Fields::of_body(json)?;
    let mut read = |name, is_new| {
        let password = fields.text(name);
        let password = fields.require(name, password);
        if let Some(password) = &password {
            check_length(&mut fields, name, password, is_new);
        }
        password
    };
    let current = read("current_password", false);
    let new = read("new_password", true);
    check(fields.errors)?;
    match (current, new) {
        (Some(current), Some(new)) => Ok(NewPassword { current, new }),
        _ => Err(Problem::internal(&"no error was noted")),
    }
}

/// What a logout takes.
pub(super) struct Logout {
    pub(super) refresh_token: String,
    pub(super) all: bool,
}

/// Reads the token and whether it is for one session or all.
pub(super) fn logout(json: &str) -> Result<Logout, Problem> {
    let mut fields = Fields::of_body(json)?;
    let token = fields.text("refresh_token");
    let token = fields.require("refresh_token", token);
    let all = fields.boolean("all").unwrap_or(false);
    check(fields.errors)?;
    token
        .map(|refresh_token| Logout { refresh_token, all })
        .ok_or_else(|| Problem::internal(&"no error was noted"))
}

/// The refresh token of a refresh.
pub(super) fn refresh_token(json: &str) -> Result<String, Problem> {
    let mut fields = Fields::of_body(json)?;
    let token = fields.text("refresh_token");
    let token = fields.require("refresh_token", token);
    check(fields.errors)?;
    token.ok_or_else(|| Problem::internal(&"no error was noted"))
}

/// What shows, at a dangerous action, that it is really the user who asks.
pub(super) enum Proof {
    Password(String),
    IdToken(String),
}

/// Reads the proof; where there are two, the password counts.
pub(super) fn proof(json: &str) -> Result<Proof, Problem> {
    let mut fields = Fields::of_body(json)?;
    if fields.raw("password").is_none() && fields.raw("id_token").is_some() {
        return id_token(json).map(Proof::IdToken);
    }
    let password = fields.text("password");
    let password = fields.require("password", password);
    if let Some(password) = &password {
        check_length(&mut fields, "password", password, false);
    }
    check(fields.errors)?;
    password.map(Proof::Password).ok_or_else(|| Problem::internal(&"no error was noted"))
}
