//! Checks the model's rules against `tests/who_wins.json`, the table that the server and the app share.

use chrono::DateTime;
use serde_json::Value;

use super::conflict_rules::{Base, Incoming, Strategy, Verdict, judge};
use super::entry::{Content, Edit, Stored, UNITS};
use super::timestamps::Micros;

const TABLE: &str = include_str!("../who_wins.json");

#[test]
fn the_model_agrees_with_the_conflict_table_that_server_and_app_share() {
    let table: Value = serde_json::from_str(TABLE).unwrap();
    let mut judged = 0;
    for case in table["cases"].as_array().unwrap() {
        if case["stored"].is_null() {
            continue;
        }
        let stored = stored(&case["stored"]);
        let got = judge(&stored, &incoming(case, &stored));
        assert_eq!(parts(got, &case["incoming"]), expected(&case["expect"]), "{}", case["name"]);
        judged += 1;
    }
    assert!(judged > 50, "{judged} cases");
}

fn stored(value: &Value) -> Stored {
    let updated_at = time(&value["updated_at"]);
    Stored {
        id: "stored".into(),
        key: None,
        content: content(value),
        created_at: updated_at,
        updated_at,
        edited_at: time(&value["edited_at"]),
        deleted_at: (value["deleted"] == true).then_some(updated_at),
    }
}

/// Parses a time that a client may send, with any offset and any number of decimals.
fn time(value: &Value) -> Micros {
    DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap().timestamp_micros()
}

fn content(value: &Value) -> Content {
    Content {
        hundredths: (value["weight_value"].as_f64().unwrap() * 100.0).round() as i64,
        unit: UNITS.into_iter().find(|unit| value["unit"] == *unit).unwrap(),
        measured: time(&value["timestamp"]),
    }
}

fn incoming(case: &Value, stored: &Stored) -> Incoming {
    let value = &case["incoming"];
    let moment = |name: &str| (!value[name].is_null()).then(|| time(&value[name]));
    let strategies = [Strategy::LastWriteWins, Strategy::Manual, Strategy::KeepBoth];
    let strategy = strategies.into_iter().find(|known| case["strategy"] == known.name());
    let deleted = value["deleted"] == true;
    Incoming {
        edit: if deleted { Edit::Delete } else { Edit::Put(content(value)) },
        edited_at: moment("edited_at"),
        base: match moment("base_updated_at") {
            None => Base::Unknown,
            Some(base) if base == stored.updated_at => Base::Current,
            Some(_) => Base::Other,
        },
        is_repeated: false,
        from_outbox: case["bulk"] == true,
        strategy: strategy.unwrap(),
    }
}

/// Status, resolution and reason.
type Parts = (Option<String>, Option<String>, Option<String>);

fn parts(verdict: Verdict, incoming: &Value) -> Parts {
    let text = |text: &str| Some(text.to_owned());
    match verdict {
        Verdict::Unchanged => (text("unchanged"), None, None),
        Verdict::Applied(reason) => {
            let status = if incoming["deleted"] == true { "deleted" } else { "updated" };
            (text(status), reason.and_then(|_| text("local_wins")), reason.and_then(text))
        }
        Verdict::Held(resolution, reason) => (None, text(resolution), text(reason)),
    }
}

fn expected(expect: &Value) -> Parts {
    let text = |name: &str| expect[name].as_str().map(str::to_owned);
    (text("status"), text("resolution"), text("reason"))
}
