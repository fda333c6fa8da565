//! Errors at the HTTP edge: RFC 9457 problem details.
//!
//! Policy: every failure becomes a [`Problem`] here, once. The client receives
//! `code`, `title` and `detail`; `cause` goes to the log only. A published code
//! never changes its meaning (docs/PROTOCOL.md, "Errors").

use std::fmt::Display;

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};

use super::field::FieldErrors;
use super::response::{self, Response};

/// The stable codes, each with its status and title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The name on the wire and the last segment of the problem type.
    pub name: &'static str,
    status: u16,
    title: &'static str,
}

macro_rules! codes {
    ($($constant:ident $name:literal $status:literal $title:literal;)*) => {
        impl Code {
            $(#[doc = $title] pub const $constant: Self =
                Self { name: $name, status: $status, title: $title };)*
            /// Every code, for the documentation's test.
            pub const ALL: &'static [Self] = &[$(Self::$constant),*];
        }
    };
}

codes! {
    BAD_REQUEST "bad_request" 400 "The request cannot be understood";
    INVALID_JSON "invalid_json" 400 "The body is not JSON";
    MISSING_TOKEN "missing_token" 401 "An access token is needed";
    INVALID_TOKEN "invalid_token" 401 "The access token is not valid";
    TOKEN_EXPIRED "token_expired" 401 "The access token has expired";
    TOKEN_NOT_YET_VALID "token_not_yet_valid" 401 "The access token is not valid yet";
    SESSION_ENDED "session_ended" 401 "The session was ended";
    ACCOUNT_GONE "account_gone" 401 "The account was deleted";
    UNKNOWN_USER "unknown_user" 401 "The token's user is not known here";
    INVALID_CREDENTIALS "invalid_credentials" 401 "E-mail address or password is wrong";
    INVALID_REFRESH_TOKEN "invalid_refresh_token" 401 "The refresh token is spent or unknown";
    INVALID_ID_TOKEN "invalid_id_token" 401 "The ID token is not valid";
    ID_TOKEN_EXPIRED "id_token_expired" 401 "The ID token has expired";
    WRONG_AUDIENCE "wrong_audience" 401 "The ID token was made for another app";
    UNKNOWN_GOOGLE_KEY "unknown_google_key" 401 "The ID token's key is not known here";
    HTTPS_REQUIRED "https_required" 403 "This service is served over HTTPS only";
    EMAIL_NOT_VERIFIED "email_not_verified" 403 "Google has not verified the e-mail address";
    GOOGLE_NOT_CONFIGURED "google_not_configured" 403 "Sign-in with Google is not set up here";
    ID_TOKEN_NOT_FRESH "id_token_not_fresh" 403 "The ID token is not fresh enough";
    MAIL_NOT_CONFIGURED "mail_not_configured" 403 "This server sends no mail";
    INVALID_CODE "invalid_code" 403 "The code is wrong, used or too old";
    WRONG_PASSWORD "wrong_password" 403 "The password is wrong";
    WRONG_GOOGLE_ACCOUNT "wrong_google_account" 403 "The ID token is another Google account's";
    MANAGED_ELSEWHERE "managed_elsewhere" 403 "The account belongs to another backend";
    QUOTA_EXCEEDED "quota_exceeded" 403 "The account is full";
    REGISTRATION_CLOSED "registration_closed" 403 "Registration is closed on this server";
    NOT_FOUND "not_found" 404 "There is nothing here";
    METHOD_NOT_ALLOWED "method_not_allowed" 405 "The method is not allowed here";
    NEWER_ON_SERVER "newer_on_server" 409 "The server holds a newer version";
    EMAIL_TAKEN "email_taken" 409 "The e-mail address is taken";
    GOOGLE_ACCOUNT_DIFFERS "google_account_differs" 409 "The address is another Google account's";
    CURSOR_EXPIRED "cursor_expired" 410 "The cursor is too old";
    EPOCH_CHANGED "epoch_changed" 410 "The server was restored from a backup";
    PRECONDITION_FAILED "precondition_failed" 412 "The entry has changed";
    BODY_TOO_LARGE "body_too_large" 413 "The body is too large";
    TOO_MANY_ENTRIES "too_many_entries" 413 "Too many entries in one request";
    UNSUPPORTED_MEDIA_TYPE "unsupported_media_type" 415 "The body must be application/json";
    VALIDATION_FAILED "validation_failed" 422 "Some fields are not valid";
    RATE_LIMITED "rate_limited" 429 "Too many requests";
    INTERNAL_ERROR "internal_error" 500 "Something went wrong on the server";
    GOOGLE_KEYS_EXPIRED "google_keys_expired" 503 "Google's keys have expired on this server";
    DATABASE_UNAVAILABLE "database_unavailable" 503 "The database cannot be reached";
    SERVER_BUSY "server_busy" 503 "Too many people at once";
}

