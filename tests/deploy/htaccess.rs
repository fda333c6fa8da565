//! The requests that `.htaccess` admits and the headers it adds, with all modules and with as few as possible.

use serde_json::json;

use crate::host_apache::{OPTIONAL, Variation};
use crate::next_release::first;
use crate::shared_host::SharedHost;
use crate::support::site::send_by;
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, SYNC, WEIGHT, weighing};

/// Creates a file of the host's user in the web directory.
fn put(host: &SharedHost, path: &str, text: &str) {
    let path = host.site.web.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[track_caller]
fn assert_reachable(host: &SharedHost, token: &str, what: &str) {
    host.send(&Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(token)).expect(201);
    for (path, status) in [
        ("/account/", 200),
        ("/account/account.js", 200),
        ("/problems/validation_failed", 200),
        ("/folder/page.html", 200),
        ("/.well-known/acme-challenge/token", 200),
        ("/api", 404),
        ("/api/", 404),
        ("/weight-api", 404),
        ("/.htaccess", 404),
        ("/account/.htaccess", 404),
        ("/account/.index.html.swp", 404),
        ("/.git/config", 404),
        ("/weight-sync.toml", 404),
        ("/dump.sql.gz", 404),
        ("/dump", 404),
        ("/dump.sql.gz/page.html", 404),
        ("/.git", 404),
        ("/dump/.well-known/acme-challenge/token", 404),
        ("/problems/503.json", 404),
        ("/nothing", 404),
    ] {
        let answer = host.send(&Request::get(path));
        assert_eq!(answer.status, status, "{what}: {path}: {}", answer.text());
        assert!(!answer.text().contains("kept back"), "{what}: {path}");
        assert!(!answer.body.starts_with(b"\x7fELF"), "{what}: {path}");
    }
    host.send(&Request::get(WEIGHT)).problem_code(401, "missing_token");
}

#[test]
fn only_the_api_and_public_folders_are_reachable_with_all_modules_and_with_the_needed_ones() {
    let mut host = SharedHost::start();
    host.push(&first());
    let token = host.token();
    put(&host, "folder/page.html", "<p>public");
    put(&host, "folder/.htaccess", "RewriteEngine On\n");
    put(&host, ".well-known/acme-challenge/token", "public");
    let hidden =
        [".git/config", "weight-sync.toml", "dump.sql.gz", "dump", "account/.index.html.swp"];
    for path in hidden {
        put(&host, path, "kept back");
    }
    assert_reachable(&host, &token, "all modules");
    headers_and_compression(&host, &token);
    plain_http(&host, &token);
    bodies_over_the_limit(&host, &token);
    every_way_of_authorization(&host, &token);

    let lacking =
        |without: &[&'static str]| Variation { without: without.to_vec(), ..Variation::default() };
    let all_but =
        |needed: &str| OPTIONAL.iter().copied().filter(|name| *name != needed).collect::<Vec<_>>();
    for (without, fastcgi) in [(all_but("fcgid"), true), (all_but("cgid"), false)] {
        host.restart_apache(&lacking(&without));
        assert_reachable(&host, &token, &format!("without {without:?}"));
        // CGI processes, and those of the previous Apache, may end a moment after the last response.
        wait_until("the handler that is there is taken", || host.programs().is_empty() != fastcgi);
    }
    // With neither module, Apache must refuse the request rather than serve the program as a download.
    host.restart_apache(&lacking(&["fcgid", "cgid"]));
    let answer = host.send(&Request::get("/api/health"));
    assert_eq!(answer.status, 403, "{} bytes", answer.body.len());
}

fn once<'answer>(answer: &'answer Answer, name: &str) -> &'answer str {
    answer.header(name).unwrap_or_else(|| panic!("no {name}: {:?}", answer.headers))
}

