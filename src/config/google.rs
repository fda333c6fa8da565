//! `[google]`: the accepted ID tokens and the source of the keys.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// `[google]`: sign-in with Google; off while `client_ids` is empty.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct GoogleSettings {
    /// OAuth client ids of the apps; a token must be issued for one of them.
    pub client_ids: Vec<String>,
    /// The URL from which `weightctl google-keys refresh` fetches the key set.
    pub keys_url: String,
    /// How long an expired key set is still used, in hours.
    pub keys_max_stale_hours: u32,
}

impl Default for GoogleSettings {
    fn default() -> Self {
        Self {
            client_ids: Vec::new(),
            keys_url: "https://www.googleapis.com/oauth2/v3/certs".to_owned(),
            keys_max_stale_hours: 24,
        }
    }
}

impl GoogleSettings {
    /// Whether sign-in with Google is on.
    pub fn is_configured(&self) -> bool {
        !self.client_ids.is_empty()
    }

    /// How long an expired key set is still used, in seconds.
    pub fn keys_max_stale_seconds(&self) -> i64 {
        i64::from(self.keys_max_stale_hours) * 3600
    }

    /// Whether the key set comes over plain HTTP from this machine.
    pub fn fetches_from_loopback(&self) -> bool {
        is_loopback(&self.keys_url)
    }

    /// The invalid values, a sentence each.
    pub(super) fn complaints(&self) -> Vec<&'static str> {
        let mut complaints = Vec::new();
        let is_id = |id: &String| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic());
        if !self.client_ids.iter().all(is_id) {
            complaints.push("each of google.client_ids must be visible ASCII characters");
        }
        // The server at this URL decides who signs in as whom, so the
        // connection must be protected.
        if !(self.keys_url.starts_with("https://") || is_loopback(&self.keys_url)) {
            complaints.push(
                "google.keys_url must begin with https:// (http:// only with 127.0.0.1 or [::1])",
            );
        }
        if self.keys_url.len() > 255 {
            complaints.push("google.keys_url must have at most 255 bytes");
        }
        if self.keys_max_stale_hours > 24 * 7 {
            complaints.push("google.keys_max_stale_hours must be at most 168");
        }
        complaints
    }
}

/// Whether a URL is plain HTTP to this machine. Takes the host literally and
/// never resolves it: a name could lead to another machine.
pub fn is_loopback(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return false;
    }
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => authority.split(':').next(),
    };
    host.and_then(|host| host.parse::<IpAddr>().ok()).is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_fetched_over_https_or_from_this_machine() {
        for (url, is_accepted) in [
            ("https://www.googleapis.com/oauth2/v3/certs", true),
            ("http://127.0.0.1:8080/certs", true),
            ("http://127.0.0.1", true),
            ("http://[::1]:8080/certs", true),
            ("http://www.googleapis.com/oauth2/v3/certs", false),
            ("http://localhost/certs", false),
            ("http://127.0.0.1.example.org/certs", false),
            ("http://127.0.0.1@example.org/certs", false),
            ("http://127.0.0.1:80@example.org/certs", false),
            ("http://example.org#127.0.0.1", false),
            ("http://10.0.0.1/certs", false),
            ("file:///etc/passwd", false),
            ("HTTP://127.0.0.1/", false),
            ("", false),
        ] {
            let settings = GoogleSettings { keys_url: url.into(), ..GoogleSettings::default() };
            assert_eq!(settings.complaints().is_empty(), is_accepted, "{url}");
        }
    }

    #[test]
    fn a_malformed_client_id_is_refused() {
        let with =
            |id: &str| GoogleSettings { client_ids: vec![id.into()], ..GoogleSettings::default() };
        assert!(with("1234-abc.apps.googleusercontent.com").complaints().is_empty());
        for id in ["", " ", "a b", "ä"] {
            assert_eq!(with(id).complaints().len(), 1, "{id:?}");
        }
    }
}
