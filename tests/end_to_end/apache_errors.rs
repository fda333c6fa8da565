//! Requests that Apache itself refuses get problems in the program's format.

use serde_json::Value;

use crate::support::site::{Instance, chunked, http_agent, send_by};
use crate::support::{Answer, Request, SYNC, WEIGHT, weighing};

#[track_caller]
fn assert_problem(answer: &Answer, what: &str, statuses: &[u16]) {
    assert!(statuses.contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
    let kind = answer.header("content-type").unwrap_or_default();
    assert!(kind.starts_with("application/problem+json"), "{what}: {kind}: {}", answer.text());
    let problem: Value = answer.json();
    assert_eq!(problem["status"], answer.status, "{what}");
    for member in ["type", "title", "code", "detail"] {
        assert!(
            problem[member].as_str().is_some_and(|text| !text.is_empty()),
            "{what}: {member} in {problem}"
        );
    }
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
}

#[test]
fn unusual_targets_get_a_problem_from_apache_or_from_the_program() {
    let instance = Instance::start();
    let token = instance.token();
    for (target, statuses) in [
        ("/api/health-metrics/weight%0a", &[400, 404][..]),
        ("/api/health-metrics/weight%ff", &[400, 404]),
        ("/api/health-metrics/weight%3Fa", &[400, 403, 404]),
        ("/api//health-metrics/weight", &[404]),
        ("//api/health-metrics/weight", &[404]),
        ("/api/health-metrics//weight", &[404]),
        ("/api/health-metrics/weight/", &[404]),
        ("/api/nowhere", &[404]),
        ("/api", &[404]),
        ("/api/", &[404]),
    ] {
        let head = format!("GET {target} HTTP/1.1\r\nAuthorization: Bearer {token}");
        assert_problem(&instance.send_raw(&head, b""), target, statuses);
    }
}

/// Both the program's problems and Apache's name such an address.
#[test]
fn the_type_of_a_problem_is_the_address_of_a_page_that_explains_its_code() {
    let instance = Instance::start();
    let head = format!("POST {SYNC} HTTP/1.1");
    for (answer, code) in [
        (instance.send(&Request::get(WEIGHT)), "missing_token"),
        (instance.send_raw(&head, &[b' '; 131_073]), "body_too_large"),
    ] {
        let problem = answer.json();
        let address = problem["type"].as_str().unwrap().trim_start_matches(&instance.base_url);
        assert_eq!(address, format!("/problems/{code}"));
        let page = send_by(&http_agent(), &instance.base_url, &Request::get(address)).unwrap();
        assert_eq!(page.status, 200, "{address}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        assert!(page.text().contains(&format!("<h2 id=\"{code}\">")), "{}", page.text());
    }
}

#[test]
fn an_address_outside_the_api_is_404() {
    let instance = Instance::start();
    std::fs::write(instance.web().join("backup.sql"), "kept back").unwrap();
    std::fs::create_dir(instance.web().join("folder")).unwrap();
    for target in [
        "/nowhere",
        "/",
        "/API/health",
        "/problems/503.json",
        "/backup.sql",
        "/backup.sql/x.html",
        "/folder",
        "/folder/",
    ] {
        let answer = instance.send_raw(&format!("GET {target} HTTP/1.1"), b"");
        assert_eq!(answer.status, 404, "{target}: {}", answer.text());
    }
}

#[test]
fn a_missing_program_is_503_with_retry_after_and_not_404() {
    let instance = Instance::start();
    std::fs::remove_file(instance.web().join("api")).unwrap();
    let answer = instance.send_raw(&format!("GET {WEIGHT}/1 HTTP/1.1"), b"");
    assert_problem(&answer, "no program", &[503]);
    assert_eq!(answer.header("retry-after"), Some("30"));
}

#[test]
fn a_program_that_gives_no_answer_is_an_internal_error() {
    let instance = Instance::start();
    let program = instance.web().join("api");
    std::fs::remove_file(&program).unwrap();
    std::fs::copy("/bin/false", &program).unwrap();
    let answer = instance.send_raw(&format!("GET {WEIGHT} HTTP/1.1"), b"");
    assert_problem(&answer, "no answer", &[500]);
    assert_eq!(answer.json()["code"], "internal_error");
}

