//! Conflicts between two devices, from the first edit to the state that both end with.

use serde_json::{Value, json};

use crate::pulling_device::{Device, table};
use crate::stored_state::assert_sound;
use crate::support::timestamps::{from_now, parse};
use crate::support::user::with;
use crate::support::{SYNC, Server, User, weighing};

fn send(user: &User<'_>, device: &str, strategy: &str, entries: &Value) -> Value {
    let body = json!({"device_id": device, "conflict_strategy": strategy, "entries": entries});
    user.post(SYNC, &body).expect(200)
}

fn entry(local_id: &str, kilograms: f64, more: &Value) -> Value {
    with(with(weighing(kilograms), &json!({"local_id": local_id})), more)
}

fn weights(user: &User<'_>) -> Vec<f64> {
    let mut weights: Vec<f64> =
        user.list().iter().map(|entry| entry["weight_value"].as_f64().unwrap()).collect();
    weights.sort_by(f64::total_cmp);
    weights
}

#[test]
fn two_devices_with_the_same_local_id_have_two_entries_and_each_edits_its_own() {
    let server = Server::start();
    let user = server.user();
    for (device, kilograms) in [("phone", 70.0), ("tablet", 80.0)] {
        let answer =
            send(&user, device, "last_write_wins", &json!([entry("1", kilograms, &json!({}))]));
        assert_eq!(answer["synced"][0]["status"], "created");
    }
    for (device, kilograms) in [("tablet", 81.0), ("phone", 71.0)] {
        let answer =
            send(&user, device, "last_write_wins", &json!([entry("1", kilograms, &json!({}))]));
        assert_eq!(answer["synced"][0]["status"], "updated");
    }
    assert_eq!(weights(&user), [71.0, 81.0]);
    let delete = json!([{"local_id": "1", "deleted": true}]);
    assert_eq!(send(&user, "phone", "last_write_wins", &delete)["synced"][0]["status"], "deleted");
    assert_eq!(weights(&user), [81.0]);
}

#[test]
fn two_devices_may_name_one_entry_by_local_id_and_by_server_id() {
    let server = Server::start();
    let user = server.user();
    let made = send(
        &user,
        "phone",
        "last_write_wins",
        &json!([entry("1", 70.0, &json!({"edited_at": from_now(-90)}))]),
    );
    let id = made["synced"][0]["server_id"].clone();
    // The tablet has pulled the entry and gives it its own key.
    let on_tablet = entry("77", 71.0, &json!({"server_id": id, "edited_at": from_now(-60)}));
    let answer = send(&user, "tablet", "last_write_wins", &json!([on_tablet]));
    assert_eq!(
        (&answer["synced"][0]["server_id"], &answer["synced"][0]["status"]),
        (&id, &json!("updated"))
    );
    // The phone never got the answer, and still knows only its local_id.
    let answer = send(
        &user,
        "phone",
        "last_write_wins",
        &json!([entry("1", 72.0, &json!({"edited_at": from_now(-30)}))]),
    );
    assert_eq!(
        (&answer["synced"][0]["server_id"], &answer["synced"][0]["status"]),
        (&id, &json!("updated"))
    );
    assert_eq!(weights(&user), [72.0]);
    // One batch names the entry in both ways.
    let both = json!([
        entry("1", 73.0, &json!({"edited_at": from_now(-20)})),
        entry("other", 74.0, &json!({"server_id": id, "edited_at": from_now(-10)})),
    ]);
    send(&user, "phone", "last_write_wins", &both);
    assert_eq!(weights(&user), [74.0]);
    // The tablet's own key never became an identity.
    let answer =
        send(&user, "tablet", "last_write_wins", &json!([{"local_id": "77", "deleted": true}]));
    assert_eq!(answer["synced"][0]["server_id"], Value::Null);
    assert_sound(&user, "one entry, two names");
}

