//! No user reaches another's data: every route with another user's ids leaves that user's rows unchanged.

use serde_json::{Value, json};

use crate::support::timestamps::from_now;
use crate::support::user::{User, text, with};
use crate::support::{Request, SYNC, Server, WEIGHT, weighing};

/// A victim with a live and a deleted entry, and an attacker with entries of their own.
fn two_users(server: &Server) -> (User<'_>, Vec<String>, User<'_>) {
    let (victim, attacker) = (server.user(), server.user());
    let body = |id: &str| {
        with(
            weighing(75.5),
            &json!({"local_id": id, "device_id": "d", "edited_at": from_now(-600)}),
        )
    };
    let ids = vec![victim.create_id(&body("live")), victim.create_id(&body("deleted"))];
    victim.delete(&ids[1]).expect(204);
    attacker.create(&with(weighing(99.0), &json!({"local_id": "own"})));
    (victim, ids, attacker)
}

fn rows_of(user: &User<'_>) -> Vec<String> {
    user.server
        .database()
        .rows(&format!("SELECT * FROM weight_entries WHERE user_id = '{}' ORDER BY id", user.id))
}

#[test]
fn put_and_delete_of_another_users_ids_are_404_like_unknown_ones_and_change_no_row() {
    let server = Server::start();
    let (victim, ids, attacker) = two_users(&server);
    let before = rows_of(&victim);
    let unknown = "01990000-0000-7000-8000-000000000000";
    let mut bodies = std::collections::BTreeSet::new();
    for id in ids.iter().map(String::as_str).chain([unknown]) {
        let target = format!("{WEIGHT}/{id}");
        for request in [
            Request::new("PUT", target.as_str()).json(&weighing(1.0)),
            Request::new("PUT", target.as_str())
                .json(&with(weighing(1.0), &json!({"user_id": victim.id}))),
            Request::new("PUT", target.as_str()).header("If-Match", "*").json(&weighing(1.0)),
            Request::new("DELETE", target.as_str()),
            Request::new("DELETE", target.as_str()).header("If-Match", "*"),
        ] {
            let mut problem = attacker.send(request).problem(404, "not_found");
            problem.as_object_mut().unwrap().remove("request_id");
            problem.as_object_mut().unwrap().remove("instance");
            bodies.insert(problem.to_string());
        }
    }
    assert_eq!(bodies.len(), 1, "distinguishable: {bodies:#?}");
    assert_eq!(rows_of(&victim), before);
}

#[test]
fn a_list_and_a_pull_return_only_the_users_own_entries_whatever_the_parameters() {
    let server = Server::start();
    let (victim, ids, attacker) = two_users(&server);
    for target in [
        WEIGHT.to_owned(),
        format!("{WEIGHT}?user_id={}", victim.id),
        format!("{WEIGHT}?since=1970-01-01T00:00:00Z&limit=250&user={}", victim.email),
        SYNC.to_owned(),
        format!("{SYNC}?since=1970-01-01T00:00:00Z"),
        format!("{SYNC}?user_id={}&device_id=d", victim.id),
    ] {
        let answer = attacker.get(&target);
        let found = answer.expect(200);
        let entries = found["data"].as_array().unwrap();
        assert_eq!(entries.len(), 1, "{target}: {found}");
        assert_eq!(entries[0]["weight_value"], 99.0, "{target}");
        assert!(!ids.iter().any(|id| answer.text().contains(id)), "{target}");
        if let Some(pagination) = found.get("pagination") {
            assert_eq!(pagination["total"], 1);
        }
    }
    let pulled = victim.pull("");
    assert_eq!(pulled["data"].as_array().unwrap().len(), 1, "beside a later user: {pulled}");
}

#[test]
fn a_bulk_upload_reaches_no_entry_of_another_user_by_any_identity() {
    let server = Server::start();
    let (victim, ids, attacker) = two_users(&server);
    let before = rows_of(&victim);
    let entry = |more: Value| with(weighing(1.0), &more);
    for strategy in ["last_write_wins", "manual", "keep_both"] {
        let body = json!({"device_id": "d", "user_id": victim.id, "conflict_strategy": strategy, "entries": [
            entry(json!({"local_id": "x0", "server_id": ids[0]})),
            entry(json!({"local_id": "x1", "server_id": ids[1], "base_updated_at": "2026-01-01T00:00:00Z"})),
            {"local_id": "x2", "server_id": ids[0], "deleted": true},
            entry(json!({"local_id": format!("live-{strategy}"), "user_id": victim.id})),
        ]});
        let answer = attacker.post(SYNC, &body).expect(200);
        for conflict in answer["conflicts"].as_array().unwrap() {
            assert_eq!(
                (&conflict["reason"], &conflict["server_entry"]),
                (&json!("gone"), &Value::Null),
                "{conflict}"
            );
        }
        assert_eq!(answer["conflicts"].as_array().unwrap().len(), 3, "{answer}");
        assert_eq!(answer["synced"][0]["status"], "created", "a local_id belongs to its user");
    }
    assert_eq!(rows_of(&victim), before);
}

