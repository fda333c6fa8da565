//! `[rate_limit]` and `[limits]`: how often a client may ask, and how much a user
//! may store.

use serde::{Deserialize, Serialize};

/// `[rate_limit]`: limits on requests; 0 disables a limit.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateLimitSettings {
    /// Authenticated requests of one user per minute.
    pub requests_per_minute: u32,
    /// Logins with one e-mail address per minute.
    pub login_per_account_per_minute: u32,
    /// Logins from one network address per minute.
    pub login_per_address_per_minute: u32,
    /// Registrations of one e-mail address per hour.
    pub register_per_account_per_hour: u32,
    /// Registrations from one network address per hour.
    pub register_per_address_per_hour: u32,
    /// Refreshes of one user per minute.
    pub refresh_per_account_per_minute: u32,
    /// Refreshes from one network address per minute.
    pub refresh_per_address_per_minute: u32,
    /// One-time codes for one e-mail address per hour.
    pub codes_per_account_per_hour: u32,
    /// One-time codes asked for from one network address per hour.
    pub codes_per_address_per_hour: u32,
    /// Messages in all per hour.
    pub mails_per_hour: u32,
}

impl Default for RateLimitSettings {
    fn default() -> Self {
        Self {
            requests_per_minute: 100,
            login_per_account_per_minute: 10,
            login_per_address_per_minute: 30,
            register_per_account_per_hour: 10,
            register_per_address_per_hour: 10,
            refresh_per_account_per_minute: 30,
            refresh_per_address_per_minute: 60,
            codes_per_account_per_hour: 5,
            codes_per_address_per_hour: 10,
            mails_per_hour: 100,
        }
    }
}

/// `[limits]`: what a user may store.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// Entries of one user, tombstones included; 0 disables the limit.
    pub entries_per_user: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { entries_per_user: 50_000 }
    }
}

impl LimitSettings {
    /// How many entries a user may have; `None` for any number.
    pub fn quota(&self) -> Option<u32> {
        Some(self.entries_per_user).filter(|entries| *entries > 0)
    }
}
