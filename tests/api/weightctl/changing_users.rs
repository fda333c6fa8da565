//! `weightctl user show|list|set-password|sign-out` and `weightctl session`.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::site::{Site, WEIGHTCTL, said};
use crate::support::user::{PASSWORD, text, with};
use crate::support::{Server, WEIGHT, weighing};

/// The command's failure as JSON, with its exit code.
#[track_caller]
fn failure_of(site: &Site, arguments: &[&str]) -> (Option<i32>, Value) {
    let output = site.weightctl(&[&["--json"], arguments].concat());
    let failure = serde_json::from_slice(&output.stdout);
    (output.status.code(), failure.unwrap_or_else(|error| panic!("{error}: {}", said(&output))))
}

fn with_input(site: &Site, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(WEIGHTCTL)
        .arg("--config")
        .arg(&site.config)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

#[test]
fn a_user_is_shown_with_entries_sessions_and_sign_in() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    let deleted = user.create_id(&weighing(80.0));
    user.delete(&deleted).expect(204);
    let named = json!({"email": user.email, "password": PASSWORD, "device_name": "Ada's phone"});
    server.auth("login", &named).expect(200);
    let shown = server.site.weightctl_json(&["user", "show", &user.email]);
    let expected = json!({"id": user.id, "email": user.email, "has_password": true,
        "google_linked_at": null, "live_entries": 1, "stored_entries": 2});
    assert_eq!(with(shown.clone(), &expected), shown);
    for time in ["created_at", "last_write_at", "last_used_at"] {
        assert!(shown[time].is_string(), "{time}: {shown}");
    }
    assert!(shown["bytes"].as_i64().is_some_and(|bytes| bytes > 0), "{shown}");
    assert_eq!(shown["sessions"].as_array().unwrap().len(), 2);
    let text = server.site.weightctl_ok(&["user", "show", &user.id]);
    for part in ["with a password", "1, and 1 deletions", "Ada's phone", &user.email] {
        assert!(text.contains(part), "{part} in {text}");
    }
    server.database().execute("INSERT INTO users (id) VALUES ('7')", ());
    let elsewhere = server.site.weightctl_ok(&["user", "show", "7"]);
    assert!(elsewhere.contains("at another backend"), "{elsewhere}");
}

#[test]
fn the_list_is_searched_sorted_and_cut() {
    let server = Server::start();
    let site = &server.site;
    for email in ["berta@example.org", "anna@example.org", "carl@example.net"] {
        server.register(email, PASSWORD).expect(201);
    }
    let tokens = server.login("carl@example.net", PASSWORD).expect(200);
    let create = crate::support::Request::new("POST", WEIGHT).json(&weighing(75.5));
    server.send(&create.bearer(text(&tokens["access_token"]))).expect(201);
    let emails = |arguments: &[&str]| -> Vec<String> {
        let listed = site.weightctl_json(&[&["user", "list"], arguments].concat());
        let users = listed["users"].as_array().unwrap().clone();
        users.iter().map(|user| text(&user["email"]).to_owned()).collect()
    };
    let (anna, berta, carl) = ("anna@example.org", "berta@example.org", "carl@example.net");
    assert_eq!(emails(&[]), [berta, anna, carl]);
    assert_eq!(emails(&["--sort", "email"]), [anna, berta, carl]);
    assert_eq!(emails(&["--sort", "created"]), [carl, anna, berta]);
    assert_eq!(emails(&["--sort", "entries", "--limit", "1"]), [carl]);
    assert_eq!(emails(&["--sort", "used", "--limit", "1"]), [carl]);
    assert_eq!(emails(&["--search", "EXAMPLE.org"]), [berta, anna]);
    assert_eq!(emails(&["--search", "%"]), [""; 0]);
    server.database().execute(
        "UPDATE credentials SET created_at = '2026-01-06 20:30:00' WHERE email = ?",
        (anna,),
    );
    assert_eq!(emails(&["--since", "2026-01-07"]), [berta, carl]);
    assert_eq!(emails(&["--since", "2026-01-06", "--search", "anna"]), [anna]);
    let table = site.weightctl_ok(&["user", "list", "--search", "anna"]);
    assert!(table.contains("2026-01-06") && table.contains(anna), "{table}");
}

