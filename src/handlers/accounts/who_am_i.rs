//! `GET /api/account`.

use http::StatusCode;

use super::tokens::User;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::Problem;
use crate::http::response::{self, Response};
use crate::store::accounts::Principal;
use crate::store::accounts::credentials;

/// For a user: their id and address.
pub fn who_am_i(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let found = credentials::by_user(&mut exchange.database, user.user_id()).map_err(from_store)?;
    let email = found.and_then(|found| found.account.email);
    let user = User { id: user.user_id().as_str(), email: email.as_deref() };
    Ok(response::json(StatusCode::OK, &user)?)
}
