//! The daily counts: each request once, without personal data, and with few statements.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::fastcgi::{self, CgiInput};
use crate::support::folder::Folder;
use crate::support::proxy::Proxy;
use crate::support::site::{Site, WEIGHT_API};
use crate::support::user::with;
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, SYNC, Server, WEIGHT, weighing};

fn stats(site: &Site, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["--json", "stats"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&site.weightctl_ok(&all)).unwrap()
}

/// The counts of the site in the order of the table, summed over two days if midnight passes during the test.
fn counts(site: &Site) -> Vec<u64> {
    let stats = stats(site, &["--days", "2"]);
    let days = stats["days"].as_array().unwrap();
    let sum = |name: &&str| days.iter().map(|day| day[name].as_u64().unwrap()).sum();
    ["requests", "syncs", "conflicts", "rejected", "limited", "errors"].iter().map(sum).collect()
}

/// Answers one request as plain CGI.
fn cgi(site: &Site, request: &Request) -> Answer {
    fastcgi::cgi(Path::new(WEIGHT_API), &site.config, request, &[], CgiInput::Pipe)
}

/// The result of `look`, repeated if midnight passes meanwhile.
fn within_a_day<T>(look: impl Fn() -> T) -> T {
    loop {
        let day = chrono::Utc::now().date_naive();
        let seen = look();
        if chrono::Utc::now().date_naive() == day {
            return seen;
        }
    }
}

