//! Interrupts every change of an account at each boundary between two statements, as `interrupted_writes` does: cuts
//! the connection, or kills the process. A phone without an answer does what docs/PROTOCOL.md says.

use serde_json::{Value, json};

use crate::account_requests::{
    Phone, assert_one_account, assert_works, at_each_boundary, listed, post, refreshed, signed_in,
};
use crate::support::google::{KeyServer, Person};
use crate::support::site::Site;
use crate::support::user::PASSWORD;
use crate::support::{Request, Server, folder::random_name, weighing};

const NEW_PASSWORD: &str = "another horse battery staple";

/// A grace period so long that the resend arrives within it on any machine.
const LONG_GRACE: (&str, &str) = ("WEIGHT_SYNC_AUTH_REFRESH_GRACE_SECONDS", "3600");

#[test]
fn after_an_interrupted_registration_a_resend_or_a_login_gives_tokens() {
    let prepare = |_: &Server| {
        let email = format!("{}@example.org", random_name());
        let request = post("register", &json!({"email": email, "password": PASSWORD}));
        Phone { request, email, tokens: None }
    };
    at_each_boundary(Site::new(&[]), 201, prepare, |server, phone, answer, what| {
        let again = server.send(&phone.request);
        let tokens = match (answer, again.status) {
            (Some(answer), _) => {
                again.problem(409, "email_taken");
                answer.json()
            }
            (None, 201) => again.json(),
            (None, _) => {
                again.problem(409, "email_taken");
                signed_in(server, &phone.email, PASSWORD).expect(200)
            }
        };
        assert_works(server, &tokens, &phone.email, what);
        assert_one_account(server, &phone.email, what);
    });
}

#[test]
fn an_interrupted_login_may_be_sent_again() {
    let prepare = |server: &Server| {
        let user = server.user();
        let request = post("login", &json!({"email": user.email, "password": PASSWORD}));
        Phone::of(&user, request)
    };
    at_each_boundary(Site::new(&[]), 200, prepare, |server, phone, answer, what| {
        let tokens = answer.cloned().unwrap_or_else(|| server.send(&phone.request)).expect(200);
        assert_works(server, &tokens, &phone.email, what);
        refreshed(server, phone.refresh()).expect(200);
    });
}

#[test]
fn the_resend_of_an_interrupted_refresh_gives_valid_tokens() {
    let prepare = |server: &Server| {
        let user = server.user();
        let request = post("refresh", &json!({"refresh_token": user.refresh_token}));
        Phone::of(&user, request)
    };
    at_each_boundary(Site::new(&[LONG_GRACE]), 200, prepare, |server, phone, answer, what| {
        let tokens = server.send(&phone.request).expect(200);
        if let Some(answer) = answer {
            let first = answer.json();
            assert_eq!(tokens["refresh_token"], first["refresh_token"], "{what}: one chain");
        }
        assert_works(server, &tokens, &phone.email, what);
    });
}

#[test]
fn the_resend_of_an_interrupted_logout_ends_its_sessions() {
    for all in [false, true] {
        let prepare = |server: &Server| {
            let user = server.user();
            Phone::of(
                &user,
                post("logout", &json!({"refresh_token": user.refresh_token, "all": all})),
            )
        };
        at_each_boundary(Site::new(&[]), 204, prepare, |server, phone, answer, what| {
            if answer.is_none() {
                server.send(&phone.request).expect(204);
            }
            refreshed(server, phone.refresh()).problem(401, "invalid_refresh_token");
            match all {
                true => _ = listed(server, phone.access()).problem(401, "session_ended"),
                false => _ = listed(server, phone.access()).expect(200),
            }
            let tokens = signed_in(server, &phone.email, PASSWORD).expect(200);
            assert_works(server, &tokens, &phone.email, what);
        });
    }
}

#[test]
fn the_resend_of_an_interrupted_password_change_shows_which_password_is_valid() {
    let body = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    let prepare = |server: &Server| {
        let user = server.user();
        let request = Request::new("PUT", "/api/account/password").json(&body).bearer(&user.token);
        Phone::of(&user, request)
    };
    at_each_boundary(Site::new(&[]), 200, prepare, |server, phone, answer, what| {
        let again = server.send(&phone.request);
        match (answer, again.status) {
            (Some(answer), _) => assert_works(server, &answer.json(), &phone.email, what),
            // The first request changed nothing, the resend changed the password.
            (None, 200) => assert_works(server, &again.json(), &phone.email, what),
            // The first request changed the password, and ended this session too.
            (None, _) => _ = again.problem(401, "session_ended"),
        }
        signed_in(server, &phone.email, PASSWORD).problem(401, "invalid_credentials");
        let tokens = signed_in(server, &phone.email, NEW_PASSWORD).expect(200);
        assert_works(server, &tokens, &phone.email, what);
        refreshed(server, phone.refresh()).problem(401, "invalid_refresh_token");
    });
}

