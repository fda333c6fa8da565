//! `weightctl user set-email`.

use serde_json::json;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::credentials;

use super::{address, find_here};
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn run(
    named: &str,
    email: &str,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let new = address(email)?;
    let mut database = service.database();
    let (id, old) = find_here(&mut database, named)?;
    if !credentials::set_email(&mut database, &id, &new)? {
        let new = new.as_str();
        return Err(Failure::Failed(format!("{new} is taken"))
            .advise(format!("weightctl user show {new} shows the account")));
    }
    output.result(&json!({"id": id.as_str(), "email": new.as_str()}), || {
        format!("{} signs in as {} from now on", old.as_str(), new.as_str())
    });
    Ok(())
}
