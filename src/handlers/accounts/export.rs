//! `GET /api/account/export`: all stored data of the user, as a JSON file.
//!
//! The document is complete before its first byte is sent: a failure is then an
//! ordinary problem, and a slow client does not hold a database connection. A
//! document that exceeds the memory limit goes to a temporary file.

use std::io::Seek;
use std::time::Duration;

use http::{StatusCode, header};
use tempfile::SpooledTempFile;

use super::export_document;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::{Code, Problem};
use crate::http::response::{self, Body, Response};
use crate::store::accounts::Principal;
use crate::store::weights::UserWeights;

/// Documents up to this size stay in memory.
const MEMORY_BYTES: usize = 62 * 1024;
/// Seconds after which another download has probably ended.
const RETRY_AFTER_EXPORTS: u32 = 30;

/// For a user.
///
/// # Errors
/// 503 while the database is unreachable, and while all export slots are taken.
pub fn export(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let slot = exchange.service.exports.take(Duration::ZERO).map_err(|_| busy())?;
    let mut document = SpooledTempFile::new(MEMORY_BYTES);
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
    Problem::new(Code::SERVER_BUSY, "Others are downloading. Try again in a moment.")
        .with(header::RETRY_AFTER, RETRY_AFTER_EXPORTS)
        .because(&"all slots for exports are taken")
}
