//! The six routes of weight entries.

mod changes;
mod create;
mod fields;
mod list;
mod remove;
mod replace;
mod upload;
mod view;

pub use changes::changes;
pub use create::create;
pub(super) use fields::MAX_AHEAD_SECONDS;
pub use list::list;
pub use remove::remove;
pub use replace::replace;
pub use upload::upload;

use http::header;

use super::failure::from_store;
use super::{Exchange, not_found};
use crate::auth::gone_since;
use crate::domain::entry::{Entry, EntryId};
use crate::http::etag::entity_tag;
use crate::http::problem::Problem;
use crate::http::response::{self, Response};
use crate::store::StoreError;
use crate::store::accounts::Principal;

/// The entry id in the path; 404 if it is not a UUID.
fn entry_id(exchange: &Exchange<'_>) -> Result<EntryId, Problem> {
    exchange.id.as_deref().and_then(EntryId::parse).ok_or_else(not_found)
}

/// How many entries a user may have; `None` for any number.
fn quota(exchange: &Exchange<'_>) -> Option<i64> {
    exchange.service.settings.limits.quota().map(i64::from)
}

/// Turns a failed write into a problem. If the user was deleted after
/// authentication, the problem is the same as for all later requests.
fn from_write(exchange: &mut Exchange<'_>, user: &Principal, error: StoreError) -> Problem {
    match error {
        StoreError::NoClock => match gone_since(&mut exchange.database, user) {
            Ok(gone) => gone.unwrap_or_else(not_found),
            Err(error) => from_store(error),
        },
        other => from_store(other),
    }
}

/// Adds the entity tag of the version in the response.
fn tagged(response: Response, entry: &Entry) -> Response {
    response::with(response, header::ETAG, entity_tag(entry.updated_at))
}
