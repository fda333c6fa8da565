//! The batch engine against the cases that server and app share, and on what
//! one batch does to itself.

use serde_json::Value;

use super::*;
use crate::domain::change::ConflictStrategy;
use crate::domain::entry::ClientKey;
use crate::domain::weight::{Hundredths, Unit, Weight};

fn time(text: &str) -> UtcTime {
    UtcTime::parse(text).unwrap()
}

fn optional_time(value: &Value) -> Option<UtcTime> {
    value.as_str().map(time)
}

fn content(version: &Value) -> Content {
    let value = Hundredths::from_json_number(&version["weight_value"].to_string());
    let unit = Unit::parse(version["unit"].as_str().unwrap()).unwrap();
    Content {
        weight: Weight::new(value, unit).unwrap(),
        timestamp: time(version["timestamp"].as_str().unwrap()),
    }
}

fn identity(local_id: &str) -> Identity {
    Identity {
        device_id: ClientKey::parse("pixel-8").unwrap(),
        local_id: ClientKey::parse(local_id).unwrap(),
    }
}

fn kilograms(hundredths: i64) -> Content {
    Content {
        weight: Weight::new(Hundredths::new(hundredths), Unit::Kilogram).unwrap(),
        timestamp: time("2026-01-06T20:30:00Z"),
    }
}

fn put(local_id: &str, hundredths: i64) -> Submission {
    Submission {
        server_id: None,
        identity: Some(identity(local_id)),
        change: Change {
            edit: Edit::Put(kilograms(hundredths)),
            edited_at: Some(time("2026-01-10T10:00:00Z")),
            base_updated_at: None,
        },
        new_id: EntryId::generate(),
    }
}

fn rules(strategy: ConflictStrategy) -> Rules {
    rules_at(time("2026-01-10T12:00:00Z"), strategy)
}

fn rules_at(now: UtcTime, strategy: ConflictStrategy) -> Rules {
    Rules { first_stamp: now, now, strategy, may_be_late: true }
}

fn stored(version: &Value) -> Entry {
    let updated_at = optional_time(&version["updated_at"]).unwrap();
    Entry {
        id: EntryId::generate(),
        identity: Some(identity("a")),
        content: content(version),
        created_at: time("2026-01-06T20:30:05Z"),
        updated_at,
        edited_at: optional_time(&version["edited_at"]).unwrap(),
        deleted_at: version["deleted"].as_bool().unwrap().then_some(updated_at),
        history: History::default(),
    }
}

/// An entry of 75.5 kg as `pixel-8` made it.
fn live(edited_at: &str, updated_at: &str) -> Entry {
    stored(&serde_json::json!({
        "weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z",
        "deleted": false, "edited_at": edited_at, "updated_at": updated_at
    }))
}

fn submission(incoming: &Value) -> Submission {
    let is_delete = incoming["deleted"].as_bool().unwrap();
    let edit = if is_delete { Edit::Delete } else { Edit::Put(content(incoming)) };
    let change = Change {
        edit,
        edited_at: optional_time(&incoming["edited_at"]),
        base_updated_at: optional_time(&incoming["base_updated_at"]),
    };
    Submission { change, ..put("a", 7550) }
}

#[test]
fn the_shared_cases_come_out_as_the_table_says() {
    let table: Value = serde_json::from_str(include_str!("../../tests/who_wins.json")).unwrap();
    let cases = table["cases"].as_array().unwrap();
    assert!(cases.len() >= 40);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let stored = (!case["stored"].is_null()).then(|| stored(&case["stored"]));
        let mut workspace = Workspace::new(stored.clone());
        let strategy = ConflictStrategy::parse(case["strategy"].as_str().unwrap()).unwrap();
        let rules = Rules {
            may_be_late: case["bulk"].as_bool().unwrap(),
            ..rules_at(optional_time(&case["now"]).unwrap(), strategy)
        };
        let outcome = workspace.apply(&submission(&case["incoming"]), rules);
        let expect = &case["expect"];
        let status = outcome.status.map(|status| format!("{status:?}").to_lowercase());
        assert_eq!(status.as_deref(), expect["status"].as_str(), "{name}");
        let conflict = outcome.conflict.as_ref();
        let resolution = conflict.map(|conflict| serde_json::json!(conflict.resolution));
        assert_eq!(resolution.unwrap_or_default(), expect["resolution"], "{name}");
        let reason = conflict.map(|conflict| serde_json::json!(conflict.reason));
        assert_eq!(reason.unwrap_or_default(), expect["reason"], "{name}");
        let edited_at = outcome.entry.map(|entry| entry.edited_at);
        assert_eq!(edited_at, optional_time(&expect["edited_at"]), "{name}");
        if let (Some(conflict), Some(stored)) = (conflict, &stored) {
            assert_eq!(conflict.server_entry.as_ref(), Some(stored), "{name}");
        }
    }
}

