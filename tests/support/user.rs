//! A registered user with shorthands for requests, and requests about accounts.

use serde_json::{Value, json};

use super::folder::random_name;
use super::{Answer, Request, Server};

pub(crate) const WEIGHT: &str = "/api/health-metrics/weight";
pub(crate) const SYNC: &str = "/api/health-metrics/weight/sync";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// The three required fields of an entry in kilograms, measured at the specification's time.
pub(crate) fn weighing(kilograms: f64) -> Value {
    json!({"weight_value": kilograms, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z"})
}

/// `count` entries with the keys `prefix-0`, `prefix-1` and so on, for a bulk upload.
pub(crate) fn weighings(prefix: &str, count: usize) -> Value {
    let entry = |number| with(weighing(75.5), &json!({"local_id": format!("{prefix}-{number}")}));
    (0..count).map(entry).collect()
}

/// A member that must be a string.
#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}"))
}

/// A request that needs the database and changes nothing.
pub(crate) fn logout_of_nobody() -> Request {
    Request::new("POST", "/api/auth/logout").json(&json!({"refresh_token": "A".repeat(64)}))
}

/// Adds the members of `more` to `value`.
pub(crate) fn with(mut value: Value, more: &Value) -> Value {
    for (name, member) in more.as_object().expect("an object") {
        value[name] = member.clone();
    }
    value
}

impl Server {
    /// Sends `POST /api/auth/{action}`.
    #[track_caller]
    pub(crate) fn auth(&self, action: &str, body: &Value) -> Answer {
        self.send(&Request::new("POST", format!("/api/auth/{action}")).json(body))
    }

    #[track_caller]
    pub(crate) fn register(&self, email: &str, password: &str) -> Answer {
        self.auth("register", &json!({"email": email, "password": password}))
    }

    #[track_caller]
    pub(crate) fn login(&self, email: &str, password: &str) -> Answer {
        self.auth("login", &json!({"email": email, "password": password}))
    }

    #[track_caller]
    pub(crate) fn refresh(&self, refresh_token: &str) -> Answer {
        self.auth("refresh", &json!({"refresh_token": refresh_token}))
    }

    /// Makes a process use its connection to the database.
    #[track_caller]
    pub(crate) fn use_database(&self) {
        self.send(&logout_of_nobody()).expect(204);
    }

    /// The list of entries that this access token opens.
    #[track_caller]
    pub(crate) fn list(&self, access_token: &str) -> Answer {
        self.send(&Request::get(WEIGHT).bearer(access_token))
    }
}

/// A user of one server.
pub(crate) struct User<'server> {
    pub(crate) server: &'server Server,
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

impl<'server> User<'server> {
    #[track_caller]
    pub(crate) fn register(server: &'server Server) -> Self {
        let email = format!("{}@example.org", random_name());
        let tokens = server.register(&email, PASSWORD).expect(201);
        Self {
            server,
            id: text(&tokens["user"]["id"]).to_owned(),
            email,
            token: text(&tokens["access_token"]).to_owned(),
            refresh_token: text(&tokens["refresh_token"]).to_owned(),
        }
    }

    /// Sends a request with this user's token.
    #[track_caller]
    pub(crate) fn send(&self, request: Request) -> Answer {
        self.server.send(&request.bearer(&self.token))
    }

    #[track_caller]
    pub(crate) fn get(&self, target: &str) -> Answer {
        self.send(Request::get(target))
    }

    #[track_caller]
    pub(crate) fn post(&self, target: &str, body: &Value) -> Answer {
        self.send(Request::new("POST", target).json(body))
    }

    #[track_caller]
    pub(crate) fn put(&self, id: &str, body: &Value) -> Answer {
        self.send(Request::new("PUT", format!("{WEIGHT}/{id}")).json(body))
    }

    #[track_caller]
    pub(crate) fn put_if_match(&self, id: &str, etag: &str, body: &Value) -> Answer {
        self.send(Request::new("PUT", format!("{WEIGHT}/{id}")).header("If-Match", etag).json(body))
    }

    #[track_caller]
    pub(crate) fn delete(&self, id: &str) -> Answer {
        self.send(Request::new("DELETE", format!("{WEIGHT}/{id}")))
    }

    /// Creates an entry, which must succeed, and returns it.
    #[track_caller]
    pub(crate) fn create(&self, body: &Value) -> Value {
        self.post(WEIGHT, body).expect(201)
    }

    /// Creates an entry and returns its id.
    #[track_caller]
    pub(crate) fn create_id(&self, body: &Value) -> String {
        text(&self.create(body)["id"]).to_owned()
    }

    /// Sends a bulk upload with the default strategy, which must succeed.
    #[track_caller]
    pub(crate) fn upload(&self, entries: &Value) -> Value {
        self.post(SYNC, &json!({"entries": entries})).expect(200)
    }

    /// Uploads `count` entries with the keys `prefix-0`, `prefix-1` and so on, and returns their ids.
    #[track_caller]
    pub(crate) fn fill(&self, prefix: &str, count: usize) -> Vec<String> {
        let entries = weighings(prefix, count);
        let batches = entries.as_array().expect("entries").chunks(100);
        let synced = batches.flat_map(|batch| {
            let answer = self.upload(&json!(batch));
            answer["synced"].as_array().expect("synced").clone()
        });
        synced.map(|one| text(&one["server_id"]).to_owned()).collect()
    }

    /// All entries of the list.
    #[track_caller]
    pub(crate) fn list(&self) -> Vec<Value> {
        self.get(&format!("{WEIGHT}?limit=250")).expect(200)["data"]
            .as_array()
            .expect("data")
            .clone()
    }

    /// One page of changes. The query starts with `?` or is empty.
    #[track_caller]
    pub(crate) fn pull(&self, query: &str) -> Value {
        self.get(&format!("{SYNC}{query}")).expect(200)
    }
}

/// Percent-encodes a query parameter.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
