//! `GET /api/health-metrics/weight`: live entries, newest measurement first.

use http::StatusCode;
use serde::{Serialize, Serializer};

use super::view::EntryView;
use crate::domain::entry::Entry;
use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::handlers::fields::{limit, offset};
use crate::http::field::FieldErrors;
use crate::http::problem::Problem;
use crate::http::query::parameter;
use crate::http::response::{self, Response};
use crate::store::accounts::Principal;
use crate::store::weights::{ListQuery, UserWeights};

/// Size of a list's entry with all its digits.
const ENTRY_BYTES: usize = 256;

#[derive(Serialize)]
struct Page<'a> {
    #[serde(serialize_with = "entries")]
    data: &'a [Entry],
    pagination: Pagination,
}

#[derive(Serialize)]
struct Pagination {
    total: i64,
    limit: u32,
    offset: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it with a reference
fn entries<S: Serializer>(data: &&[Entry], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(data.iter().map(EntryView::listed))
}

/// For a user: their own entries.
///
/// # Errors
/// 422 for invalid parameters.
pub fn list(exchange: &mut Exchange<'_>, user: &Principal) -> Result<Response, Problem> {
    let parameters = exchange.request.uri().query().unwrap_or_default();
    let mut errors = FieldErrors::default();
    let query = ListQuery {
        limit: limit(parameters, &mut errors),
        offset: offset(parameters, &mut errors),
        since: parameter(parameters, "since").optional(&mut errors),
        until: parameter(parameters, "until").optional(&mut errors),
    };
    let query = errors.check(Some(query)).map_err(Problem::parameters)?;
    let listing = UserWeights::of(user, &mut exchange.database).list(query).map_err(from_store)?;
    Ok(response::json_with_capacity(
        (listing.entries.len() + 1) * ENTRY_BYTES,
        StatusCode::OK,
        &Page {
            data: &listing.entries,
            pagination: Pagination {
                total: listing.total,
                limit: query.limit,
                offset: query.offset,
            },
        },
    )?)
}
