//! The user of the smoke test, who exists for these seconds only.

use uuid::Uuid;
use weight_sync::auth::password::HashingError;
use weight_sync::domain::user::{Email, UserId};
use weight_sync::handlers::service::Service;
use weight_sync::store::StoreError;
use weight_sync::store::accounts::credentials;
use weight_sync::store::accounts::erasure::erase;

use super::report::warn;

/// One address for all tests, so that the user of a run that was killed is
/// found and removed. Nobody can own it: RFC 2606 reserves .invalid.
const ADDRESS: &str = "smoke-test@weight-sync.invalid";

/// Someone to sign in as.
pub(super) struct SmokeUser {
    pub(super) email: &'static str,
    pub(super) password: String,
}

/// Makes the user.
///
/// # Errors
/// The reason as a sentence. `Ok(None)` where another backend makes the users.
pub(super) fn make(service: &Service) -> Result<Option<SmokeUser>, String> {
    remove_from(service)?;
    let email = Email::parse(ADDRESS).ok_or("the address is not valid")?;
    let password = Uuid::now_v7().simple().to_string() + &random()?;
    let hash =
        service.passwords.hash(&password).map_err(|error: HashingError| error.to_string())?;
    let id = UserId::generate();
    match credentials::create(&mut service.database(), id, &email, &hash, None) {
        Ok(_) => Ok(Some(SmokeUser { email: ADDRESS, password })),
        Err(StoreError::RowRefused(_) | StoreError::NullRefused(_)) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn random() -> Result<String, String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Removes the user and everything of theirs.
pub(super) fn remove(service: &Service) {
    if let Err(reason) = remove_from(service) {
        warn(&format!("the user of the smoke test, {ADDRESS}, could not be deleted: {reason}"));
    }
}

fn remove_from(service: &Service) -> Result<(), String> {
    let Some(email) = Email::parse(ADDRESS) else { return Ok(()) };
    let mut database = service.database();
    let found = credentials::by_email(&mut database, &email).map_err(|error| error.to_string())?;
    if let Some(found) = found {
        erase(&mut database, &found.account.user_id, &service.hashes)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}
