//! The unit of work on the cases that server and app share, and what its tests
//! are made of.

use serde_json::Value;

use super::*;
use crate::domain::conflict::ConflictStrategy;
use crate::domain::entry::ClientKey;
use crate::domain::weight::{Hundredths, Unit, Weight};

#[path = "merge_arrival_tests.rs"]
mod arrival;
#[path = "merge_batches_tests.rs"]
mod batches;
#[path = "merge_copies_tests.rs"]
mod copies;
#[path = "merge_names_tests.rs"]
mod names;
#[path = "merge_quota_tests.rs"]
mod quota;
#[path = "merge_resends_tests.rs"]
mod resends;
#[path = "merge_single_tests.rs"]
mod single;

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