#[test]
fn each_request_is_counted_once_by_its_outcome() {
    let settings = [("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "7")];
    let server = Server::with_stopped_clock(&settings, 1);
    let token = server.user().token;
    wait_until("the registration is counted", || counts(&server.site)[0] == 1);
    // A plain CGI process writes the count of its single request.
    let send = |request: Request| cgi(&server.site, &request.bearer(&token));
    let upload = |value: f64| {
        let entry = json!({"local_id": "a", "weight_value": value, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z"});
        send(Request::new("POST", SYNC).json(&json!({"entries": [entry]}))).expect(200)
    };
    let uploaded = upload(75.5);
    upload(80.0);
    send(Request::get(SYNC)).expect(200);
    let id = uploaded["synced"][0]["server_id"].as_str().unwrap();
    let old = with(weighing(70.0), &json!({"edited_at": "2020-01-01T00:00:00Z"}));
    let put = || Request::new("PUT", format!("{WEIGHT}/{id}")).json(&old);
    send(put()).problem(409, "newer_on_server");
    send(put().header("If-Match", "\"2020-01-01T00:00:00Z\"")).problem(412, "precondition_failed");
    send(Request::new("POST", WEIGHT).json(&json!({}))).problem(422, "validation_failed");
    send(Request::get(WEIGHT)).expect(200);
    send(Request::get(WEIGHT)).problem(429, "rate_limited");
    // The second upload overwrote without a base, and both PUTs were refused: three conflicts.
    assert_eq!(counts(&server.site), [9, 3, 3, 1, 1, 0]);
}

#[test]
fn a_process_writes_its_counts_after_the_first_request_and_then_once_a_minute() {
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    let begun = Instant::now();
    let user = server.user();
    wait_until("the registration is counted", || counts(&server.site)[0] == 1);
    for _ in 0..50 {
        user.get(WEIGHT).expect(200);
    }
    let log = proxy.take_log();
    let written = log.iter().filter(|sent| sent.is_counting() && sent.is_statement()).count();
    // Fifty requests may take minutes on a busy machine.
    let minutes = usize::try_from(begun.elapsed().as_secs() / 60).unwrap();
    assert!((1..=1 + minutes).contains(&written), "{written} times within {minutes} minutes");
}

#[test]
fn plain_cgi_counts_only_requests_that_use_the_database() {
    let server = Server::start();
    let token = server.user().token;
    wait_until("the registration is counted", || counts(&server.site)[0] == 1);
    let send = |request: Request| cgi(&server.site, &request);
    for _ in 0..3 {
        send(Request::get(WEIGHT).bearer(&token)).expect(200);
    }
    send(Request::new("POST", SYNC).json(&json!({"entries": []})).bearer(&token)).expect(200);
    // The program does not connect only to count.
    send(Request::get(WEIGHT)).problem(401, "missing_token");
    assert_eq!(counts(&server.site)[0], 5);
}

#[test]
fn counts_that_could_not_be_written_are_written_once_later() {
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    proxy.refuse(true);
    for _ in 0..3 {
        server.send(&Request::get("/api/health")).problem(503, "database_unavailable");
    }
    proxy.refuse(false);
    server.use_database();
    wait_until("all were written", || counts(&server.site)[0] == 4);
    assert_eq!(counts(&server.site), [4, 0, 0, 0, 0, 3]);
}

#[test]
fn the_program_serves_requests_without_the_table_of_counts() {
    let server = Server::start();
    server.database().execute("DROP TABLE daily_counts", ());
    let user = server.user();
    user.post(WEIGHT, &weighing(75.5)).expect(201);
}

#[test]
fn the_purge_records_the_numbers_of_users_entries_and_tombstones() {
    let server = Server::start();
    let user = server.user();
    for kilograms in [70.0, 71.0, 72.0] {
        user.create(&weighing(kilograms));
    }
    let id = user.create_id(&weighing(73.0));
    user.delete(&id).expect(204);
    server.user();
    let expected = json!({"users": 2, "live_entries": 3, "tombstones": 1});
    let site = &server.site;
    // The row of today, or of yesterday if midnight has passed.
    let noted = || {
        let stats = stats(site, &["--days", "2"]);
        let days = stats["days"].as_array().unwrap();
        days.iter().find(|day| day.get("users").is_some()).cloned()
    };
    assert_eq!(stats(site, &[])["totals"], expected);
    assert_eq!(noted(), None, "not noted yet");

    site.weightctl_ok(&["purge", "--dry-run"]);
    assert_eq!(noted(), None, "only by a purge");
    site.weightctl_ok(&["purge"]);

    let day = noted().expect("a day with its numbers");
    assert_eq!(stats(site, &[])["last_purge"]["tombstones"], 0, "younger than 90 days");
    for (name, number) in expected.as_object().unwrap() {
        assert_eq!(&day[name], number, "{day}");
    }
}

#[test]
fn stats_shows_every_day_even_without_requests_and_stores_no_personal_data() {
    let server = Server::start();
    let user = server.user();
    let site = &server.site;
    let text = within_a_day(|| {
        server.database().execute(
            "INSERT INTO daily_counts (day, requests, syncs) VALUES (UTC_DATE() - INTERVAL 2 DAY, 1000, 400)",
            (),
        );
        site.weightctl_ok(&["stats", "--days", "3"])
    });
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6, "totals, an empty line, heads, three days: {text}");
    assert!(lines[0].starts_with("1 user, 0 entries"), "{text}");
    assert!(lines[3].contains("1000") && lines[3].contains("400"), "oldest first: {text}");
    let widths: Vec<usize> = lines[2..].iter().map(|line| line.len()).collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "aligned, no bars in a pipe: {text}");
    assert_eq!(stats(site, &["--days", "30"])["days"].as_array().unwrap().len(), 30);
    let columns = server.database().rows(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'daily_counts' ORDER BY ordinal_position",
    );
    assert_eq!(columns.len(), 10, "a new column must be about nobody: {columns:?}");
    let _ = user;
}

#[test]
fn the_busiest_users_of_the_log_are_named_and_their_requests_found() {
    let folder = Folder::new();
    let log = folder.join("requests.log");
    let server = Server::with(&[("WEIGHT_SYNC_LOG_FILE", log.to_str().unwrap())], 1);
    let (anna, other) = (server.user(), server.user());
    for _ in 0..3 {
        anna.get(WEIGHT).expect(200);
    }
    other.get(SYNC).expect(200);
    let busiest = stats(&server.site, &["--users", "2"])["busiest"].clone();
    let row = |index: usize| (busiest[index]["email"].clone(), busiest[index]["requests"].as_u64());
    assert_eq!(row(0).0, json!(anna.email));
    assert_eq!(row(1).0, json!(other.email));
    assert!(row(0).1 > row(1).1, "{busiest}");
    assert_eq!(stats(&server.site, &["--users", "1"])["busiest"].as_array().unwrap().len(), 1);
    assert!(server.site.weightctl_ok(&["stats", "--users"]).contains(&anna.email));

    let lines = |arguments: &[&str]| {
        server.site.weightctl_ok(&[&["logs"], arguments].concat()).lines().count()
    };
    assert_eq!(lines(&["--user", &anna.email, "--route", "weight"]), 3);
    assert_eq!(lines(&["--user", &other.id, "--route", "weight"]), 1);
    assert_eq!(lines(&["--user", &anna.id, "--since", "1h", "--route", "weight"]), 3);
    assert_eq!(lines(&["--since", "2099-01-01T00:00:00Z"]), 0);
    assert_eq!(lines(&["--slower", "3600000"]), 0);
    let wrong = server.site.weightctl(&["logs", "--since", "yesterday"]);
    assert_eq!(wrong.status.code(), Some(2));
}
