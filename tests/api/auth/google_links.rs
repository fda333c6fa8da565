//! Which account a Google identity opens: linking by the verified address, and attacks on another user's account.

use serde_json::{Value, json};

use crate::support::google::{KeyServer, Person, sign_in};
use crate::support::user::{PASSWORD, text};
use crate::support::{Answer, Request, Server, User, WEIGHT, weighing};

/// The entries that the holder of these tokens sees.
fn list(server: &Server, tokens: &Value) -> Value {
    let request = Request::get(WEIGHT).bearer(text(&tokens["access_token"]));
    server.send(&request).expect(200)["data"].clone()
}

/// Password, session and entries of the user are unchanged.
fn assert_untouched(server: &Server, user: &User<'_>) {
    server.login(&user.email, PASSWORD).expect(200);
    assert_eq!(user.list().len(), 1);
    server.refresh(&user.refresh_token).expect(200);
}

#[test]
fn the_account_with_the_verified_address_is_linked_and_keeps_its_entries() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let user = server.user();
    let entry = user.create_id(&weighing(75.5));
    let person = Person::with_address(&user.email.to_uppercase());
    let tokens = sign_in(&server, &person.token()).expect(200);
    assert_eq!(tokens["user"], json!({"id": user.id, "email": user.email}));
    // The app can say that somebody may have put entries into it before.
    assert_eq!(tokens["linked"], true);
    assert_eq!(list(&server, &tokens)[0]["id"], entry.as_str());
    let again = sign_in(&server, &person.token()).expect(200);
    assert_eq!(again["user"]["id"], user.id.as_str());
    assert_eq!(again.get("linked"), None);
}

#[test]
fn an_export_names_only_the_linked_google_account() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let (linked, other) = (server.user(), server.user());
    let person = Person::with_address(&linked.email);
    let tokens = sign_in(&server, &person.token()).expect(200);
    let export =
        |token: &str| server.send(&Request::get("/api/account/export").bearer(token)).expect(200);

    let theirs = export(text(&tokens["access_token"]));

    assert_eq!(theirs["user"]["google"]["sub"], person.subject.as_str());
    assert!(theirs["user"]["google"]["linked_at"].is_string());
    assert!(export(&other.token)["user"].get("google").is_none());
}

#[test]
fn an_attacker_who_registered_the_address_first_loses_access_when_its_owner_signs_in() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let (attacker, bystander) = (server.user(), server.user());
    bystander.create(&weighing(60.0));
    let second = server.login(&attacker.email, PASSWORD).expect(200);
    let owner = Person::with_address(&attacker.email);

    let tokens = sign_in(&server, &owner.token()).expect(200);

    server.login(&attacker.email, PASSWORD).problem(401, "invalid_credentials");
    for token in [json!(attacker.refresh_token), second["refresh_token"].clone()] {
        server.refresh(text(&token)).problem(401, "invalid_refresh_token");
    }
    for token in [attacker.token.as_str(), text(&second["access_token"])] {
        server.list(token).problem(401, "session_ended");
    }
    assert_eq!(list(&server, &tokens), json!([]));
    server.refresh(text(&tokens["refresh_token"])).expect(200);
    assert_untouched(&server, &bystander);
}

#[test]
fn an_unverified_address_links_nothing() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let user = server.user();
    user.create(&weighing(75.5));
    let person = Person::with_address(&user.email);
    for more in [json!({"email_verified": false}), json!({"email_verified": null})] {
        let answer = sign_in(&server, &person.token_with(&more));
        assert!(matches!(answer.status, 401 | 403), "{}", answer.text());
    }
    let mut claims = person.claims();
    claims.as_object_mut().unwrap().remove("email_verified");
    sign_in(&server, &crate::support::google::KEY.sign(&claims)).problem(403, "email_not_verified");
    assert_untouched(&server, &user);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM google_identities", ()), 0);
}

