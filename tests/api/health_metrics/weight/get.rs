//! `GET /api/health-metrics/weight`

use serde_json::{Value, json};

use crate::support::user::{User, with};
use crate::support::{Server, WEIGHT, weighing};

/// Creates `count` entries a minute apart, oldest first.
fn fill(user: &User<'_>, count: usize) {
    for start in (0..count).step_by(100) {
        let entries: Vec<Value> = (start..count.min(start + 100))
            .map(|number| {
                let timestamp = format!("2026-01-{:02}T{:02}:{:02}:00Z", 1 + number / 1440, number / 60 % 24, number % 60);
                json!({"local_id": format!("n{number}"), "weight_value": 75.5, "unit": "kg", "timestamp": timestamp})
            })
            .collect();
        assert_eq!(user.upload(&json!(entries))["errors"], json!([]));
    }
}

fn page(user: &User<'_>, query: &str) -> Value {
    user.get(&format!("{WEIGHT}{query}")).expect(200)
}

#[test]
fn an_empty_list_is_an_empty_array() {
    let server = Server::start();
    assert_eq!(
        page(&server.user(), ""),
        json!({"data": [], "pagination": {"total": 0, "limit": 100, "offset": 0}})
    );
}

#[test]
fn the_newest_measurement_comes_first_whatever_the_order_of_creation() {
    let server = Server::start();
    let user = server.user();
    for day in [3, 1, 2] {
        user.create(&with(
            weighing(75.5),
            &json!({"timestamp": format!("2026-01-0{day}T00:00:00Z")}),
        ));
    }
    let days: Vec<String> = user
        .list()
        .iter()
        .map(|entry| entry["timestamp"].as_str().unwrap()[..10].to_owned())
        .collect();
    assert_eq!(days, ["2026-01-03", "2026-01-02", "2026-01-01"]);
}

#[test]
fn pages_contain_every_entry_once_even_with_equal_timestamps() {
    let server = Server::start();
    let user = server.user();
    let entries: Vec<Value> = (0..25)
        .map(|number| with(weighing(75.5), &json!({"local_id": format!("n{number}")})))
        .collect();
    user.upload(&json!(entries));

    let mut seen = std::collections::BTreeSet::new();
    for offset in [0, 10, 20] {
        let list = page(&user, &format!("?limit=10&offset={offset}"));
        assert_eq!(list["pagination"], json!({"total": 25, "limit": 10, "offset": offset}));
        for entry in list["data"].as_array().unwrap() {
            assert!(seen.insert(entry["id"].as_str().unwrap().to_owned()), "twice: {entry}");
        }
    }
    assert_eq!(seen.len(), 25);
}

#[test]
fn the_limit_is_100_by_default_and_clamped_to_250() {
    let server = Server::start();
    let user = server.user();
    fill(&user, 260);
    for (query, shown, count) in [
        ("", 100, 100),
        ("?limit=250", 250, 250),
        ("?limit=251", 250, 250),
        ("?limit=100000", 250, 250),
        ("?limit=1", 1, 1),
    ] {
        let answer = user.get(&format!("{WEIGHT}{query}"));
        let list = answer.expect(200);
        assert_eq!(
            list["pagination"],
            json!({"total": 260, "limit": shown, "offset": 0}),
            "{query}"
        );
        assert_eq!(list["data"].as_array().unwrap().len(), count, "{query}");
        assert!(
            answer.body.len() < 64 * 1024,
            "{} bytes do not fit mod_fcgid's buffer",
            answer.body.len()
        );
    }
}

#[test]
fn an_offset_beyond_the_end_is_an_empty_page_with_the_total() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    let list = page(&user, "?offset=5");
    assert_eq!(list, json!({"data": [], "pagination": {"total": 1, "limit": 100, "offset": 5}}));
}

#[test]
fn since_is_inclusive_and_until_exclusive_on_the_time_of_measurement() {
    let server = Server::start();
    let user = server.user();
    for hour in 10..14 {
        user.create(&with(
            weighing(75.5),
            &json!({"timestamp": format!("2026-01-06T{hour}:00:00Z")}),
        ));
    }
    for (query, hours) in [
        ("?since=2026-01-06T11:00:00Z", vec![13, 12, 11]),
        ("?until=2026-01-06T12:00:00Z", vec![11, 10]),
        ("?since=2026-01-06T11:00:00Z&until=2026-01-06T13:00:00Z", vec![12, 11]),
        ("?since=2026-01-06T13:00:00Z&until=2026-01-06T11:00:00Z", vec![]),
        ("?since=2026-01-06T11:00:00.000001Z", vec![13, 12]),
        ("?since=2026-01-06T12%3A00%3A00%2B01%3A00", vec![13, 12, 11]),
        ("?since=2026-01-06T11:00:00Z&limit=2", vec![13, 12]),
    ] {
        let list = page(&user, query);
        let found: Vec<i32> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["timestamp"].as_str().unwrap()[11..13].parse().unwrap())
            .collect();
        assert_eq!(found, hours, "{query}");
        let total = if query.ends_with("limit=2") { 3 } else { hours.len() };
        assert_eq!(
            list["pagination"]["total"], total,
            "total counts what the filter lets through: {query}"
        );
    }
}

#[test]
fn deleted_entries_are_neither_listed_nor_counted() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&weighing(75.5));
    user.create(&weighing(76.5));
    user.delete(&id).expect(204);
    for query in ["", "?since=2026-01-01T00:00:00Z"] {
        let list = page(&user, query);
        assert_eq!(list["pagination"]["total"], 1, "{query}");
        assert_eq!(list["data"].as_array().unwrap().len(), 1, "{query}");
        assert_eq!(list["data"][0]["weight_value"], 76.5, "{query}");
    }
}
