//! `POST /api/auth/register`

use serde_json::json;

use crate::support::Server;
use crate::support::user::PASSWORD;

#[test]
fn a_taken_address_is_409_in_any_case() {
    let server = Server::start();
    server.register("ada@example.org", PASSWORD).expect(201);
    for email in ["ada@example.org", "Ada@example.org", "ADA@EXAMPLE.ORG"] {
        server.register(email, "another password").problem(409, "email_taken");
    }
}

#[test]
fn two_concurrent_registrations_of_one_address_create_one_account() {
    let server = Server::with(&[], 4);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| server.register("ada@example.org", PASSWORD).status))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 1);
}

#[test]
fn passwords_have_12_to_128_characters_not_bytes() {
    let server = Server::start();
    for (number, (password, status, error)) in [
        ("x".repeat(11), 422, "password too_short"),
        ("xy".repeat(6), 201, ""),
        ("äö".repeat(6), 201, ""),
        ("xy".repeat(64), 201, ""),
        ("😀x".repeat(64), 201, ""),
        ("x".repeat(129), 422, "password too_long"),
        ("😀".repeat(11), 422, "password too_short"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = server.register(&format!("{number}@example.org"), &password);
        assert_eq!(answer.status, status, "{number}: {}", answer.text());
        if status == 422 {
            assert_eq!(answer.field_errors(), [error]);
        }
    }
}

#[test]
fn common_passwords_the_address_and_one_character_are_refused_with_a_code_of_their_own() {
    let server = Server::start();
    let email = "wolfgang.amadeus@example.org";
    for password in [
        "password1234",
        "PassWord1234",
        "123456789012",
        "            ",
        "aaaaaaaaAAAA",
        "Wolfgang.Amadeus",
        "wolfgang.amadeus@EXAMPLE.org",
    ] {
        let errors = server.register(email, password).field_errors();
        assert_eq!(errors, ["password guessable"], "{password}");
    }
    let control = server.register(email, "correct\u{0}horse battery");
    assert_eq!(control.field_errors(), ["password invalid_format"]);
    server.register(email, PASSWORD).expect(201);
}

#[test]
fn one_password_and_one_address_may_be_written_in_two_unicode_forms() {
    let server = Server::start();
    let (composed, split) = ("caf\u{e9} au lait, grand", "cafe\u{301} au\u{a0}lait, grand");
    server.register("m\u{fc}ller@example.org", split).expect(201);
    for email in ["m\u{fc}ller@example.org", "MU\u{308}LLER@example.org"] {
        for password in [composed, split] {
            server.login(email, password).expect(200);
        }
        server.register(email, PASSWORD).problem(409, "email_taken");
    }
}

#[test]
fn an_email_address_must_have_the_form_of_one() {
    let server = Server::start();
    for email in [
        "",
        "ada",
        "@example.org",
        "ada@",
        "a b@example.org",
        "ada@@example.org",
        "a\u{0}@example.org",
    ] {
        let errors = server.register(email, PASSWORD).field_errors();
        assert!(errors.len() == 1 && errors[0].starts_with("email "), "{email:?}: {errors:?}");
    }
    let long = format!("{}@example.org", "x".repeat(300));
    assert_eq!(server.register(&long, PASSWORD).field_errors(), ["email too_long"]);
    let both = server.auth("register", &json!({"password": 5}));
    assert_eq!(both.field_errors(), ["email required", "password wrong_type"]);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 0);
}

#[test]
fn a_closed_registration_is_403_and_login_still_works() {
    let server = Server::with(&[("WEIGHT_SYNC_ACCOUNTS_REGISTRATION_OPEN", "false")], 1);
    server.register("ada@example.org", PASSWORD).problem(403, "registration_closed");
    let made: serde_json::Value = serde_json::from_str(&server.site.weightctl_ok(&[
        "--json",
        "user",
        "create",
        "--email",
        "bob@example.org",
    ]))
    .unwrap();
    let body = json!({"email": "bob@example.org", "password": made["password"]});
    server.auth("login", &body).expect(200);
}

#[test]
fn passwords_are_stored_as_argon2id_hashes() {
    let server = Server::start();
    server.register("ada@example.org", PASSWORD).expect(201);
    let rows = server.database().rows("SELECT * FROM credentials").join("\n");
    assert!(!rows.contains(PASSWORD));
    assert!(rows.contains("$argon2id$"), "{rows}");
}
