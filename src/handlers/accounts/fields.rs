//! The fields of account requests.

use crate::domain::one_time_code::OneTimeCode;
use crate::domain::password::{self, MAX_CHARACTERS, Weakness};
use crate::domain::user::Email;
use crate::http::field::{Field, FieldCode, FieldErrors, FromText, Refusal};
use crate::http::json::{fields, json};
use crate::http::problem::Problem;
use crate::http::request::Request;

/// Maximum length of an ID token, in bytes.
const MAX_ID_TOKEN: usize = 8192;
/// Maximum length of a device's name, in characters.
const MAX_DEVICE_NAME: usize = 64;

/// The field of a new password.
pub(super) const NEW_PASSWORD: &str = "new_password";

fields! {
    /// The fields of all account routes. Each route reads those it needs.
    pub(super) struct AccountFields {
        email: Email,
        password: String,
        current_password: String,
        new_password: String,
        id_token: String,
        nonce: String,
        refresh_token: String,
        all: bool,
        device_name: String,
        code: String,
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

/// The problem of an address that no message is sent to.
pub(super) fn unmailable() -> Problem {
    let message = "must be an address that mail can be sent to";
    let mut errors = FieldErrors::default();
    errors.push("email", Refusal::new(FieldCode::InvalidFormat, message));
    Problem::validation(errors)
}

/// An existing password: new ones have further rules.
pub(super) fn existing_password(given: String) -> Result<String, Refusal> {
    let password = password::prepared(&given);
    if password.chars().count() > MAX_CHARACTERS {
        return Err(refusal(Weakness::TooLong));
    }
    Ok(password)
}

/// A new password.
pub(super) fn new_password(given: String) -> Result<String, Refusal> {
    let password = password::prepared(&given);
    password::check_new(&password).map_err(refusal)?;
    Ok(password)
}

/// Refuses a new password that is the user's address.
pub(super) fn apart_from(
    email: Option<&Email>,
    password: Option<&String>,
    field: &'static str,
    errors: &mut FieldErrors,
) {
    if let Some((email, password)) = email.zip(password)
        && let Err(weakness) = password::check_apart_from(password, email)
    {
        errors.push(field, refusal(weakness));
    }
}

fn refusal(weakness: Weakness) -> Refusal {
    let code = match weakness {
        Weakness::TooShort => FieldCode::TooShort,
        Weakness::TooLong => FieldCode::TooLong,
        Weakness::Control => FieldCode::InvalidFormat,
        Weakness::Common | Weakness::OneCharacter | Weakness::Address => FieldCode::Guessable,
    };
    Refusal::new(code, weakness.to_string())
}

/// What a device calls itself, for the list of sessions. An empty name is as
/// good as none.
fn device_name(name: Field<String>, errors: &mut FieldErrors) -> Option<String> {
    let rule = |name: String| {
        let name = name.trim();
        if name.chars().any(char::is_control) {
            let message = "must not hold control characters";
            return Err(Refusal::new(FieldCode::InvalidFormat, message));
        }
        if name.chars().count() > MAX_DEVICE_NAME {
            let message = format!("must have at most {MAX_DEVICE_NAME} characters");
            return Err(Refusal::new(FieldCode::TooLong, message));
        }
        Ok(name.to_owned())
    };
    name.and_then(rule).optional(errors).filter(|name| !name.is_empty())
}

/// The fields of register and login.
pub(super) struct SignIn {
    pub(super) email: Email,
    pub(super) password: String,
    pub(super) device_name: Option<String>,
}

/// The fields of login.
pub(super) fn sign_in(request: &Request) -> Result<SignIn, Problem> {
    credentials(request, existing_password, |_, _, _| {})
}

/// The fields of register.
pub(super) fn registration(request: &Request) -> Result<SignIn, Problem> {
    credentials(request, new_password, |email, password, errors| {
        apart_from(email, password, "password", errors);
    })
}

/// The fields of register or login; `rule` checks the password, `together` both.
fn credentials(
    request: &Request,
    rule: fn(String) -> Result<String, Refusal>,
    together: fn(Option<&Email>, Option<&String>, &mut FieldErrors),
) -> Result<SignIn, Problem> {
    let fields: AccountFields = json(request)?;
    let mut errors = FieldErrors::default();
    let email = fields.email.required(&mut errors);
    let password = fields.password.and_then(rule).required(&mut errors);
    together(email.as_ref(), password.as_ref(), &mut errors);
    let device_name = device_name(fields.device_name, &mut errors);
    let sign_in = email.zip(password);
    let sign_in = sign_in.map(|(email, password)| SignIn { email, password, device_name });
    errors.check(sign_in).map_err(Problem::validation)
}

/// The fields of a change of the password.
pub(super) struct PasswordChange {
    pub(super) current: String,
    pub(super) new: String,
    pub(super) device_name: Option<String>,
}

/// The fields of a change of the password.
pub(super) fn password_change(request: &Request) -> Result<PasswordChange, Problem> {
    let fields: AccountFields = json(request)?;
    let mut errors = FieldErrors::default();
    let current = fields.current_password.and_then(existing_password).required(&mut errors);
    let new = fields.new_password.and_then(new_password).required(&mut errors);
    let device_name = device_name(fields.device_name, &mut errors);
    let change = current.zip(new);
    let change = change.map(|(current, new)| PasswordChange { current, new, device_name });
    errors.check(change).map_err(Problem::validation)
}

/// The address of somebody who has forgotten the password.
pub(super) fn email(request: &Request) -> Result<Email, Problem> {
    let fields: AccountFields = json(request)?;
    required(fields.email)
}

/// The fields of a new password for a code.
pub(super) struct PasswordReset {
    pub(super) email: Email,
    /// `None` for a malformed code.
    pub(super) code: Option<OneTimeCode>,
    pub(super) password: String,
    pub(super) device_name: Option<String>,
}

/// The fields of a new password for a code.
pub(super) fn password_reset(request: &Request) -> Result<PasswordReset, Problem> {
    let fields: AccountFields = json(request)?;
    let mut errors = FieldErrors::default();
    let email = fields.email.required(&mut errors);
    let code = fields.code.required(&mut errors);
    let password = fields.new_password.and_then(new_password).required(&mut errors);
    apart_from(email.as_ref(), password.as_ref(), NEW_PASSWORD, &mut errors);
    let device_name = device_name(fields.device_name, &mut errors);
    let reset = email.zip(code).zip(password).map(|((email, code), password)| PasswordReset {
        email,
        code: OneTimeCode::parse(&code),
        password,
        device_name,
    });
    errors.check(reset).map_err(Problem::validation)
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

/// An ID token, and the nonce that the app has put into it.
pub(super) struct IdToken {
    pub(super) token: String,
    pub(super) nonce: Option<String>,
}

/// The ID token of a sign-in with Google, and the device's name.
pub(super) fn google_sign_in(request: &Request) -> Result<(IdToken, Option<String>), Problem> {
    let fields: AccountFields = json(request)?;
    let mut errors = FieldErrors::default();
    let token = fields.id_token.and_then(short_enough).required(&mut errors);
    let nonce = fields.nonce.optional(&mut errors);
    let device_name = device_name(fields.device_name, &mut errors);
    let id_token = token.map(|token| IdToken { token, nonce });
    errors.check(id_token.map(|token| (token, device_name))).map_err(Problem::validation)
}

/// The proof, before a deletion, that the user is who the access token names.
pub(super) enum Proof {
    Password(String),
    IdToken(IdToken),
}

/// The proof; the password counts if both are present.
pub(super) fn proof(fields: AccountFields) -> Result<Proof, Problem> {
    let AccountFields { password, id_token, nonce, .. } = fields;
    if password.is_absent() && !id_token.is_absent() {
        let mut errors = FieldErrors::default();
        let nonce = nonce.optional(&mut errors);
        let token = id_token.and_then(short_enough).required(&mut errors);
        let proof = token.map(|token| Proof::IdToken(IdToken { token, nonce }));
        return errors.check(proof).map_err(Problem::validation);
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
