//! `PUT /api/health-metrics/weight/{id}`

use serde_json::json;

use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{Server, WEIGHT, weighing};

#[test]
fn a_put_replaces_the_entry_and_answers_it_with_a_new_etag() {
    let server = Server::start();
    let user = server.user();
    let created = user.post(WEIGHT, &weighing(75.5));
    let id = created.json()["id"].as_str().unwrap().to_owned();

    let answer = user.put(
        &id,
        &json!({"weight_value": 165.2, "unit": "lb", "timestamp": "2026-01-07T07:00:00Z"}),
    );

    let entry = answer.expect(200);
    assert_eq!(entry["id"], id.as_str());
    assert_eq!(entry["user_id"], user.id.as_str());
    assert_eq!((&entry["weight_value"], &entry["unit"]), (&json!(165.2), &json!("lb")));
    assert_eq!(entry["timestamp"], "2026-01-07T07:00:00Z");
    assert_eq!(entry["created_at"], created.json()["created_at"]);
    assert_ne!(answer.etag(), created.etag());
    assert_eq!(answer.header("location"), None);
    let listed = &user.list()[0];
    assert_eq!(listed["weight_value"], 165.2);
    assert_eq!(listed["updated_at"], entry["updated_at"]);
}

#[test]
fn if_match_with_the_current_etag_applies_and_with_an_old_one_answers_412_and_writes_nothing() {
    let server = Server::start();
    let user = server.user();
    let created = user.post(WEIGHT, &weighing(75.5));
    let (id, old) = (created.json()["id"].as_str().unwrap().to_owned(), created.etag());
    let current = user.put_if_match(&id, &old, &weighing(76.0));
    current.expect(200);
    let before = server.database().entries();

    let refused = user.put_if_match(&id, &old, &weighing(77.0));

    let problem = refused.problem(412, "precondition_failed");
    assert_eq!(problem["server_entry"]["updated_at"], current.json()["updated_at"]);
    assert_eq!(server.database().entries(), before);
}

#[test]
fn an_older_edit_with_a_matching_if_match_is_applied() {
    let server = Server::start();
    let user = server.user();
    let newer = from_now(-10);
    let created = user.post(WEIGHT, &with(weighing(75.5), &json!({"edited_at": newer})));
    let id = created.json()["id"].as_str().unwrap().to_owned();

    let answer = user
        .put_if_match(
            &id,
            &created.etag(),
            &with(weighing(76.0), &json!({"edited_at": from_now(-500)})),
        )
        .expect(200);

    assert_eq!(answer["weight_value"], 76.0);
    assert_eq!(answer["edited_at"], newer, "the stored edited_at becomes the later of the two");
}

#[test]
fn a_newer_edit_with_another_if_match_is_412() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&with(weighing(75.5), &json!({"edited_at": from_now(-500)})));
    let wrong = "\"2001-01-01T00:00:00Z\"";
    user.put_if_match(&id, wrong, &with(weighing(76.0), &json!({"edited_at": from_now(-10)})))
        .problem(412, "precondition_failed");
    // Equal content gets 200: it may be a resend of a request whose response was lost.
    user.put_if_match(&id, wrong, &weighing(75.5)).expect(200);
}

#[test]
fn other_forms_of_the_current_etag_match_too() {
    let server = Server::start();
    let user = server.user();
    let mut answer = user.post(WEIGHT, &weighing(75.5));
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let forms: [fn(&str) -> String; 5] = [
        |etag| format!("W/{etag}"),
        |etag| format!("{}-gzip\"", etag.trim_end_matches('"')),
        |etag| format!("\"other\", {etag}"),
        |etag| format!("{etag} , \"other\""),
        str::to_owned,
    ];
    for (number, form) in forms.iter().enumerate() {
        let sent = form(&answer.etag());
        answer = user.put_if_match(
            &id,
            &sent,
            &weighing(80.0 + f64::from(u8::try_from(number).unwrap())),
        );
        assert_eq!(answer.status, 200, "If-Match: {sent}: {}", answer.text());
    }
}

#[test]
fn a_put_for_any_version_that_comes_again_late_overwrites_nothing() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&with(weighing(75.5), &json!({"edited_at": from_now(-500)})));
    let first = with(weighing(76.0), &json!({"edited_at": from_now(-10)}));
    user.put_if_match(&id, "*", &first).expect(200);
    // Within the same second, so that the times decide nothing.
    let others = with(weighing(77.0), &json!({"edited_at": first["edited_at"]}));
    user.put(&id, &others).expect(200);
    user.put_if_match(&id, "*", &first).problem(409, "newer_on_server");
    assert_eq!(user.list()[0]["weight_value"], 77.0);
}

#[test]
fn an_if_match_that_is_not_an_etag_does_not_match() {
    let server = Server::start();
    let user = server.user();
    let answer = user.post(WEIGHT, &weighing(75.5));
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    for wrong in
        ["", "\"ä\"", "\"\"", "\"x\"", "nonsense", "\"2026-01-06T20:30:00Z\"", "W/\"x\", \"y\""]
    {
        assert_eq!(user.put_if_match(&id, wrong, &weighing(80.0)).status, 412, "If-Match: {wrong}");
    }
    assert_eq!(user.list()[0]["weight_value"], 75.5);
}

#[test]
fn an_older_edit_without_if_match_answers_409_and_writes_nothing() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&with(weighing(75.5), &json!({"edited_at": from_now(-30)})));
    let before = server.database().entries();

    let answer = user.put(&id, &with(weighing(76.0), &json!({"edited_at": from_now(-60)})));

    answer.problem(409, "newer_on_server");
    assert_eq!(server.database().entries(), before);
}

#[test]
fn equal_content_gets_no_new_stamp() {
    let server = Server::start();
    let user = server.user();
    let created = user.post(WEIGHT, &with(weighing(75.5), &json!({"edited_at": from_now(-60)})));
    let id = created.json()["id"].as_str().unwrap().to_owned();

    // The same weight and moment, written differently.
    let same = json!({"weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06T21:30:00.000+01:00", "edited_at": from_now(-5)});
    let answer = user.put(&id, &same);

    // Of the two times of the edit the later one stays.
    assert_eq!(answer.etag(), created.etag());
    let expected = with(created.json(), &json!({"edited_at": same["edited_at"]}));
    assert_eq!(answer.expect(200), expected);
    let before = server.database().entries();
    user.put_if_match(&id, &created.etag(), &same).expect(200);
    assert_eq!(server.database().entries(), before);
}

#[test]
fn unknown_malformed_and_deleted_ids_are_the_same_404() {
    let server = Server::start();
    let user = server.user();
    let deleted = user.create_id(&weighing(75.5));
    user.delete(&deleted).expect(204);
    let ids = [
        deleted.as_str(),
        "01990000-0000-7000-8000-000000000000",
        "42",
        "sync-",
        "0199",
        "%41",
        "a b".trim_end_matches(" b"),
    ];
    let mut texts = std::collections::BTreeSet::new();
    for id in ids {
        let mut problem = user.put(id, &weighing(76.0)).problem(404, "not_found");
        problem["request_id"].take();
        texts.insert(problem.to_string());
    }
    assert_eq!(texts.len(), 1, "distinguishable: {texts:#?}");
}

#[test]
fn a_422_comes_before_a_404_and_a_404_before_a_412() {
    let server = Server::start();
    let user = server.user();
    let unknown = "01990000-0000-7000-8000-000000000000";
    user.put_if_match(unknown, "\"x\"", &weighing(76.0)).problem(404, "not_found");
    user.put_if_match(unknown, "\"x\"", &json!({})).problem(422, "validation_failed");
}
