//! One file an action: parse, authorise, act, answer. No SQL, no environment;
//! the time comes with the [`Exchange`].

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

/// One request under way.
pub struct Exchange<'a> {
    /// What all requests share.
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
    /// Who asked, for the log.
    pub user_id: Option<UserId>,
    /// What the rate limit said, for the answer's headers.
    pub rate: Option<Rate>,
    /// The conflicts that a sync is answered with, for the day's counts; set
    /// by syncs only.
    pub synced: Option<u64>,
}

/// Who may call an action.
#[derive(Clone, Copy)]
pub enum Action {
    /// Anybody.
    Public(fn(&mut Exchange<'_>) -> Result<Response, Problem>),
    /// A user with an access token, within the rate limit.
    User(fn(&mut Exchange<'_>, &Principal) -> Result<Response, Problem>),
}

impl Action {
    /// Lets the caller in, or not, and acts.
    ///
    /// # Errors
    /// What the client is to be told.
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

/// The header fields that tell a client how it stands with the limit.
pub fn rate_headers(rate: &Rate) -> [(HeaderName, u32); 3] {
    [
        (HeaderName::from_static("ratelimit-limit"), rate.limit.requests),
        (HeaderName::from_static("ratelimit-remaining"), rate.remaining),
        (HeaderName::from_static("ratelimit-reset"), rate.reset_seconds),
    ]
}

/// The value of `If-Match`, if the client sent one. One that is no text is a
/// condition that nothing meets: the write must not happen without it.
fn if_match(request: &Request) -> Option<&str> {
    let value = request.headers().get(header::IF_MATCH)?;
    Some(value.to_str().map_or("", str::trim))
}

/// 404 that is the same for malformed, unknown, deleted and foreign ids.
fn not_found() -> Problem {
    Problem::new(Code::NOT_FOUND, "No such address or entry.")
}
