//! `GET /api/account`.

use http::StatusCode;

use super::tokens::User;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::store::admission::Principal;
use crate::store::users;

/// For a user: who the token says they are.
///
/// # Errors
/// The database's.
pub fn who_am_i(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let email = users::email_of(&mut exchange.database, user.user_id()).map_err(from_store)?;
    Response::json(StatusCode::OK, &User { id: user.user_id().as_str(), email: email.as_deref() })
}
