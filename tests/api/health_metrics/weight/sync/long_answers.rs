//! An answer to an upload fits the web server's buffer, whatever the upload holds: else slow readers would hold processes.

use serde_json::{Value, json};

use crate::support::timestamps::from_now;
use crate::support::{Answer, Request, SYNC, Server, User};

/// What the program may send without holding its process (`MAX_BUFFERED_BYTES`).
const MOST_BYTES: usize = 62 * 1024;
const COUNT: usize = 100;

/// 100 entries with keys of the greatest length, each with the members that `more` gives it.
fn entries(more: impl Fn(usize) -> Value) -> Vec<Value> {
    let one = |number: usize| {
        let mut entry = json!({"local_id": format!("{number:064}"), "weight_value": 2204.62, "unit": "lb",
            "timestamp": "2026-01-06T20:30:00.123456Z"});
        for (name, value) in more(number).as_object().unwrap() {
            entry[name] = value.clone();
        }
        entry
    };
    (0..COUNT).map(one).collect()
}

fn send(user: &User<'_>, strategy: &str, entries: &[Value]) -> Answer {
    let body =
        json!({"device_id": "d".repeat(64), "conflict_strategy": strategy, "entries": entries});
    user.send(Request::new("POST", SYNC).json(&body))
}

fn list(answer: &Value, name: &str) -> Vec<Value> {
    answer[name].as_array().unwrap().clone()
}

/// Checks the size, and that a list has one result for each entry.
#[track_caller]
fn fits(answer: &Answer, name: &str) -> Vec<Value> {
    let results = list(&answer.expect(200), name);
    let indices: Vec<usize> = results
        .iter()
        .map(|one| usize::try_from(one["index"].as_u64().unwrap()).unwrap())
        .collect();
    assert_eq!(indices, (0..COUNT).collect::<Vec<_>>());
    println!("{name}: {} bytes", answer.body.len());
    assert!(answer.body.len() <= MOST_BYTES, "{} bytes", answer.body.len());
    results
}

/// Creates 100 entries, deletes them as another device would, and returns their ids and first stamps.
fn deleted_elsewhere(user: &User<'_>) -> Vec<(Value, Value)> {
    let created = send(user, "last_write_wins", &entries(|_| json!({"edited_at": from_now(-90)})));
    let known: Vec<(Value, Value)> = list(&created.expect(200), "synced")
        .iter()
        .map(|one| (one["server_id"].clone(), one["updated_at"].clone()))
        .collect();
    let delete = |number: usize| json!({"server_id": known[number].0, "deleted": true, "edited_at": from_now(-80)});
    send(user, "last_write_wins", &entries(delete)).expect(200);
    known
}

fn stale_edits(known: &[(Value, Value)], age: i64) -> Vec<Value> {
    entries(|number| {
        let (id, base) = &known[number];
        json!({"weight_value": 1999.99, "server_id": id, "base_updated_at": base, "edited_at": from_now(-age)})
    })
}

#[test]
fn a_hundred_local_wins_fit_and_each_shows_the_overwritten_version() {
    let server = Server::start();
    let user = server.user();
    let known = deleted_elsewhere(&user);

    let answer = send(&user, "last_write_wins", &stale_edits(&known, 70));

    for conflict in fits(&answer, "conflicts") {
        assert_eq!(conflict["resolution"], "local_wins");
        let entry = &conflict["server_entry"];
        assert!(entry["deleted_at"].is_string(), "{conflict}");
        assert_eq!(
            (&entry["id"], &entry["weight_value"]),
            (&conflict["server_id"], &json!(2204.62))
        );
        for left_out in ["local_id", "local_entry", "options"] {
            assert_eq!(conflict.get(left_out), None, "{left_out}");
        }
    }
    assert_eq!(list(&answer.json(), "synced").len(), COUNT);
}

#[test]
fn a_hundred_copies_that_replace_a_version_fit_and_each_shows_that_version() {
    let server = Server::start();
    let user = server.user();
    let known = deleted_elsewhere(&user);
    let kept = fits(&send(&user, "keep_both", &stale_edits(&known, 70)), "conflicts");
    assert!(kept.iter().all(|one| one["server_entry"]["deleted_at"].is_string()));
    let change = |number: usize| json!({"server_id": kept[number]["copy_id"], "weight_value": 1000.01, "edited_at": from_now(-60)});
    fits(&send(&user, "last_write_wins", &entries(change)), "synced");
    let delete = |number: usize| json!({"server_id": kept[number]["copy_id"], "deleted": true, "edited_at": from_now(-50)});
    fits(&send(&user, "last_write_wins", &entries(delete)), "synced");

    let answer = send(&user, "keep_both", &stale_edits(&known, 40));

    for (number, conflict) in fits(&answer, "conflicts").iter().enumerate() {
        let replaced = &conflict["replaced_copy"];
        assert_eq!(conflict["resolution"], "kept_both");
        assert_eq!(
            (&replaced["id"], &replaced["weight_value"]),
            (&kept[number]["copy_id"], &json!(1000.01))
        );
        assert_eq!(
            (&conflict["server_id"], &conflict["server_entry"]),
            (&known[number].0, &Value::Null)
        );
    }
}

#[test]
fn a_hundred_entries_that_are_wrong_in_every_field_fit_and_each_names_one_field() {
    let server = Server::start();
    let wrong = |_| {
        json!({"weight_value": "x", "unit": "stone", "timestamp": "2026-01-06T20:30:00", "edited_at": "2026-01-06T20:30:00",
            "server_id": "x", "deleted": "x", "base_updated_at": "2026-01-06T20:30:00"})
    };
    let answer = send(&server.user(), "last_write_wins", &entries(wrong));
    for refused in fits(&answer, "errors") {
        assert_eq!(refused["errors"].as_array().unwrap().len(), 1, "{refused}");
    }
}

#[test]
fn an_answer_that_fits_names_everything() {
    let server = Server::start();
    let user = server.user();
    let known = deleted_elsewhere(&user);
    let answer = send(&user, "manual", &stale_edits(&known, 70)[..40]);
    for conflict in list(&answer.expect(200), "conflicts") {
        for shown in ["local_id", "local_entry", "options", "server_entry"] {
            assert!(!conflict[shown].is_null(), "{shown} in {conflict}");
        }
    }
}
