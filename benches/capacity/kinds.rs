//! The kinds of requests that are measured, and the users who send them.

use serde_json::{Value, json};

use crate::support::folder::random_name;
use crate::support::site::Instance;
use crate::support::user::{PASSWORD, encoded, with};
use crate::support::{Answer, Request, SYNC, WEIGHT, weighing};

/// A signed-in user with entries.
pub(crate) struct Stage<'a> {
    instance: &'a Instance,
    email: String,
    token: String,
    refresh_token: String,
    cursor: String,
    older_cursor: String,
    /// An entry to edit.
    id: String,
    pub(crate) entries: usize,
}

/// One kind of request.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) send: fn(&Stage<'_>, usize),
    /// How often one person's phones send it per day.
    pub(crate) times_a_day: f64,
    /// Slow kinds are measured with a tenth of the requests.
    pub(crate) is_slow: bool,
}

fn kind(name: &'static str, times_a_day: f64, send: fn(&Stage<'_>, usize)) -> Kind {
    Kind { name, send, times_a_day, is_slow: false }
}

/// All kinds. The others are compared with the first.
pub(crate) fn all() -> Vec<Kind> {
    vec![
        kind("changes, nothing new", 16.0, |stage, _| {
            stage.get(&format!("{SYNC}?since={}", encoded(&stage.cursor)));
        }),
        kind("changes, 20 entries", 1.0, |stage, _| {
            stage.get(&format!("{SYNC}?since={}&limit=20", encoded(&stage.older_cursor)));
        }),
        kind("snapshot page of 250", 0.05, |stage, _| stage.get(&format!("{SYNC}?limit=250"))),
        kind("list of 100", 0.0, |stage, _| stage.get(&format!("{WEIGHT}?limit=100"))),
        kind("create", 0.0, |stage, _| {
            stage.send(&Request::new("POST", WEIGHT).json(&weighing(75.5)), 201);
        }),
        kind("replace", 0.0, |stage, turn| {
            let content = weighing(60.0 + f64::from(u8::try_from(turn % 100).unwrap()) / 4.0);
            let request = Request::new("PUT", format!("{WEIGHT}/{}", stage.id)).json(&content);
            stage.send(&request, 200);
        }),
        kind("upload of 1 new entry", 1.0, |stage, turn| stage.upload("one", turn, 1)),
        kind("upload of 100 new entries", 0.0, |stage, turn| stage.upload("all", turn, 100)),
        kind("the same upload again", 0.0, |stage, _| stage.upload("all", 0, 100)),
        kind("health", 0.0, |stage, _| stage.get("/api/health")),
        kind("refresh", 16.0, |stage, _| {
            // A spent token stays valid for a minute, so the same request can be repeated.
            let body = json!({"refresh_token": stage.refresh_token});
            stage.send(&Request::new("POST", "/api/auth/refresh").json(&body), 200);
        }),
        Kind {
            name: "login",
            times_a_day: 0.05,
            is_slow: true,
            send: |stage, _| {
                let body = json!({"email": stage.email, "password": PASSWORD});
                stage.send(&Request::new("POST", "/api/auth/login").json(&body), 200);
            },
        },
    ]
}

impl<'a> Stage<'a> {
    pub(crate) fn set(instance: &'a Instance, entries: usize) -> Self {
        let email = format!("{}@example.org", random_name());
        let body = json!({"email": email, "password": PASSWORD});
        let register = Request::new("POST", "/api/auth/register").json(&body);
        let tokens = instance.send(&register).expect(201);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut stage = Self {
            instance,
            email,
            token: text(&tokens["access_token"]),
            refresh_token: text(&tokens["refresh_token"]),
            cursor: String::new(),
            older_cursor: String::new(),
            id: String::new(),
            entries: entries.div_ceil(100) * 100,
        };
        for batch in 0..entries.div_ceil(100) {
            stage.upload("seed", batch, 100);
        }
        stage.cursor =
            text(&stage.json(&format!("{SYNC}?since=2100-01-01T00:00:00Z"))["sync"]["next_since"]);
        let listed = stage.json(&format!("{WEIGHT}?limit=21"));
        stage.older_cursor = text(&listed["data"][20]["updated_at"]);
        stage.id = text(&listed["data"][0]["id"]);
        stage
    }

    fn json(&self, target: &str) -> Value {
        self.instance.send(&Request::get(target).bearer(&self.token)).expect(200)
    }

    fn get(&self, target: &str) {
        self.send(&Request::get(target), 200);
    }

    fn send(&self, request: &Request, status: u16) {
        let answer: Answer = self.instance.send(&request.clone().bearer(&self.token));
        assert_eq!(answer.status, status, "{}", answer.text());
    }

    /// Uploads entries as a phone does, with its own `local_id`s and edit times.
    fn upload(&self, name: &str, turn: usize, count: usize) {
        let entries: Vec<Value> = (0..count)
            .map(|number| {
                let named = json!({"local_id": format!("{name}-{turn}-{number}"),
                    "edited_at": "2026-01-06T20:30:02.120Z"});
                with(weighing(75.5), &named)
            })
            .collect();
        let body = json!({"device_id": "pixel-8", "entries": entries});
        self.send(&Request::new("POST", SYNC).json(&body), 200);
    }
}
