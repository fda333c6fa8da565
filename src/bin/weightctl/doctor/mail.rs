//! The command that mails one-time codes.

use weight_sync::handlers::service::Service;
use weight_sync::mail::obstacle;

use super::finding::{Check, Finding};

const COMMAND: Check = Check("configuration", "mail");

/// `None` if no mail is configured.
pub(super) fn examine(service: &Service) -> Option<Finding> {
    let settings = &service.settings.mail;
    settings.is_configured().then(|| match obstacle(settings) {
        None => COMMAND
            .pass(format!("{} can be started; weightctl mail test tries it", settings.command)),
        Some(reason) => COMMAND.fail(
            format!("{reason}: nobody gets a code, and nobody can register"),
            "correct mail.command; hosts have /usr/sbin/sendmail -t -i",
        ),
    })
}
