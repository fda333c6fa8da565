//! `POST /api/health-metrics/weight/sync`

use serde_json::{Value, json};

use crate::support::request::field_errors;
use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{SYNC, Server, weighing};

/// An entry of an upload.
fn local(id: &str, kilograms: f64, more: &Value) -> Value {
    with(with(weighing(kilograms), &json!({"local_id": id})), more)
}

/// `status` of each result in `synced`.
fn statuses(answer: &Value) -> Vec<&str> {
    answer["synced"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect()
}

/// Checks that each of `count` inputs is in exactly one list; a `local_wins` conflict is in `synced` as well.
fn assert_accounted(answer: &Value, count: usize) {
    let mut times = vec![0; count];
    for list in ["synced", "conflicts", "errors"] {
        for one in answer[list].as_array().unwrap() {
            if one["resolution"] != "local_wins" {
                times[usize::try_from(one["index"].as_u64().expect("index")).unwrap()] += 1;
            }
        }
    }
    assert!(times.iter().all(|count| *count == 1), "{times:?} in {answer}");
}

#[test]
fn an_upload_without_entries_answers_empty_lists() {
    let server = Server::start();
    let answer = server.user().upload(&json!([]));
    for list in ["synced", "conflicts", "errors"] {
        assert_eq!(answer[list], json!([]), "{list}");
    }
}

#[test]
fn an_upload_of_100_entries_is_stored_and_one_of_101_is_refused() {
    let server = Server::start();
    let user = server.user();
    let entries: Vec<Value> =
        (0..101).map(|number| local(&format!("n{number}"), 75.5, &json!({}))).collect();

    user.post(SYNC, &json!({"entries": entries})).problem(413, "too_many_entries");
    assert!(server.database().entries().is_empty());

    let answer = user.upload(&json!(entries[..100]));
    assert_accounted(&answer, 100);
    assert_eq!(statuses(&answer), ["created"; 100]);
    let indices: Vec<u64> = answer["synced"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["index"].as_u64().unwrap())
        .collect();
    assert_eq!(indices, (0..100).collect::<Vec<u64>>());
}

#[test]
fn device_id_and_local_id_identify_an_entry_byte_for_byte() {
    let server = Server::start();
    let user = server.user();
    let upload = |device: Value, id: &str| {
        let body = json!({"device_id": device, "entries": [local(id, 75.5, &json!({}))]});
        user.post(SYNC, &body).expect(200)["synced"][0]["status"].clone()
    };
    for (device, id) in [
        (None, "a"),
        (None, "A"),
        (Some("d"), "a"),
        (Some("D"), "a"),
        (Some("d"), "a."),
        (Some("d"), "a:"),
        (Some("d"), "a_"),
        (Some("d"), "a-"),
    ] {
        assert_eq!(upload(json!(device), id), "created", "{device:?} {id}");
        assert_eq!(upload(json!(device), id), "unchanged", "{device:?} {id}");
    }
    assert_eq!(upload(json!(null), "a"), "unchanged", "null means that no device is named");
}

#[test]
fn single_and_bulk_writes_use_the_same_identity() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&with(weighing(75.5), &json!({"local_id": "a", "device_id": "d"})));
    let answer = user
        .post(SYNC, &json!({"device_id": "d", "entries": [local("a", 75.5, &json!({}))]}))
        .expect(200);
    assert_eq!(
        (&answer["synced"][0]["status"], &answer["synced"][0]["server_id"]),
        (&json!("unchanged"), &json!(id))
    );
}

#[test]
fn a_server_id_identifies_the_entry_whatever_the_local_id() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&with(weighing(75.5), &json!({"edited_at": from_now(-60)})));

    let answer = user.upload(&json!([local(
        "new-key",
        76.5,
        &json!({"server_id": id, "edited_at": from_now(-30)})
    )]));

    assert_eq!(answer["synced"][0]["server_id"], id.as_str());
    assert_eq!(answer["synced"][0]["local_id"], "new-key");
    assert_eq!(statuses(&answer), ["updated"]);
    assert_eq!(user.list().len(), 1);
    assert_eq!(user.list()[0]["weight_value"], 76.5);
}

#[test]
fn the_server_id_takes_precedence_over_a_local_id_that_names_another_entry() {
    let server = Server::start();
    let user = server.user();
    let one = user
        .create_id(&with(weighing(70.0), &json!({"local_id": "one", "edited_at": from_now(-60)})));
    let two = user
        .create_id(&with(weighing(80.0), &json!({"local_id": "two", "edited_at": from_now(-60)})));
    let answer = user.upload(&json!([local(
        "two",
        71.0,
        &json!({"server_id": one, "edited_at": from_now(-30)})
    )]));
    assert_eq!(answer["synced"][0]["server_id"], one.as_str(), "{answer}");
    let weight = |id: &str| {
        user.list().iter().find(|entry| entry["id"] == id).unwrap()["weight_value"].clone()
    };
    assert_eq!((weight(&one), weight(&two)), (json!(71), json!(80)));
}

