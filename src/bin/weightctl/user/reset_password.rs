//! `weightctl user reset-password`: a one-time code for somebody who has
//! forgotten the password.

use chrono::{TimeDelta, Utc};
use serde_json::json;
use weight_sync::auth::one_time_code::{generate, stored};
use weight_sync::domain::one_time_code::CODE_SECONDS;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::one_time_codes::keep;

use super::find_here;
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn run(named: &str, service: &Service, output: &Output) -> Result<(), Failure> {
    let mut database = service.database();
    let (id, email) = find_here(&mut database, named)?;
    let code = generate().map_err(|error| Failure::Failed(error.to_string()))?;
    keep(&mut database, &stored(&service.hashes, &email, &code))?;
    let until = Utc::now() + TimeDelta::seconds(i64::from(CODE_SECONDS));
    let json = json!({"id": id.as_str(), "email": email.as_str(), "code": code.to_string(),
        "expires_at": until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)});
    output.result(&json, || {
        let (email, until) = (email.as_str(), until.format("%Y-%m-%d %H:%M UTC"));
        let page = match service.settings.server.public_url.as_str() {
            "" => "at /account/ of the site".to_owned(),
            url => format!("at {url}/account/"),
        };
        format!(
            "code {code}\n\n\
             Good once, until {until}. Give it to {email} and to nobody else, together with this:\n\
             choose \"Forgot password?\" in the app or {page},\n\
             then enter the address, this code and a new password. All devices are signed out."
        )
    });
    Ok(())
}
