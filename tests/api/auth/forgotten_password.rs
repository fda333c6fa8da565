//! `POST /api/auth/password/forgot` and `/reset`, and `weightctl user reset-password`

use serde_json::{Value, json};

use crate::support::google::{KeyServer, Person, sign_in};
use crate::support::mail::{Mailbox, code_in};
use crate::support::processes::{Signal, signal};
use crate::support::site::{Site, said};
use crate::support::user::{PASSWORD, text};
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, Server, User, WEIGHT};

const NEW: &str = "another horse battery staple";
/// A mail command that waits for a file.
const SLOW: &str = "#!/bin/sh\nwhile [ ! -e \"$1/go\" ]; do sleep 0.1; done\n\
    cat >\"$1/$$.part\"\nmv \"$1/$$.part\" \"$1/$$.mail\"\n";

/// A server that sends its mail to `mailbox`, with further settings.
pub(super) fn server_with(mailbox: &Mailbox, more: &[(&str, &str)]) -> Server {
    let settings = mailbox.settings();
    let all: Vec<(&str, &str)> = settings
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .chain(more.iter().copied())
        .collect();
    Server::with(&all, 1)
}

pub(super) fn forgot(server: &Server, email: &str) -> Answer {
    server.auth("password/forgot", &json!({"email": email}))
}

pub(super) fn reset(server: &Server, email: &str, code: &str, password: &str) -> Answer {
    let body = json!({"email": email, "code": code, "new_password": password});
    server.auth("password/reset", &body)
}

/// Creates a user with the usual password by the command: registration takes a code where mail is configured.
fn user<'s>(server: &'s Server, email: &str) -> User<'s> {
    let made = server.site.weightctl_ok(&["--json", "user", "create", "--email", email]);
    let made: Value = serde_json::from_str(&made).unwrap();
    let tokens = server.login(email, text(&made["password"])).expect(200);
    User {
        server,
        id: text(&tokens["user"]["id"]).to_owned(),
        email: email.to_owned(),
        token: text(&tokens["access_token"]).to_owned(),
        refresh_token: text(&tokens["refresh_token"]).to_owned(),
    }
}

/// Status, headers and body without what differs from request to request.
fn shape(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| name != "x-request-id");
    (answer.status, headers, answer.text())
}

#[test]
fn a_mailed_code_sets_a_new_password_once_and_ends_every_session() {
    let mailbox = Mailbox::new();
    let server = server_with(&mailbox, &[]);
    let anna = user(&server, "anna@example.org");
    assert_eq!(forgot(&server, "Anna@Example.org ").expect(202), json!({"code_expires_in": 1800}));
    let message = mailbox.next();
    assert!(message.contains("\nTo: <anna@example.org>\n"), "{message}");
    let code = code_in(&message).unwrap();

    let tokens = reset(&server, "anna@example.org", &code.to_lowercase(), NEW).expect(200);
    assert_eq!(tokens["user"], json!({"id": anna.id, "email": "anna@example.org"}));
    server.list(text(&tokens["access_token"])).expect(200);
    server.refresh(text(&tokens["refresh_token"])).expect(200);
    anna.get(WEIGHT).problem(401, "session_ended");
    server.refresh(&anna.refresh_token).problem(401, "invalid_refresh_token");
    server.login("anna@example.org", NEW).expect(200);

    reset(&server, "anna@example.org", code, PASSWORD).problem(403, "invalid_code");
    server.login("anna@example.org", NEW).expect(200);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM one_time_codes", ()), 0);
}

#[test]
fn known_unknown_and_unmailable_addresses_get_the_same_answers_and_only_known_ones_get_mail() {
    let mailbox = Mailbox::new();
    let server = server_with(&mailbox, &[]);
    user(&server, "anna@example.org");
    // A list of two recipients, if it stood in a header.
    user(&server, "root,berta@example.org");
    let emails = ["nobody@example.org", "root,berta@example.org", "anna@example.org"];
    let asked = emails.map(|email| shape(&forgot(&server, email)));
    assert!(asked.iter().all(|one| *one == asked[0]), "{asked:#?}");
    assert_eq!(asked[0].0, 202);
    for _ in 0..7 {
        for email in emails {
            reset(&server, email, "0000-0000", NEW).problem(403, "invalid_code");
        }
    }
    // One process sends in order, so the other addresses got none.
    assert!(mailbox.next().contains("\nTo: <anna@example.org>\n"));
    assert_eq!(mailbox.count(), 1);
}

