//! Registration to deletion, with the errors on the way.

use serde_json::{Value, json};

use super::{LIMIT, show};
use crate::support::mail::Mailbox;
use crate::support::user::{PASSWORD, text, with};
use crate::support::{Request, SYNC, Server, weighing};

const NEW: &str = "another horse battery staple";

fn post(path: &str, body: &Value) -> Request {
    Request::new("POST", path).json(body)
}

#[test]
fn a_session_begins_is_renewed_and_ends() {
    let server = Server::with(&[LIMIT], 1);
    let credentials = json!({"email": "Ada@example.org", "password": PASSWORD});
    show(&server, "auth.register", post("/api/auth/register", &credentials)).expect(201);
    show(&server, "errors.email_taken", post("/api/auth/register", &credentials));

    let named = with(credentials.clone(), &json!({"device_name": "Ada's phone"}));
    let login = post("/api/auth/login", &named);
    let tokens = show(&server, "auth.login", login).expect(200);
    let wrong = with(credentials, &json!({"password": "a wrong password"}));
    show(&server, "errors.invalid_credentials", post("/api/auth/login", &wrong));

    let current = json!({"refresh_token": tokens["refresh_token"]});
    show(&server, "auth.refresh", post("/api/auth/refresh", &current)).expect(200);
    let signed_in = |request: Request| request.bearer(text(&tokens["access_token"]));
    let list = signed_in(Request::get("/api/account/sessions"));
    let sessions = show(&server, "account.sessions", list).expect(200)["sessions"].clone();
    let first = format!("/api/account/sessions/{}", text(&sessions[1]["id"]));
    let end = signed_in(Request::new("DELETE", first));
    show(&server, "account.sessions.end", end).expect(204);
    let everywhere = with(current.clone(), &json!({"all": true}));
    show(&server, "auth.logout", post("/api/auth/logout", &everywhere)).expect(204);
    show(&server, "errors.invalid_refresh_token", post("/api/auth/refresh", &current));
    let ended = Request::get("/api/account").bearer(text(&tokens["access_token"]));
    show(&server, "errors.session_ended", ended);
}

#[test]
fn a_code_by_mail_makes_an_account_and_replaces_a_forgotten_password() {
    let mailbox = Mailbox::new();
    let settings = mailbox.settings();
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = Server::with(&settings, 1);
    let ada = json!({"email": "ada@example.org", "password": PASSWORD});
    show(&server, "auth.register.by_mail", post("/api/auth/register", &ada)).expect(202);
    let reset = |code: &str, password: &str| {
        let body = json!({"email": "ada@example.org", "code": code, "new_password": password});
        post("/api/auth/password/reset", &body)
    };
    show(&server, "auth.password.reset.created", reset(&mailbox.next_code(), PASSWORD)).expect(201);
    let forgot = post("/api/auth/password/forgot", &json!({"email": "ada@example.org"}));
    show(&server, "auth.password.forgot", forgot).expect(202);
    show(&server, "auth.password.reset", reset(&mailbox.next_code(), NEW)).expect(200);
    show(&server, "errors.invalid_code", reset("0000-0000", NEW));
}

#[test]
fn an_account_is_read_exported_and_deleted() {
    let server = Server::with(&[LIMIT], 1);
    let mut user = server.user();
    let entries =
        json!({"device_id": "phone", "entries": [with(weighing(75.5), &json!({"local_id": "a"}))]});
    user.post(SYNC, &entries).expect(200);
    let deleted = user.create_id(&weighing(80.0));
    user.delete(&deleted).expect(204);
    let send = |name: &str, request: Request| show(&server, name, request.bearer(&user.token));

    send("account.read", Request::get("/api/account")).expect(200);
    send("account.export", Request::get("/api/account/export")).expect(200);
    let password = |current: &str| {
        let body = json!({"current_password": current, "new_password": NEW});
        Request::new("PUT", "/api/account/password").json(&body)
    };
    send("errors.wrong_password", password("a wrong password"));
    let tokens = send("account.change_password", password(PASSWORD)).expect(200);

    user.token = text(&tokens["access_token"]).to_owned();
    let delete = Request::new("DELETE", "/api/account").json(&json!({"password": NEW}));
    let delete = delete.bearer(&user.token);
    show(&server, "account.delete", delete.clone()).expect(200);
    show(&server, "errors.account_gone", delete);
}
