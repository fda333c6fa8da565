//! `GET /api/health`: whether the service runs and reaches its database.

use http::StatusCode;
use serde_json::json;

use crate::handlers::Exchange;
use crate::handlers::failure::from_store;
use crate::http::problem::Problem;
use crate::http::response::{self, Response};

/// For anyone; the response names neither tables nor hosts.
///
/// # Errors
/// 503 while the database is unreachable, within 3 s.
pub fn health(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    exchange.service.health.check().map_err(from_store)?;
    let mode = exchange.origin.mode;
    let version = env!("CARGO_PKG_VERSION");
    Ok(response::json(
        StatusCode::OK,
        &json!({"status": "ok", "version": version, "mode": mode, "database": "ok"}),
    )?)
}