impl Code {
    /// The HTTP status of the code.
    pub fn status(self) -> u16 {
        self.status
    }

    /// What has happened, in a few words.
    pub fn title(self) -> &'static str {
        self.title
    }
}

/// A refusal or failure on its way to the client.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    parts: Box<Parts>,
}

/// Boxed, so that a `Result` with a problem stays small.
#[derive(Debug, Default)]
struct Parts {
    detail: String,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

/// The body (RFC 9457).
#[derive(Serialize)]
struct Document<'p> {
    r#type: String,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'p str,
    #[serde(flatten)]
    members: &'p Map<String, Value>,
    request_id: &'p str,
}

impl Problem {
    /// A problem with a sentence that advises the client.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, parts: Box::new(Parts { detail: detail.into(), ..Parts::default() }) }
    }

    /// A fault of the server: the client learns that it happened, the log why.
    /// Something may already be stored when it happens.
    pub fn internal(cause: &impl Display) -> Self {
        Self::new(
            Code::INTERNAL_ERROR,
            "The program failed. Try again later; give the request_id when you report it.",
        )
        .because(cause)
    }

    /// The problem that reports all refused fields.
    pub fn validation(errors: FieldErrors) -> Self {
        Self::new(Code::VALIDATION_FAILED, "Nothing was stored. See errors for the fields.")
            .member("errors", &errors)
    }

    /// The problem that reports all refused query parameters.
    pub fn parameters(errors: FieldErrors) -> Self {
        Self::new(
            Code::VALIDATION_FAILED,
            "Nothing was read. See errors for the parameters of the query.",
        )
        .member("errors", &errors)
    }

    /// Adds a member to the body. Skips a value that JSON cannot hold.
    #[must_use]
    pub fn member(mut self, name: &str, value: &impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.parts.members.insert(name.to_owned(), value);
        }
        self
    }

    /// Adds a header field, for instance `Allow` or `Retry-After`.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: impl Display) -> Self {
        if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
            self.parts.headers.push((name, value));
        }
        self
    }

    /// Records the actual cause for the log.
    #[must_use]
    pub fn because(mut self, cause: &impl Display) -> Self {
        self.parts.cause = Some(cause.to_string());
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The actual cause, for the log.
    pub fn cause(&self) -> Option<&str> {
        self.parts.cause.as_deref()
    }

    /// The response. `type_base` is the public URL under which the problem
    /// types are described.
    pub fn into_response(self, type_base: &str, request_id: &str) -> Response {
        let status =
            StatusCode::from_u16(self.code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let document = Document {
            r#type: format!("{type_base}/problems/{}", self.code.name),
            title: self.code.title,
            status: self.code.status,
            code: self.code.name,
            detail: &self.parts.detail,
            members: &self.parts.members,
            request_id,
        };
        // Strings and JSON values can always be rendered.
        let mut response =
            response::json(status, &document).unwrap_or_else(|_| response::empty(status));
        response::set(&mut response, header::CONTENT_TYPE, "application/problem+json");
        if status == StatusCode::UNAUTHORIZED {
            response::set(&mut response, header::WWW_AUTHENTICATE, challenge(self.code));
        }
        response.headers_mut().extend(self.parts.headers);
        response
    }
}

/// A response that JSON cannot hold.
impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(&error)
    }
}

/// The challenge of RFC 6750 section 3, without an error if the request had no
/// token.
fn challenge(code: Code) -> &'static str {
    match code {
        Code::INVALID_TOKEN
        | Code::TOKEN_EXPIRED
        | Code::SESSION_ENDED
        | Code::ACCOUNT_GONE
        | Code::UNKNOWN_USER => "Bearer realm=\"weight-sync\", error=\"invalid_token\"",
        _ => "Bearer realm=\"weight-sync\"",
    }
}

#[cfg(test)]
#[path = "problem_tests.rs"]
mod tests;
