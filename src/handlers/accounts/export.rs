//! `GET /api/account/export`: everything that is stored of the user, as JSON,
//! sent as it is read.

use http::{Method, StatusCode, header};

use super::export_document::{beginning, send_entries};
use crate::handlers::failure::from_store;
use crate::handlers::{Answer, Exchange};
use crate::http::problem::{Code, Problem};
use crate::http::response::{Client, Response};
use crate::store::accounts::Principal;
use crate::store::weights::UserWeights;

/// Seconds after which one of those who download may be done.
const RETRY_AFTER_DOWNLOADS: u32 = 30;

/// For a user. The view of the database is opened here, while a failure can
/// still be answered as one; entries follow. A process is held for as long as
/// the client takes to read, so only a few may download at once.
///
/// # Errors
/// 503 while the database is away, and while as many download as may.
pub fn export(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Answer, Problem> {
    let slot = exchange.service.long_answers.take_at_once().map_err(|_| busy())?;
    let mut weights = UserWeights::of(user, &mut exchange.database);
    let exported = weights.open_export().map_err(from_store)?;
    if exchange.request.method == Method::HEAD {
        weights.close_export();
    }
    let head = beginning(user.user_id(), &exported);
    let mut response = Response::empty(StatusCode::OK);
    response.body = head.map_err(|error| Problem::internal(&error))?;
    let time = exported.exported_at.to_string();
    let day = time.split('T').next().unwrap_or_default();
    let response = response
        .with(header::CONTENT_TYPE, "application/json")
        .with(header::CONTENT_DISPOSITION, format!("attachment; filename=\"weights-{day}.json\""));
    let user = user.clone();
    let rest = Box::new(move |exchange: &mut Exchange<'_>, client: &mut dyn Client| {
        let _held_to_the_end = slot;
        let mut weights = UserWeights::of(&user, &mut exchange.database);
        send_entries(&mut weights, &mut |piece| client.go_on(piece))
    });
    Ok(Answer::Long(response, rest))
}

fn busy() -> Problem {
    Problem::new(Code::SERVER_BUSY, "Others are downloading. Try again in a moment.")
        .with(header::RETRY_AFTER, RETRY_AFTER_DOWNLOADS)
        .because(&"as many downloads as may be are under way")
}