#[test]
fn the_same_device_and_local_id_are_different_entries_for_different_users() {
    let server = Server::start();
    let (victim, ids, attacker) = two_users(&server);
    let before = rows_of(&victim);
    let body = with(weighing(1.0), &json!({"local_id": "live", "device_id": "d"}));
    let own = attacker.create_id(&body);
    assert_ne!(own, ids[0]);
    let deleted = json!({"device_id": "d", "entries": [{"local_id": "live", "deleted": true}, {"local_id": "deleted", "deleted": true}]});
    let answer = attacker.post(SYNC, &deleted).expect(200);
    assert_eq!(answer["synced"][0]["server_id"], own.as_str());
    assert_eq!(answer["synced"][1]["server_id"], Value::Null);
    assert_eq!(rows_of(&victim), before);
}

#[test]
fn a_local_id_that_is_another_users_entry_id_is_unknown() {
    let server = Server::start();
    let (victim, ids, attacker) = two_users(&server);
    let before = rows_of(&victim);
    let unknown = "01990000-0000-7000-8000-000000000000";
    let mut results = std::collections::BTreeSet::new();
    for id in ids.iter().map(String::as_str).chain([unknown]) {
        let delete = attacker.upload(&json!([{"local_id": id, "deleted": true}]));
        assert_eq!(delete["synced"][0]["server_id"], Value::Null);
        let put = attacker.upload(&json!([with(weighing(1.0), &json!({"local_id": id}))]));
        assert_ne!(put["synced"][0]["server_id"], id);
        let body = with(weighing(1.0), &json!({"local_id": id, "device_id": "d"}));
        let post = attacker.post(WEIGHT, &body);
        assert_ne!(post.json()["id"], id);
        results.insert(format!("{} {}", put["synced"][0]["status"], post.status));
    }
    assert_eq!(results.len(), 1, "distinguishable: {results:?}");
    assert_eq!(rows_of(&victim), before);
}

#[test]
fn a_user_id_in_a_body_is_ignored_by_every_write() {
    let server = Server::start();
    let (victim, _, attacker) = two_users(&server);
    let before = rows_of(&victim);
    let forged = with(weighing(50.0), &json!({"user_id": victim.id}));
    let created = attacker.create(&forged);
    assert_eq!(created["user_id"], attacker.id.as_str());
    let changed = attacker
        .put(text(&created["id"]), &with(forged, &json!({"weight_value": 51.0})))
        .expect(200);
    assert_eq!(changed["user_id"], attacker.id.as_str());
    assert_eq!(rows_of(&victim), before);
}

#[test]
fn a_write_of_one_user_does_not_advance_another_users_clock() {
    let server = Server::start();
    let (victim, _, attacker) = two_users(&server);
    let clock = || {
        server
            .database()
            .rows(&format!("SELECT * FROM sync_clocks WHERE user_id = '{}'", victim.id))
    };
    let before = clock();
    attacker.create(&weighing(60.0));
    // The second time the entry is known, and the guessed number of live entries is corrected.
    for kilograms in [61.0, 62.0] {
        attacker.upload(&json!([with(weighing(kilograms), &json!({"local_id": "x"}))]));
    }
    assert_eq!(clock(), before);
    let total = |user: &User<'_>| user.get(WEIGHT).expect(200)["pagination"]["total"].clone();
    assert_eq!((total(&victim), total(&attacker)), (json!(1), json!(3)));
}

/// Ids never collide. If one did, the other user's entry would not be overwritten.
#[test]
fn a_copy_with_the_id_of_another_users_entry_leaves_that_entry_unchanged() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let id = user.create_id(&with(weighing(75.5), &json!({"edited_at": from_now(-60)})));
    let older = with(
        weighing(80.0),
        &json!({"local_id": "a", "server_id": id, "edited_at": from_now(-600)}),
    );
    let upload = json!({"conflict_strategy": "keep_both", "entries": [older]});
    let answer = user.post(SYNC, &upload).expect(200);
    let copy = answer["conflicts"][0]["copy_id"].as_str().unwrap().to_owned();
    server.database().execute(
        "UPDATE weight_entries SET user_id = ?, weight_value = 60 WHERE id = ?",
        (&other.id, &copy),
    );
    let (before, own) = (rows_of(&other), rows_of(&user));
    assert!(user.post(SYNC, &upload).status >= 500);
    assert_eq!((rows_of(&other), rows_of(&user)), (before, own));
}
