//! The unit of work on the cases that server and app share, and on the edits
//! of one batch that meet each other.

use serde_json::Value;

use super::*;
use crate::domain::conflict::ConflictStrategy;
use crate::domain::entry::ClientKey;
use crate::domain::weight::{Hundredths, Unit, Weight};

#[path = "merge_copies_tests.rs"]
mod copies;
#[path = "merge_quota_tests.rs"]
mod quota;

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
        edit: Edit {
            kind: EditKind::Put(kilograms(hundredths)),
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
    Rules { now, strategy, may_be_late: true }
}

fn stored(version: &Value) -> StoredEntry {
    let updated_at = optional_time(&version["updated_at"]).unwrap();
    let entry = Entry {
        id: EntryId::generate(),
        identity: Some(identity("a")),
        content: content(version),
        created_at: time("2026-01-06T20:30:05Z"),
        updated_at,
        edited_at: optional_time(&version["edited_at"]).unwrap(),
        deleted_at: version["deleted"].as_bool().unwrap().then_some(updated_at),
    };
    StoredEntry { entry, recent_edits: RecentEdits::default() }
}

/// An entry of 75.5 kg as `pixel-8` made it.
fn live(edited_at: &str, updated_at: &str) -> StoredEntry {
    stored(&serde_json::json!({
        "weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z",
        "deleted": false, "edited_at": edited_at, "updated_at": updated_at
    }))
}

fn submission(incoming: &Value) -> Submission {
    let is_delete = incoming["deleted"].as_bool().unwrap();
    let kind = if is_delete { EditKind::Delete } else { EditKind::Put(content(incoming)) };
    let edit = Edit {
        kind,
        edited_at: optional_time(&incoming["edited_at"]),
        base_updated_at: optional_time(&incoming["base_updated_at"]),
    };
    Submission { edit, ..put("a", 7550) }
}

/// The one entry that a unit of work writes.
fn only_changed(unit: &UnitOfWork) -> StoredEntry {
    assert_eq!(unit.changed().count(), 1);
    unit.changed().next().unwrap().clone()
}

#[test]
fn the_shared_cases_come_out_as_the_table_says() {
    let table: Value = serde_json::from_str(include_str!("../../tests/who_wins.json")).unwrap();
    let cases = table["cases"].as_array().unwrap();
    assert!(cases.len() >= 40);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let stored = (!case["stored"].is_null()).then(|| stored(&case["stored"]));
        let mut unit = UnitOfWork::new(stored.clone());
        let strategy = ConflictStrategy::parse(case["strategy"].as_str().unwrap()).unwrap();
        let rules = Rules {
            may_be_late: case["bulk"].as_bool().unwrap(),
            ..rules_at(optional_time(&case["now"]).unwrap(), strategy)
        };
        let outcome = unit.apply(&submission(&case["incoming"]), rules);
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
            assert_eq!(conflict.server_entry.as_ref(), Some(&stored.entry), "{name}");
        }
    }
}

#[test]
fn each_accepted_write_has_a_stamp_of_its_own() {
    let rules = rules(ConflictStrategy::LastWriteWins);
    let mut unit = UnitOfWork::default();
    let stamps: Vec<UtcTime> = ["a", "b", "a"]
        .iter()
        .zip([7550, 7560, 7570])
        .map(|(local_id, hundredths)| {
            unit.apply(&put(local_id, hundredths), rules).entry.unwrap().updated_at
        })
        .collect();
    assert_eq!(stamps, [0, 1, 2].map(|micros| rules.now.plus_micros(micros)));
    assert_eq!(unit.changed().count(), 2, "each entry is written once, in its last version");
    let Totals { stored_entries, live_entries, .. } = unit.totals();
    assert_eq!((stored_entries, live_entries), (2, 2));
}

#[test]
fn a_tombstone_carries_the_stamp_of_its_write_and_a_restored_entry_counts_as_live() {
    let known = live("2026-01-07T00:00:00Z", "2026-01-07T00:00:05Z");
    let rules = rules(ConflictStrategy::LastWriteWins);
    let mut unit = UnitOfWork::new([known]);
    let mut delete = put("a", 7550);
    delete.edit.kind = EditKind::Delete;
    let deleted = unit.apply(&delete, rules).entry.unwrap();
    assert_eq!((deleted.deleted_at, deleted.updated_at), (Some(rules.now), rules.now));
    let Totals { stored_entries, live_entries, .. } = unit.totals();
    assert_eq!((stored_entries, live_entries), (0, -1));
    let restored = unit.apply(&put("a", 7600), rules).entry.unwrap();
    assert_eq!((restored.deleted_at, unit.totals().live_entries), (None, 0));
}

#[test]
fn two_edits_on_one_base_do_not_conflict_with_each_other() {
    let known = live("2026-01-07T00:00:00Z", "2026-01-07T00:00:05Z");
    let mut unit = UnitOfWork::new([known.clone()]);
    for hundredths in [7560, 7570] {
        let mut edit = put("a", hundredths);
        edit.edit.base_updated_at = Some(known.entry.updated_at);
        let outcome = unit.apply(&edit, rules(ConflictStrategy::Manual));
        assert_eq!((outcome.status, outcome.conflict), (Some(Status::Updated), None));
    }
}

