//! `GET /api/account/export`: everything that is stored of the user, as JSON,
//! sent as it is read.

use http::{Method, StatusCode, header};

use super::export_document::{beginning, send_entries};
use crate::handlers::failure::from_store;
use crate::handlers::{Answer, Exchange};
use crate::http::problem::Problem;
use crate::http::response::{Client, Response};
use crate::store::admission::Principal;
use crate::store::weights::UserWeights;

/// For a user. The view of the database is opened here, while a failure can
/// still be answered as one; entries follow.
///
/// # Errors
/// 503 while the database is away.
pub fn export(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Answer, Problem> {
    let mut weights = UserWeights::of(user, &mut exchange.session);
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
        let mut weights = UserWeights::of(&user, &mut exchange.session);
        send_entries(&mut weights, &mut |piece| client.go_on(piece))
    });
    Ok(Answer::Long(response, rest))
}