#[test]
fn another_google_account_with_the_same_address_is_refused() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let first = Person::new();
    let tokens = sign_in(&server, &first.token()).expect(201);
    let second = Person::with_address(&first.email);
    sign_in(&server, &second.token()).problem(409, "google_account_differs");
    list(&server, &tokens);
    server.refresh(text(&tokens["refresh_token"])).expect(200);
    assert_eq!(sign_in(&server, &first.token()).expect(200)["user"], tokens["user"]);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 1);
}

#[test]
fn an_address_changed_at_google_keeps_the_account_and_frees_the_old_address() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let old = Person::new();
    let id = sign_in(&server, &old.token()).expect(201)["user"]["id"].clone();
    let moved = Person { subject: old.subject.clone(), email: Person::new().email };
    let tokens = sign_in(&server, &moved.token()).expect(200);
    assert_eq!(tokens["user"], json!({"id": id, "email": moved.email}));
    let newcomer = Person::with_address(&old.email);
    assert_ne!(sign_in(&server, &newcomer.token()).expect(201)["user"]["id"], id);
}

#[test]
fn a_google_address_changed_to_that_of_another_account_gives_no_access_to_it() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let user = server.user();
    user.create(&weighing(75.5));
    let person = Person::new();
    let id = sign_in(&server, &person.token()).expect(201)["user"]["id"].clone();
    let moved = Person { subject: person.subject.clone(), email: user.email.clone() };
    let tokens = sign_in(&server, &moved.token()).expect(200);
    assert_eq!(tokens["user"], json!({"id": id, "email": person.email}));
    assert_eq!(list(&server, &tokens), json!([]));
    assert_untouched(&server, &user);
}

#[test]
fn login_to_a_google_account_without_a_password_is_answered_as_for_an_unknown_address() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let person = Person::new();
    sign_in(&server, &person.token()).expect(201);
    let without_id = |answer: &Answer| {
        let mut problem = answer.problem(401, "invalid_credentials");
        problem.as_object_mut().unwrap().remove("request_id");
        problem
    };
    let refused = server.login(&person.email, PASSWORD);
    assert_eq!(without_id(&refused), without_id(&server.login("nobody@example.org", PASSWORD)));
    let register = json!({"email": person.email, "password": PASSWORD});
    server.auth("register", &register).problem(409, "email_taken");
}

#[test]
fn google_sign_in_with_closed_registration_links_known_addresses_and_creates_no_account() {
    let keys = KeyServer::start();
    let server = keys.server(&[("WEIGHT_SYNC_ACCOUNTS_REGISTRATION_OPEN", "false")], 1);
    sign_in(&server, &Person::new().token()).problem(403, "registration_closed");
    server.site.weightctl_ok(&["user", "create", "--email", "ada@example.org"]);
    let ada = Person::with_address("ada@example.org");
    sign_in(&server, &ada.token()).expect(200);
    sign_in(&server, &ada.token()).expect(200);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 1);
}

#[test]
fn concurrent_first_sign_ins_create_one_account() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 4);
    let token = Person::new().token();
    let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let answer = sign_in(&server, &token);
                    (answer.status, answer.json()["user"]["id"].clone())
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let made = answers.iter().filter(|(status, _)| *status == 201).count();
    let found = answers.iter().filter(|(status, _)| *status == 200).count();
    assert_eq!((made, found), (1, 7), "{answers:?}");
    assert!(answers.iter().all(|(_, id)| *id == answers[0].1), "{answers:?}");
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 1);
}

#[test]
fn the_next_google_sign_in_after_a_deletion_creates_a_new_account() {
    let keys = KeyServer::start();
    let server = keys.server(&[], 1);
    let person = Person::new();
    let tokens = sign_in(&server, &person.token()).expect(201);
    let id = tokens["user"]["id"].as_str().unwrap();
    server.site.weightctl_ok(&["user", "delete", id, "--yes"]);
    let old = Request::get(WEIGHT).bearer(text(&tokens["access_token"]));
    server.send(&old).problem(401, "account_gone");
    assert_eq!(server.database().count("SELECT COUNT(*) FROM google_identities", ()), 0);
    assert_ne!(sign_in(&server, &person.token()).expect(201)["user"]["id"], id);
}