#[test]
fn after_an_interrupted_reset_of_the_password_a_resend_or_a_login_gives_tokens() {
    let prepare = |server: &Server| {
        let user = server.user();
        let printed = server.site.weightctl_ok(&["--json", "user", "reset-password", &user.email]);
        let printed: Value = serde_json::from_str(&printed).unwrap();
        let body =
            json!({"email": user.email, "code": printed["code"], "new_password": NEW_PASSWORD});
        Phone::of(&user, post("password/reset", &body))
    };
    at_each_boundary(Site::new(&[]), 200, prepare, |server, phone, answer, what| {
        let again = server.send(&phone.request);
        let tokens = match (answer, again.status) {
            // The first request used the code.
            (Some(answer), _) => {
                again.problem(403, "invalid_code");
                answer.json()
            }
            (None, 200) => again.json(),
            (None, _) => {
                again.problem(403, "invalid_code");
                signed_in(server, &phone.email, NEW_PASSWORD).expect(200)
            }
        };
        assert_works(server, &tokens, &phone.email, what);
        signed_in(server, &phone.email, PASSWORD).problem(401, "invalid_credentials");
        refreshed(server, phone.refresh()).problem(401, "invalid_refresh_token");
        listed(server, phone.access()).problem(401, "session_ended");
    });
}

#[test]
fn the_resend_of_an_interrupted_account_deletion_deletes_the_account() {
    let prepare = |server: &Server| {
        let user = server.user();
        user.create(&weighing(70.0));
        let request = Request::new("DELETE", "/api/account").json(&json!({"password": PASSWORD}));
        Phone::of(&user, request.bearer(&user.token))
    };
    at_each_boundary(Site::new(&[]), 200, prepare, |server, phone, answer, what| {
        if let Some(answer) = answer {
            assert_eq!(answer.json()["deleted"]["weight_entries"], 1, "{what}");
        }
        let again = server.send(&phone.request);
        if answer.is_some() || again.status != 200 {
            again.problem(401, "account_gone");
        }
        listed(server, phone.access()).problem(401, "account_gone");
        refreshed(server, phone.refresh()).problem(401, "account_gone");
        signed_in(server, &phone.email, PASSWORD).problem(401, "invalid_credentials");
        for table in ["users", "credentials", "sync_clocks", "weight_entries", "device_sessions"] {
            let left = server.database().count(&format!("SELECT COUNT(*) FROM {table}"), ());
            assert_eq!(left, 0, "{what}: {table}");
        }
    });
}

fn google_site(keys: &KeyServer) -> Site {
    let site = keys.site(&[]);
    site.weightctl_ok(&["google-keys", "refresh"]);
    site
}

fn with_google(person: &Person) -> Request {
    post("google", &json!({"id_token": person.token()}))
}

#[test]
fn an_interrupted_first_sign_in_with_google_and_its_resend_create_one_account() {
    let keys = KeyServer::start();
    let prepare = |_: &Server| {
        let person = Person::new();
        Phone { request: with_google(&person), email: person.email, tokens: None }
    };
    at_each_boundary(google_site(&keys), 201, prepare, |server, phone, answer, what| {
        let again = server.send(&phone.request);
        assert!(matches!(again.status, 200 | 201), "{what}: {}", again.text());
        if let Some(answer) = answer {
            assert_eq!(
                (again.status, &again.json()["user"]),
                (200, &answer.json()["user"]),
                "{what}"
            );
            assert_works(server, &answer.json(), &phone.email, what);
        }
        assert_works(server, &again.json(), &phone.email, what);
        assert_one_account(server, &phone.email, what);
    });
}

#[test]
fn an_interrupted_link_with_google_ends_the_old_password_and_its_sessions() {
    let keys = KeyServer::start();
    let prepare = |server: &Server| {
        let user = server.user();
        Phone::of(&user, with_google(&Person::with_address(&user.email)))
    };
    at_each_boundary(google_site(&keys), 200, prepare, |server, phone, answer, what| {
        let tokens = answer.cloned().unwrap_or_else(|| server.send(&phone.request)).expect(200);
        assert_works(server, &tokens, &phone.email, what);
        assert_one_account(server, &phone.email, what);
        signed_in(server, &phone.email, PASSWORD).problem(401, "invalid_credentials");
        refreshed(server, phone.refresh()).problem(401, "invalid_refresh_token");
        listed(server, phone.access()).problem(401, "session_ended");
    });
}
