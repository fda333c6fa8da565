//! `weightctl token`.

use clap::Args;
use serde_json::json;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::{Account, credentials};

use crate::failure::Failure;
use crate::output::Output;
use crate::user::find;

#[derive(Args)]
#[command(after_help = "\
Examples:
  TOKEN=$(weightctl token you@example.org)
  curl -H \"Authorization: Bearer $TOKEN\" https://YOUR-SITE/api/account")]
pub(crate) struct Arguments {
    /// The user's id or e-mail address
    user: String,
    /// How long the token is good [default: auth.access_token_seconds]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    expires_in: Option<u32>,
}

pub(crate) fn run(
    arguments: &Arguments,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let mut database = service.database();
    let id = find(&mut database, &arguments.user)?;
    let found = credentials::by_user(&mut database, &id)?;
    let account =
        found.map_or(Account { user_id: id, email: None, generation: 0 }, |found| found.account);
    let expires_in = arguments.expires_in.unwrap_or(service.token_keys.lifetime_seconds());
    let token = service
        .token_keys
        .issue(&account.user_id, account.generation, expires_in)
        .map_err(Failure::Failed)?;
    let json = json!({"access_token": token, "expires_in": expires_in,
        "user": {"id": account.user_id.as_str(), "email": account.email}});
    output.result(&json, || token.clone());
    Ok(())
}
