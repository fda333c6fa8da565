//! `POST /api/auth/register` where mail is configured: a code confirms the address.

use serde_json::json;

use super::forgotten_password::{reset, server_with};
use crate::support::mail::{Mailbox, code_in};
use crate::support::user::{PASSWORD, text};

const OTHER: &str = "another horse battery staple";

#[test]
fn a_free_and_a_taken_address_get_the_same_answer_and_the_owner_decides() {
    let mailbox = Mailbox::new();
    let server = server_with(&mailbox, &[]);
    assert_eq!(
        server.register("anna@example.org", PASSWORD).expect(202),
        json!({"code_expires_in": 1800})
    );
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 0);
    server.login("anna@example.org", PASSWORD).problem(401, "invalid_credentials");
    let first = mailbox.next();
    let tokens = reset(&server, "anna@example.org", code_in(&first).unwrap(), PASSWORD).expect(201);
    assert_eq!(tokens["user"]["email"], "anna@example.org");
    server.list(text(&tokens["access_token"])).expect(200);

    let again = server.register("anna@example.org", OTHER);
    assert_eq!(again.expect(202), json!({"code_expires_in": 1800}));
    server.login("anna@example.org", PASSWORD).expect(200);
    let second = mailbox.next();
    assert!(second.contains("You have one already"), "{second}");
    reset(&server, "anna@example.org", code_in(&second).unwrap(), OTHER).expect(200);
    server.list(text(&tokens["access_token"])).problem(401, "session_ended");
    server.login("anna@example.org", OTHER).expect(200);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 1);
}

#[test]
fn fields_are_checked_before_a_code_is_mailed() {
    let mailbox = Mailbox::new();
    let server = server_with(&mailbox, &[]);
    assert_eq!(
        server.register("anna", "short").field_errors(),
        ["email invalid_format", "password too_short"]
    );
    let unmailable = server.register("root,anna@example.org", PASSWORD);
    assert_eq!(unmailable.field_errors(), ["email invalid_format"]);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM one_time_codes", ()), 0);
    let closed = server_with(&mailbox, &[("WEIGHT_SYNC_ACCOUNTS_REGISTRATION_OPEN", "false")]);
    closed.register("anna@example.org", PASSWORD).problem(403, "registration_closed");
    assert_eq!(mailbox.count(), 0);
}
