//! `POST /api/auth/google`.

use http::StatusCode;

use super::count_attempt;
use super::fields::google_sign_in;
use super::google_identity::{not_configured, verify_google_identity};
use super::guess::count_sign_in;
use super::register::{closed, from_creation};
use super::tokens::begin_session;
use crate::domain::user::UserId;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::{Code, Problem};
use crate::http::response::Response;
use crate::store::accounts::credentials;
use crate::store::accounts::google_identities::{GoogleSignIn, sign_in};
use crate::store::rate_limit::{GOOGLE_AS, Limit, hashed_subject};

/// For anyone with a valid ID token. An account with the same address is
/// linked, and loses the password and sessions that it had before Google proved
/// who owns the address.
///
/// # Errors
/// 401 and 403 for an invalid token; 403 if the account would be new and
/// registration is closed; 409; 429; 503 without keys.
pub fn google(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    let service = exchange.service;
    if !service.settings.google.is_configured() {
        return Err(not_configured());
    }
    count_sign_in(exchange)?;
    let (token, device_name) = google_sign_in(exchange.request)?;
    let identity = verify_google_identity(exchange, &token)?;
    let subject = hashed_subject(&service.hashes, GOOGLE_AS, identity.subject.as_bytes());
    let per_minute = service.settings.rate_limit.login_per_account_per_minute;
    let limit = Limit::per_minute(per_minute);
    count_attempt(exchange, &subject, limit)?;
    let may_create = service.settings.accounts.registration_open;
    let new_id = may_create.then(UserId::generate);
    let database = &mut exchange.database;
    let signed_in = sign_in(database, &identity.subject, &identity.email, new_id.as_ref());
    let (status, user_id, is_linked) = match signed_in.map_err(from_creation)? {
        GoogleSignIn::Existing(user_id) => (StatusCode::OK, user_id, false),
        GoogleSignIn::Linked(user_id) => (StatusCode::OK, user_id, true),
        GoogleSignIn::Created(user_id) => (StatusCode::CREATED, user_id, false),
        GoogleSignIn::NotRegistered => return Err(closed()),
        GoogleSignIn::LinkedToAnother => {
            return Err(Problem::new(
                Code::GOOGLE_ACCOUNT_DIFFERS,
                "Sign in with the Google account that was used before.",
            ));
        }
    };
    let found = credentials::by_user(&mut exchange.database, &user_id).map_err(from_store)?;
    let signed_in = match found {
        Some(found) => begin_session(exchange, status, &found.account, device_name, is_linked)?,
        None => None,
    };
    signed_in.ok_or_else(|| Problem::new(Code::SESSION_ENDED, "Sign in with Google again."))
}
