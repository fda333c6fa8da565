//! `POST /api/health-metrics/weight`

use serde_json::json;

use crate::support::timestamps::{self, from_now};
use crate::support::user::{text, with};
use crate::support::{Request, Server, WEIGHT, weighing};

#[test]
fn a_new_entry_has_its_location_and_an_etag_from_its_stamp() {
    let server = Server::start();
    let user = server.user();

    let answer = user.post(WEIGHT, &weighing(75.5));

    let id = text(&answer.json()["id"]).to_owned();
    let location = answer.header("location").expect("a Location").to_owned();
    assert!(location.ends_with(&format!("{WEIGHT}/{id}")), "{location}");
    let etag = answer.etag();
    user.put_if_match(&id, &etag, &weighing(76.0)).expect(200);
}

#[test]
fn times_are_truncated_to_microseconds() {
    let server = Server::start();
    let user = server.user();
    for (sent, stored) in [
        ("2026-01-06T20:30:05.1Z", "2026-01-06T20:30:05.100Z"),
        ("2026-01-06T20:30:05.120034Z", "2026-01-06T20:30:05.120034Z"),
        ("2026-01-06T20:30:05.1200349Z", "2026-01-06T20:30:05.120034Z"),
        ("2026-01-06T20:30:05.999999999Z", "2026-01-06T20:30:05.999999Z"),
        ("2026-01-06T20:30:05.000000Z", "2026-01-06T20:30:05Z"),
        ("2026-01-06T21:30:05+01:00", "2026-01-06T20:30:05Z"),
        ("2026-01-06t20:30:05z", "2026-01-06T20:30:05Z"),
        ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"),
    ] {
        let entry = user.create(&with(weighing(75.5), &json!({"timestamp": sent})));
        assert_eq!(entry["timestamp"], stored, "{sent}");
    }
    assert_eq!(user.list().len(), 8);
}

#[test]
fn two_equal_posts_without_a_local_id_create_two_entries() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    user.create(&weighing(75.5));
    assert_eq!(user.list().len(), 2);
}

#[test]
fn a_retry_of_the_same_local_id_answers_200_with_the_stored_entry() {
    let server = Server::start();
    let user = server.user();
    let body = with(
        weighing(75.5),
        &json!({"local_id": "local-1", "device_id": "pixel-8", "edited_at": from_now(-60)}),
    );
    let first = user.post(WEIGHT, &body);
    first.expect(201);

    let again = user.post(WEIGHT, &body);

    assert_eq!(again.expect(200), first.json());
    assert_eq!(again.etag(), first.etag());
    assert_eq!(again.header("location"), None, "Apache would follow it");
    assert_eq!(user.list().len(), 1);
}

#[test]
fn an_equal_post_gets_no_new_stamp_and_keeps_the_later_edited_at() {
    let server = Server::start();
    let user = server.user();
    let body = |edited_at: &str| {
        with(weighing(75.5), &json!({"local_id": "local-1", "edited_at": edited_at}))
    };
    let created = user.create(&body(&from_now(-60)));
    let later = from_now(-10);
    let expected = with(created, &json!({"edited_at": later}));
    for edited_at in [&later, &from_now(-90)] {
        let answer = user.post(WEIGHT, &body(edited_at)).expect(200);
        assert_eq!(answer, expected, "{edited_at}");
    }
    assert_eq!(user.list().len(), 1);
}

#[test]
fn an_older_edit_of_a_known_local_id_answers_409_and_writes_nothing() {
    let server = Server::start();
    let user = server.user();
    let body = |kilograms: f64, age: i64| {
        with(weighing(kilograms), &json!({"local_id": "local-1", "edited_at": from_now(-age)}))
    };
    let first = user.create(&body(75.5, 30));
    let before = server.database().entries();

    let answer = user.post(WEIGHT, &body(76.5, 60));

    let problem = answer.problem(409, "newer_on_server");
    assert_eq!(problem["server_entry"]["id"], first["id"]);
    assert_eq!(server.database().entries(), before);
}