/// Apache refuses these before it reads `.htaccess`, so a shared host can only show Apache's own page.
#[test]
fn requests_refused_before_htaccess_is_read_get_a_4xx_status() {
    let instance = Instance::start();
    let token = instance.token();
    let long = format!("{WEIGHT}?{}", "x".repeat(9000));
    for (target, status) in [
        ("/api/health-metrics/weight%2Fsync", 404),
        ("/api/health-metrics/weight%00", 404),
        ("/api/health-metrics/weight%zz", 400),
        ("/api/../../../etc/passwd", 400),
        (long.as_str(), 414),
    ] {
        let answer = instance
            .send_raw(&format!("GET {target} HTTP/1.1\r\nAuthorization: Bearer {token}"), b"");
        assert_eq!(answer.status, status, "{target}: {}", answer.text());
    }
}

#[test]
fn dot_segments_that_stay_below_api_are_refused_or_not_found() {
    let instance = Instance::start();
    let token = instance.token();
    for target in [
        "/api/health-metrics/./weight",
        "/api/x/../health-metrics/weight",
        "/api/x/%2e%2e/health-metrics/weight",
    ] {
        let answer = instance
            .send_raw(&format!("GET {target} HTTP/1.1\r\nAuthorization: Bearer {token}"), b"");
        assert_problem(&answer, target, &[400, 404]);
    }
}

#[test]
fn bodies_over_the_limit_are_413_and_store_nothing() {
    let instance = Instance::start();
    let token = instance.token();
    for size in [129 * 1024, 1024 * 1024] {
        let head = format!(
            "POST {SYNC} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json"
        );
        let answer = instance.send_raw(&head, &vec![b' '; size]);
        assert_problem(&answer, &format!("{size} bytes"), &[413]);
        assert_eq!(answer.json()["code"], "body_too_large");
    }
    let list = instance.send(&Request::get(WEIGHT).bearer(&token)).expect(200);
    assert_eq!(list["pagination"]["total"], 0);
}

#[test]
fn a_body_of_exactly_128_kib_passes() {
    let instance = Instance::start();
    let token = instance.token();
    let entry = weighing(75.5).to_string();
    let body = format!("{entry}{}", " ".repeat(128 * 1024 - entry.len()));
    let request = Request::new("POST", WEIGHT)
        .header("Content-Type", "application/json")
        .body(body)
        .bearer(&token);
    instance.send(&request).expect(201);
}

#[test]
fn a_chunked_body_arrives_and_one_over_the_limit_is_a_problem() {
    let instance = Instance::start();
    let token = instance.token();
    let send = |size: usize| {
        let entry = weighing(75.5).to_string();
        let body = format!("{entry}{}", " ".repeat(size - entry.len()));
        let head = format!(
            "POST {WEIGHT} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked"
        );
        instance.send_chunked(&head, &chunked(body.as_bytes()))
    };
    send(5000).expect(201);
    for size in [129 * 1024, 300 * 1024, 2 * 1024 * 1024] {
        let answer = send(size);
        assert_problem(&answer, &format!("{size} bytes in chunks"), &[500]);
        assert_eq!(answer.json()["code"], "length_required");
    }
}

#[test]
fn a_header_over_the_limit_is_a_problem_and_one_below_it_reaches_the_program() {
    let instance = Instance::start();
    let head = |size: usize| {
        format!("GET {WEIGHT} HTTP/1.1\r\nAuthorization: Bearer {}", "x".repeat(size))
    };
    let answer = instance.send_raw(&head(9000), b"");
    assert_eq!(answer.status, 400, "{}", answer.text());
    let program = instance.send_raw(&head(7000), b"");
    assert_problem(&program, "7000 bytes", &[401]);
    assert_eq!(program.json()["code"], "invalid_token");
}

#[test]
fn a_header_that_is_not_utf8_gets_400_from_the_program() {
    let instance = Instance::start();
    let token = instance.token();
    let answer = instance.send_bytes(
        &[
            format!("GET {WEIGHT} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nX-Name: ")
                .as_bytes(),
            b"\xff",
        ]
        .concat(),
        b"",
    );
    assert_problem(&answer, "0xFF", &[400]);
    assert_eq!(answer.json()["code"], "bad_request");
}
