//! `weightctl purge` and `weightctl epoch renew`.

use serde_json::json;

use crate::support::site::{Site, assert_code};
use crate::support::timestamps::from_now;
use crate::support::user::{encoded, with};
use crate::support::{SYNC, Server, weighing};

#[test]
fn a_purge_removes_old_tombstones_and_raises_the_horizon() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let ids: Vec<String> = ["old", "young", "live"]
        .iter()
        .map(|id| user.create_id(&with(weighing(75.5), &json!({"local_id": id}))))
        .collect();
    for id in &ids[..2] {
        user.delete(id).expect(204);
    }
    other.create(&weighing(75.5));
    server.database().execute(
        "UPDATE weight_entries SET deleted_at = deleted_at - INTERVAL 100 DAY, updated_at = updated_at - INTERVAL 100 DAY WHERE id = ?",
        (&ids[0],),
    );
    for id in [&user.id, &other.id] {
        server.database().execute(
            "UPDATE sync_clocks SET started_at = started_at - ? WHERE user_id = ?",
            (365 * 24 * 3600 * 1_000_000_i64, id),
        );
    }
    let since = |days: i64| format!("{SYNC}?since={}", encoded(&from_now(-days * 24 * 3600)));
    user.get(&since(150)).expect(200);
    let before = server.database().entries();

    server.site.weightctl_ok(&["purge", "--older-than", "90d", "--dry-run"]);
    assert_eq!(server.database().entries(), before, "a dry run");
    server.site.weightctl_ok(&["purge", "--older-than", "200d"]);
    assert_eq!(server.database().entries(), before, "nothing is that old");

    let purged = server.site.weightctl_json(&["purge", "--older-than", "90d"]);

    assert!(purged.is_object(), "{purged}");
    let left = server.database().entries().join("\n");
    assert!(!left.contains(&ids[0]) && left.contains(&ids[1]) && left.contains(&ids[2]), "{left}");
    user.get(&since(150)).problem(410, "cursor_expired");
    user.get(&since(50)).expect(200);
    other.get(&since(150)).expect(200);
    assert_eq!(user.pull("")["data"].as_array().unwrap().len(), 1);
    assert_eq!(user.list().len(), 1);
    // The server no longer knows the purged entry.
    user.delete(&ids[0]).problem(404, "not_found");
    user.delete(&ids[1]).expect(204);
}

#[test]
fn a_quiet_purge_prints_only_failures() {
    let site = Site::new(&[]);
    assert_eq!(site.weightctl_ok(&["purge", "--quiet"]), "");
    site.database.execute("DROP TABLE sync_clocks", ());
    let output = site.weightctl(&["purge", "--quiet"]);
    assert_code(&output, 1);
}

#[test]
fn an_upload_of_a_purged_entry_by_its_server_id_is_reported_as_gone() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&with(weighing(75.5), &json!({"local_id": "a"})));
    user.delete(&id).expect(204);
    server.database().execute("UPDATE weight_entries SET deleted_at = deleted_at - INTERVAL 100 DAY, updated_at = updated_at - INTERVAL 100 DAY", ());
    server.site.weightctl_ok(&["purge"]);
    assert!(server.database().entries().is_empty());
    let answer =
        user.upload(&json!([with(weighing(76.0), &json!({"local_id": "a", "server_id": id}))]));
    assert_eq!(answer["conflicts"][0]["reason"], "gone", "{answer}");
}

#[test]
fn epoch_renew_changes_the_epoch() {
    let server = Server::start();
    let user = server.user();
    let epoch = || user.pull("")["sync"]["epoch"].clone();
    let first = epoch();
    assert_eq!(epoch(), first);
    server.site.weightctl_ok(&["epoch", "renew", "--yes"]);
    assert_ne!(epoch(), first);
}
