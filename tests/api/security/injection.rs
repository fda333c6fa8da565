//! Attack: input that tries to act as SQL, a header, a path or another request.

use serde_json::{Value, json};

use crate::auth::access_tokens::{claims, signed};
use crate::support::user::{PASSWORD, encoded, with};
use crate::support::{Answer, Request, SYNC, Server, WEIGHT, weighing};

/// Texts that break out of an unescaped literal, comment, pattern or number.
const TEXTS: [&str; 20] = [
    "' OR '1'='1",
    "' OR 1=1 -- ",
    "\" OR \"\"=\"",
    "'; DROP TABLE users; -- ",
    "x'; DELETE FROM weight_entries WHERE ''='",
    "') UNION SELECT password_hash FROM credentials -- ",
    "\\' OR 1=1 -- ",
    "\\",
    "%",
    "_%",
    "/* */ OR /*!50000 1=1*/",
    "`users`",
    "1; SELECT SLEEP(5)",
    "SLEEP(5)",
    "0x61646d696e OR 1",
    "CHAR(39)",
    "${user_id}",
    "?",
    "\u{02bc} OR \u{02bc}1\u{02bc}=\u{02bc}1",
    "\u{0}' OR 1=1",
];

/// All stored rows except counters.
fn stored(server: &Server) -> Vec<String> {
    let database = server.database();
    ["users", "credentials", "weight_entries", "sync_clocks", "deleted_accounts", "server_state"]
        .iter()
        .flat_map(|table| database.rows(&format!("SELECT * FROM {table}")))
        .collect()
}

#[track_caller]
fn assert_refused(answer: &Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
    let text = answer.text().to_lowercase();
    for word in ["syntax", "mysql", "mariadb", "sql", "argon2", "select "] {
        assert!(!text.contains(word), "{what}: {word} in {text}");
    }
}

#[test]
fn sql_in_any_field_of_an_entry_is_refused_and_changes_nothing() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&with(weighing(75.5), &json!({"local_id": "a", "device_id": "d"})));
    let before = stored(&server);
    for text in TEXTS {
        for field in ["weight_value", "unit", "timestamp", "edited_at", "local_id", "device_id"] {
            let entry = with(weighing(1.0), &json!({field: text}));
            assert_refused(&user.post(WEIGHT, &entry), field);
            if !matches!(field, "local_id" | "device_id") {
                assert_refused(&user.put(&id, &entry), field);
            }
        }
        for field in ["local_id", "edited_at", "base_updated_at", "unit", "timestamp"] {
            let entry = with(weighing(1.0), &json!({"local_id": "a"}));
            let body = json!({"device_id": "d", "entries": [with(entry, &json!({field: text}))]});
            let answer = user.post(SYNC, &body).expect(200);
            assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{field} {text}");
        }
        let gone =
            json!({"entries": [with(weighing(1.0), &json!({"local_id": "b", "server_id": text}))]});
        let answer = user.post(SYNC, &gone).expect(200);
        assert!(answer["synced"].as_array().is_some_and(Vec::is_empty), "server_id: {answer}");
        for body in [
            json!({"entries": [], "device_id": text}),
            json!({"entries": [], "conflict_strategy": text}),
        ] {
            assert_refused(&user.post(SYNC, &body), "bulk");
        }
        let id = encoded(text);
        assert_refused(&user.put(&id, &weighing(1.0)), "the id of the path");
        assert_refused(&user.delete(&id), "the id of the path");
    }
    assert_eq!(stored(&server), before);
}

#[test]
fn sql_in_any_query_parameter_or_conditional_header_is_refused_or_ignored() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let id = user.create_id(&weighing(75.5));
    other.create(&weighing(99.0));
    let before = stored(&server);
    for text in TEXTS {
        let value = encoded(text);
        for name in ["limit", "offset", "since", "until"] {
            assert_refused(&user.get(&format!("{WEIGHT}?{name}={value}")), name);
        }
        for name in ["limit", "since"] {
            assert_refused(&user.get(&format!("{SYNC}?{name}={value}")), name);
        }
        let pulled = user.get(&format!("{SYNC}?epoch={value}&since=1970-01-01T00:00:00Z"));
        assert!(matches!(pulled.status, 410 | 422), "epoch: {}", pulled.text());
        // Unknown parameters are ignored.
        let listed = user.get(&format!("{WEIGHT}?{value}={value}&user_id={value}")).expect(200);
        assert_eq!(listed["pagination"]["total"], 1);
        let conditional = Request::new("PUT", format!("{WEIGHT}/{id}"))
            .header("If-Match", text.replace('\u{0}', ""))
            .json(&weighing(1.0));
        assert_refused(&user.send(conditional), "If-Match");
    }
    assert_eq!(stored(&server), before);
}

