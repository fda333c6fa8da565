//! Ranges and rounding of `weight_value`: exact hundredths, half away from zero; the range applies after rounding.

use serde_json::Value;

use crate::support::{Request, Server, WEIGHT};

/// Unit, the number as sent, and the stored value, or `None` if it is refused.
const TABLE: &[(&str, &str, Option<&str>)] = &[
    ("kg", "75.5", Some("75.50")),
    ("kg", "75", Some("75.00")),
    ("kg", "75.0", Some("75.00")),
    ("kg", "7.55e1", Some("75.50")),
    ("kg", "755E-1", Some("75.50")),
    ("kg", "75.555", Some("75.56")),
    ("kg", "75.5549999", Some("75.55")),
    ("kg", "75.545", Some("75.55")),
    ("kg", "75.005", Some("75.01")),
    // A float would see 1.00499999999999989…: exact decimals round it up.
    ("kg", "1.005", Some("1.01")),
    ("kg", "8.575", Some("8.58")),
    ("kg", "70.10499999999999999999999", Some("70.10")),
    ("kg", "0.1", Some("0.10")),
    ("kg", "0.095", Some("0.10")),
    ("kg", "0.0949", None),
    ("kg", "0.09", None),
    ("kg", "1000", Some("1000.00")),
    ("kg", "1000.004", Some("1000.00")),
    ("kg", "1000.005", None),
    ("kg", "1000.01", None),
    ("kg", "0", None),
    ("kg", "-0", None),
    ("kg", "-75.5", None),
    ("lb", "0.2", Some("0.20")),
    ("lb", "0.195", Some("0.20")),
    ("lb", "0.19", None),
    ("lb", "2204.62", Some("2204.62")),
    ("lb", "2204.624", Some("2204.62")),
    ("lb", "2204.625", None),
    ("lb", "2204.63", None),
    ("st", "0.02", Some("0.02")),
    ("st", "0.015", Some("0.02")),
    ("st", "0.01", None),
    ("st", "157.47", Some("157.47")),
    ("st", "157.474", Some("157.47")),
    ("st", "157.475", None),
    ("st", "157.48", None),
    ("kg", "1e400", None),
    ("kg", "-1e400", None),
    ("kg", "1e-400", None),
    ("kg", "1e999999999999999999999", None),
    ("kg", "123456789012345678901234567890", None),
    ("kg", "0.00000000000000000000000000000000000000000000000000755e52", Some("75.50")),
];

#[test]
fn weights_are_exact_hundredths_rounded_half_away_from_zero_within_the_range_of_the_unit() {
    let server = Server::start();
    let user = server.user();
    let mut wrong = Vec::new();
    for (unit, written, expected) in TABLE {
        let body = format!(
            r#"{{"weight_value":{written},"unit":"{unit}","timestamp":"2026-01-06T20:30:00Z"}}"#
        );
        let answer = user.send(
            Request::new("POST", WEIGHT).header("Content-Type", "application/json").body(body),
        );
        let ok = match expected {
            Some(expected) => {
                let answered: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                answer.status == 201
                    && answered["weight_value"].as_f64() == expected.parse::<f64>().ok()
                    && {
                        let id = answered["id"].as_str().unwrap_or_default().to_owned();
                        let stored = server.database().rows(&format!(
                        "SELECT CAST(weight_value AS CHAR) FROM weight_entries WHERE id = '{id}' OR HEX(id) = REPLACE('{id}', '-', '')"
                    ));
                        stored.len() == 1 && stored[0].contains(expected)
                    }
            }
            None => answer.status == 422 && answer.field_errors() == ["weight_value out_of_range"],
        };
        if !ok {
            wrong.push(format!(
                "{written} {unit}: expected {expected:?}, got {} {}",
                answer.status,
                answer.text()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rounded_value_is_answered_as_a_plain_number_with_the_fewest_digits() {
    let server = Server::start();
    let user = server.user();
    for (written, answered) in [("75.50", "75.5"), ("75.555", "75.56"), ("75.05", "75.05")] {
        let body = format!(
            r#"{{"weight_value":{written},"unit":"kg","timestamp":"2026-01-06T20:30:00Z"}}"#
        );
        let answer = user.send(
            Request::new("POST", WEIGHT).header("Content-Type", "application/json").body(body),
        );
        answer.expect(201);
        assert!(
            answer.text().contains(&format!("\"weight_value\":{answered},")),
            "{}",
            answer.text()
        );
    }
}
