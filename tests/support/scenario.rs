//! A short day of an app, over HTTP through any web server: every kind of request, the largest bodies and pages, several
//! requests over one connection, and eight clients at once.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::contract::{Door, assert_described};
use super::folder::random_name;
use super::site::{http_agent, send_by};
use super::user::{PASSWORD, text, weighings, with};
use super::waiting::PATIENCE;
use super::{Answer, Request, SYNC, WEIGHT, weighing};

const EXPORT: &str = "/api/account/export";
const MAX_BODY_BYTES: usize = 128 * 1024;
const CLIENTS: usize = 8;
const REQUESTS_OF_A_CLIENT: usize = 5;
const REQUESTS_OVER_ONE_CONNECTION: usize = 10;

/// Runs the scenario against the site at `base_url`, with a new user.
pub(crate) fn run(base_url: &str) {
    let client = Client::register(base_url);
    client.one_entry();
    client.uploads_and_pages();
    client.refusals();
    client.one_connection();
    client.eight_clients();
}

struct Client {
    agent: ureq::Agent,
    base_url: String,
    token: String,
}

impl Client {
    fn register(base_url: &str) -> Self {
        let token = String::new();
        let mut client = Self { agent: http_agent(), base_url: base_url.to_owned(), token };
        let account =
            json!({"email": format!("{}@example.org", random_name()), "password": PASSWORD});
        let tokens = client.send(&Request::new("POST", "/api/auth/register").json(&account));
        client.token = text(&tokens.expect(201)["access_token"]).to_owned();
        client
    }

    fn send(&self, request: &Request) -> Answer {
        let answer = send_by(&self.agent, &self.base_url, request)
            .unwrap_or_else(|error| panic!("{} through the web server: {error}", request.method));
        assert_described(request, &answer, Door::Apache);
        answer
    }

    fn signed(&self, request: Request) -> Answer {
        let answer = self.send(&request.bearer(&self.token));
        answer.assert_common_headers();
        answer
    }

    fn get(&self, target: &str) -> Value {
        self.signed(Request::get(target)).expect(200)
    }

    fn total(&self) -> Value {
        self.get(&format!("{WEIGHT}?limit=1"))["pagination"]["total"].clone()
    }

    fn one_entry(&self) {
        let created = self.signed(Request::new("POST", WEIGHT).json(&weighing(75.5)));
        let id = text(&created.expect(201)["id"]).to_owned();
        assert!(created.header("location").is_some_and(|place| place.ends_with(&id)));
        assert_eq!(self.get(WEIGHT)["data"][0]["id"], id.as_str());
        assert_eq!(self.get(SYNC)["data"][0]["id"], id.as_str());
        let etag = created.etag();
        let put = |weight: f64| {
            let request = Request::new("PUT", format!("{WEIGHT}/{id}"));
            self.signed(request.header("If-Match", etag.as_str()).json(&weighing(weight)))
        };
        assert_eq!(put(76.0).expect(200)["weight_value"], 76.0);
        put(77.0).problem_code(412, "precondition_failed");
        let deleted = self.signed(Request::new("DELETE", format!("{WEIGHT}/{id}")));
        assert_eq!((deleted.status, deleted.body.len()), (204, 0));
        let head = self.signed(Request::new("HEAD", WEIGHT));
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(self.total(), 0);
    }

