//! `GET /api/account/export`: all data of the user, in a form that bulk upload accepts.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::fastcgi::{CgiInput, cgi};
use crate::support::site::{WEIGHT_API, WEIGHTCTL, said};
use crate::support::user::with;
use crate::support::{Request, SYNC, Server, User, WEIGHT, timestamps, weighing};

pub(super) const EXPORT: &str = "/api/account/export";

#[track_caller]
fn export(user: &User<'_>) -> Value {
    user.get(EXPORT).expect(200)
}

fn entries(export: &Value) -> Vec<Value> {
    export["entries"].as_array().expect("entries").clone()
}

/// Uploads an export's entries unchanged, in batches of the maximum size.
#[track_caller]
fn import(user: &User<'_>, export: &Value) -> Vec<String> {
    let mut statuses = Vec::new();
    for batch in entries(export).chunks(100) {
        let answer = user.post(SYNC, &json!({"device_id": "import", "entries": batch})).expect(200);
        assert_eq!((&answer["conflicts"], &answer["errors"]), (&json!([]), &json!([])));
        let synced = answer["synced"].as_array().expect("synced");
        assert_eq!(synced.len(), batch.len());
        statuses.extend(synced.iter().map(|entry| entry["status"].as_str().unwrap().to_owned()));
    }
    statuses
}

/// The recorded values, and the times of their edits.
fn recorded(list: &[Value]) -> Vec<String> {
    let mut recorded: Vec<String> = list
        .iter()
        .map(|entry| {
            ["timestamp", "weight_value", "unit", "edited_at"]
                .map(|field| entry[field].to_string())
                .join(" ")
        })
        .collect();
    recorded.sort();
    recorded
}

/// Entries of all kinds: two devices with the same key, none, every unit, 0, 3 and 6 digits, deleted ones.
fn settled(server: &Server) -> User<'_> {
    let user = server.user();
    for (device, weight) in [("phone", 75.5), ("tablet", 80.25)] {
        let entry = json!({"local_id": "1", "weight_value": weight, "unit": "kg",
            "timestamp": "2026-01-06T20:30:00.123456Z", "edited_at": "2026-01-06T20:31:00.5Z"});
        user.post(SYNC, &json!({"device_id": device, "entries": [entry]})).expect(200);
    }
    user.create(
        &json!({"weight_value": 166.45, "unit": "lb", "timestamp": "1900-01-01T00:00:00Z"}),
    );
    user.create(&json!({"weight_value": 11.07, "unit": "st", "local_id": "x",
        "timestamp": "2026-01-06T20:30:00.250+01:00", "edited_at": "2026-02-01T00:00:00Z"}));
    for _ in 0..3 {
        user.create(&weighing(70.0));
    }
    let deleted = user.create_id(&weighing(99.0));
    user.delete(&deleted).expect(204);
    user
}

#[test]
fn an_export_names_its_time_and_user_and_ends_with_a_separate_closing_line() {
    let server = Server::start();
    let user = settled(&server);
    let answer = user.get(EXPORT);
    let document = answer.expect(200);
    assert_eq!(document["user"]["id"], user.id.as_str());
    assert_eq!(document["user"]["email"], user.email.as_str());
    let exported_at = document["exported_at"].as_str().expect("a time");
    assert!(
        timestamps::parse(document["user"]["created_at"].as_str().unwrap())
            <= timestamps::parse(exported_at)
    );
    let name = format!("attachment; filename=\"weights-{}.json\"", &exported_at[..10]);
    assert_eq!(answer.header("content-disposition"), Some(name.as_str()));
    assert!(answer.text().ends_with("\n]}\n"));
}

