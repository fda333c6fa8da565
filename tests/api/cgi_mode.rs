//! Every kind of request in CGI mode, where statements are not prepared and rows arrive as text.

use serde_json::{Value, json};

use crate::support::folder::random_name;
use crate::support::user::{PASSWORD, text, weighings, with};
use crate::support::{Answer, Request, SYNC, Server, WEIGHT, weighing};

/// A user whose requests run as CGI.
struct Phone<'s> {
    server: &'s Server,
    token: String,
}

impl Phone<'_> {
    fn send(&self, request: Request) -> Answer {
        self.server.site.as_cgi(&request.bearer(&self.token))
    }

    fn post(&self, target: &str, body: &Value) -> Answer {
        self.send(Request::new("POST", target).json(body))
    }

    /// The answer to a GET, which a FastCGI process must give as well.
    fn get(&self, target: &str) -> Value {
        let request = Request::get(target);
        let answer = self.send(request.clone()).expect(200);
        let other = self.server.send(&request.bearer(&self.token)).expect(200);
        assert_eq!(without_times(answer.clone()), without_times(other), "{target}");
        answer
    }
}

/// Without the times of the answer itself.
fn without_times(mut body: Value) -> Value {
    body["exported_at"] = Value::Null;
    for name in ["server_time", "cursor_expires_at"] {
        body["sync"][name] = Value::Null;
    }
    body
}

#[test]
fn every_request_has_the_same_result_as_under_fastcgi() {
    let server = Server::start();
    let mut phone = Phone { server: &server, token: String::new() };
    let email = format!("{}@example.org", random_name());
    let account = json!({"email": email, "password": PASSWORD});
    phone.post("/api/auth/register", &account).expect(201);
    phone.post("/api/auth/register", &account).problem_code(409, "email_taken");
    let tokens = phone.post("/api/auth/login", &account).expect(200);
    let tokens =
        phone.post("/api/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]}));
    let tokens = tokens.expect(200);
    phone.token = text(&tokens["access_token"]).to_owned();
    phone.get("/api/account");

    let created = phone.post(WEIGHT, &weighing(75.5)).expect(201);
    let keyed = with(
        weighing(80.25),
        &json!({"local_id": "a", "device_id": "d",
        "timestamp": "1900-01-01T00:00:00.123456Z"}),
    );
    let id = phone.post(WEIGHT, &keyed).expect(201)["id"].clone();
    assert_eq!(phone.post(WEIGHT, &keyed).expect(200)["id"], id, "a resend changes nothing");
    let place = format!("{WEIGHT}/{}", text(&id));
    phone.send(Request::new("PUT", place.as_str()).json(&weighing(81.0))).expect(200);
    let uploaded = phone.post(SYNC, &json!({"entries": weighings("n", 100)})).expect(200);
    assert_eq!(uploaded["synced"].as_array().map(Vec::len), Some(100), "{uploaded}");
    let conflict = with(
        weighing(60.0),
        &json!({"server_id": created["id"], "local_id": "b",
        "edited_at": "2026-01-01T00:00:00Z"}),
    );
    let kept = json!({"conflict_strategy": "keep_both", "entries": [conflict]});
    let kept = phone.post(SYNC, &kept).expect(200);
    assert!(kept["conflicts"][0]["copy_id"].is_string(), "{kept}");
    phone.send(Request::new("DELETE", place.as_str())).expect(204);

    for target in [
        format!("{WEIGHT}?limit=250"),
        format!("{WEIGHT}?since=2026-01-01T00:00:00Z&limit=2&offset=1"),
        format!("{SYNC}?limit=1000"),
        "/api/account/export".to_owned(),
    ] {
        phone.get(&target);
    }
    let pulled = phone.get(SYNC);
    let since = text(&pulled["sync"]["next_since"]);
    phone.get(&format!("{SYNC}?since={since}"));

    let new = json!({"current_password": PASSWORD, "new_password": "another long password"});
    let changed = phone.send(Request::new("PUT", "/api/account/password").json(&new)).expect(200);
    phone.send(Request::get(WEIGHT)).problem_code(401, "session_ended");
    phone.token = text(&changed["access_token"]).to_owned();
    let session = json!({"refresh_token": changed["refresh_token"]});
    phone.post("/api/auth/logout", &session).expect(204);
    phone.post("/api/auth/refresh", &session).problem_code(401, "invalid_refresh_token");
    let password = json!({"password": "another long password"});
    phone.send(Request::new("DELETE", "/api/account").json(&password));
    phone.send(Request::get(WEIGHT)).problem_code(401, "account_gone");
}

#[test]
fn sql_in_an_address_or_password_is_data() {
    let server = Server::start();
    let phone = Phone { server: &server, token: String::new() };
    for hostile in ["'--", "o'hara", "\\", "a?b", "\"x\"", "/*", "ünïcode", "x' OR '1'='1"] {
        let email = format!("{}{hostile}@example.org", random_name());
        let account = json!({"email": email, "password": format!("{PASSWORD}{hostile}")});
        // Addresses of some forms are refused.
        if phone.post("/api/auth/register", &account).status == 201 {
            phone.post("/api/auth/login", &account).expect(200);
            server.login(&email, text(&account["password"])).expect(200);
        }
        let wrong = with(account, &json!({"password": hostile.repeat(8)}));
        assert!(phone.post("/api/auth/login", &wrong).status >= 400, "{hostile}");
    }
    assert!(server.database().count("SELECT COUNT(*) FROM users", ()) > 0);
}