#[test]
fn the_fifth_wrong_guess_ends_a_code_and_a_new_code_ends_the_one_before() {
    let mailbox = Mailbox::new();
    let server = server_with(&mailbox, &[]);
    user(&server, "anna@example.org");
    let code = || {
        forgot(&server, "anna@example.org").expect(202);
        mailbox.next_code()
    };
    let guess = |code: &str| reset(&server, "anna@example.org", code, NEW);
    let first = code();
    for _ in 0..5 {
        guess("0000-0000").problem(403, "invalid_code");
    }
    guess(&first).problem(403, "invalid_code");
    let second = code();
    for _ in 0..4 {
        guess("0000-0000").problem(403, "invalid_code");
    }
    let third = code();
    guess(&second).problem(403, "invalid_code");
    for _ in 0..3 {
        guess("0000-0000").problem(403, "invalid_code");
    }
    guess(&third).expect(200);
}

#[test]
fn a_code_that_is_too_old_or_of_another_address_is_refused_and_purged() {
    let site = Site::new(&[]);
    let server = Server::over(site, 1);
    let (anna, berta) = (server.user(), server.user());
    let code = code_of(&server.site, &anna.email);
    reset(&server, &berta.email, &code, NEW).problem(403, "invalid_code");
    for wrong in ["", "nonsense", "12345678901234567890", "7MQ0-311U"] {
        reset(&server, &anna.email, wrong, NEW).problem(403, "invalid_code");
    }
    server
        .database()
        .execute("UPDATE one_time_codes SET expires_at = expires_at - INTERVAL 1800 SECOND", ());
    reset(&server, &anna.email, &code, NEW).problem(403, "invalid_code");
    server.login(&anna.email, PASSWORD).expect(200);
    server.site.weightctl_ok(&["purge"]);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM one_time_codes", ()), 0);
}

/// The code that the command prints.
fn code_of(site: &Site, named: &str) -> String {
    let printed = site.weightctl_ok(&["--json", "user", "reset-password", named]);
    let printed: Value = serde_json::from_str(&printed).unwrap();
    text(&printed["code"]).to_owned()
}

#[test]
fn without_mail_an_administrator_gives_the_code() {
    let server = Server::start();
    let limits = server.send(&Request::get("/api/limits")).expect(200);
    assert_eq!(limits["account"]["mail_configured"], false);
    let anna = server.user();
    forgot(&server, &anna.email).problem(403, "mail_not_configured");
    let shown = server.site.weightctl_ok(&["user", "reset-password", &anna.email]);
    let code = shown.lines().find_map(|line| line.strip_prefix("code ")).unwrap();
    assert!(shown.contains("https://weights.example.org/account/"), "{shown}");
    assert!(shown.contains("UTC"), "{shown}");
    reset(&server, &anna.email, code, NEW).expect(200);
    anna.get(WEIGHT).problem(401, "session_ended");
    let by_id = code_of(&server.site, &anna.id);
    reset(&server, &anna.email, &by_id, PASSWORD).expect(200);

    server.database().execute("INSERT INTO users (id) VALUES ('7')", ());
    for (named, why) in [("7", "another backend"), ("nobody@example.org", "there is no user")] {
        let refused = server.site.weightctl(&["user", "reset-password", named]);
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
        assert!(said(&refused).contains(why), "{}", said(&refused));
    }
}

#[test]
fn a_code_dies_with_its_account() {
    let server = Server::start();
    let anna = server.user();
    let code = code_of(&server.site, &anna.email);
    server.site.weightctl_ok(&["user", "delete", &anna.id, "--yes"]);
    reset(&server, &anna.email, &code, NEW).problem(403, "invalid_code");
    assert_eq!(server.database().count("SELECT COUNT(*) FROM one_time_codes", ()), 0);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 0);
}

#[test]
fn codes_are_limited_by_address_by_network_and_in_all() {
    let mailbox = Mailbox::new();
    for (setting, other_address_is_refused) in [
        ("WEIGHT_SYNC_RATE_LIMIT_CODES_PER_ACCOUNT_PER_HOUR", false),
        ("WEIGHT_SYNC_RATE_LIMIT_CODES_PER_ADDRESS_PER_HOUR", true),
        ("WEIGHT_SYNC_RATE_LIMIT_MAILS_PER_HOUR", true),
    ] {
        let server = server_with(&mailbox, &[(setting, "2")]);
        for _ in 0..2 {
            forgot(&server, "anna@example.org").expect(202);
        }
        let refused = forgot(&server, "anna@example.org");
        refused.problem(429, "rate_limited");
        assert!(refused.header("retry-after").is_some(), "{setting}");
        let status = forgot(&server, "berta@example.org").status;
        assert_eq!(status == 429, other_address_is_refused, "{setting}");
    }
}

