//! `[mail]`: how one-time codes are mailed.

use serde::{Deserialize, Serialize};

/// `[mail]`: the command that sends mail; off while `command` is empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailSettings {
    /// A program that reads a message from standard input and its recipients
    /// from the message, with arguments: `/usr/sbin/sendmail -t -i`. White space
    /// separates the words; no shell reads them.
    pub command: String,
    /// The sender's address.
    pub from: String,
}

impl MailSettings {
    /// Whether codes are mailed.
    pub fn is_configured(&self) -> bool {
        !self.command.is_empty()
    }

    /// The program and its arguments.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.command.split_whitespace()
    }

    /// The invalid values, a sentence each. Every message names the site at
    /// `public_url`.
    pub(super) fn complaints(&self, public_url: &str) -> Vec<&'static str> {
        let mut complaints = Vec::new();
        if !self.is_configured() {
            return complaints;
        }
        if !self.command.starts_with('/') || self.command.contains(char::is_control) {
            complaints.push("mail.command must begin with the whole path of a program");
        }
        if !is_address(&self.from) {
            complaints.push("mail.from must be an address such as weights@example.org");
        }
        let has_host = public_url.split_once("://").is_some_and(|(_, host)| !host.is_empty());
        if !has_host || !public_url.bytes().all(|byte| byte.is_ascii_graphic()) {
            complaints.push("mail.command needs server.public_url, which every message names");
        }
        complaints
    }
}

/// Whether a text is an address of plain characters, which neither a header nor
/// a link reads as anything else.
pub(super) fn is_address(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+@".contains(&byte);
    let has_parts = |(local, domain): (&str, &str)| {
        !local.is_empty() && domain.contains('.') && !domain.contains('@')
    };
    text.bytes().all(is_plain) && text.split_once('@').is_some_and(has_parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "https://weights.example.org";

    fn complaints(command: &str, from: &str, public_url: &str) -> usize {
        let settings = MailSettings { command: command.into(), from: from.into() };
        settings.complaints(public_url).len()
    }

    #[test]
    fn a_command_needs_a_path_a_sender_and_the_public_url() {
        let sendmail = "/usr/sbin/sendmail -t -i";
        assert_eq!(complaints(sendmail, "weights@example.org", SITE), 0);
        assert_eq!(complaints("", "", ""), 0);
        for command in ["sendmail -t", "~/sendmail", "/usr/sbin/sendmail\n-t"] {
            assert_eq!(complaints(command, "weights@example.org", SITE), 1, "{command}");
        }
        let wrong = ["", "weights", "@example.org", "a@b@c.org", "a@localhost", "a b@example.org"];
        for from in wrong.iter().chain(&["a@example.org\nBcc: b@example.org", "<a@example.org>"]) {
            assert_eq!(complaints(sendmail, from, SITE), 1, "{from}");
        }
        for url in ["", "https://", "weights.example.org", "https://a b"] {
            assert_eq!(complaints(sendmail, "weights@example.org", url), 1, "{url}");
        }
    }
}