#[test]
fn without_edited_at_a_known_local_id_is_edited_but_a_deleted_entry_is_not_restored() {
    let server = Server::start();
    let user = server.user();
    let body = |kilograms: f64| with(weighing(kilograms), &json!({"local_id": "local-1"}));
    let id = user.create_id(&body(75.5));
    assert_eq!(user.post(WEIGHT, &body(76.0)).expect(200)["weight_value"], 76.0);
    user.delete(&id).expect(204);
    let before = server.database().entries();

    let problem = user.post(WEIGHT, &body(76.0)).problem(409, "newer_on_server");

    assert!(problem["server_entry"]["deleted_at"].is_string(), "{problem}");
    assert_eq!(problem["options"], json!(["keep_server", "keep_local", "keep_both"]));
    assert_eq!(server.database().entries(), before, "it may be a late resend");
    // A time later than the deletion says that it is none.
    let dated = with(body(76.0), &json!({"edited_at": from_now(60)}));
    assert_eq!(user.post(WEIGHT, &dated).expect(200)["id"], id.as_str());
    assert_eq!(user.list().len(), 1);
}

#[test]
fn an_edited_at_that_is_absent_null_or_ahead_of_the_server_means_now() {
    let server = Server::start();
    let user = server.user();
    let before = chrono::Utc::now() - chrono::Duration::seconds(1);
    let values = [json!(null), json!(from_now(3600))];
    let bodies = values.map(|edited_at| with(weighing(75.5), &json!({"edited_at": edited_at})));
    for body in [weighing(75.5)].into_iter().chain(bodies) {
        let edited_at = timestamps::parse(text(&user.create(&body)["edited_at"]));
        assert!(before <= edited_at && edited_at <= chrono::Utc::now(), "{edited_at}");
    }
}

#[test]
fn an_edited_at_in_the_past_is_kept() {
    let server = Server::start();
    let entry = server
        .user()
        .create(&with(weighing(75.5), &json!({"edited_at": "2026-01-06T20:31:00+02:00"})));
    assert_eq!(entry["edited_at"], "2026-01-06T18:31:00Z");
}

#[test]
fn unknown_fields_and_fields_that_the_server_sets_are_ignored() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let forged = json!({
        "id": "01990000-0000-7000-8000-000000000000",
        "user_id": other.id,
        "created_at": "2001-01-01T00:00:00Z",
        "updated_at": "2001-01-01T00:00:00Z",
        "deleted_at": "2001-01-01T00:00:00Z",
        "note": {"anything": [1, 2, 3]},
    });

    let entry = user.create(&with(weighing(75.5), &forged));

    assert_eq!(entry["user_id"], user.id.as_str());
    assert_ne!(entry["id"], forged["id"]);
    assert!(!entry["created_at"].as_str().unwrap().starts_with("2001"));
    assert!(!entry["updated_at"].as_str().unwrap().starts_with("2001"));
    assert_eq!(user.list().len(), 1);
    assert!(other.list().is_empty());
}

#[test]
fn all_errors_of_a_body_are_reported_at_once() {
    let server = Server::start();
    let user = server.user();

    let answer = user.post(WEIGHT, &json!({"unit": "stone", "timestamp": "2026-01-06T20:30:00", "edited_at": 5, "local_id": "ä"}));

    assert_eq!(
        answer.field_errors(),
        [
            "edited_at wrong_type",
            "local_id invalid_format",
            "timestamp missing_zone",
            "unit unknown_value",
            "weight_value required",
        ]
    );
    assert!(user.list().is_empty());
}

#[test]
fn a_body_with_a_content_encoding_is_415_that_names_it_and_identity_is_none() {
    let server = Server::start();
    let user = server.user();
    let encoded = |encoding: &str| {
        let request = Request::new("POST", WEIGHT).json(&weighing(75.5));
        user.send(request.header("Content-Encoding", encoding))
    };
    for encoding in ["gzip", "br", "identity, gzip", "x\"y"] {
        let answer = encoded(encoding);
        let problem = answer.problem(415, "unsupported_media_type");
        assert!(text(&problem["detail"]).contains(encoding), "{problem}");
        assert_eq!(answer.header("accept-encoding"), Some("identity"));
    }
    assert!(user.list().is_empty());
    for encoding in ["identity", "Identity", ""] {
        encoded(encoding).expect(201);
    }
}

#[test]
fn the_content_type_may_carry_parameters_and_any_case() {
    let server = Server::start();
    let user = server.user();
    for kind in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/json;charset=\"utf-8\"",
    ] {
        let request = Request::new("POST", WEIGHT)
            .header("Content-Type", kind)
            .body(weighing(75.5).to_string());
        user.send(request).expect(201);
    }
}