#[test]
fn the_same_identity_twice_is_applied_in_order() {
    let server = Server::start();
    let user = server.user();
    let at = from_now(-60);
    let answer = user.upload(&json!([
        local("a", 75.0, &json!({"edited_at": at})),
        local("a", 76.0, &json!({"edited_at": at})),
        local("a", 76.0, &json!({"edited_at": at})),
        {"local_id": "a", "deleted": true, "edited_at": at},
        local("a", 77.0, &json!({"edited_at": from_now(-30)})),
    ]));
    assert_accounted(&answer, 5);
    assert_eq!(statuses(&answer), ["created", "updated", "unchanged", "deleted", "updated"]);
    let list = user.list();
    assert_eq!((list.len(), &list[0]["weight_value"]), (1, &json!(77)));
}

#[test]
fn a_delete_needs_no_content_and_leaves_a_tombstone() {
    let server = Server::start();
    let user = server.user();
    let created = user.upload(&json!([local("a", 75.5, &json!({"edited_at": from_now(-60)}))]));
    let id = &created["synced"][0]["server_id"];

    let answer = user.upload(
        &json!([{"local_id": "a", "server_id": id, "deleted": true, "edited_at": from_now(-30),
        "base_updated_at": created["synced"][0]["updated_at"]}]),
    );

    assert_eq!(statuses(&answer), ["deleted"]);
    assert_eq!(&answer["synced"][0]["server_id"], id);
    assert_eq!(answer["conflicts"], json!([]));
    assert!(user.list().is_empty());
    let again = user.upload(&json!([{"local_id": "a", "deleted": true}]));
    assert_eq!(statuses(&again), ["unchanged"]);
    assert_eq!(server.database().entries().len(), 1);
}

#[test]
fn a_delete_of_an_unknown_local_id_is_unchanged_and_makes_no_row() {
    let server = Server::start();
    let answer = server
        .user()
        .upload(&json!([{"local_id": "a", "deleted": true, "edited_at": from_now(-30)}]));
    assert_eq!(statuses(&answer), ["unchanged"]);
    assert_eq!(answer["synced"][0]["server_id"], Value::Null);
    assert!(server.database().entries().is_empty());
}

#[test]
fn deleted_false_is_an_ordinary_entry() {
    let server = Server::start();
    let answer = server.user().upload(&json!([
        local("a", 75.5, &json!({"deleted": false})),
        local("b", 75.5, &json!({"deleted": null}))
    ]));
    assert_eq!(statuses(&answer), ["created", "created"]);
}

#[test]
fn an_overwrite_of_a_concurrent_edit_is_in_synced_and_conflicts_with_the_old_version() {
    let server = Server::start();
    let user = server.user();
    let created =
        user.create(&with(weighing(75.5), &json!({"local_id": "a", "edited_at": from_now(-90)})));
    let id = created["id"].as_str().unwrap();
    let concurrent =
        user.put(id, &with(weighing(76.0), &json!({"edited_at": from_now(-60)}))).expect(200);

    let answer = user.upload(&json!([
        local("a", 77.0, &json!({"server_id": id, "edited_at": from_now(-30), "base_updated_at": created["updated_at"]}))]));

    assert_eq!(statuses(&answer), ["updated"]);
    let conflict = &answer["conflicts"][0];
    assert_eq!(
        (&conflict["resolution"], &conflict["reason"]),
        (&json!("local_wins"), &json!("concurrent_edit"))
    );
    assert_eq!(conflict["server_entry"]["updated_at"], concurrent["updated_at"], "overwritten");
    assert_eq!(user.list()[0]["weight_value"], 77.0);
    assert_eq!(user.list()[0]["updated_at"], answer["synced"][0]["updated_at"]);
}

#[test]
fn each_of_two_edits_on_one_stale_base_reports_the_version_that_others_wrote() {
    let server = Server::start();
    let user = server.user();
    let made = user.create(&local("a", 75.5, &json!({"edited_at": from_now(-90)})));
    let id = made["id"].as_str().unwrap();
    let theirs =
        user.put(id, &with(weighing(76.0), &json!({"edited_at": from_now(-60)}))).expect(200);
    let edit = |kilograms: f64, age: i64| {
        local(
            "a",
            kilograms,
            &json!({"server_id": id, "edited_at": from_now(-age),
            "base_updated_at": made["updated_at"]}),
        )
    };

    let answer = user.upload(&json!([edit(77.0, 30), edit(78.0, 20)]));

    assert_eq!(statuses(&answer), ["updated", "updated"]);
    for conflict in answer["conflicts"].as_array().unwrap() {
        assert_eq!(conflict["resolution"], "local_wins", "{conflict}");
        assert_eq!(conflict["server_entry"]["updated_at"], theirs["updated_at"], "{conflict}");
        assert_eq!(conflict["server_entry"]["weight_value"], 76.0, "{conflict}");
    }
    assert_eq!(answer["conflicts"].as_array().unwrap().len(), 2);
}

