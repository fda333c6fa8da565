//! The program as plain CGI, after a change of one line in `.htaccess`.

use serde_json::json;

use crate::support::site::{Instance, chunked};
use crate::support::waiting::wait_until;
use crate::support::{Request, SYNC, WEIGHT, weighing};

/// Changes the marked line of `.htaccess`.
fn to_cgi(instance: &Instance) {
    let path = instance.web().join(".htaccess");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("SetHandler fcgid-script").count(), 1, "one line to change");
    std::fs::write(&path, text.replace("SetHandler fcgid-script", "SetHandler cgi-script"))
        .unwrap();
}

#[test]
fn the_same_file_runs_as_cgi_and_ignores_arguments_derived_from_the_query() {
    let instance = Instance::start();
    let token = instance.token();
    to_cgi(&instance);

    let created = instance.send(&Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(&token));
    created.assert_common_headers();
    created.expect(201);
    for query in ["?foo+bar", "?--help", "?migrate+--config+x", "?-s", "?%0a+%20"] {
        let list = instance.send(&Request::get(&format!("{WEIGHT}{query}")).bearer(&token));
        assert_eq!(list.expect(200)["pagination"]["total"], 1, "{query}");
    }
    let body = json!({"entries": [{"local_id": "a", "weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z"}]});
    let synced = instance.send(&Request::new("POST", SYNC).json(&body).bearer(&token)).expect(200);
    assert_eq!(synced["synced"][0]["status"], "created");
    instance.send(&Request::get(WEIGHT)).problem_code(401, "missing_token");
    // A FastCGI process would stay. A CGI process may end a moment after its response.
    wait_until("no process is left", || instance.program_ids().is_empty());
}

/// The program reads the body to its end first: Apache breaks off the response of a program that leaves some unread.
#[test]
fn a_refused_request_with_a_body_gets_a_whole_answer() {
    let instance = Instance::start();
    let token = instance.token();
    to_cgi(&instance);
    let head = |name: &str, value: &[u8]| {
        let start = format!(
            "POST {WEIGHT} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{name}: "
        );
        [start.as_bytes(), value].concat()
    };
    for _ in 0..10 {
        let answer = instance.send_bytes(&head("X-Name", b"\xff"), &vec![b' '; 120_000]);
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!("bad_request")));
        for size in [200_000, 400_000, 2_000_000] {
            let head = String::from_utf8(head("Transfer-Encoding", b"chunked")).unwrap();
            let answer = instance.send_chunked(&head, &chunked(&vec![b' '; size]));
            assert_eq!((answer.status, &answer.json()["code"]), (413, &json!("body_too_large")));
        }
    }
}
