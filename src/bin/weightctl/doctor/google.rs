//! The keys that sign Google's ID tokens, which cron fetches.

use weight_sync::domain::google::Freshness;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::google_keys;

use super::finding::{Check, Finding};
use crate::duration::in_words;
use crate::output::counted;

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
            Err(error) if error.is_outage() => return KEYS.skip("see the check database"),
            Err(error) => {
                return KEYS.fail(format!("{error}: nobody can sign in with Google"), REFRESH);
            }
        };
        let age = in_words(set.age_seconds.unsigned_abs());
        let said = format!("{}, fetched {age} ago", counted(set.keys.len(), "key"));
        match set.freshness(settings.keys_max_stale_seconds()) {
            Freshness::Fresh => KEYS.pass(said),
            Freshness::Stale => KEYS.warn(format!("{said}: older than Google allows"), REFRESH),
            Freshness::Expired => KEYS.fail(format!("{said}: too old to be used"), REFRESH),
        }
    })
}
