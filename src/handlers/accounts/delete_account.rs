//! `DELETE /api/account`: deletes the user and all their data for good.

use http::StatusCode;
use serde_json::json;

use super::fields::{IdToken, Proof, proof};
use super::google_identity::verify_google_identity;
use super::passwords;
use crate::auth::account_gone;
use crate::domain::user::UserId;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::json::json;
use crate::http::problem::{Code, Problem};
use crate::http::response::{self, Response};
use crate::store::accounts::Principal;
use crate::store::accounts::credentials;
use crate::store::accounts::erasure::erase;
use crate::store::accounts::google_identities::user_of;

/// For a user who confirms with their password or a fresh ID token: an access
/// token may be stolen, and the data cannot be restored. A user of another
/// backend has neither here; the problem refers them to that backend.
///
/// # Errors
/// 403 for a wrong password or ID token, and for a user of another backend; 422
/// without either; 429.
pub fn delete_account(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let fields = json(exchange.request)?;
    let found = credentials::by_user(&mut exchange.database, user.user_id()).map_err(from_store)?;
    let known = found.ok_or_else(|| {
        let detail = "Delete the account where you sign in; that deletes what is stored here.";
        passwords::managed_elsewhere(detail)
    })?;
    match proof(fields)? {
        Proof::Password(password) => passwords::prove(exchange, &known, &password)?,
        Proof::IdToken(token) => confirm_google(exchange, user.user_id(), &token)?,
    }
    let erased = erase(&mut exchange.database, user.user_id(), &exchange.service.hashes)
        .map_err(from_store)?;
    let erased = erased.ok_or_else(account_gone)?;
    Ok(response::json(StatusCode::OK, &json!({"deleted": erased}))?)
}

fn confirm_google(
    exchange: &mut Exchange<'_>,
    user_id: &UserId,
    id_token: &IdToken,
) -> Result<(), Problem> {
    let identity = verify_google_identity(exchange, id_token)?;
    identity.require_fresh(exchange.now)?;
    let owner = user_of(&mut exchange.database, &identity.subject).map_err(from_store)?;
    if owner.as_ref() == Some(user_id) {
        return Ok(());
    }
    let detail = "Nothing was deleted. Use the Google account that you sign in with here.";
    Err(Problem::new(Code::WRONG_GOOGLE_ACCOUNT, detail))
}