    /// 400 entries, a page that ends at 60 KiB, and an export that exceeds the web server's buffers.
    fn uploads_and_pages(&self) {
        for batch in 0..3 {
            let body = json!({"entries": weighings(&format!("b{batch}"), 100)}).to_string();
            let answer = self.upload(body).expect(200);
            assert_eq!(answer["synced"].as_array().map(Vec::len), Some(100));
        }
        let mut largest = json!({"entries": weighings("largest", 100)}).to_string();
        largest.push_str(&" ".repeat(MAX_BODY_BYTES - largest.len()));
        let answer = self.upload(largest.clone()).expect(200);
        assert_eq!(answer["synced"].as_array().map(Vec::len), Some(100));
        largest.push(' ');
        // Apache may refuse it before the program does.
        let request = Request::new("POST", SYNC).header("Content-Type", "application/json");
        let refused = self.send(&request.body(largest).bearer(&self.token));
        assert_eq!(refused.status, 413, "{}", refused.text());

        let mut page = self.signed(Request::get(&format!("{SYNC}?limit=1000")));
        assert!(page.body.len() > 55 * 1024, "a page of {} bytes", page.body.len());
        let mut ids = Vec::new();
        loop {
            let body = page.expect(200);
            let data = body["data"].as_array().expect("data").clone();
            ids.extend(data.iter().map(|entry| text(&entry["id"]).to_owned()));
            if body["sync"]["has_more"] != true {
                break;
            }
            let since = text(&body["sync"]["next_since"]).to_owned();
            page = self.signed(Request::get(&format!("{SYNC}?limit=1000&since={since}")));
        }
        ids.sort();
        ids.dedup();
        // One of them is the tombstone.
        assert!((400..=401).contains(&ids.len()), "{} entries were pulled", ids.len());

        let export = self.signed(Request::get(EXPORT));
        assert!(export.body.len() > 64 * 1024, "an export of {} bytes", export.body.len());
        assert_eq!(export.expect(200)["entries"].as_array().map(Vec::len), Some(401));
    }

    fn upload(&self, body: String) -> Answer {
        let request = Request::new("POST", SYNC).header("Content-Type", "application/json");
        self.signed(request.body(body))
    }

    fn refusals(&self) {
        let refused = self.send(&Request::get(WEIGHT).bearer("nonsense"));
        refused.problem_code(401, "invalid_token");
        self.send(&Request::get(WEIGHT)).problem_code(401, "missing_token");
        self.signed(Request::new("PATCH", WEIGHT)).problem_code(405, "method_not_allowed");
        self.signed(Request::get("/api/nothing?with=%C3%A9")).problem_code(404, "not_found");
        let invalid = with(weighing(75.5), &json!({"unit": "stone"}));
        let invalid = self.signed(Request::new("POST", WEIGHT).json(&invalid));
        invalid.problem_code(422, "validation_failed");
    }

    /// Sends all requests at once, so that neither side closes the connection between two of them.
    fn one_connection(&self) {
        let address = self.base_url.trim_start_matches("http://");
        let get = |connection: &str| {
            format!(
                "GET {WEIGHT}?limit=1 HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
                 Connection: {connection}\r\n\r\n",
                self.token
            )
        };
        let requests = get("keep-alive").repeat(REQUESTS_OVER_ONE_CONNECTION - 1) + &get("close");
        let mut stream = TcpStream::connect(address).expect("the web server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.write_all(requests.as_bytes()).expect("the web server reads");
        let mut answers = Vec::new();
        stream.read_to_end(&mut answers).expect("the web server answers");
        let answers = String::from_utf8_lossy(&answers);
        let count = |part: &str| answers.matches(part).count();
        assert_eq!(count("HTTP/1.1 200 "), REQUESTS_OVER_ONE_CONNECTION, "{answers}");
        assert_eq!(count("\"pagination\""), REQUESTS_OVER_ONE_CONNECTION, "{answers}");
    }

    fn eight_clients(&self) {
        let before = self.total().as_u64().expect("a number");
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                scope.spawn(move || {
                    for number in 0..REQUESTS_OF_A_CLIENT {
                        // 70.01, 70.02 … 71.01: different for each client.
                        let hundredths =
                            7001 + u32::try_from(100 * client + number).expect("small");
                        let entry = weighing(f64::from(hundredths) / 100.0);
                        let created = self.signed(Request::new("POST", WEIGHT).json(&entry));
                        // The answer to this client, and not to another.
                        assert_eq!(created.expect(201)["weight_value"], entry["weight_value"]);
                        self.get(&format!("{WEIGHT}?limit=10"));
                    }
                });
            }
        });
        let written = u64::try_from(CLIENTS * REQUESTS_OF_A_CLIENT).expect("a small number");
        assert_eq!(self.total(), before + written);
    }
}
