//! The quota of entries: who is refused, who is not, and what a refusal costs.

use serde_json::{Value, json};

use crate::cost_of_writes::documented;
use crate::purge::purge;
use crate::statement_cost::{Metered, outline};
use crate::stored_state::{assert_sound, stored, totals};
use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{Request, SYNC, Server, User, WEIGHT, weighing};
use crate::write_requests::{bulk, new};

const QUOTA: usize = 5;
const SETTINGS: [(&str, &str); 1] = [("WEIGHT_SYNC_LIMITS_ENTRIES_PER_USER", "5")];

/// A user with `count` entries, `n-0` to the last.
fn user_with(server: &Server, count: usize) -> (User<'_>, Vec<String>) {
    let user = server.user();
    let ids = user.fill("n", count);
    (user, ids)
}

/// The indices of the refused entries of an upload, all for want of room.
#[track_caller]
fn refused(answer: &Value) -> Vec<u64> {
    let errors = answer["errors"].as_array().expect("errors");
    let index = |error: &Value| {
        assert_eq!((&error["code"], &error["errors"]), (&json!("quota_exceeded"), &json!([])));
        error["index"].as_u64().expect("an index")
    };
    errors.iter().map(index).collect()
}

#[test]
fn a_create_is_taken_up_to_the_quota_and_refused_beyond_it() {
    let server = Server::with(&SETTINGS, 1);
    let (user, ids) = user_with(&server, QUOTA - 2);
    let last = new("last", 71.0);
    user.create(&weighing(71.0));
    user.create(&last);
    let before = stored(&user);
    for entry in [weighing(72.0), new("more", 72.0)] {
        user.post(WEIGHT, &entry).problem(403, "quota_exceeded");
    }
    assert_eq!(stored(&user), before, "not even a stamp was used");
    // What is there can be changed, deleted, restored and sent again.
    user.post(WEIGHT, &last).expect(200);
    user.put(&ids[0], &weighing(73.0)).expect(200);
    user.delete(&ids[0]).expect(204);
    user.post(WEIGHT, &weighing(72.0)).problem(403, "quota_exceeded");
    let restored = with(new("n-0", 74.0), &json!({"edited_at": from_now(60)}));
    assert_eq!(user.upload(&json!([restored]))["synced"][0]["status"], "updated");
    assert_sound(&user, "at the quota");
    // Others have a quota of their own.
    server.user().create(&weighing(71.0));
}

#[test]
fn an_upload_is_taken_as_far_as_there_is_room_and_its_edits_and_deletions_always() {
    let server = Server::with(&SETTINGS, 1);
    let (user, ids) = user_with(&server, QUOTA - 1);
    let edit = |number: usize, more: Value| {
        with(
            with(new("any", 75.0), &json!({"server_id": ids[number], "edited_at": from_now(60)})),
            &more,
        )
    };
    let entries = json!([
        new("a", 71.0),
        new("b", 72.0),
        edit(0, json!({})),
        {"local_id": "n-1", "deleted": true},
        new("c", 73.0),
        // Of an entry that is refused: it is one that does not exist.
        with(new("b", 72.5), &json!({"edited_at": from_now(90)})),
        {"local_id": "c", "deleted": true},
    ]);
    let answer = user.upload(&entries);
    assert_eq!(refused(&answer), [1, 4, 5], "{answer}");
    let synced = answer["synced"].as_array().unwrap();
    let statuses: Vec<&str> = synced.iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["created", "updated", "deleted", "unchanged"]);
    assert_sound(&user, "after a part");
    assert_eq!(totals(&user).map(|(stored, live, _)| (stored, live)), Some((5, 4)));
    // Sent again, all of it is as before.
    let before = stored(&user);
    assert_eq!(refused(&user.upload(&entries)), [1, 4, 5]);
    assert_eq!(stored(&user), before);
    // More than the whole quota in one upload.
    let other = server.user();
    let many: Value = (0..8).map(|number| new(&format!("m{number}"), 71.0)).collect();
    assert_eq!(refused(&other.upload(&many)), [5, 6, 7]);
    assert_sound(&other, "after more than the quota");
}