#[test]
fn an_overwrite_without_edited_at_and_base_is_reported_as_a_possible_late_resend() {
    let server = Server::start();
    let user = server.user();
    user.create(&with(weighing(75.5), &json!({"local_id": "a", "edited_at": from_now(-90)})));
    let answer = user.upload(&json!([local("a", 76.0, &json!({}))]));
    assert_eq!(statuses(&answer), ["updated"]);
    assert_eq!(answer["conflicts"][0]["resolution"], "local_wins");
    assert_eq!(answer["conflicts"][0]["server_entry"]["weight_value"], 75.5);
    let quiet = user.upload(&json!([local("a", 77.0, &json!({"edited_at": from_now(5)}))]));
    assert_eq!((statuses(&quiet), &quiet["conflicts"]), (vec!["updated"], &json!([])));
}

#[test]
fn an_invalid_entry_does_not_block_the_others() {
    let server = Server::start();
    let user = server.user();

    let answer = user.upload(&json!([
        local("a", 75.5, &json!({})),
        {"local_id": "b", "weight_value": "75.5", "unit": "stone", "timestamp": "2026-01-06T20:30:00"},
        {"weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z"},
        "no object",
        local("e", 75.5, &json!({})),
        {"local_id": "f", "server_id": 7, "deleted": "yes", "base_updated_at": "never"},
    ]));

    assert_accounted(&answer, 6);
    assert_eq!(statuses(&answer), ["created", "created"]);
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(
        errors.iter().map(|error| error["index"].as_u64().unwrap()).collect::<Vec<_>>(),
        [1, 2, 3, 5]
    );
    assert!(errors.iter().all(|error| error["code"] == "validation_failed"), "{errors:?}");
    assert_eq!(errors[0]["local_id"], "b");
    assert_eq!(
        field_errors(&errors[0]),
        ["timestamp missing_zone", "unit unknown_value", "weight_value wrong_type"]
    );
    assert_eq!(field_errors(&errors[1]), ["local_id required"]);
    assert_eq!(field_errors(&errors[2]), [" wrong_type"]);
    let last = field_errors(&errors[3]);
    for wanted in ["base_updated_at invalid_format", "deleted wrong_type", "server_id wrong_type"] {
        assert!(last.contains(&wanted.to_owned()), "{wanted} in {last:?}");
    }
    assert_eq!(user.list().len(), 2);
}

#[test]
fn a_server_id_that_is_not_a_uuid_writes_nothing() {
    let server = Server::start();
    let answer =
        server.user().upload(&json!([local("a", 75.5, &json!({"server_id": "nonsense"}))]));
    assert_accounted(&answer, 1);
    assert!(statuses(&answer).is_empty(), "{answer}");
    assert!(server.database().entries().is_empty());
}

#[test]
fn local_ids_have_limited_characters_and_length() {
    let server = Server::start();
    let user = server.user();
    let good = ["a", "A-b_c.d:e", &"x".repeat(64), "0"];
    let bad = ["", " ", "a b", "ä", "a/b", "a\n", "a\u{0}", "😀", "a;b", "a%20b"];
    let entries: Vec<Value> =
        good.iter().chain(&bad).map(|id| local(id, 75.5, &json!({}))).collect();
    let answer = user.upload(&json!(entries));
    assert_accounted(&answer, entries.len());
    assert_eq!(statuses(&answer).len(), good.len());
    for error in answer["errors"].as_array().unwrap() {
        assert!(field_errors(error)[0].starts_with("local_id "), "{error}");
    }
    let long = user.upload(&json!([local(&"x".repeat(65), 75.5, &json!({}))]));
    assert_eq!(field_errors(&long["errors"][0]), ["local_id too_long"]);
}

#[test]
fn errors_of_the_envelope_are_422_and_store_nothing() {
    let server = Server::start();
    let user = server.user();
    let entry = local("a", 75.5, &json!({}));
    for (body, errors) in [
        (json!({}), vec!["entries required"]),
        (json!({"entries": null}), vec!["entries required"]),
        (json!({"entries": {}}), vec!["entries wrong_type"]),
        (json!({"entries": "x"}), vec!["entries wrong_type"]),
        (json!({"entries": [entry], "device_id": 7}), vec!["device_id wrong_type"]),
        (json!({"entries": [entry], "device_id": "a b"}), vec!["device_id invalid_format"]),
        (json!({"entries": [entry], "device_id": "x".repeat(65)}), vec!["device_id too_long"]),
        (
            json!({"entries": [entry], "conflict_strategy": "mine"}),
            vec!["conflict_strategy unknown_value"],
        ),
        (json!({"entries": [entry], "conflict_strategy": 1}), vec!["conflict_strategy wrong_type"]),
        (
            json!({"entries": 1, "device_id": 2, "conflict_strategy": 3}),
            vec!["conflict_strategy wrong_type", "device_id wrong_type", "entries wrong_type"],
        ),
        (json!([entry]), vec![" wrong_type"]),
    ] {
        let answer = user.post(SYNC, &body);
        assert_eq!(answer.field_errors(), errors, "{body}");
    }
    assert!(server.database().entries().is_empty());
}