#[test]
fn an_export_contains_every_entry_once_with_its_origin_and_marks_deleted_ones() {
    let server = Server::start();
    let user = settled(&server);
    let all = entries(&export(&user));
    assert_eq!(all.len(), 8);
    let live: Vec<Value> = all.iter().filter(|e| e.get("deleted").is_none()).cloned().collect();
    let list = user.list();
    assert_eq!(recorded(&live), recorded(&list));
    for entry in &list {
        let found: Vec<&Value> = live.iter().filter(|e| e["local_id"] == entry["id"]).collect();
        assert_eq!(found.len(), 1, "{entry}");
        for field in ["created_at", "updated_at"] {
            assert_eq!(found[0][field], entry[field]);
        }
    }
    let deleted: Vec<&Value> = all.iter().filter(|e| e["deleted"] == true).collect();
    assert_eq!(deleted.len(), 1);
    assert_eq!(deleted[0]["weight_value"], 99);
    let mut origins: Vec<String> =
        all.iter().filter_map(|e| e.get("origin")).map(Value::to_string).collect();
    origins.sort();
    let expected = [
        json!({"device_id": "", "local_id": "x"}),
        json!({"device_id": "phone", "local_id": "1"}),
        json!({"device_id": "tablet", "local_id": "1"}),
    ];
    assert_eq!(origins, expected.map(|origin| origin.to_string()));
}

#[test]
fn an_export_uploaded_to_a_new_account_loses_and_resurrects_nothing() {
    let server = Server::start();
    let (user, fresh) = (settled(&server), server.user());
    for number in 0..210 {
        let timestamp = format!("2025-03-01T10:{:02}:{:02}.{number:06}Z", number / 60, number % 60);
        user.create(&json!({"weight_value": 60, "unit": "kg", "timestamp": timestamp}));
    }
    let document = export(&user);
    let statuses = import(&fresh, &document);
    assert_eq!(statuses.iter().filter(|status| *status == "created").count(), 217);
    assert_eq!(
        statuses.iter().filter(|status| *status == "unchanged").count(),
        1,
        "the deleted one"
    );
    assert_eq!(recorded(&fresh.list()), recorded(&user.list()));

    let again = import(&fresh, &document);
    assert!(again.iter().all(|status| status == "unchanged"), "{again:?}");
    let copy = entries(&export(&fresh));
    let live: Vec<Value> =
        entries(&document).into_iter().filter(|e| e.get("deleted").is_none()).collect();
    assert_eq!(recorded(&copy), recorded(&live));
}

#[test]
fn an_export_uploaded_to_its_own_account_changes_nothing() {
    let server = Server::start();
    let user = settled(&server);
    let document = export(&user);
    let (listed, before) = (user.list(), server.database().entries());
    for _ in 0..2 {
        let statuses = import(&user, &document);
        assert!(statuses.iter().all(|status| status == "unchanged"), "{statuses:?}");
        assert_eq!((user.list(), server.database().entries()), (listed.clone(), before.clone()));
    }
    for entry in entries(&document).iter().filter(|entry| entry.get("deleted").is_none()) {
        let answer = user.post(WEIGHT, entry).expect(200);
        assert_eq!(answer["id"], entry["local_id"], "the same rule holds for POST");
    }
    assert_eq!(user.list(), listed);
}

#[test]
fn an_export_uploaded_after_later_edits_undoes_none_of_them_silently() {
    let server = Server::start();
    let user = server.user();
    let at = timestamps::from_now(-60);
    let make = || user.create(&with(weighing(70.0), &json!({"edited_at": at})));
    let [edited, tied, deleted] = [make(), make(), make()];
    let document = export(&user);
    user.put(edited["id"].as_str().unwrap(), &weighing(71.0)).expect(200);
    // A device with a slow clock edits the current version: the time of the entry stays.
    let slow = with(
        weighing(72.0),
        &json!({"local_id": "x", "server_id": tied["id"],
        "base_updated_at": tied["updated_at"], "edited_at": timestamps::from_now(-90)}),
    );
    user.upload(&json!([slow]));
    user.delete(deleted["id"].as_str().unwrap()).expect(204);

    let answer = user.upload(&json!(entries(&document)));

    let mut reported: Vec<String> = answer["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let shown = &one["server_entry"]["weight_value"];
            format!("{} {} {shown}", one["resolution"], one["reason"]).replace('"', "")
        })
        .collect();
    reported.sort();
    let expected = [
        "local_wins concurrent_edit 72",
        "server_wins deleted_on_server 70",
        "server_wins newer_on_server 71",
    ];
    assert_eq!(reported, expected);
    assert_eq!(user.list().len(), 2);
}

