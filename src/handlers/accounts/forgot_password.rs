//! `POST /api/auth/password/forgot`: mails a code for a new password.

use super::codes::{Wish, mail_code, not_configured};
use super::count_from_address;
use super::fields::email;
use crate::handlers::Exchange;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::store::rate_limit::Limit;

/// For anyone. The response is the same whether the address is known or not.
///
/// # Errors
/// 403 where no mail is configured; 429.
pub fn forgot_password(exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    let settings = &exchange.service.settings;
    if !settings.mail.is_configured() {
        return Err(not_configured());
    }
    let limit = Limit::per_hour(settings.rate_limit.codes_per_address_per_hour);
    count_from_address(exchange, "code", limit)?;
    let email = email(exchange.request)?;
    mail_code(exchange, email, Wish::NewPassword)
}
