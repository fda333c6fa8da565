//! The routes that need no token, and the error codes that no success comes before.

use std::fs::File;

use serde_json::{Value, json};

use super::{LIMIT, show};
use crate::auth::access_tokens::{claims, signed};
use crate::support::site::Site;
use crate::support::user::{PASSWORD, with};
use crate::support::{Request, SYNC, Server, WEIGHT, weighing};

const ID: &str = "01990000-0000-7000-8000-000000000000";

fn post(path: &str, body: &Value) -> Request {
    Request::new("POST", path).json(body)
}

#[test]
fn a_server_describes_itself_without_a_token() {
    let server = Server::with(&[LIMIT], 1);
    show(&server, "health", Request::get("/api/health")).expect(200);
    show(&server, "limits", Request::get("/api/limits")).expect(200);
}

#[test]
fn an_unreadable_request_is_refused_before_authentication() {
    let server = Server::start();
    show(&server, "errors.bad_request", Request::get("*"));
    show(&server, "errors.https_required", Request::get(WEIGHT).without("HTTPS"));
    show(&server, "errors.not_found.path", Request::get("/api/unknown"));
    show(&server, "errors.method_not_allowed", Request::new("PATCH", WEIGHT));
    show(&server, "errors.missing_token", Request::get(WEIGHT));
    for (name, token) in [
        ("errors.invalid_token", "nonsense".to_owned()),
        ("errors.token_expired", signed(&claims(ID, -120))),
        ("errors.token_not_yet_valid", signed(&with(claims(ID, 900), &json!({"nbf": u32::MAX})))),
        ("errors.unknown_user", signed(&claims(ID, 900))),
    ] {
        show(&server, name, Request::get(WEIGHT).bearer(&token));
    }
}

#[test]
fn a_body_is_refused_for_its_type_its_size_its_syntax_and_its_fields() {
    let server = Server::with(&[LIMIT], 1);
    let user = server.user();
    let send = |name: &str, request: Request| show(&server, name, request.bearer(&user.token));
    let typed = |kind: &str, body: String| {
        Request::new("POST", WEIGHT).header("Content-Type", kind).body(body)
    };
    send("errors.unsupported_media_type", typed("text/plain", "75.5 kg".to_owned()));
    send("errors.body_too_large", typed("application/json", " ".repeat(131_073)));
    send("errors.invalid_json", typed("application/json", "{\"weight_value\": 75.5,}".to_owned()));
    send("errors.too_many_entries", post(SYNC, &json!({"entries": vec![weighing(75.5); 101]})));
    send(
        "errors.validation_failed",
        post(WEIGHT, &json!({"weight_value": "75.5", "unit": "stone"})),
    );
    let query = Request::get(&format!("{WEIGHT}?limit=0&since=yesterday&offset=0&offset=10"));
    send("errors.validation_failed.query", query);
}

#[test]
fn a_password_that_guessers_try_first_is_refused() {
    let server = Server::start();
    let credentials = json!({"email": "ada@example.org", "password": "password1234"});
    let register = post("/api/auth/register", &credentials);
    show(&server, "errors.validation_failed.password", register);
}

#[test]
fn a_user_who_asks_too_often_is_refused_for_a_while() {
    let once = [("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "1")];
    let server = Server::with_stopped_clock(&once, 1);
    let user = server.user();
    user.get(WEIGHT).expect(200);
    show(&server, "errors.rate_limited", Request::get(WEIGHT).bearer(&user.token));
}

#[test]
fn the_password_of_another_backends_user_is_not_changed_here() {
    let server = Server::with(&[LIMIT], 1);
    server.database().execute("INSERT INTO users (id) VALUES (?)", (ID,));
    let body = json!({"current_password": PASSWORD, "new_password": "another horse battery"});
    let change = Request::new("PUT", "/api/account/password").json(&body);
    show(&server, "errors.managed_elsewhere", change.bearer(&signed(&claims(ID, 900))));
}

#[test]
fn a_closed_registration_and_a_database_without_tables_are_different_errors() {
    let closed = [("WEIGHT_SYNC_ACCOUNTS_REGISTRATION_OPEN", "false")];
    let server = Server::over(Site::unmigrated(&closed), 1);
    let credentials = json!({"email": "ada@example.org", "password": PASSWORD});
    show(&server, "errors.registration_closed", post("/api/auth/register", &credentials));
    show(&server, "errors.internal_error", post("/api/auth/login", &credentials));
}

#[test]
fn without_mail_no_code_is_sent() {
    let server = Server::start();
    let forgot = post("/api/auth/password/forgot", &json!({"email": "ada@example.org"}));
    show(&server, "errors.mail_not_configured", forgot);
}

#[test]
fn an_unreachable_database_is_503_with_retry_after() {
    let nowhere = [("WEIGHT_SYNC_DATABASE_URL", "mysql://nobody:x@127.0.0.1:1/nothing")];
    let server = Server::over(Site::unmigrated(&nowhere), 1);
    show(&server, "errors.database_unavailable", Request::get("/api/health"));
}

#[test]
fn a_sign_in_without_a_free_hash_slot_is_503_with_retry_after() {
    let site = Site::new(&[("WEIGHT_SYNC_ACCOUNTS_CONCURRENT_HASHES", "1")]);
    site.weightctl_ok(&["user", "create", "--email", "ada@example.org"]);
    let slot = site.folder.join("hash-slots").join("0.lock");
    let slot = File::options().write(true).open(slot).unwrap();
    slot.lock().unwrap();
    let server = Server::over(site, 1);
    let credentials = json!({"email": "ada@example.org", "password": PASSWORD});
    show(&server, "errors.server_busy", post("/api/auth/login", &credentials));
}
