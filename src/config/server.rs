//! `[server]`: the public address, and whom people can ask.

use serde::{Deserialize, Serialize};

use super::mail::is_address;

/// `[server]`: the service's public address and its operator's.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// Base of the problem types' URLs, without a trailing slash.
    pub public_url: String,
    /// Whom people can ask: a mail address, or the `https://` address of a page.
    /// Empty: nobody is named.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub contact: String,
}

impl ServerSettings {
    /// The contact, if there is one.
    pub fn contact(&self) -> Option<&str> {
        Some(self.contact.as_str()).filter(|contact| !contact.is_empty())
    }

    /// The invalid values, a sentence each.
    pub(super) fn complaints(&self) -> Vec<&'static str> {
        let mut complaints = Vec::new();
        if self.public_url.ends_with('/') {
            complaints.push("server.public_url must not end in a slash");
        }
        if self.contact().is_some_and(|contact| !is_address(contact) && !is_page(contact)) {
            complaints.push(
                "server.contact must be a mail address such as me@example.org, or an https:// address",
            );
        }
        complaints
    }
}

fn is_page(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"<>\"\\".contains(&byte);
    let host = text.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| !host.is_empty()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_a_mail_address_or_a_page_and_may_be_absent() {
        let complaints = |contact: &str| {
            let settings = ServerSettings { contact: contact.into(), ..ServerSettings::default() };
            settings.complaints().len()
        };
        for contact in ["", "me@example.org", "https://example.org/imprint?lang=en"] {
            assert_eq!(complaints(contact), 0, "{contact}");
        }
        for contact in [
            "me",
            "me@localhost",
            "mailto:me@example.org",
            "me@example.org?bcc=all@example.org",
            "http://example.org/",
            "https://",
            "https:///imprint",
            "https://example.org/a b",
            "javascript:alert(1)",
        ] {
            assert_eq!(complaints(contact), 1, "{contact}");
        }
    }
}
