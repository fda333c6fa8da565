//! Any request may be sent again at any time, also concurrently, and changes nothing the second time.

use serde_json::{Value, json};

use crate::concurrent_writers::send_to_any_node;
use crate::pulling_device::{Device, table};
use crate::stored_state::{assert_sound, contents, stored};
use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{Answer, Request, Server, User, weighing};
use crate::write_requests::{ALL, bulk, new};

/// The entries that an answer names, the same for the answers to equal requests.
fn said(answer: &Answer) -> Vec<String> {
    if answer.body.is_empty() {
        return Vec::new();
    }
    let body = answer.json();
    let mut said: Vec<String> = ["id", "updated_at", "weight_value"]
        .iter()
        .filter(|name| !body[**name].is_null())
        .map(|name| body[*name].to_string())
        .collect();
    for one in body["conflicts"].as_array().into_iter().flatten() {
        said.extend(one["copy_id"].as_str().map(|copy| format!("copy {copy}")));
    }
    said
}

#[test]
fn each_write_sent_again_changes_nothing_and_names_the_same_entries() {
    let server = Server::start();
    for write in ALL.iter().filter(|write| write.may_be_resent) {
        let user = server.user();
        let request = (write.prepare)(&user);
        let first = user.send(request.clone());
        assert_eq!(first.status, write.status, "{}: {}", write.name, first.text());
        let before = stored(&user);
        for _ in 0..3 {
            let again = user.send(request.clone());
            assert_eq!(again.status / 100, 2, "{}: {}", write.name, again.text());
            assert_eq!(said(&again), said(&first), "{}", write.name);
            assert_eq!(stored(&user), before, "{}: no new stamp, no new entry", write.name);
        }
        assert_sound(&user, write.name);
    }
}

#[test]
fn each_write_sent_many_times_concurrently_is_applied_once() {
    const TIMES: usize = 6;
    let server = Server::with(&[], TIMES);
    for write in ALL.iter().filter(|write| write.may_be_resent) {
        let once = server.user();
        let request = (write.prepare)(&once);
        once.send(request).expect(write.status);
        let user = server.user();
        let request = (write.prepare)(&user).bearer(&user.token);

        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..TIMES)
                .map(|process| {
                    let (server, request) = (&server, &request);
                    scope.spawn(move || send_to_any_node(server, process, request))
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        for answer in &answers {
            assert_eq!(answer.status / 100, 2, "{}: {}", write.name, answer.text());
            assert_eq!(said(answer), said(&answers[0]), "{}", write.name);
        }
        assert_eq!(contents(&user), contents(&once), "{}", write.name);
        assert_sound(&user, write.name);
        assert_eq!(
            ids_created(&answers),
            ids_created(&answers[..1]),
            "{}: one set of ids",
            write.name
        );
    }
}

/// The distinct server ids in the answers to uploads.
fn ids_created(answers: &[Answer]) -> Vec<String> {
    let bodies = answers.iter().filter(|answer| !answer.body.is_empty()).map(Answer::json);
    let mut ids: Vec<String> = bodies
        .flat_map(|body| body["synced"].as_array().cloned().unwrap_or_default())
        .map(|one| one["server_id"].to_string())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

#[test]
fn an_upload_in_pieces_or_overlapping_halves_stores_the_same_as_one_upload() {
    let server = Server::with(&[], 4);
    let entries: Vec<Value> =
        (0..60).map(|number| new(&format!("n{number}"), 60.0 + f64::from(number))).collect();
    let whole = server.user();
    whole.send(bulk(&json!({"entries": entries}))).expect(200);
    let user = server.user();
    std::thread::scope(|scope| {
        for (process, range) in [0..40, 20..60, 0..60, 10..50].into_iter().enumerate() {
            let request = bulk(&json!({"entries": entries[range]})).bearer(&user.token);
            let server = &server;
            scope.spawn(move || server.send_to(process, &request).expect(200));
        }
    });
    assert_eq!(contents(&user), contents(&whole));
    assert_sound(&user, "overlapping uploads");
}

#[test]
fn a_late_resend_does_not_undo_a_later_edit_or_deletion() {
    let server = Server::start();
    for deletes in [false, true] {
        for write in ["bulk", "post"] {
            let user = server.user();
            let entry = with(weighing(71.0), &json!({"local_id": "a", "edited_at": from_now(-60)}));
            let request = match write {
                "bulk" => bulk(&json!({"entries": [entry]})),
                _ => Request::new("POST", crate::support::WEIGHT).json(&entry),
            };
            assert!(user.send(request.clone()).status < 300);
            let id = user.list()[0]["id"].as_str().unwrap().to_owned();
            if deletes {
                user.delete(&id).expect(204);
            } else {
                user.put(&id, &weighing(72.0)).expect(200);
            }
            let before = stored(&user);
            let late = user.send(request);
            assert!(matches!(late.status, 200 | 409), "{}", late.text());
            assert_eq!(stored(&user), before, "{write}, deletes: {deletes}");
        }
    }
}

#[test]
fn a_late_resend_of_an_edit_that_changed_nothing_does_not_undo_a_later_edit() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&with(weighing(71.0), &json!({"edited_at": from_now(-60)})));
    let same = with(
        weighing(71.0),
        &json!({"local_id": "a", "server_id": id, "edited_at": from_now(-10)}),
    );
    let confirmation = bulk(&json!({"entries": [same]}));
    let answer = user.send(confirmation.clone()).expect(200);
    assert_eq!(answer["synced"][0]["status"], "unchanged");
    // This device has seen the confirmed entry; its clock dates its edit before the confirmation.
    let tag = format!("{}", user.list()[0]["updated_at"]);
    let by_slow_clock = with(weighing(72.0), &json!({"edited_at": from_now(-20)}));
    user.put_if_match(&id, &tag, &by_slow_clock).expect(200);
    let before = stored(&user);
    user.send(confirmation).expect(200);
    assert_eq!(stored(&user), before);
}

