//! The keys that sign Google's ID tokens, which cron fetches.

use weight_sync::domain::google::Freshness;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::google_keys;

use super::finding::{Check, Finding};

const KEYS: Check = Check("cron", "google keys");

const REFRESH: &str =
    "run weightctl google-keys refresh, and let cron do so every hour: docs/OPERATIONS.md";

/// `None` if sign-in with Google is not configured.
pub(super) fn examine(service: &Service) -> Option<Finding> {
    let settings = &service.settings.google;
    settings.is_configured().then(|| {
        let set = match google_keys::load(&mut service.database(), &settings.keys_url) {
            Ok(Some(set)) => set,
            Ok(None) => return KEYS.fail("none: nobody can sign in with Google", REFRESH),
            Err(_) => return KEYS.skip("the database does not tell"),
        };
        let said = format!("{} keys, fetched {} s ago", set.keys.len(), set.age_seconds);
        match set.freshness(settings.keys_max_stale_seconds()) {
            Freshness::Fresh => KEYS.pass(said),
            Freshness::Stale => KEYS.warn(format!("{said}: older than Google allows"), REFRESH),
            Freshness::Expired => KEYS.fail(format!("{said}: too old to be used"), REFRESH),
        }
    })
}
