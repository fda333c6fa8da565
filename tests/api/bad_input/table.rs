//! Bad requests, each with its status and code, and what holds for all: nothing is stored, and the process lives.

use serde_json::Value;

use crate::support::{Answer, Request, SYNC, Server, User, WEIGHT, weighing};

/// An entry that is not there.
pub(super) const ID: &str = "/api/health-metrics/weight/01990000-0000-7000-8000-000000000000";

/// A request and its expected answer: status, code, and for a 422 the field errors.
pub(super) struct Case {
    name: String,
    request: Request,
    pub(super) with_token: bool,
    status: u16,
    code: &'static str,
    pub(super) errors: Option<Vec<String>>,
}

#[derive(Default)]
pub(super) struct Table(Vec<Case>);

impl Table {
    pub(super) fn add(
        &mut self,
        name: impl Into<String>,
        request: Request,
        status: u16,
        code: &'static str,
    ) -> &mut Case {
        self.0.push(Case {
            name: name.into(),
            request,
            with_token: true,
            status,
            code,
            errors: None,
        });
        self.0.last_mut().expect("just pushed")
    }

    /// A field of an entry, sent by POST, by PUT and in bulk.
    pub(super) fn field(&mut self, member: &str, value: &str, error: &str) {
        let mut members = vec![
            ("weight_value", "75.5"),
            ("unit", "\"kg\""),
            ("timestamp", "\"2026-01-06T20:30:00Z\""),
        ];
        members.retain(|(name, _)| *name != member);
        if value != "absent" {
            members.push((member, value));
        }
        let body = members
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect::<Vec<_>>()
            .join(",");
        let errors = vec![format!("{member} {error}")];
        for (method, target) in [("POST", WEIGHT), ("PUT", ID)] {
            let shown: String = value.chars().take(40).collect();
            let request = send(method, target, format!("{{{body}}}"));
            self.add(format!("{method} {member} = {shown}"), request, 422, "validation_failed")
                .errors = Some(errors.clone());
        }
        let local = if member == "local_id" { "" } else { "\"local_id\":\"a\"," };
        let request = send("POST", SYNC, format!("{{\"entries\":[{{{local}{body}}}]}}"));
        let shown: String = value.chars().take(40).collect();
        self.add(format!("bulk {member} = {shown}"), request, 200, "").errors = Some(errors);
    }
}

pub(super) fn send(method: &str, target: &str, body: impl Into<Vec<u8>>) -> Request {
    Request::new(method, target).header("Content-Type", "application/json").body(body)
}

fn check(case: &Case, answer: &Answer) -> Result<(), String> {
    let bulk = case.status == 200;
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = if bulk { "" } else { body["code"].as_str().unwrap_or_default() };
    if (answer.status, code) != (case.status, case.code) {
        return Err(format!(
            "expected {} {}, got {} {}",
            case.status,
            case.code,
            answer.status,
            answer.text()
        ));
    }
    if !bulk && answer.header("content-type") != Some("application/problem+json") {
        return Err(format!("content type {:?}", answer.header("content-type")));
    }
    if let Some(expected) = &case.errors {
        let holder = if bulk { &body["errors"][0] } else { &body };
        let mut found: Vec<String> = holder["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| {
                format!(
                    "{} {}",
                    error["field"].as_str().unwrap_or("?"),
                    error["code"].as_str().unwrap_or("?")
                )
            })
            .collect();
        found.sort();
        if found != *expected {
            return Err(format!("expected errors {expected:?}, got {found:?}: {}", answer.text()));
        }
    }
    if code == "method_not_allowed" && answer.header("allow").is_none() {
        return Err("no Allow".to_owned());
    }
    if answer.status == 401 && answer.header("www-authenticate").is_none() {
        return Err("no WWW-Authenticate".to_owned());
    }
    Ok(())
}

/// Runs a table; afterwards nothing is stored and the same process still answers.
#[track_caller]
pub(super) fn run(build: impl Fn(&mut Table), at_least: usize) {
    let mut table = Table::default();
    build(&mut table);
    assert!(table.0.len() >= at_least, "{} cases", table.0.len());
    let mut server = Server::start();
    let user = server.user();
    let mut wrong = Vec::new();
    for case in &table.0 {
        let request = if case.with_token {
            case.request.clone().bearer(&user.token)
        } else {
            case.request.clone()
        };
        let answer = server.send(&request);
        if let Err(what) = check(case, &answer) {
            let what: String = what.chars().take(600).collect();
            wrong.push(format!("{}: {what}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), table.0.len(), wrong.join("\n"));
    assert!(
        server.database().entries().is_empty(),
        "something was stored: {:?}",
        server.database().entries()
    );
    still_answers(&user);
    assert!(server.all_alive());
}

fn still_answers(user: &User<'_>) {
    user.create(&weighing(75.5));
    assert_eq!(user.list().len(), 1);
}
