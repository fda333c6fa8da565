//! Fields of an entry that are missing, of a wrong type or out of range.

use serde_json::json;

use super::table::{Table, run, send};
use crate::support::WEIGHT;

fn fields(table: &mut Table) {
    let long = format!("\"{}\"", "k".repeat(10_000));
    for (member, value, error) in [
        ("weight_value", "absent", "required"),
        ("weight_value", "null", "required"),
        ("weight_value", "\"75.5\"", "wrong_type"),
        ("weight_value", "\"NaN\"", "wrong_type"),
        ("weight_value", "true", "wrong_type"),
        ("weight_value", "[75.5]", "wrong_type"),
        ("weight_value", "{}", "wrong_type"),
        ("weight_value", "0", "out_of_range"),
        ("weight_value", "-75.5", "out_of_range"),
        ("weight_value", "1000.01", "out_of_range"),
        ("weight_value", "1e400", "out_of_range"),
        ("weight_value", "-1e400", "out_of_range"),
        ("weight_value", "1e-400", "out_of_range"),
        ("weight_value", "99999999999999999999999999999999999999999", "out_of_range"),
        ("unit", "absent", "required"),
        ("unit", "null", "required"),
        ("unit", "\"stone\"", "unknown_value"),
        ("unit", "\"KG\"", "unknown_value"),
        ("unit", "\" kg\"", "unknown_value"),
        ("unit", "\"\"", "unknown_value"),
        ("unit", "5", "wrong_type"),
        ("unit", "[\"kg\"]", "wrong_type"),
        ("unit", "\"kg\\u0000\"", "unknown_value"),
        ("unit", long.as_str(), "unknown_value"),
        ("timestamp", "absent", "required"),
        ("timestamp", "null", "required"),
        ("timestamp", "1767731400", "wrong_type"),
        ("timestamp", "\"\"", "invalid_format"),
        ("timestamp", "\"yesterday\"", "invalid_format"),
        ("timestamp", "\"2026-01-06\"", "invalid_format"),
        ("timestamp", "\"2026-01-06T20:30:00\"", "missing_zone"),
        ("timestamp", "\"2026-01-06T20:30:00.123\"", "missing_zone"),
        ("timestamp", "\"2026-02-30T20:30:00Z\"", "invalid_format"),
        ("timestamp", "\"2026-01-06T24:00:00Z\"", "invalid_format"),
        ("timestamp", "\"2026-13-01T00:00:00Z\"", "invalid_format"),
        ("timestamp", "\"2016-12-31T23:59:60Z\"", "leap_second"),
        ("timestamp", "\"0000-01-01T00:00:00Z\"", "out_of_range"),
        ("timestamp", "\"1899-12-31T23:59:59Z\"", "out_of_range"),
        ("timestamp", "\"1900-01-01T00:30:00+01:00\"", "out_of_range"),
        ("timestamp", "\"9999-12-31T23:59:59Z\"", "out_of_range"),
        ("timestamp", "\"9999-12-31T23:59:59-23:59\"", "out_of_range"),
        ("timestamp", "\"10000-01-01T00:00:00Z\"", "invalid_format"),
        ("timestamp", "\"2026-01-06T20:30:00Z; DROP TABLE users\"", "invalid_format"),
        ("edited_at", "5", "wrong_type"),
        ("edited_at", "\"now\"", "invalid_format"),
        ("edited_at", "\"2026-01-06T20:30:00\"", "missing_zone"),
        ("edited_at", "\"2016-12-31T23:59:60Z\"", "leap_second"),
    ] {
        table.field(member, value, error);
    }
    for (value, error) in [
        ("5", "wrong_type"),
        ("\"\"", "too_short"),
        ("\"a b\"", "invalid_format"),
        ("\"\u{e4}\"", "invalid_format"),
    ] {
        let body = format!(
            "{{\"weight_value\":75.5,\"unit\":\"kg\",\"timestamp\":\"2026-01-06T20:30:00Z\",\"local_id\":{value}}}"
        );
        table
            .add(
                format!("POST local_id = {value}"),
                send("POST", WEIGHT, body),
                422,
                "validation_failed",
            )
            .errors = Some(vec![format!("local_id {error}")]);
    }
    let body = json!({"weight_value": 75.5, "unit": "kg", "timestamp": "2026-01-06T20:30:00Z", "local_id": "x".repeat(65), "device_id": "y".repeat(65)});
    table
        .add("POST long ids", send("POST", WEIGHT, body.to_string()), 422, "validation_failed")
        .errors = Some(vec!["device_id too_long".to_owned(), "local_id too_long".to_owned()]);
}

#[test]
fn bad_fields_are_named_with_a_code_on_all_three_writing_routes() {
    run(fields, 140);
}