#[test]
fn a_set_password_replaces_the_old_one_and_ends_every_session() {
    let server = Server::start();
    let user = server.user();
    let made = server.site.weightctl_json(&["user", "set-password", &user.email]);
    user.get(WEIGHT).problem(401, "session_ended");
    server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
    server.login(&user.email, PASSWORD).problem(401, "invalid_credentials");
    server.login(&user.email, text(&made["password"])).expect(200);

    let set = |password: &str| {
        with_input(&server.site, &["user", "set-password", &user.id, "--password-stdin"], password)
    };
    let given = set("another horse battery\n");
    assert!(given.status.success() && !said(&given).contains("horse"), "{}", said(&given));
    server.login(&user.email, "another horse battery").expect(200);
    for (weak, why) in [
        ("short", "12 characters"),
        ("password1234", "common"),
        (user.email.as_str(), "e-mail address"),
    ] {
        let refused = set(weak);
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(said(&refused).contains(why), "{}", said(&refused));
    }
    server.login(&user.email, "another horse battery").expect(200);
}

#[test]
fn a_user_is_signed_out_everywhere_or_on_one_device() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let sessions =
        |email: &str| server.site.weightctl_json(&["session", "list", email])["sessions"].clone();
    let second = server.login(&user.email, PASSWORD).expect(200);
    let id = text(&second["session_id"]);
    assert_eq!(sessions(&user.email).as_array().unwrap().len(), 2);

    let foreign = ["session", "revoke", other.email.as_str(), id];
    assert_eq!(failure_of(&server.site, &foreign).0, Some(1));
    server.site.weightctl_ok(&["session", "revoke", &user.email, id]);
    server.refresh(text(&second["refresh_token"])).problem(401, "invalid_refresh_token");
    assert_eq!(sessions(&user.email).as_array().unwrap().len(), 1);

    let ended = server.site.weightctl_json(&["user", "sign-out", &user.email]);
    assert_eq!(ended["ended_sessions"], 1);
    user.get(WEIGHT).problem(401, "session_ended");
    assert_eq!(sessions(&user.email), json!([]));
    other.get(WEIGHT).expect(200);
    server.login(&user.email, PASSWORD).expect(200);
}

#[test]
fn a_user_gets_another_address_unless_somebody_has_it() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let set =
        |email: &str| server.site.weightctl(&["user", "set-email", &user.id, email]).status.code();
    assert_eq!(set(&other.email), Some(1));
    assert_eq!(set("nonsense"), Some(2));
    assert_eq!(set("Anna@Example.net"), Some(0));
    user.get(WEIGHT).expect(200);
    server.login("anna@example.net", PASSWORD).expect(200);
    server.login(&user.email, PASSWORD).problem(401, "invalid_credentials");
}

#[test]
fn every_failure_is_json_where_it_is_asked_for() {
    let server = Server::start();
    let user = server.user();
    for (arguments, code, part) in [
        (&["user", "show", "nobody@example.org"][..], 1, "user list"),
        (&["user", "delete", &user.id], 2, "--yes"),
        (&["user", "list", "--sort", "nonsense"], 2, "nonsense"),
        (&["user", "list", "--since", "yesterday"], 2, "yesterday"),
        (&["session", "revoke", &user.id, "nonsense"], 2, "nonsense"),
        (&["nonsense"], 2, "nonsense"),
    ] {
        let (exit, failure) = failure_of(&server.site, arguments);
        assert_eq!((exit, &failure["exit_code"]), (Some(code), &json!(code)), "{failure}");
        assert!(text(&failure["error"]).contains(part), "{part} in {failure}");
    }
    for command in [
        "create",
        "list",
        "show",
        "set-password",
        "reset-password",
        "set-email",
        "sign-out",
        "export",
        "delete",
    ] {
        let help = server.site.weightctl_ok(&["user", command, "--help"]);
        assert!(help.contains(&format!("weightctl user {command} ")), "{help}");
    }
}
