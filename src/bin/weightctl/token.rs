//! `weightctl token`.

use clap::Args;
use serde_json::json;
use weight_sync::handlers::service::Service;
use weight_sync::store::users;

use crate::failure::Failure;
use crate::output::Output;
use crate::user::find;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The user's id or e-mail address
    user: String,
    /// How long the token is good [default: auth.access_token_seconds]
    #[arg(long, value_name = "SECONDS")]
    expires_in: Option<u32>,
}

pub(crate) fn run(
    arguments: &Arguments,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let mut session = service.database.session();
    let id = find(&mut session, &arguments.user)?;
    let email = users::email_of(&mut session, &id)?;
    let expires_in = arguments.expires_in.unwrap_or(service.token_keys.lifetime_seconds());
    let token = service.token_keys.issue(&id, expires_in).map_err(Failure::Failed)?;
    let json = json!({"access_token": token, "expires_in": expires_in,
        "user": {"id": id.as_str(), "email": email}});
    output.result(&json, || token.clone());
    Ok(())
}
