//! The answer that signs a user in.

use http::StatusCode;
use serde::Serialize;

use crate::auth::refresh_token::{self, RefreshToken};
use crate::domain::user::UserId;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::store::refresh_tokens::{Lifetimes, begin};

#[derive(Serialize)]
struct Tokens<'a> {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    refresh_token: &'a str,
    user: User<'a>,
}

#[derive(Serialize)]
pub(super) struct User<'a> {
    pub(super) id: &'a str,
    pub(super) email: Option<&'a str>,
}

/// Begins a session for a user who has proved who they are.
pub(super) fn begin_session(
    exchange: &mut Exchange<'_>,
    status: StatusCode,
    user_id: &UserId,
    email: &str,
) -> Result<Response, Problem> {
    let token = refresh_token::generate().map_err(|error| Problem::internal(&error))?;
    let family = refresh_token::new_family();
    let lifetimes = lifetimes(exchange);
    begin(&mut exchange.session, user_id, &family, &token.hash, lifetimes).map_err(from_store)?;
    answer(exchange, status, user_id, Some(email), &token)
}

/// How long refresh tokens live, by the settings.
pub(super) fn lifetimes(exchange: &Exchange<'_>) -> Lifetimes {
    const SECONDS_OF_A_DAY: i64 = 86_400;
    let auth = &exchange.service.settings.auth;
    Lifetimes {
        token_seconds: i64::from(auth.refresh_token_days) * SECONDS_OF_A_DAY,
        grace_seconds: i64::from(auth.refresh_grace_seconds),
    }
}

/// Both tokens as the client gets them.
pub(super) fn answer(
    exchange: &mut Exchange<'_>,
    status: StatusCode,
    user_id: &UserId,
    email: Option<&str>,
    token: &RefreshToken,
) -> Result<Response, Problem> {
    exchange.user_id = Some(user_id.clone());
    let keys = &exchange.service.token_keys;
    let expires_in = keys.lifetime_seconds();
    let access_token =
        keys.issue(user_id, expires_in).map_err(|error| Problem::internal(&error))?;
    Response::json(
        status,
        &Tokens {
            access_token,
            token_type: "Bearer",
            expires_in,
            refresh_token: &token.text,
            user: User { id: user_id.as_str(), email },
        },
    )
}
