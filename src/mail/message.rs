//! Messages in plain text (RFC 5322). Only addresses and codes are put into
//! them, both of a form that cannot begin another header field.

use chrono::Utc;

use crate::config::Settings;
use crate::domain::one_time_code::{CODE_SECONDS, OneTimeCode};
use crate::domain::user::Email;

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody asked for a new password of the account.
    ForgottenPassword,
    /// Somebody wants an account with this address, which has none.
    NewAccount,
    /// Somebody wants an account with this address, which has one.
    SecondAccount,
}

/// One message.
pub struct Message {
    to: Email,
    subject: String,
    text: String,
}

impl Message {
    /// A message with a code.
    pub fn with_code(
        to: Email,
        occasion: Occasion,
        code: &OneTimeCode,
        settings: &Settings,
    ) -> Self {
        let (site, host) = (&settings.server.public_url, host(settings));
        let minutes = CODE_SECONDS / 60;
        let (subject, why, what_for, otherwise) = match occasion {
            Occasion::ForgottenPassword => (
                "Your code for",
                format!("Somebody asked for a new password for your account at {host}."),
                "It sets a new password and signs out all devices.",
                "your password stays as it is",
            ),
            Occasion::NewAccount => (
                "Confirm your address for",
                format!("Somebody wants to make an account at {host} with this address."),
                "It confirms the address and makes the account.",
                "no account is made",
            ),
            Occasion::SecondAccount => (
                "You have an account at",
                format!(
                    "Somebody wants to make an account at {host} with this address.\n\
                     You have one already: sign in with its password."
                ),
                "If you have forgotten the password, this code sets the one that you have just\n\
                 chosen, and signs out all devices.",
                "your account stays as it is",
            ),
        };
        let text = format!(
            "{why}\n\nYour code: {code}\n\nEnter it in the app, or at {site}/account/\n{what_for}\n\
             It is good once, for {minutes} minutes.\n\n\
             If that was not you, do nothing: {otherwise}.\n\
             Give the code to nobody; who runs the site never asks for it.\n"
        );
        Self { to, subject: format!("{subject} {host}"), text }
    }

    /// For a user without a password here.
    pub fn signs_in_with_google(to: Email, settings: &Settings) -> Self {
        let host = host(settings);
        let text = format!(
            "Somebody, probably you, asked for a password or a new account at {host}.\n\n\
             You have an account there, and it has no password: choose\n\
             \"Sign in with Google\" in the app.\n\n\
             If that was not you, do nothing.\n"
        );
        Self { to, subject: format!("How to sign in at {host}"), text }
    }

    /// For an administrator who tries whether mail works.
    pub fn test(to: Email, settings: &Settings) -> Self {
        let host = host(settings);
        let text = format!("{host} can send mail.\n");
        Self { to, subject: format!("A test from {host}"), text }
    }

    /// The message with its header, lines ending as local programs expect.
    pub(super) fn rendered(&self, settings: &Settings) -> String {
        let (from, to) = (&settings.mail.from, self.to.as_str());
        let (date, id) = (Utc::now().to_rfc2822(), uuid::Uuid::now_v7());
        let (host, subject, text) = (host(settings), &self.subject, &self.text);
        format!(
            "From: <{from}>\nTo: <{to}>\nSubject: {subject}\nDate: {date}\n\
             Message-ID: <{id}@{host}>\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"
        )
    }
}

/// The host of the site, without a port.
fn host(settings: &Settings) -> &str {
    let url = &settings.server.public_url;
    let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    host.split(['/', ':']).next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::from_environment;

    fn settings() -> Settings {
        let variables = [
            ("WEIGHT_SYNC_DATABASE_URL", "mysql://u:p@h/d"),
            ("WEIGHT_SYNC_SERVER_PUBLIC_URL", "https://weights.example.org:8443"),
            ("WEIGHT_SYNC_MAIL_COMMAND", "/usr/sbin/sendmail -t -i"),
            ("WEIGHT_SYNC_MAIL_FROM", "weights@example.org"),
        ];
        from_environment(variables.map(|(name, value)| (name.into(), value.into()))).unwrap()
    }

    #[test]
    fn a_message_has_a_whole_header_and_names_site_code_and_time() {
        let code = OneTimeCode::parse("7MQ0-3110").unwrap();
        let to = Email::parse("anna@example.org").unwrap();
        for occasion in [Occasion::ForgottenPassword, Occasion::NewAccount, Occasion::SecondAccount]
        {
            let settings = settings();
            let text =
                Message::with_code(to.clone(), occasion, &code, &settings).rendered(&settings);
            let (header, body) = text.split_once("\n\n").unwrap();
            let names: Vec<&str> =
                header.lines().map(|line| line.split_once(": ").unwrap().0).collect();
            assert_eq!(names[..5], ["From", "To", "Subject", "Date", "Message-ID"]);
            assert!(header.contains("To: <anna@example.org>\n"), "{header}");
            assert!(header.contains("@weights.example.org>\n"), "{header}");
            for part in ["7MQ0-3110", "30 minutes", "https://weights.example.org:8443/account/"] {
                assert!(body.contains(part), "{part} in {body}");
            }
            assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 78), "{text}");
        }
    }
}
