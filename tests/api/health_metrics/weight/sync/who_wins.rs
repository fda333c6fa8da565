//! Runs `tests/who_wins.json`, the table that server and app share, through the whole program over HTTP.
//!
//! The tests shift all stamps of a case so that its `now` is the present. The program makes the stored version, then
//! SQL sets its stamps.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::support::timestamps::{self, for_sql};
use crate::support::user::{User, with};
use crate::support::{SYNC, Server, WEIGHT};

const TABLE: &str = include_str!("../../../../who_wins.json");

struct Case<'table> {
    case: &'table Value,
    shift: Duration,
}

impl Case<'_> {
    fn shifted(&self, time: &Value) -> Option<String> {
        let time =
            DateTime::parse_from_rfc3339(time.as_str()?).expect("RFC 3339").with_timezone(&Utc)
                + self.shift;
        Some(time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    /// Makes the stored version and returns its id.
    fn store(&self, user: &User<'_>, local_id: &str) -> Option<String> {
        let stored = &self.case["stored"];
        if stored.is_null() {
            return None;
        }
        let edited_at = self.shifted(&stored["edited_at"]).unwrap();
        let content = json!({"weight_value": stored["weight_value"], "unit": stored["unit"],
            "timestamp": stored["timestamp"], "local_id": local_id, "edited_at": edited_at});
        let id = user.create_id(&content);
        if stored["deleted"] == true {
            user.delete(&id).expect(204);
        }
        let updated_at = self.shifted(&stored["updated_at"]).unwrap();
        user.server.database().execute(
            "UPDATE weight_entries SET edited_at = ?, updated_at = ? WHERE id = ?",
            (for_sql(&edited_at), for_sql(&updated_at), &id),
        );
        Some(id)
    }

    fn incoming(&self, local_id: &str) -> Value {
        let incoming = &self.case["incoming"];
        let mut entry = json!({"local_id": local_id});
        if incoming["deleted"] == true {
            entry["deleted"] = json!(true);
        } else {
            for name in ["weight_value", "unit", "timestamp"] {
                entry[name] = incoming[name].clone();
            }
        }
        for name in ["edited_at", "base_updated_at"] {
            if let Some(time) = self.shifted(&incoming[name]) {
                entry[name] = json!(time);
            }
        }
        entry
    }

    /// Sends the incoming version; returns status, resolution and reason.
    fn send(&self, user: &User<'_>, local_id: &str) -> Value {
        let entry = self.incoming(local_id);
        if self.case["bulk"] == true {
            let body = json!({"conflict_strategy": self.case["strategy"], "entries": [entry]});
            let answer = user.post(SYNC, &body).expect(200);
            return json!({
                "status": answer["synced"][0]["status"],
                "resolution": answer["conflicts"][0]["resolution"],
                "reason": answer["conflicts"][0]["reason"],
            });
        }
        let before = user.server.database().rows(&stamp_of(local_id));
        let answer = user.post(WEIGHT, &entry);
        let after = user.server.database().rows(&stamp_of(local_id));
        match answer.status {
            201 => json!({"status": "created", "resolution": null, "reason": null}),
            200 if before == after => {
                json!({"status": "unchanged", "resolution": null, "reason": null})
            }
            200 => json!({"status": "updated", "resolution": null, "reason": null}),
            409 => {
                // The server's version shows the reason.
                let reason =
                    match answer.problem(409, "newer_on_server")["server_entry"]["deleted_at"]
                        .is_string()
                    {
                        true => "deleted_on_server",
                        false => "newer_on_server",
                    };
                json!({"status": null, "resolution": "server_wins", "reason": reason})
            }
            other => json!({"status": other, "resolution": answer.text(), "reason": null}),
        }
    }

    fn edited_at_is_right(&self, found: Option<String>, sent: DateTime<Utc>) -> bool {
        let expected = &self.case["expect"]["edited_at"];
        match (self.shifted(expected), found) {
            (None, None) => true,
            (Some(_), Some(found)) if *expected == self.case["now"] => {
                let found = timestamps::parse(&found);
                found >= sent - Duration::milliseconds(1) && found <= Utc::now()
            }
            (Some(expected), Some(found)) => {
                timestamps::parse(&expected) == timestamps::parse(&found)
            }
            _ => false,
        }
    }
}

fn stamp_of(local_id: &str) -> String {
    format!("SELECT updated_at, edited_at FROM weight_entries WHERE local_id = '{local_id}'")
}

fn edited_at_of(user: &User<'_>, local_id: &str) -> Option<String> {
    use mysql::prelude::Queryable;
    let text: Option<String> = user
        .server
        .database()
        .connect()
        .exec_first(
            "SELECT DATE_FORMAT(edited_at, '%Y-%m-%dT%H:%i:%s.%fZ') FROM weight_entries WHERE user_id = ? AND local_id = ?",
            (&user.id, local_id),
        )
        .unwrap();
    text.map(|text| {
        DateTime::parse_from_rfc3339(&text)
            .unwrap()
            .to_utc()
            .to_rfc3339_opts(SecondsFormat::AutoSi, true)
    })
}

#[test]
fn every_case_of_the_shared_table_gives_its_expected_result() {
    let table: Value = serde_json::from_str(TABLE).unwrap();
    let cases = table["cases"].as_array().unwrap();
    assert!(cases.len() >= 40);
    let server = Server::start();
    let user = server.user();
    let mut wrong = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let local_id = format!("case-{number}");
        let now = DateTime::parse_from_rfc3339(case["now"].as_str().unwrap()).unwrap().to_utc();
        // Whole seconds, so that the shift keeps the fractions.
        let shift = Duration::seconds((Utc::now() - now).num_seconds());
        let case = Case { case, shift };
        case.store(&user, &local_id);
        let sent = Utc::now();
        let mut found = case.send(&user, &local_id);
        let edited_at = edited_at_of(&user, &local_id);
        let expect = &case.case["expect"];
        let mut expected = json!({});
        for name in ["status", "resolution", "reason"] {
            expected = with(expected, &json!({name: expect[name]}));
        }
        if !case.edited_at_is_right(edited_at.clone(), sent) {
            found["edited_at"] = json!(edited_at);
            expected["edited_at"] = json!(case.shifted(&expect["edited_at"]));
        }
        if found != expected {
            wrong.push(format!("{}: expected {expected}, found {found}", case.case["name"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