#[test]
fn a_device_with_a_clock_two_hours_fast_does_not_win_for_two_hours() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&entry("1", 70.0, &json!({"edited_at": from_now(-60)})));
    let fast = entry("1", 71.0, &json!({"server_id": id, "edited_at": from_now(7200)}));
    for strategy in ["last_write_wins", "manual", "keep_both"] {
        send(&user, "fast", strategy, &json!([fast]));
        let stored = parse(user.list()[0]["edited_at"].as_str().unwrap());
        assert!(stored <= chrono::Utc::now(), "{strategy}: clamped to the server's clock");
        // The next edit from a device with a correct clock, or without a time, wins.
        let right = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let answer = send(
            &user,
            "right",
            strategy,
            &json!([entry("1", 72.0, &json!({"server_id": id, "edited_at": right}))]),
        );
        assert_eq!(answer["synced"][0]["status"], "updated", "{strategy}: {answer}");
        user.put(&id, &weighing(73.0)).expect(200);
        assert_eq!(weights(&user), [73.0]);
    }
}

#[test]
fn a_device_with_a_slow_clock_loses_to_an_unseen_edit_and_gets_a_conflict() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&entry("1", 70.0, &json!({"edited_at": from_now(-60)})));
    let slow = entry("1", 71.0, &json!({"server_id": id, "edited_at": from_now(-7200)}));
    let answer = send(&user, "slow", "last_write_wins", &json!([slow]));
    assert_eq!(answer["conflicts"][0]["resolution"], "server_wins");
    // Its edit of a version that it has seen applies, whatever its clock says.
    let seen = answer["conflicts"][0]["server_entry"]["updated_at"].clone();
    let slow = with(slow, &json!({"base_updated_at": seen}));
    let answer = send(&user, "slow", "last_write_wins", &json!([slow]));
    assert_eq!(
        (&answer["synced"][0]["status"], &answer["conflicts"]),
        (&json!("updated"), &json!([]))
    );
    assert_eq!(weights(&user), [71.0]);
}

#[test]
fn the_later_of_an_edit_and_a_delete_wins_and_the_conflict_is_reported() {
    let server = Server::start();
    // (age of the delete, age of the edit, which arrives first, whether the entry survives)
    for (delete_age, edit_age, delete_first, survives) in [
        (60, 30, true, true),
        (30, 60, true, false),
        (60, 30, false, true),
        (30, 60, false, false),
        (30, 30, true, true),
        (30, 30, false, false),
    ] {
        let user = server.user();
        let made = send(
            &user,
            "a",
            "last_write_wins",
            &json!([entry("1", 70.0, &json!({"edited_at": from_now(-300)}))]),
        );
        let (id, base) = (&made["synced"][0]["server_id"], &made["synced"][0]["updated_at"]);
        // The clock is read once, so that equal ages give equal times.
        let now = chrono::Utc::now();
        let ago = |seconds| (now - chrono::Duration::seconds(seconds)).to_rfc3339();
        let delete = json!({"local_id": "1", "server_id": id, "deleted": true, "base_updated_at": base,
            "edited_at": ago(delete_age)});
        let edit = entry(
            "1",
            71.0,
            &json!({"server_id": id, "base_updated_at": base, "edited_at": ago(edit_age)}),
        );
        let (first, second) = if delete_first { (delete, edit) } else { (edit, delete) };
        let answer = send(&user, "a", "last_write_wins", &json!([first]));
        assert_eq!(answer["conflicts"], json!([]), "on the version that it saw");
        let answer = send(&user, "b", "last_write_wins", &json!([second]));
        let what = format!(
            "delete {delete_age} s ago, edit {edit_age} s ago, delete first: {delete_first}"
        );
        assert_eq!(answer["conflicts"].as_array().unwrap().len(), 1, "{what}: {answer}");
        assert!(answer["conflicts"][0]["server_entry"].is_object(), "{what}: what was there");
        assert_eq!(weights(&user), if survives { vec![71.0] } else { vec![] }, "{what}");
        let mut device = Device::new();
        device.catch_up(&user, 10);
        assert_eq!(device.live, table(&server, &user.id));
        assert_sound(&user, &what);
    }
}