#[test]
fn a_batch_that_confirms_and_then_deletes_an_entry_deletes_it_also_when_resent() {
    let server = Server::start();
    let user = server.user();
    let at = from_now(-10);
    let id = user.create_id(&with(weighing(71.0), &json!({"edited_at": at})));
    let base = user.list()[0]["updated_at"].clone();
    let named = json!({"local_id": "a", "server_id": id, "base_updated_at": base});
    let confirmation = with(with(weighing(71.0), &named), &json!({"edited_at": at}));
    // The deleting device has a slow clock.
    let delete = with(named, &json!({"deleted": true, "edited_at": from_now(-20)}));
    let request = bulk(&json!({"entries": [confirmation, delete]}));
    user.send(request.clone()).expect(200);
    let before = stored(&user);
    user.send(request).expect(200);
    assert_eq!(stored(&user), before);
    assert!(user.list().is_empty());
}

#[test]
fn a_batch_with_one_identity_and_edited_at_twice_changes_nothing_when_resent() {
    let server = Server::start();
    let user = server.user();
    let at = from_now(-60);
    let entry =
        |kilograms: f64| with(weighing(kilograms), &json!({"local_id": "a", "edited_at": at}));
    let request = bulk(&json!({"entries": [entry(71.0), entry(72.0)]}));
    user.send(request.clone()).expect(200);
    let before = stored(&user);
    user.send(request).expect(200);
    assert_eq!(stored(&user), before);
}

#[test]
fn a_resend_of_all_entries_adds_nothing_to_the_next_pull() {
    let server = Server::start();
    let user = server.user();
    let entries: Vec<Value> =
        (0..30).map(|number| new(&format!("n{number}"), 60.0 + f64::from(number))).collect();
    let request = bulk(&json!({"entries": entries}));
    user.send(request.clone()).expect(200);
    let mut device = Device::new();
    device.catch_up(&user, 250);
    let cursor = device.since.clone();
    user.send(request).expect(200);
    let answer = user.send(device.request(250));
    assert_eq!(answer.json()["data"], json!([]));
    device.take(&answer, 250);
    assert_eq!((device.since, &device.live), (cursor, &table(&server, &user.id)));
}

#[test]
fn a_create_without_a_local_id_that_is_sent_twice_makes_two_entries() {
    let server = Server::start();
    let user: User<'_> = server.user();
    let request =
        ALL.iter().find(|write| !write.may_be_resent).map(|write| (write.prepare)(&user)).unwrap();
    user.send(request.clone()).expect(201);
    user.send(request).expect(201);
    assert_eq!(user.list().len(), 2);
}