fn headers_and_compression(host: &SharedHost, token: &str) {
    let entries: Vec<_> = (0..50)
        .map(|number| {
            let mut entry = weighing(75.5);
            entry["local_id"] = json!(format!("many-{number}"));
            entry
        })
        .collect();
    host.send(&Request::new("POST", SYNC).json(&json!({"entries": entries})).bearer(token))
        .expect(200);
    let plain = host.send(&Request::get(SYNC).bearer(token));
    let packed = host.send(&Request::get(SYNC).bearer(token).header("Accept-Encoding", "gzip"));
    assert_eq!(once(&packed, "content-encoding"), "gzip");
    assert!(
        packed.body.len() * 3 < plain.body.len(),
        "{} of {}",
        packed.body.len(),
        plain.body.len()
    );
    let refused = host.send(&Request::get("/api/nothing"));
    refused.problem_code(404, "not_found");
    let page = host.send(&Request::get("/account/"));
    assert_eq!(once(&page, "cache-control"), "no-cache");
    assert_eq!(once(&page, "x-frame-options"), "DENY");
    assert_eq!(once(&page, "referrer-policy"), "no-referrer");
    let program = host.site.web.join("api");
    std::fs::rename(&program, host.home().join("api")).unwrap();
    let missing = host.send(&Request::get("/api/health"));
    std::fs::rename(host.home().join("api"), program).unwrap();
    missing.problem_code(503, "service_unavailable");
    for answer in [&plain, &packed, &refused, &missing] {
        assert_eq!(once(answer, "cache-control"), "no-store");
    }
    for answer in [&plain, &packed, &refused, &missing, &page] {
        assert_eq!(once(answer, "x-content-type-options"), "nosniff");
        assert_eq!(once(answer, "strict-transport-security"), "max-age=31536000");
        assert!(once(answer, "content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("expires"), None);
    }
    // Compression adds a suffix to an ETag, which the program accepts.
    let created = host.send(
        &Request::new("POST", WEIGHT)
            .json(&weighing(75.5))
            .bearer(token)
            .header("Accept-Encoding", "gzip"),
    );
    let (location, etag) =
        (once(&created, "location").to_owned(), once(&created, "etag").to_owned());
    let path = &location[location.find("/api").unwrap()..];
    host.send(
        &Request::new("PUT", path).json(&weighing(76.0)).bearer(token).header("If-Match", etag),
    )
    .expect(200);
}

/// Checks that plain HTTP is allowed only on loopback, for development.
fn plain_http(host: &SharedHost, token: &str) {
    let loopback = format!("http://127.0.0.1:{}", host.site.http_port);
    let send = |base: &str, request: &Request| send_by(&host.agent, base, request).unwrap();
    let health = Request::get("/api/health");
    assert_eq!(send(&loopback, &health).status, 200);
    assert_eq!(send(&loopback, &health).header("strict-transport-security"), None);
    let mut outside = vec![(loopback.clone(), Some("http"))];
    match &host.site.outside {
        Some(address) => outside.push((format!("http://{address}:{}", host.site.http_port), None)),
        None => println!(
            "this machine has no address besides loopback: plain HTTP from outside was not tried"
        ),
    }
    for (base, proxy) in outside {
        let through = |request: Request| match proxy {
            Some(scheme) => send(&base, &request.header("X-Forwarded-Proto", scheme)),
            None => send(&base, &request),
        };
        through(health.clone()).problem_code(403, "https_required");
        through(Request::get(WEIGHT).bearer(token)).problem_code(403, "https_required");
        let page = through(Request::get("/account/index.html?a=1"));
        assert_eq!(page.status, 301);
        assert!(
            once(&page, "location").starts_with("https://")
                && once(&page, "location").ends_with("/account/index.html?a=1")
        );
        assert_eq!(through(Request::get("/.well-known/acme-challenge/token")).text(), "public");
    }
    let behind_proxy = send(&loopback, &health.header("X-Forwarded-Proto", "https"));
    behind_proxy.expect(200);
    assert_eq!(once(&behind_proxy, "strict-transport-security"), "max-age=31536000");
}

/// Checks that a body over the limit is refused in both modes, and that nothing is stored.
fn bodies_over_the_limit(host: &SharedHost, token: &str) {
    let list = || host.send(&Request::get(WEIGHT).bearer(token)).expect(200);
    let before = list()["pagination"]["total"].clone();
    in_both_modes(host, |_| {
        for bytes in [131_073, 3_000_000] {
            let mut body = weighing(75.5).to_string();
            body.extend(std::iter::repeat_n(' ', bytes - body.len()));
            let request = Request::new("POST", WEIGHT).header("Content-Type", "application/json");
            host.send(&request.body(body).bearer(token)).problem_code(413, "body_too_large");
        }
    });
    assert_eq!(list()["pagination"]["total"], before);
}

/// Runs a check with `.htaccess` as it is and with the one line changed.
fn in_both_modes(host: &SharedHost, check: impl Fn(&str)) {
    let whole = std::fs::read_to_string(host.site.web.join(".htaccess")).unwrap();
    for mode in ["fcgid", "cgi"] {
        let text = whole.replace("SetHandler fcgid-script", &format!("SetHandler {mode}-script"));
        put(host, ".htaccess", &text);
        check(&text);
    }
    put(host, ".htaccess", &whole);
}

/// Checks that each of three ways alone passes the token on, in both modes, through suexec. The third is not in
/// `.htaccess` but in docs/OPERATIONS.md, for hosts on which the others have no effect.
fn every_way_of_authorization(host: &SharedHost, token: &str) {
    const THIRD: &str = "SetEnvIf Authorization .+ HTTP_AUTHORIZATION=$0";
    let document = include_str!("../../docs/OPERATIONS.md");
    assert!(document.lines().any(|line| line.trim() == THIRD), "it is documented");
    in_both_modes(host, |text| {
        let ways = [("CGIPassAuth On", "CGIPassAuth Off"), ("E=HTTP_AUTHORIZATION", "E=NOTHING")];
        let none = ways.iter().fold(text.to_owned(), |text, (on, off)| {
            assert!(text.contains(on), "{on}");
            text.replace(on, off)
        });
        let alone = ways.map(|(on, off)| none.replace(off, on));
        let third = format!("{none}{THIRD}\n");
        for text in alone.iter().chain([&third]) {
            put(host, ".htaccess", text);
            let answer = host.send(&Request::get(WEIGHT).bearer(token));
            assert_eq!(answer.status, 200, "{text}: {}", answer.text());
        }
        put(host, ".htaccess", &none);
        host.send(&Request::get(WEIGHT).bearer(token)).problem_code(401, "missing_token");
    });
}
