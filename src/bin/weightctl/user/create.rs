//! `weightctl user create`.

use serde_json::{Value, json};
use weight_sync::domain::user::UserId;
use weight_sync::handlers::service::Service;
use weight_sync::store::StoreError;
use weight_sync::store::accounts::credentials;

use super::address;
use super::password::NewPassword;
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn run(
    email: &str,
    password_stdin: bool,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let email = address(email)?;
    let password = NewPassword::obtain(password_stdin, &email)?;
    let hash = service.passwords.hash(password.text())?;
    let id = UserId::generate();
    let mut database = service.database();
    let created = credentials::create(&mut database, id.clone(), &email, &hash, None);
    let created = created.map_err(|error| match error {
        StoreError::RowRefused(cause) | StoreError::NullRefused(cause) => Failure::Failed(format!(
            "the users table of another backend takes no new rows from here: make users there ({cause})"
        )),
        other => Failure::from(other),
    })?;
    if created.is_none() {
        let email = email.as_str();
        return Err(Failure::Failed(format!("{email} is taken")).advise(format!(
            "weightctl user show {email} shows the account; weightctl user set-password {email} gives it a new password"
        )));
    }
    let mut json = json!({"id": id.as_str(), "email": email.as_str()});
    if let (Some(password), Some(object)) = (password.made_up(), json.as_object_mut()) {
        object.insert("password".into(), Value::from(password));
    }
    output.result(&json, || {
        let shown = password.made_up().map(|password| format!("\npassword {password}"));
        format!("created {} {}{}", id.as_str(), email.as_str(), shown.unwrap_or_default())
    });
    Ok(())
}
