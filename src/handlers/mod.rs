//! One file per action: parse, authorise, act, respond. Neither SQL nor the
//! environment is used here; the time comes with the [`Exchange`].

pub mod accounts;
mod failure;
mod fields;
pub mod meta;
pub mod service;
pub mod weights;

use http::{HeaderName, header};

use crate::auth::{Authenticated, authenticate};
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::http::problem::{Code, Problem};
use crate::http::request::{Origin, Request};
use crate::http::response::Response;
use crate::store::Database;
use crate::store::accounts::Principal;
use crate::store::rate_limit::{Limit, Rate};
use failure::{from_auth, rate_limited};
use service::Service;

/// One request in progress.
pub struct Exchange<'a> {
    /// The parts that all requests share.
    pub service: &'a Service,
    /// The request.
    pub request: &'a Request,
    /// Where it came from.
    pub origin: Origin,
    /// The `{id}` of the path, decoded.
    pub id: Option<String>,
    /// The web host's time when the request came in.
    pub now: UtcTime,
    /// The database.
    pub database: Database<'a>,
    /// The authenticated user, for the log.
    pub user_id: Option<UserId>,
    /// The state of the rate limit, for the response headers.
    pub rate: Option<Rate>,
    /// Number of conflicts in a sync's response, for the daily counts; only
    /// syncs set it.
    pub sync_conflicts: Option<u64>,
}

/// Who may call an action.
#[derive(Clone, Copy)]
pub enum Action {
    /// Anyone.
    Public(fn(&mut Exchange<'_>) -> Result<Response, Problem>),
    /// A user with an access token, within the rate limit.
    User(fn(&mut Exchange<'_>, &Principal) -> Result<Response, Problem>),
}

impl Action {
    /// Authorises the caller, then runs the action.
    pub fn call(self, exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
        match self {
            Self::Public(act) => act(exchange),
            Self::User(act) => {
                let principal = let_in(exchange)?;
                act(exchange, &principal)
            }
        }
    }
}

fn let_in(exchange: &mut Exchange<'_>) -> Result<Principal, Problem> {
    let service = exchange.service;
    let limit = Limit::per_minute(service.settings.rate_limit.requests_per_minute);
    let authenticated =
        authenticate(exchange.request, &service.token_keys, &mut exchange.database, limit)
            .map_err(from_auth)?;
    let (principal, rate, is_limited) = match authenticated {
        Authenticated::Admitted(principal, rate) => (principal, rate, false),
        Authenticated::Limited(principal, rate) => (principal, Some(rate), true),
    };
    exchange.user_id = Some(principal.user_id().clone());
    exchange.rate = rate;
    match rate {
        Some(rate) if is_limited => Err(rate_limited(rate)),
        _ => Ok(principal),
    }
}

/// The header fields that report the state of the rate limit.
pub fn rate_headers(rate: &Rate) -> [(HeaderName, u32); 3] {
    [
        (HeaderName::from_static("ratelimit-limit"), rate.limit.requests),
        (HeaderName::from_static("ratelimit-remaining"), rate.remaining),
        (HeaderName::from_static("ratelimit-reset"), rate.reset_seconds),
    ]
}

/// The value of `If-Match`, if the client sent one. A value that is not text
/// becomes a condition that nothing meets, because the write must not happen
/// without it.
fn if_match(request: &Request) -> Option<&str> {
    let value = request.headers().get(header::IF_MATCH)?;
    Some(value.to_str().map_or("", str::trim))
}

/// The same 404 for malformed, unknown, deleted and foreign ids.
fn not_found() -> Problem {
    Problem::new(Code::NOT_FOUND, "No such path or entry.")
}
