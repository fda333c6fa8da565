//! The response that signs a user in.

use http::StatusCode;
use serde::Serialize;
use uuid::Uuid;

use super::network_hash;
use crate::auth::refresh_token;
use crate::domain::session::RefreshToken;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::Problem;
use crate::http::response::{self, Response};
use crate::store::accounts::Account;
use crate::store::accounts::sessions::{Lifetimes, NewSession, begin};

#[derive(Serialize)]
struct Tokens<'a> {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    refresh_token: String,
    session_id: Uuid,
    user: User<'a>,
    /// The account was there before, and was linked to the Google account just
    /// now: somebody else may have put entries into it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    linked: bool,
}

#[derive(Serialize)]
pub(super) struct User<'a> {
    pub(super) id: &'a str,
    pub(super) email: Option<&'a str>,
}

/// A new session: the token for the client, and what is stored.
pub(super) fn new_session(
    exchange: &Exchange<'_>,
    device_name: Option<String>,
) -> Result<(RefreshToken, NewSession), Problem> {
    let (token, chain) = refresh_token::begin().map_err(|error| Problem::internal(&error))?;
    let (network, lifetimes) = (network_hash(exchange), lifetimes(exchange));
    Ok((token, NewSession { id: token.session(), chain, device_name, network, lifetimes }))
}

/// Begins a session for an authenticated user. `None` if all of their sessions
/// were ended since `account` was read.
pub(super) fn begin_session(
    exchange: &mut Exchange<'_>,
    status: StatusCode,
    account: &Account,
    device_name: Option<String>,
    is_linked: bool,
) -> Result<Option<Response>, Problem> {
    let (token, new) = new_session(exchange, device_name)?;
    if !begin(&mut exchange.database, account, &new).map_err(from_store)? {
        return Ok(None);
    }
    render(exchange, status, account, &token, is_linked).map(Some)
}

/// The lifetimes of sessions and their tokens, from the settings.
pub(super) fn lifetimes(exchange: &Exchange<'_>) -> Lifetimes {
    const SECONDS_OF_A_DAY: i64 = 86_400;
    let auth = &exchange.service.settings.auth;
    Lifetimes {
        token: i64::from(auth.refresh_token_days) * SECONDS_OF_A_DAY,
        session: i64::from(auth.session_days) * SECONDS_OF_A_DAY,
        repeat: i64::from(auth.refresh_grace_seconds),
    }
}

/// The response with both tokens.
pub(super) fn response(
    exchange: &mut Exchange<'_>,
    status: StatusCode,
    account: &Account,
    token: &RefreshToken,
) -> Result<Response, Problem> {
    render(exchange, status, account, token, false)
}

fn render(
    exchange: &mut Exchange<'_>,
    status: StatusCode,
    account: &Account,
    token: &RefreshToken,
    linked: bool,
) -> Result<Response, Problem> {
    exchange.user_id = Some(account.user_id.clone());
    let keys = &exchange.service.token_keys;
    let expires_in = keys.lifetime_seconds();
    let access_token = keys
        .issue(&account.user_id, account.generation, expires_in)
        .map_err(|error| Problem::internal(&error))?;
    Ok(response::json(
        status,
        &Tokens {
            access_token,
            token_type: "Bearer",
            expires_in,
            refresh_token: token.text(),
            session_id: token.session(),
            user: User { id: account.user_id.as_str(), email: account.email.as_deref() },
            linked,
        },
    )?)
}
