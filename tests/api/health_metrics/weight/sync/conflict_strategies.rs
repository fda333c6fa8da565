//! `conflict_strategy` of the bulk upload: what each strategy stores.

use serde_json::{Value, json};

use crate::support::timestamps::from_now;
use crate::support::user::{User, with};
use crate::support::{SYNC, Server, weighing};

/// Creates an entry that another device then edits; returns its id and the stamp that this device knows.
fn edited_elsewhere(user: &User<'_>) -> (String, Value) {
    let created =
        user.create(&with(weighing(75.5), &json!({"local_id": "a", "edited_at": from_now(-90)})));
    let id = created["id"].as_str().unwrap().to_owned();
    user.put(&id, &with(weighing(76.0), &json!({"edited_at": from_now(-60)}))).expect(200);
    (id, created["updated_at"].clone())
}

fn send(user: &User<'_>, strategy: &str, entry: &Value) -> Value {
    user.post(SYNC, &json!({"conflict_strategy": strategy, "entries": [entry]})).expect(200)
}

fn edit(id: &str, base: &Value, kilograms: f64, age: i64) -> Value {
    with(
        weighing(kilograms),
        &json!({"local_id": "a", "server_id": id, "edited_at": from_now(-age), "base_updated_at": base}),
    )
}

#[test]
fn manual_applies_an_edit_only_on_the_current_base() {
    let server = Server::start();
    let user = server.user();
    let (id, base) = edited_elsewhere(&user);
    let before = server.database().entries();

    let answer = send(&user, "manual", &edit(&id, &base, 77.0, 30));

    assert_eq!(answer["synced"], json!([]));
    let conflict = &answer["conflicts"][0];
    assert_eq!(server.database().entries(), before);

    let again =
        send(&user, "manual", &edit(&id, &conflict["server_entry"]["updated_at"], 77.0, 30));

    assert_eq!(
        (&again["synced"][0]["status"], &again["conflicts"]),
        (&json!("updated"), &json!([]))
    );
    assert_eq!(user.list()[0]["weight_value"], 77.0);
}

#[test]
fn keep_both_creates_one_copy_however_often_it_is_sent() {
    let server = Server::start();
    let user = server.user();
    let (id, base) = edited_elsewhere(&user);
    let entry = edit(&id, &base, 77.0, 30);

    let first = send(&user, "keep_both", &entry);

    let conflict = &first["conflicts"][0];
    assert_eq!(conflict["resolution"], "kept_both");
    assert_eq!(conflict["server_id"], id.as_str());
    assert_eq!(conflict["server_entry"]["weight_value"], 76.0);
    let copy = conflict["copy_id"].as_str().expect("copy_id").to_owned();
    assert_ne!(copy, id);
    let mut weights: Vec<(String, f64)> = user
        .list()
        .iter()
        .map(|entry| {
            (entry["id"].as_str().unwrap().to_owned(), entry["weight_value"].as_f64().unwrap())
        })
        .collect();
    weights.sort_by(|one, other| one.1.total_cmp(&other.1));
    assert_eq!(weights, [(id, 76.0), (copy.clone(), 77.0)]);

    let before = server.database().entries();
    let again = send(&user, "keep_both", &entry);
    assert_eq!(again["conflicts"][0]["copy_id"], copy.as_str());
    assert_eq!(server.database().entries(), before);
}

/// The live entry with this id.
fn listed(user: &User<'_>, id: &str) -> Option<Value> {
    user.list().into_iter().find(|entry| entry["id"] == id)
}

#[test]
fn a_later_edit_restores_its_deleted_copy_and_its_resend_does_not() {
    let server = Server::start();
    let user = server.user();
    let (id, base) = edited_elsewhere(&user);
    let first = edit(&id, &base, 77.0, 30);
    let copy = send(&user, "keep_both", &first)["conflicts"][0]["copy_id"].clone();
    let copy_id = copy.as_str().unwrap();
    user.delete(copy_id).expect(204);

    let resent = send(&user, "keep_both", &first);
    assert_eq!(resent["conflicts"][0]["copy_id"], copy);
    assert_eq!(resent["conflicts"][0].get("replaced_copy"), None);
    assert_eq!(listed(&user, copy_id), None, "a resend restores nothing");

    // The same weight, entered once more after the deletion.
    let later = edit(&id, &base, 77.0, -30);
    let answer = send(&user, "keep_both", &later);
    let conflict = &answer["conflicts"][0];
    assert_eq!((&conflict["resolution"], &conflict["copy_id"]), (&json!("kept_both"), &copy));
    assert!(conflict["replaced_copy"]["deleted_at"].is_string(), "{conflict}");
    assert_eq!(listed(&user, copy_id).expect("restored")["weight_value"], 77.0);

    user.delete(copy_id).expect(204);
    let before = server.database().entries();
    for late in [&first, &later] {
        assert_eq!(send(&user, "keep_both", late)["conflicts"][0]["copy_id"], copy);
    }
    assert_eq!(server.database().entries(), before);
}

