//! `GET /api/account/export`: all stored data of the user, as a JSON file.
//!
//! The document is complete before its first byte is sent: a failure is then an
//! ordinary problem, and a slow client does not hold a database connection. A
//! document that exceeds the memory limit goes to a temporary file.

use std::io::Seek;

use http::{StatusCode, header};
use tempfile::SpooledTempFile;

use super::export_document;
use crate::domain::digest::sha256_prefix;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::{Code, Problem};
use crate::http::response::{self, Body, MAX_BUFFERED_BYTES, Response};
use crate::store::accounts::Principal;
use crate::store::weights::UserWeights;

/// Seconds after which another download has probably ended.
const RETRY_AFTER_EXPORTS: u32 = 30;

/// For a user.
///
/// # Errors
/// 503 while the database is unreachable, while another export of the user is
/// being sent, and while all slots are taken.
pub fn export(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    // Users whose hashes are equal (1 in 4,096) wait for each other.
    let owner = u16::from_be_bytes(sha256_prefix(user.user_id().as_str().as_bytes()));
    let slot = exchange.service.exports.take_for(owner).map_err(|_| busy())?;
    let mut document = SpooledTempFile::new(MAX_BUFFERED_BYTES);
    let mut weights = UserWeights::of(user, &mut exchange.database);
    let exported_at =
        export_document::write(&mut weights, &mut document).map_err(from_store)?.to_string();
    document.rewind().map_err(|error| Problem::internal(&error))?;
    let day = exported_at.split('T').next().unwrap_or_default();
    let disposition = format!("attachment; filename=\"weights-{day}.json\"");
    let mut response = response::empty(StatusCode::OK);
    response::set(&mut response, header::CONTENT_TYPE, "application/json");
    response::set(&mut response, header::CONTENT_DISPOSITION, disposition);
    *response.body_mut() = Body::Spooled(document, slot);
    Ok(response)
}

fn busy() -> Problem {
    Problem::new(Code::SERVER_BUSY, "Another download is under way. Try again in a moment.")
        .with(header::RETRY_AFTER, RETRY_AFTER_EXPORTS)
        .because(&"the user's slot or all slots for exports are taken")
}