#[test]
fn each_accepted_write_has_a_stamp_of_its_own() {
    let rules = rules(ConflictStrategy::LastWriteWins);
    let mut workspace = Workspace::default();
    let stamps: Vec<UtcTime> = ["a", "b", "a"]
        .iter()
        .zip([7550, 7560, 7570])
        .map(|(local_id, hundredths)| {
            workspace.apply(&put(local_id, hundredths), rules).entry.unwrap().updated_at
        })
        .collect();
    assert_eq!(stamps, [0, 1, 2].map(|micros| rules.first_stamp.plus_micros(micros)));
    assert_eq!(workspace.written().count(), 2, "each entry is written once, in its last version");
    assert_eq!(workspace.live_delta(), 2);
}

#[test]
fn a_deletion_holds_the_stamp_of_its_write_and_whatever_restores_it_counts_again() {
    let known = live("2026-01-07T00:00:00Z", "2026-01-07T00:00:05Z");
    let rules = rules(ConflictStrategy::LastWriteWins);
    let mut workspace = Workspace::new([known]);
    let mut delete = put("a", 7550);
    delete.change.edit = Edit::Delete;
    let deleted = workspace.apply(&delete, rules).entry.unwrap();
    assert_eq!(
        (deleted.deleted_at, deleted.updated_at),
        (Some(rules.first_stamp), rules.first_stamp)
    );
    assert_eq!(workspace.live_delta(), -1);
    let restored = workspace.apply(&put("a", 7600), rules).entry.unwrap();
    assert_eq!((restored.deleted_at, workspace.live_delta()), (None, 0));
}

#[test]
fn two_edits_on_the_base_a_device_knows_are_no_conflict_with_each_other() {
    let known = live("2026-01-07T00:00:00Z", "2026-01-07T00:00:05Z");
    let mut workspace = Workspace::new([known.clone()]);
    for hundredths in [7560, 7570] {
        let mut edit = put("a", hundredths);
        edit.change.base_updated_at = Some(known.updated_at);
        let outcome = workspace.apply(&edit, rules(ConflictStrategy::Manual));
        assert_eq!((outcome.status, outcome.conflict), (Some(Status::Updated), None));
    }
}

#[test]
fn a_server_id_decides_alone_and_one_that_is_not_there_is_gone() {
    let mut workspace = Workspace::default();
    let mut unknown = put("a", 7550);
    unknown.server_id = Some(EntryId::generate());
    let outcome = workspace.apply(&unknown, rules(ConflictStrategy::KeepBoth));
    let conflict = outcome.conflict.unwrap();
    assert_eq!((conflict.resolution, conflict.reason), (Resolution::ServerWins, Reason::Gone));
    assert_eq!((outcome.status, conflict.server_entry), (None, None));
    assert_eq!(workspace.written().count(), 0);
}

#[test]
fn a_copy_is_made_once_however_often_it_is_asked_for() {
    let newer = live("2026-01-10T11:00:00Z", "2026-01-10T11:00:05Z");
    let older = put("a", 7600);
    let rules = rules(ConflictStrategy::KeepBoth);
    let mut workspace = Workspace::new([newer.clone()]);
    let first = workspace.apply(&older, rules).conflict.unwrap();
    assert_eq!(first.resolution, Resolution::KeptBoth);
    let copy = workspace.entry(first.copy_id.unwrap()).unwrap().clone();
    assert_eq!((copy.content, &copy.identity), (kilograms(7600), &None));

    let mut later = Workspace::new([newer, copy]);
    let second = later.apply(&Submission { new_id: EntryId::generate(), ..older }, rules);
    assert_eq!(second.conflict.unwrap().copy_id, first.copy_id);
    assert_eq!(later.written().count(), 0);
}

