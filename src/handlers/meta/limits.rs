//! `GET /api/limits`: what a client may send and how often, so that an app
//! applies the server's limits. Each number is the constant or setting that the
//! code itself applies.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::config::Settings;
use crate::domain::batch::MAX_BATCH;
use crate::domain::entry::ClientKey;
use crate::domain::password::{MAX_CHARACTERS, MIN_CHARACTERS};
use crate::domain::time::UtcTime;
use crate::domain::user::Email;
use crate::domain::weight::{Hundredths, Unit};
use crate::handlers::Exchange;
use crate::handlers::fields::{DEFAULT_PAGE, MAX_PAGE};
use crate::handlers::weights::MAX_AHEAD_SECONDS;
use crate::http::problem::Problem;
use crate::http::request::MAX_BODY_BYTES;
use crate::http::response::{self, Response};

/// For anyone. Does not use the database, so it works during an outage too.
pub fn limits(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    Ok(response::json(StatusCode::OK, &document(&exchange.service.settings))?)
}

fn document(settings: &Settings) -> Value {
    // 0 disables the limit.
    let requests_per_minute =
        Some(settings.rate_limit.requests_per_minute).filter(|requests| *requests > 0);
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "weight_value": {"decimals": Hundredths::PLACES, "units": units()},
        "timestamp": {"earliest": UtcTime::EARLIEST, "max_ahead_seconds": MAX_AHEAD_SECONDS},
        "edited_at": {"earliest": UtcTime::EARLIEST},
        "local_id": client_key(1),
        "device_id": client_key(0),
        "bulk": {"max_entries": MAX_BATCH, "max_body_bytes": MAX_BODY_BYTES},
        "page": {"default": DEFAULT_PAGE, "max": MAX_PAGE},
        "account": {
            "registration_open": settings.accounts.registration_open,
            "email_max_bytes": Email::MAX_BYTES,
            "password_min_characters": MIN_CHARACTERS,
            "password_max_characters": MAX_CHARACTERS,
            "mail_configured": settings.mail.is_configured(),
            "google_client_ids": settings.google.client_ids,
            "contact": settings.server.contact(),
        },
        "tokens": {
            "access_token_seconds": settings.auth.access_token_seconds,
            "refresh_token_days": settings.auth.refresh_token_days,
            "refresh_grace_seconds": settings.auth.refresh_grace_seconds,
            "session_days": settings.auth.session_days,
        },
        "rate": {"requests_per_minute": requests_per_minute},
        "quota": {"entries_per_user": settings.limits.quota()},
        "sync": {"tombstone_retention_days": settings.sync.tombstone_retention_days},
    })
}

fn units() -> Map<String, Value> {
    let range = |unit: Unit| {
        let (min, max) = unit.range();
        (unit.as_str().to_owned(), json!({"min": min, "max": max}))
    };
    Unit::ALL.into_iter().map(range).collect()
}

fn client_key(min_length: usize) -> Value {
    json!({
        "min_length": min_length,
        "max_length": ClientKey::MAX_LENGTH,
        "characters": ClientKey::CHARACTERS,
    })
}