#[test]
fn an_export_needs_a_token_and_contains_only_the_users_own_entries() {
    let server = Server::start();
    let (user, other) = (server.user(), settled(&server));
    assert_eq!(export(&user)["entries"], json!([]));
    assert!(!user.get(&format!("{EXPORT}?user_id={}", other.id)).text().contains(&other.id));
    server.send(&Request::get(EXPORT)).problem(401, "missing_token");
    server.site.weightctl_ok(&["user", "delete", &other.id, "--yes"]);
    other.get(EXPORT).problem(401, "account_gone");
}

#[test]
fn head_answers_only_the_headers_and_the_process_serves_on() {
    let server = Server::start();
    let user = settled(&server);
    let head = user.send(Request::new("HEAD", EXPORT));
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert!(head.header("content-disposition").is_some());
    user.create(&weighing(75.5));
    assert_eq!(entries(&export(&user)).len(), 9);
}

#[test]
fn an_export_counts_as_one_request() {
    let settings = [("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "10")];
    let server = Server::with_stopped_clock(&settings, 1);
    let user = server.user();
    let remaining = |answer: crate::support::Answer| {
        answer.header("ratelimit-remaining").expect("a rate").parse::<u32>().unwrap()
    };
    assert_eq!(remaining(user.get(WEIGHT)) - remaining(user.get(EXPORT)), 1);
}

#[test]
fn a_failure_before_the_first_byte_is_answered_as_a_problem() {
    let server = Server::start();
    let user = server.user();
    server.database().execute("RENAME TABLE credentials TO elsewhere", ());
    user.get(EXPORT).problem(500, "internal_error");
    server.database().execute("RENAME TABLE elsewhere TO credentials", ());
    export(&user);
}

#[test]
fn an_export_over_plain_cgi_is_the_same_document() {
    let server = Server::start();
    let user = settled(&server);
    let request = Request::get(EXPORT).bearer(&user.token);
    let program = std::path::Path::new(WEIGHT_API);
    let answer = cgi(program, &server.site.config, &request, &[], CgiInput::Pipe);
    assert_eq!(entries(&answer.expect(200)), entries(&export(&user)));
}

#[test]
fn weightctl_writes_the_same_document_to_stdout_or_to_a_private_file() {
    let server = Server::start();
    let user = settled(&server);
    let expected = entries(&export(&user));
    for named in [&user.email, &user.id] {
        let written = server.site.weightctl_ok(&["user", "export", named]);
        let document: Value = serde_json::from_str(&written).expect("JSON");
        assert_eq!(entries(&document), expected);
        assert_eq!(document["user"]["id"], user.id.as_str());
    }
    let path = server.site.folder.join("export.json");
    let named = path.to_str().expect("UTF-8");
    server.site.weightctl_ok(&["user", "export", &user.id, "--output", named]);
    let document: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).expect("JSON");
    assert_eq!(entries(&document), expected);
    let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    let again = server.site.weightctl(&["user", "export", &user.id, "--output", named]);
    assert_eq!(again.status.code(), Some(1), "no file is overwritten");
    let nobody = server.site.weightctl(&["user", "export", "nobody@example.org"]);
    assert_eq!((nobody.status.code(), nobody.stdout.len()), (Some(1), 0));
}

#[test]
fn an_export_file_that_cannot_be_completed_is_removed() {
    let server = Server::start();
    let user = settled(&server);
    let path = server.site.folder.join("export.json");
    let named = path.to_str().expect("UTF-8");
    // The disk is full after the first block.
    let full = Command::new("/bin/sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .args([WEIGHTCTL.as_ref(), "--config".as_ref(), server.site.config.as_os_str()])
        .args(["user", "export", &user.id, "--output", named])
        .env_clear()
        .output()
        .expect("sh starts");
    assert_eq!(full.status.code(), Some(1), "{}", said(&full));
    assert!(said(&full).contains("cannot be written"), "{}", said(&full));
    assert!(!path.exists());
    server.site.weightctl_ok(&["user", "export", &user.id, "--output", named]);
}