#[test]
fn sql_in_an_account_field_signs_no_user_in_and_is_stored_as_text_where_allowed() {
    let server = Server::start();
    let user = server.user();
    let before = stored(&server);
    let post = |route: &str, body: Value| {
        server.send(&Request::new("POST", format!("/api/auth/{route}")).json(&body))
    };
    for text in TEXTS {
        assert_refused(&post("login", json!({"email": text, "password": PASSWORD})), "email");
        assert_refused(&post("login", json!({"email": user.email, "password": text})), "password");
        assert_refused(&post("register", json!({"email": text, "password": PASSWORD})), "email");
        assert_refused(&post("refresh", json!({"refresh_token": text})), "refresh_token");
        assert_refused(&post("google", json!({"id_token": text})), "id_token");
        for all in [true, false] {
            post("logout", json!({"refresh_token": text, "all": all})).expect(204);
        }
        let change = json!({"current_password": text, "new_password": "another horse battery"});
        assert_refused(
            &user.send(Request::new("PUT", "/api/account/password").json(&change)),
            "current_password",
        );
        let deletion = Request::new("DELETE", "/api/account").json(&json!({"password": text}));
        assert_refused(&user.send(deletion), "password");
        assert_refused(&server.list(&encoded(text)), "the token");
    }
    assert_eq!(stored(&server), before);
    user.get(WEIGHT).expect(200);
    // Both are valid: the address and the password.
    let (email, password) = ("o'brien;--%_\\@example.org", "' OR 1=1; DROP TABLE users; -- %_");
    let body = json!({"email": email, "password": password});
    post("register", body.clone()).expect(201);
    assert_eq!(post("login", body).expect(200)["user"]["email"], email);
    let other = json!({"email": email, "password": password.replace('%', "_")});
    post("login", other).problem(401, "invalid_credentials");
    let other = json!({"email": email.replace('%', "x"), "password": password});
    post("login", other).problem(401, "invalid_credentials");
}

#[test]
fn sql_in_the_sub_of_a_signed_token_matches_no_user() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    for text in TEXTS.iter().copied().chain(["'OR'1'='1", "'||1#", "%", "0", "1"]) {
        let token = signed(&claims(text, 900));
        let answer = server.list(&token);
        assert!(
            answer.status == 401 && ["invalid_token", "unknown_user"].contains(&&*answer.code()),
            "{text}: {}",
            answer.text()
        );
    }
}

#[test]
fn no_text_of_a_request_becomes_a_response_header() {
    let server = Server::start();
    let user = server.user();
    let poison = "x\r\nSet-Cookie: session=stolen\r\n\r\n<script>";
    let mut answers = vec![
        server.send(&Request::get(&format!("/api/{}", encoded(poison))).bearer(&user.token)),
        server.send(
            &Request::get(&format!("{WEIGHT}?since={}", encoded(poison))).bearer(&user.token),
        ),
        user.post(WEIGHT, &with(weighing(1.0), &json!({"local_id": poison}))),
        user.post(WEIGHT, &with(weighing(1.0), &json!({"unit": poison, poison: poison}))),
        user.delete(&encoded(poison)),
        user.post(SYNC, &json!({"entries": [{"local_id": poison}]})),
    ];
    // Apache refuses such headers, but the program must not rely on that.
    for name in ["Host", "X-Request-Id", "If-Match", "Authorization", "Content-Type", "Origin"] {
        answers.push(server.send(&Request::get("/api/health").header(name, poison)));
    }
    for answer in answers {
        assert!(answer.header("set-cookie").is_none(), "{:?}", answer.headers);
        for (name, value) in &answer.headers {
            assert!(!value.contains("stolen") && !value.contains("<script>"), "{name}: {value}");
        }
        let kind = answer.header("content-type").unwrap_or_default();
        assert!(kind.starts_with("application/"), "nothing that a browser would run: {kind}");
    }
}

#[test]
fn a_host_or_forwarded_header_does_not_change_the_location() {
    let server = Server::start();
    let user = server.user();
    let mut request = Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(&user.token);
    request.headers.retain(|(name, _)| name != "Host");
    for name in ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL"] {
        request = request.header(name, "evil.example");
    }
    let created = server.send(&request);
    created.expect(201);
    let location = created.header("location").unwrap();
    assert!(location.starts_with(WEIGHT), "{location}");
    let mut refused = Request::get(WEIGHT);
    refused.headers.retain(|(name, _)| name != "Host");
    let problem = server.send(&refused.header("Host", "evil.example"));
    assert!(!problem.text().contains("evil"), "{}", problem.text());
}

#[test]
fn no_header_changes_the_method_the_path_or_the_sender() {
    let settings = [("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "3")];
    let server = Server::with_stopped_clock(&settings, 1);
    let user = server.user();
    let id = user.create_id(&weighing(75.5));
    for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let request = Request::get(WEIGHT).header(name, "DELETE");
        user.send(request).expect(200);
        let request = Request::new("POST", format!("{WEIGHT}/{id}?_method=DELETE"));
        user.send(request.header(name, "DELETE")).problem(405, "method_not_allowed");
    }
    assert_eq!(user.list().len(), 1);
    let login = |number: usize| {
        let body = json!({"email": format!("{number}@example.org"), "password": PASSWORD});
        let sender = format!("198.51.100.{number}");
        server.send(
            &Request::new("POST", "/api/auth/login")
                .json(&body)
                .header("X-Forwarded-For", sender.as_str())
                .header("X-Real-IP", sender.as_str())
                .header("Client-IP", sender.as_str()),
        )
    };
    let statuses: Vec<u16> = (0..4).map(|number| login(number).status).collect();
    assert_eq!(statuses, [401, 401, 401, 429], "a header does not get around a limit");
}
