//! Bulk upload with every status, field error and conflict, and the download of changes.

use serde_json::{Value, json};

use super::{LIMIT, show};
use crate::support::user::{User, with};
use crate::support::{Answer, Request, SYNC, Server, WEIGHT, weighing};

/// An entry as a device uploads it, edited at a minute of the hour.
fn edited(local_id: &str, kilograms: f64, minute: u8) -> Value {
    let edit = json!({"local_id": local_id, "edited_at": format!("2026-01-06T20:{minute}:00Z")});
    with(weighing(kilograms), &edit)
}

#[track_caller]
fn show_upload(user: &User<'_>, name: &str, strategy: &str, entries: &Value) -> Answer {
    let body = json!({"device_id": "phone", "conflict_strategy": strategy, "entries": entries});
    show(user.server, name, Request::new("POST", SYNC).json(&body).bearer(&user.token))
}

/// Stores an entry of the phone's and another device's edit of it at minute 40. The result names it and the version
/// that the phone has seen.
fn edited_elsewhere(user: &User<'_>, local_id: &str) -> Value {
    let body = json!({"device_id": "phone", "entries": [edited(local_id, 75.5, 31)]});
    let seen = user.post(SYNC, &body).expect(200)["synced"][0].clone();
    let id = seen["server_id"].as_str().unwrap();
    user.put(id, &edited(local_id, 76.0, 40)).expect(200);
    json!({"server_id": id, "base_updated_at": seen["updated_at"]})
}

#[test]
fn an_upload_reports_what_it_did_with_each_entry() {
    let server = Server::with(&[LIMIT], 1);
    let user = server.user();
    let stored = [edited("a", 75.0, 31), edited("b", 76.0, 31), edited("c", 77.0, 31)];
    user.post(SYNC, &json!({"device_id": "phone", "entries": stored})).expect(200);
    let entries = json!([
        edited("new", 78.0, 32),
        edited("a", 75.5, 32),
        {"local_id": "b", "deleted": true, "edited_at": "2026-01-06T20:32:00Z"},
        edited("c", 77.0, 31)
    ]);
    show_upload(&user, "weights.upload.synced", "last_write_wins", &entries).expect(200);
}

#[test]
fn an_upload_names_what_is_wrong_with_each_entry() {
    let server = Server::with(&[LIMIT], 1);
    let user = server.user();
    let entries = json!([
        "no object",
        {"local_id": "", "weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06"},
        {"local_id": "x".repeat(65), "weight_value": 1001, "unit": "KG", "timestamp": "2026-01-06T20:30:00"},
        {"local_id": "b", "weight_value": "75.5", "unit": "kg", "timestamp": "2016-12-31T23:59:60Z"},
    ]);
    show_upload(&user, "weights.upload.errors", "last_write_wins", &entries).expect(200);
}

#[test]
fn a_full_account_takes_no_new_entry() {
    let server = Server::with(&[LIMIT, ("WEIGHT_SYNC_LIMITS_ENTRIES_PER_USER", "1")], 1);
    let user = server.user();
    let entries = json!([edited("a", 77.0, 30), edited("b", 77.5, 31)]);
    show_upload(&user, "weights.upload.quota_exceeded", "last_write_wins", &entries).expect(200);
    let create = Request::new("POST", WEIGHT).json(&edited("c", 77.0, 32));
    show(&server, "errors.quota_exceeded", create.bearer(&user.token));
}

#[test]
fn an_upload_reports_each_kind_of_conflict_with_both_versions() {
    let server = Server::with(&[LIMIT], 1);
    let user = server.user();
    let unknown = json!({"server_id": "01990000-0000-7000-8000-000000000000"});
    let seen = |local_id| edited_elsewhere(&user, local_id);
    let deleted = seen("e");
    user.delete(deleted["server_id"].as_str().unwrap()).expect(204);
    for (name, strategy, entry) in [
        ("weights.upload.server_wins", "last_write_wins", with(edited("a", 77.0, 35), &seen("a"))),
        ("weights.upload.local_wins", "last_write_wins", with(edited("b", 77.0, 45), &seen("b"))),
        ("weights.upload.unresolved", "manual", with(edited("c", 77.0, 45), &seen("c"))),
        ("weights.upload.kept_both", "keep_both", with(edited("d", 77.0, 45), &seen("d"))),
        ("weights.upload.deleted_on_server", "manual", with(edited("e", 77.0, 45), &deleted)),
        ("weights.upload.gone", "last_write_wins", with(edited("f", 77.0, 45), &unknown)),
    ] {
        show_upload(&user, name, strategy, &json!([entry])).expect(200);
    }
    // The copy is deleted, and the same edit is made once more.
    let seen = seen("g");
    let keep = |name: &str, entry: Value| show_upload(&user, name, "keep_both", &json!([entry]));
    let entry = with(edited("g", 77.0, 45), &seen);
    let body = json!({"device_id": "phone", "conflict_strategy": "keep_both", "entries": [entry]});
    let copy = user.post(SYNC, &body).expect(200)["conflicts"][0]["copy_id"].clone();
    user.put(copy.as_str().unwrap(), &edited("g", 85.0, 50)).expect(200);
    keep("weights.upload.kept_both.replaced", with(edited("g", 77.0, 55), &seen)).expect(200);
}

#[test]
fn a_download_begins_with_a_snapshot_and_goes_on_with_changes_until_the_cursor_expires() {
    let server = Server::with(&[LIMIT], 1);
    let user = server.user();
    let show = |name: &str, query: &str| {
        show(&server, name, Request::get(&format!("{SYNC}{query}")).bearer(&user.token))
    };
    let body =
        json!({"device_id": "phone", "entries": [edited("a", 75.5, 31), edited("b", 76.0, 31)]});
    let synced = user.post(SYNC, &body).expect(200)["synced"].clone();
    show("weights.changes.first_page", "?limit=1").expect(200);

    user.delete(synced[0]["server_id"].as_str().unwrap()).expect(204);
    let sync = user.pull("")["sync"].clone();
    let (since, epoch) =
        (synced[0]["updated_at"].as_str().unwrap(), sync["epoch"].as_str().unwrap());
    show("weights.changes.since", &format!("?since={since}&epoch={epoch}")).expect(200);
    show("errors.epoch_changed", &format!("?since={since}&epoch=another"));
    server.database().set_horizon(&user.id, 3650, 0);
    show("errors.cursor_expired", "?since=2026-01-06T20:30:00Z");
}