#[test]
fn a_copy_of_keep_both_needs_room_and_without_it_the_edit_is_refused() {
    let server = Server::with(&SETTINGS, 1);
    let (user, ids) = user_with(&server, QUOTA - 1);
    let stale = |number: usize| {
        let old = json!({"server_id": ids[number], "edited_at": "2026-01-01T00:00:00Z"});
        with(new("any", 90.0), &old)
    };
    let body = json!({"conflict_strategy": "keep_both", "entries": [stale(0), stale(1), stale(0)]});
    let answer = user.post(SYNC, &body).expect(200);
    assert_eq!(refused(&answer), [1], "{answer}");
    let conflicts = answer["conflicts"].as_array().unwrap();
    let indices: Vec<&Value> = conflicts.iter().map(|one| &one["index"]).collect();
    assert_eq!(indices, [0, 2], "one copy, which the third edit finds");
    assert_sound(&user, "after keep_both");
}

#[test]
fn a_purge_frees_the_room_of_deletions() {
    let server = Server::with(&SETTINGS, 1);
    let (user, ids) = user_with(&server, QUOTA);
    for id in &ids[..2] {
        user.delete(id).expect(204);
    }
    user.post(WEIGHT, &weighing(71.0)).problem(403, "quota_exceeded");
    server.database().execute(
        "UPDATE weight_entries SET updated_at = updated_at - INTERVAL 100 DAY, \
         deleted_at = updated_at WHERE user_id = ? AND deleted_at IS NOT NULL",
        (&user.id,),
    );
    assert_eq!(purge(&server)["tombstones"], 2);
    for _ in 0..2 {
        user.create(&weighing(71.0));
    }
    user.post(WEIGHT, &weighing(71.0)).problem(403, "quota_exceeded");
    assert_sound(&user, "after a purge");
    assert_eq!(purge(&server)["repaired_users"], 0);
}

#[test]
fn writers_at_once_do_not_exceed_the_quota() {
    const WRITERS: usize = 4;
    let server = Server::with(&SETTINGS, WRITERS);
    let (user, _) = user_with(&server, QUOTA - 3);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let write = |writer: usize| {
            let (server, user) = (&server, &user);
            scope.spawn(move || {
                let post = Request::new("POST", WEIGHT).json(&weighing(71.0)).bearer(&user.token);
                [0, 1].map(|_| server.send_to(writer, &post).status)
            })
        };
        let writers: Vec<_> = (0..WRITERS).map(write).collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    let count = |status: u16| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((count(201), count(403)), (3, 5), "{statuses:?}");
    assert_sound(&user, "after writers at once");
}

#[test]
fn a_lowered_quota_takes_nothing_away_and_none_at_all_refuses_nothing() {
    let server = Server::with(&SETTINGS, 1);
    let (user, ids) = user_with(&server, QUOTA);
    server.database().execute(
        "INSERT INTO weight_entries (id, user_id, weight_value, unit, timestamp, created_at, updated_at, edited_at) \
         SELECT UUID(), user_id, 80, 'kg', timestamp, created_at, created_at - INTERVAL 1 DAY, edited_at \
         FROM weight_entries WHERE user_id = ? LIMIT 1",
        (&user.id,),
    );
    assert_eq!(purge(&server)["repaired_users"], 1, "more than the quota");
    user.post(WEIGHT, &weighing(71.0)).problem(403, "quota_exceeded");
    user.put(&ids[0], &weighing(73.0)).expect(200);
    assert_eq!(refused(&user.upload(&json!([new("a", 71.0)]))), [0]);
    assert_eq!(user.list().len(), QUOTA + 1);
    assert_sound(&user, "over the quota");

    let open = Server::with(&[("WEIGHT_SYNC_LIMITS_ENTRIES_PER_USER", "0")], 1);
    let limits = |server: &Server| server.send(&Request::get("/api/limits")).json();
    assert_eq!(limits(&open)["quota"]["entries_per_user"], Value::Null);
    assert_eq!(limits(&server)["quota"]["entries_per_user"], 5);
    user_with(&open, QUOTA + 1).0.create(&weighing(71.0));
}

#[test]
fn a_refusal_takes_the_documented_number_of_statements() {
    let metered = Metered::start(&SETTINGS);
    let user = metered.server.user();
    user.fill("n", QUOTA - 1);
    let cost = |request: &Request| {
        let (_, statements) = metered.cost(&user.token, request);
        println!("{:#?}", outline(&statements));
        statements.len()
    };
    let part = bulk(&json!({"entries": [new("a", 71.0), new("b", 71.0)]}));
    assert_eq!(cost(&part), documented("bulk of any size"));
    let create = Request::new("POST", WEIGHT).json(&weighing(71.0));
    assert_eq!(cost(&create), documented("create without `local_id` that the quota refuses"));
}
