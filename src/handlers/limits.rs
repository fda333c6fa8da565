//! `GET /api/limits`: what a client may send and how often, so that an app
//! judges by the server's numbers. Each is the constant or setting that the
//! code itself judges by; none stands here a second time.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Serialize;

use super::Exchange;
use super::fields::{DEFAULT_PAGE, MAX_PAGE};
use super::weight::MAX_AHEAD_SECONDS;
use crate::auth::password::{MAX_CHARACTERS, MIN_CHARACTERS};
use crate::config::Settings;
use crate::domain::batch::MAX_BATCH;
use crate::domain::entry::ClientKey;
use crate::domain::time::UtcTime;
use crate::domain::user::Email;
use crate::domain::weight::{Hundredths, Unit};
use crate::http::problem::Problem;
use crate::http::request::MAX_BODY_BYTES;
use crate::http::response::Response;

#[derive(Serialize)]
struct Limits {
    version: &'static str,
    weight_value: WeightValue,
    timestamp: Timestamp,
    edited_at: EditedAt,
    local_id: Key,
    device_id: Key,
    bulk: Bulk,
    page: Page,
    account: Account,
    tokens: Tokens,
    rate: Rate,
    sync: Sync,
}

#[derive(Serialize)]
struct WeightValue {
    decimals: u8,
    units: BTreeMap<&'static str, Range>,
}

#[derive(Serialize)]
struct Range {
    min: Hundredths,
    max: Hundredths,
}

#[derive(Serialize)]
struct Timestamp {
    earliest: UtcTime,
    max_ahead_seconds: i64,
}

#[derive(Serialize)]
struct EditedAt {
    earliest: UtcTime,
}

#[derive(Serialize)]
struct Key {
    min_length: usize,
    max_length: usize,
    characters: &'static str,
}

#[derive(Serialize)]
struct Bulk {
    max_entries: usize,
    max_body_bytes: usize,
}

#[derive(Serialize)]
struct Page {
    default: u32,
    max: u32,
}

#[derive(Serialize)]
struct Account {
    registration_open: bool,
    email_max_bytes: usize,
    password_min_characters: usize,
    password_max_characters: usize,
    google_client_ids: Vec<String>,
}

#[derive(Serialize)]
struct Tokens {
    access_token_seconds: u32,
    refresh_token_days: u32,
    refresh_grace_seconds: u32,
}

/// Null where a limit is lifted.
#[derive(Serialize)]
struct Rate {
    requests_per_minute: Option<u32>,
}

#[derive(Serialize)]
struct Sync {
    tombstone_retention_days: u32,
}

/// For anybody; asks no database, so that it also answers while that is away.
///
/// # Errors
/// None of the client's.
pub fn limits(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    Response::json(StatusCode::OK, &Limits::of(&exchange.service.settings))
}

impl Limits {
    fn of(settings: &Settings) -> Self {
        let range = |unit: Unit| {
            let (min, max) = unit.range();
            (unit.as_str(), Range { min, max })
        };
        let key = |min_length| Key {
            min_length,
            max_length: ClientKey::MAX_LENGTH,
            characters: ClientKey::CHARACTERS,
        };
        let lifted_or = |limit: u32| (limit > 0).then_some(limit);
        Self {
            version: env!("CARGO_PKG_VERSION"),
            weight_value: WeightValue {
                decimals: Hundredths::PLACES,
                units: Unit::ALL.into_iter().map(range).collect(),
            },
            timestamp: Timestamp {
                earliest: UtcTime::EARLIEST,
                max_ahead_seconds: MAX_AHEAD_SECONDS,
            },
            edited_at: EditedAt { earliest: UtcTime::EARLIEST },
            local_id: key(1),
            device_id: key(0),
            bulk: Bulk { max_entries: MAX_BATCH, max_body_bytes: MAX_BODY_BYTES },
            page: Page { default: DEFAULT_PAGE, max: MAX_PAGE },
            account: Account {
                registration_open: settings.accounts.registration_open,
                email_max_bytes: Email::MAX_BYTES,
                password_min_characters: MIN_CHARACTERS,
                password_max_characters: MAX_CHARACTERS,
                google_client_ids: settings.google.client_ids.clone(),
            },
            tokens: Tokens {
                access_token_seconds: settings.auth.access_token_seconds,
                refresh_token_days: settings.auth.refresh_token_days,
                refresh_grace_seconds: settings.auth.refresh_grace_seconds,
            },
            rate: Rate { requests_per_minute: lifted_or(settings.rate_limit.requests_per_minute) },
            sync: Sync { tombstone_retention_days: settings.sync.tombstone_retention_days },
        }
    }
}