#[test]
fn each_conflict_of_two_edits_on_one_stale_base_shows_the_version_of_others() {
    let theirs = live("2026-01-09T00:00:00Z", "2026-01-09T00:00:05Z");
    let mut unit = UnitOfWork::new([theirs.clone()]);
    let mut delete = put("a", 7550);
    delete.edit.kind = EditKind::Delete;
    for submission in [put("a", 7560), delete, put("a", 7570)] {
        let mut stale = submission;
        stale.edit.base_updated_at = Some(time("2026-01-08T00:00:05Z"));
        let outcome = unit.apply(&stale, rules(ConflictStrategy::LastWriteWins));
        let conflict = outcome.conflict.unwrap();
        assert_eq!(conflict.server_entry.as_ref(), Some(&theirs.entry));
        assert_eq!(conflict.reason, Reason::ConcurrentEdit, "not the sender's own tombstone");
    }
}

#[test]
fn an_edit_over_an_entry_that_its_own_batch_made_overwrites_nobody() {
    let mut unit = UnitOfWork::default();
    for hundredths in [7560, 7570] {
        let mut blind = put("a", hundredths);
        blind.edit.edited_at = None;
        let outcome = unit.apply(&blind, rules(ConflictStrategy::LastWriteWins));
        assert_eq!(outcome.conflict, None);
    }
}

#[test]
fn a_local_id_that_no_entry_has_means_the_entry_whose_id_it_spells() {
    let (known, rules) = (
        live("2026-01-09T00:00:00Z", "2026-01-09T00:00:05Z"),
        rules(ConflictStrategy::LastWriteWins),
    );
    let spelling = put(&known.entry.id.to_string(), 7600);
    let mut unit = UnitOfWork::new([known.clone()]);
    let edited = unit.apply(&spelling, rules).entry.unwrap();
    assert_eq!((edited.id, &edited.identity), (known.entry.id, &known.entry.identity));

    // An entry with that key comes first.
    let mut named = live("2026-01-09T00:00:00Z", "2026-01-09T00:00:06Z");
    named.entry.identity = spelling.identity.clone();
    let mut unit = UnitOfWork::new([known, named.clone()]);
    assert_eq!(unit.apply(&spelling, rules).entry.unwrap().id, named.entry.id);

    let mut empty = UnitOfWork::default();
    assert_eq!(empty.apply(&spelling, rules).status, Some(Status::Created));
}

#[test]
fn a_server_id_decides_alone_and_an_unknown_one_is_gone() {
    let mut unit = UnitOfWork::default();
    let mut unknown = put("a", 7550);
    unknown.server_id = Some(EntryId::generate());
    let outcome = unit.apply(&unknown, rules(ConflictStrategy::KeepBoth));
    let conflict = outcome.conflict.unwrap();
    assert_eq!((conflict.resolution, conflict.reason), (Resolution::ServerWins, Reason::Gone));
    assert_eq!((outcome.status, conflict.server_entry), (None, None));
    assert_eq!(unit.changed().count(), 0);
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
        created.edit.edited_at = Some(rules.now.plus_seconds(ahead));
        let mut unit = UnitOfWork::default();
        unit.apply(&created, rules);
        let made = only_changed(&unit);

        let mut other = put("b", 7600);
        other.server_id = Some(made.entry.id);
        other.edit.edited_at = Some(rules.now.plus_seconds(-3600));
        other.edit.base_updated_at = Some(made.entry.updated_at);
        let later = rules_at(rules.now.plus_seconds(30), strategy);
        let mut unit = UnitOfWork::new([made]);
        unit.apply(&other, later);
        let edited = only_changed(&unit);

        let late = rules_at(rules.now.plus_seconds(9000), strategy);
        let mut unit = UnitOfWork::new([edited.clone()]);
        created.new_id = EntryId::generate();
        for resend in [&created, &other] {
            let outcome = unit.apply(resend, late);
            assert_eq!(outcome.entry.as_ref(), Some(&edited.entry), "{ahead}");
            match outcome.conflict {
                // The create was replaced since; the other edit is current.
                Some(conflict) => {
                    assert_eq!(conflict.resolution, Resolution::ServerWins, "{ahead}");
                    assert_eq!(resend.edit, created.edit, "{ahead}");
                }
                None => assert_eq!(outcome.status, Some(Status::Unchanged), "{ahead}"),
            }
        }
        assert_eq!(unit.changed().count(), 0);
    }
}

#[test]
fn an_edit_by_a_fast_clock_that_lost_does_not_win_when_it_is_resent() {
    let noon = time("2026-01-10T12:00:00Z");
    let mut unit = UnitOfWork::default();
    let mut first = put("a", 7000);
    first.edit.edited_at = None;
    unit.apply(&first, rules_at(noon, ConflictStrategy::LastWriteWins));
    let mut late = put("a", 7100);
    late.edit.edited_at = Some(noon.plus_seconds(7200));
    // The server's clock went back a little between the first edit and this one.
    for now in [noon.plus_micros(-5), noon.plus_seconds(60)] {
        let outcome = unit.apply(&late, rules_at(now, ConflictStrategy::LastWriteWins));
        let conflict = outcome.conflict.unwrap();
        assert_eq!((outcome.status, conflict.resolution), (None, Resolution::ServerWins), "{now}");
    }
}

#[test]
fn an_entry_remembers_each_edit_that_needed_no_change() {
    let known = live("2026-01-10T09:00:00Z", "2026-01-10T09:00:05Z");
    let mut unit = UnitOfWork::new([known]);
    let first = put("a", 7550);
    let mut second = first.clone();
    second.edit.edited_at = Some(time("2026-01-10T11:00:00Z"));
    for edit in [&first, &second] {
        let outcome = unit.apply(edit, rules(ConflictStrategy::LastWriteWins));
        assert_eq!(outcome.status, Some(Status::Unchanged));
    }
    let recent_edits = only_changed(&unit).recent_edits;
    assert!([first, second].iter().all(|submission| recent_edits.contains(&submission.edit)));
}
