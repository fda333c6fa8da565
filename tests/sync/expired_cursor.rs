//! A device that was offline for longer than tombstones are kept.

use serde_json::json;

use crate::pulling_device::{Device, table};
use crate::purge::purge;
use crate::stored_state::assert_sound;
use crate::support::timestamps::from_now;
use crate::support::user::{encoded, with};
use crate::support::{SYNC, Server, weighing};

#[test]
fn a_device_with_an_expired_cursor_pulls_everything_and_keeps_its_outbox() {
    let server = Server::start();
    let user = server.user();
    let ids = user.fill("n", 6);
    let mut away = Device::new();
    away.catch_up(&user, 100);
    // Offline, it creates one entry, edits two and deletes one.
    let at = from_now(-1);
    let outbox = json!([
        with(weighing(61.0), &json!({"local_id": "made-away", "edited_at": at})),
        with(weighing(62.0), &json!({"local_id": "n-0", "server_id": ids[0], "edited_at": at})),
        with(weighing(63.0), &json!({"local_id": "n-1", "server_id": ids[1], "edited_at": at})),
        {"local_id": "n-2", "server_id": ids[2], "deleted": true, "edited_at": at},
    ]);
    // Meanwhile another device deletes two entries, one of them edited offline; then 100 days pass.
    for id in [&ids[1], &ids[3]] {
        user.delete(id).expect(204);
    }
    server.database().execute(
        "UPDATE weight_entries SET updated_at = updated_at - INTERVAL 100 DAY, \
         deleted_at = IF(deleted_at IS NULL, NULL, updated_at), edited_at = edited_at - INTERVAL 100 DAY WHERE user_id = ?",
        (&user.id,),
    );
    server.database().execute(
        "UPDATE sync_clocks SET started_at = started_at - ? WHERE user_id = ?",
        (365 * 86_400_000_000_i64, &user.id),
    );
    let since = chrono::DateTime::parse_from_rfc3339(away.since.as_ref().unwrap()).unwrap()
        - chrono::Duration::days(100);
    away.since = Some(since.to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
    purge(&server);

    user.get(&format!("{SYNC}?since={}", encoded(away.since.as_ref().unwrap())))
        .problem(410, "cursor_expired");
    away = Device::new();
    away.catch_up(&user, 2);
    let answer = user.upload(&outbox);

    // The server reports the edit of a purged entry as gone; the device sends it again as a new entry.
    assert_eq!(answer["conflicts"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(
        (&answer["conflicts"][0]["index"], &answer["conflicts"][0]["reason"]),
        (&json!(2), &json!("gone"))
    );
    let again = user.upload(&json!([with(weighing(63.0), &json!({"local_id": "n-1-again"}))]));
    assert_eq!(again["synced"][0]["status"], "created");
    away.catch_up(&user, 2);
    assert_eq!(away.live, table(&server, &user.id));
    let mut weights: Vec<String> =
        user.list().iter().map(|entry| entry["weight_value"].to_string()).collect();
    weights.sort();
    assert_eq!(weights, ["61", "62", "63", "75.5", "75.5"]);
    assert!(!away.live.contains_key(&ids[3]), "no deleted entry came back");
    assert_sound(&user, "after the pull");
}
