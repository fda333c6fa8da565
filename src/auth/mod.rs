//! Authentication: access tokens, passwords, refresh tokens, one-time codes,
//! Google ID tokens.
//!
//! Only this module turns a request into a [`Principal`]. Only this module uses
//! jsonwebtoken and argon2.

pub mod access_token;
pub mod claims;
pub mod google;
pub mod one_time_code;
pub mod password;
pub mod refresh_token;

use http::header::AUTHORIZATION;

use crate::domain::user::UserId;
use crate::http::problem::{Code, Problem};
use crate::http::request::{Request, header};
use crate::store::accounts::principal::{Admission, Principal, absent, admit};
use crate::store::rate_limit::{Limit, Rate};
use crate::store::{Database, StoreError};
use access_token::{TokenError, TokenKeys};
use claims::Claims;

/// The result of authentication.
#[derive(Debug)]
pub enum Authenticated {
    /// The request may proceed; the rate goes into the response headers.
    Admitted(Principal, Option<Rate>),
    /// The user has used up the rate limit.
    Limited(Principal, Rate),
}

/// Why authentication failed.
#[derive(Debug)]
pub enum AuthError {
    /// The client is at fault; the problem is the response.
    Refused(Problem),
    /// The database failed.
    Store(StoreError),
}

/// Authenticates a request by its bearer token and counts it.
pub fn authenticate(
    request: &Request,
    keys: &TokenKeys,
    database: &mut Database<'_>,
    limit: Limit,
) -> Result<Authenticated, AuthError> {
    let token = bearer_token(request).map_err(AuthError::Refused)?;
    let Claims { user_id, generation } =
        keys.verify(token).map_err(|error| AuthError::Refused(refusal(error)))?;
    match admit(database, &user_id, generation, limit).map_err(AuthError::Store)? {
        Admission::Admitted(principal, rate) => Ok(Authenticated::Admitted(principal, rate)),
        Admission::Limited(principal, rate) => Ok(Authenticated::Limited(principal, rate)),
        Admission::Ended => Err(AuthError::Refused(Problem::new(
            Code::SESSION_ENDED,
            "All sessions were ended. Sign in again; keep the data on this device.",
        ))),
        Admission::Gone => Err(AuthError::Refused(account_gone())),
        Admission::Unknown => Err(AuthError::Refused(unknown_user(&user_id))),
    }
}

/// The problem for an authenticated user who no longer exists; `None` if the
/// user still exists.
pub fn gone_since(
    database: &mut Database<'_>,
    user: &Principal,
) -> Result<Option<Problem>, StoreError> {
    Ok(match absent(database, user.user_id())? {
        Admission::Gone => Some(account_gone()),
        Admission::Unknown => Some(unknown_user(user.user_id())),
        _ => None,
    })
}

/// The problem that the devices of a deleted account receive.
pub fn account_gone() -> Problem {
    let detail = "The account was deleted. Erase its data on this device.";
    Problem::new(Code::ACCOUNT_GONE, detail)
}

fn unknown_user(user_id: &UserId) -> Problem {
    let cause = format!("no user {user_id}, and no record of a deletion");
    Problem::new(Code::UNKNOWN_USER, "Sign in again. Keep the data on this device.").because(&cause)
}

fn bearer_token(request: &Request) -> Result<&str, Problem> {
    let missing =
        || Problem::new(Code::MISSING_TOKEN, "Send Authorization: Bearer <access token>.");
    if request.headers().get_all(AUTHORIZATION).iter().count() > 1 {
        return Err(Problem::new(Code::INVALID_TOKEN, "Send one Authorization header."));
    }
    let value = header(request, AUTHORIZATION).ok_or_else(missing)?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(missing());
    }
    Ok(token.trim())
}

fn refusal(error: TokenError) -> Problem {
    match error {
        TokenError::Expired => {
            Problem::new(Code::TOKEN_EXPIRED, "Get a new one with POST /api/auth/refresh.")
        }
        TokenError::NotYetValid => Problem::new(
            Code::TOKEN_NOT_YET_VALID,
            "Send the same token again later: its issuer's clock is ahead of this server's.",
        ),
        TokenError::Invalid(cause) => {
            Problem::new(Code::INVALID_TOKEN, "Sign in again.").because(&cause)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Body;

    fn token(fields: &[&str]) -> Result<String, Code> {
        let mut request = Request::new(Body::Whole(Vec::new()));
        for field in fields {
            request.headers_mut().append(AUTHORIZATION, field.parse().unwrap());
        }
        bearer_token(&request).map(str::to_owned).map_err(|problem| problem.code())
    }

    #[test]
    fn one_bearer_token_is_taken_and_nothing_else() {
        for field in ["Bearer x.y", "bearer x.y", "BEARER  x.y "] {
            assert_eq!(token(&[field]).as_deref(), Ok("x.y"), "{field}");
        }
        for field in ["", "Bearer", "Bearer ", "Basic x.y", "x.y", "Bearerx.y"] {
            assert_eq!(token(&[field]), Err(Code::MISSING_TOKEN), "{field}");
        }
        assert_eq!(token(&[]), Err(Code::MISSING_TOKEN));
        assert_eq!(token(&["Bearer x.y", "Bearer x.y"]), Err(Code::INVALID_TOKEN));
    }
}