#[test]
fn a_write_whose_commit_went_unanswered_is_found_again() {
    let rules = rules(ConflictStrategy::LastWriteWins);
    for local_id in [None, Some("a")] {
        let submission = Submission { identity: local_id.map(identity), ..put("a", 7550) };
        let mut first = Workspace::default();
        let made = first.apply(&submission, rules).entry.unwrap();
        let mut second = Workspace::new([made.clone()]);
        let again = second.apply(&submission, rules);
        assert_eq!((again.status, again.entry), (Some(Status::Created), Some(made)));
        assert_eq!(second.written().count(), 0);
    }
}

/// Two devices on one entry that `pixel-8` made; each knows the other's edits.
#[test]
fn a_resend_changes_nothing_however_the_clocks_go() {
    let created = put("a", 7550);
    for (strategy, ahead) in [
        (ConflictStrategy::LastWriteWins, -60),
        (ConflictStrategy::LastWriteWins, 0),
        (ConflictStrategy::LastWriteWins, 60),
        (ConflictStrategy::LastWriteWins, 7200),
        (ConflictStrategy::Manual, 7200),
        (ConflictStrategy::KeepBoth, 60),
    ] {
        let rules = rules(strategy);
        let mut created = created.clone();
        created.change.edited_at = Some(rules.first_stamp.plus_seconds(ahead));
        let mut workspace = Workspace::default();
        let made = workspace.apply(&created, rules).entry.unwrap();

        let mut other = put("b", 7600);
        other.server_id = Some(made.id);
        other.change.edited_at = Some(rules.first_stamp.plus_seconds(-3600));
        other.change.base_updated_at = Some(made.updated_at);
        let later = rules_at(rules.now.plus_seconds(30), strategy);
        let mut workspace = Workspace::new([made]);
        let edited = workspace.apply(&other, later).entry.unwrap();

        let late = rules_at(rules.now.plus_seconds(9000), strategy);
        let mut workspace = Workspace::new([edited.clone()]);
        created.new_id = EntryId::generate();
        for resend in [&created, &other] {
            let outcome = workspace.apply(resend, late);
            assert_eq!(outcome.entry.as_ref(), Some(&edited), "{ahead}");
            match outcome.conflict {
                // What was replaced meanwhile is told apart from what still stands.
                Some(conflict) => {
                    assert_eq!(conflict.resolution, Resolution::ServerWins, "{ahead}");
                    assert_eq!(resend.change, created.change, "{ahead}");
                }
                None => assert_eq!(outcome.status, Some(Status::Unchanged), "{ahead}"),
            }
        }
        assert_eq!(workspace.written().count(), 0);
    }
}

#[test]
fn an_edit_by_a_fast_clock_that_lost_once_does_not_win_when_it_comes_again_later() {
    let noon = time("2026-01-10T12:00:00Z");
    let mut workspace = Workspace::default();
    let mut first = put("a", 7000);
    first.change.edited_at = None;
    workspace.apply(&first, rules_at(noon, ConflictStrategy::LastWriteWins));
    let mut late = put("a", 7100);
    late.change.edited_at = Some(noon.plus_seconds(7200));
    // It was judged by a clock that was a little behind the one that judged the first.
    for now in [noon.plus_micros(-5), noon.plus_seconds(60)] {
        let outcome = workspace.apply(&late, rules_at(now, ConflictStrategy::LastWriteWins));
        let conflict = outcome.conflict.unwrap();
        assert_eq!((outcome.status, conflict.resolution), (None, Resolution::ServerWins), "{now}");
    }
}

#[test]
fn an_entry_that_two_edits_find_as_they_want_it_is_written_once_and_remembers_both() {
    let known = live("2026-01-10T09:00:00Z", "2026-01-10T09:00:05Z");
    let mut workspace = Workspace::new([known]);
    let first = put("a", 7550);
    let mut second = first.clone();
    second.change.edited_at = Some(time("2026-01-10T11:00:00Z"));
    for edit in [&first, &second] {
        let outcome = workspace.apply(edit, rules(ConflictStrategy::LastWriteWins));
        assert_eq!(outcome.status, Some(Status::Unchanged));
    }
    let remembering: Vec<&Entry> = workspace.remembering().collect();
    assert_eq!(remembering.len(), 1);
    assert!([first, second].iter().all(|edit| remembering[0].history.knows(&edit.change)));
}