#[test]
fn an_account_that_signs_in_with_google_gets_a_mail_without_a_code() {
    let mailbox = Mailbox::new();
    let keys = KeyServer::start();
    let settings = mailbox.settings();
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = keys.server(&settings, 1);
    let person = Person::new();
    sign_in(&server, &person.token()).expect(201);
    forgot(&server, &person.email).expect(202);
    let message = mailbox.next();
    assert!(message.contains("Sign in with Google") && code_in(&message).is_none(), "{message}");
}

#[test]
fn the_command_gets_no_variable_of_the_request_and_sends_under_cgi_too() {
    let mailbox = Mailbox::new();
    let server = server_with(&mailbox, &[]);
    user(&server, "anna@example.org");
    let request = Request::new("POST", "/api/auth/password/forgot")
        .header("X-Attack", "() { :;}; echo")
        .json(&json!({"email": "anna@example.org"}));
    server.site.as_cgi(&request).expect(202);
    let message = mailbox.next();
    assert!(message.contains(" -t -i\n"), "the arguments: {message}");
    for name in ["HTTP_", "REMOTE_ADDR", "WEIGHT_SYNC", "X-Attack"] {
        assert!(!message.contains(name), "{name} in {message}");
    }
}

#[test]
fn a_command_that_fails_is_logged_with_its_words_and_the_answer_stays_the_same() {
    let mailbox = Mailbox::running("#!/bin/sh\necho no such relay >&2\nexit 75\n");
    let server = server_with(&mailbox, &[]);
    user(&server, "anna@example.org");
    forgot(&server, "anna@example.org").expect(202);
    wait_until("the failure is logged", || server.log().contains("no such relay"));
    let log = server.log();
    assert!(log.contains("\"route\":\"mail\"") && log.contains("75"), "{log}");
    assert!(!log.contains("anna@example.org"), "{log}");
    let tried = server.site.weightctl(&["mail", "test", "you@example.org"]);
    assert_eq!(tried.status.code(), Some(1));
    assert!(said(&tried).contains("no such relay"), "{}", said(&tried));
}

#[test]
fn a_slow_command_keeps_neither_the_answer_nor_the_next_request_waiting_and_no_child_is_left() {
    let mailbox = Mailbox::running(SLOW);
    let server = server_with(&mailbox, &[]);
    user(&server, "anna@example.org");
    forgot(&server, "anna@example.org").expect(202);
    let process = server.process_ids()[0];
    let children = || {
        let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
        children.unwrap().split_whitespace().count()
    };
    wait_until("the command runs", || children() == 1);
    // The command goes on while the same process answers: it would not end by itself.
    server.login("anna@example.org", "a wrong password").problem(401, "invalid_credentials");
    forgot(&server, "anna@example.org").expect(202);
    assert_eq!((server.process_ids(), children(), mailbox.count()), (vec![process], 1, 0));
    std::fs::write(mailbox.path("go"), "").unwrap();
    // The second message waited for the end of the first command. No request comes any more.
    let first = mailbox.next_code();
    assert_ne!(mailbox.next_code(), first);
    wait_until("no child is left", || children() == 0);
}

#[test]
fn a_process_that_is_stopped_sends_the_messages_that_wait_before_it_ends() {
    let mailbox = Mailbox::running(SLOW);
    let mut server = server_with(&mailbox, &[]);
    user(&server, "anna@example.org");
    for _ in 0..2 {
        forgot(&server, "anna@example.org").expect(202);
    }
    signal(server.process_ids()[0], Signal::TERM);
    std::fs::write(mailbox.path("go"), "").unwrap();
    assert!(server.wait(0).success());
    assert_eq!(mailbox.count(), 2);
}

#[test]
fn a_message_can_be_tried_from_the_command_and_doctor_checks_the_program() {
    let mailbox = Mailbox::new();
    let server = server_with(&mailbox, &[]);
    server.site.weightctl_ok(&["mail", "test", "you@example.org"]);
    assert!(mailbox.next().contains("\nTo: <you@example.org>\n"));
    let mail = |site: &Site| {
        let report: Value =
            serde_json::from_slice(&site.weightctl(&["--json", "doctor"]).stdout).unwrap();
        let checks = report["checks"].as_array().unwrap().clone();
        checks
            .into_iter()
            .find(|check| check["check"] == "mail")
            .map(|check| check["result"].clone())
    };
    assert_eq!(mail(&server.site), Some(json!("pass")));
    std::fs::remove_file(mailbox.path("sendmail")).unwrap();
    assert_eq!(mail(&server.site), Some(json!("fail")));
    assert_eq!(mail(&Site::new(&[])), None);
}