#[test]
fn a_later_edit_changes_back_its_edited_copy_and_reports_what_it_replaced() {
    let server = Server::start();
    let user = server.user();
    let (id, base) = edited_elsewhere(&user);
    // One reading of the clock, so that the order of the edits is certain.
    let [first, older, later] = [30, 25, 10].map(|age| edit(&id, &base, 77.0, age));
    let changed = with(weighing(85.0), &json!({"edited_at": from_now(-20)}));
    let copy = send(&user, "keep_both", &first)["conflicts"][0]["copy_id"].clone();
    let copy_id = copy.as_str().unwrap();
    user.put(copy_id, &changed).expect(200);

    // An edit that is older than the copy's, and no resend, stands nowhere.
    let lost = &send(&user, "keep_both", &older)["conflicts"][0];
    assert_eq!((&lost["resolution"], &lost["copy_id"]), (&json!("server_wins"), &Value::Null));
    assert_eq!(lost["server_entry"]["id"], id.as_str());
    for (sent, weight, replaced) in [(&first, 85.0, None), (&later, 77.0, Some(85.0))] {
        let conflict = &send(&user, "keep_both", sent)["conflicts"][0];
        assert_eq!((&conflict["resolution"], &conflict["copy_id"]), (&json!("kept_both"), &copy));
        assert_eq!(conflict["replaced_copy"]["weight_value"].as_f64(), replaced, "{sent}");
        assert_eq!(listed(&user, copy_id).unwrap()["weight_value"], weight, "{sent}");
    }
    assert_eq!(user.list().len(), 2);
}

#[test]
fn copies_with_different_contents_are_different_entries() {
    let server = Server::start();
    let user = server.user();
    let (id, base) = edited_elsewhere(&user);
    let copies = [77.0, 78.0].map(|kilograms| {
        send(&user, "keep_both", &edit(&id, &base, kilograms, 30))["conflicts"][0]["copy_id"]
            .clone()
    });
    assert_ne!(copies[0], copies[1]);
    assert_eq!(user.list().len(), 3);
}

#[test]
fn the_copy_reaches_other_devices_through_the_cursor_and_can_be_edited() {
    let server = Server::start();
    let user = server.user();
    let (id, base) = edited_elsewhere(&user);
    let since = user.pull("")["sync"]["next_since"].as_str().unwrap().to_owned();
    let copy =
        send(&user, "keep_both", &edit(&id, &base, 77.0, 30))["conflicts"][0]["copy_id"].clone();
    let page = user.pull(&format!("?since={}", crate::support::user::encoded(&since)));
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    assert_eq!(page["data"][0]["id"], copy);
    user.put(copy.as_str().unwrap(), &weighing(79.0)).expect(200);
}

#[test]
fn keep_both_drops_a_delete() {
    let server = Server::start();
    let user = server.user();
    let (id, base) = edited_elsewhere(&user);
    let before = server.database().entries();
    let delete = json!({"local_id": "a", "server_id": id, "deleted": true, "edited_at": from_now(-30), "base_updated_at": base});
    let answer = send(&user, "keep_both", &delete);
    assert_eq!(answer["conflicts"][0]["resolution"], "server_wins");
    assert_eq!(answer["synced"], json!([]));
    assert_eq!(server.database().entries(), before);
}

#[test]
fn keep_both_can_store_an_edit_of_a_deleted_entry_as_a_new_entry() {
    let server = Server::start();
    let user = server.user();
    let (id, base) = edited_elsewhere(&user);
    user.delete(&id).expect(204);
    let answer = send(&user, "keep_both", &edit(&id, &base, 77.0, 30));
    let conflict = &answer["conflicts"][0];
    assert_eq!(
        (&conflict["resolution"], &conflict["reason"]),
        (&json!("kept_both"), &json!("deleted_on_server"))
    );
    assert!(conflict["server_entry"]["deleted_at"].is_string(), "{conflict}");
    let list = user.list();
    assert_eq!((list.len(), &list[0]["id"]), (1, &conflict["copy_id"]));
}

#[test]
fn the_default_strategy_is_last_write_wins() {
    let server = Server::start();
    for named in [None, Some("last_write_wins")] {
        let user = server.user();
        let (id, base) = edited_elsewhere(&user);
        let mut body = json!({"entries": [edit(&id, &base, 77.0, 30)]});
        if let Some(name) = named {
            body["conflict_strategy"] = json!(name);
        }
        let answer = user.post(SYNC, &body).expect(200);
        assert_eq!(answer["conflicts"][0]["resolution"], "local_wins", "{named:?}");
    }
}
