//! Sends one user's requests and records them for failure reports.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::device::Upload;
use super::entry::Edit;
use super::expected_state::Line;
use super::processes::{Processes, Way};
use super::timestamps::render;
use crate::support::proxy::Verdict;
use crate::support::user::User;
use crate::support::{Answer, Request, SYNC};

pub(crate) struct RecordedClient<'processes> {
    pub(crate) processes: &'processes Processes,
    pub(crate) user: User<'processes>,
    /// The process that takes the requests.
    pub(crate) way: Cell<Way>,
    pub(crate) requests: Cell<u64>,
    /// The requests and responses, printed when a history fails.
    pub(crate) transcript: RefCell<Vec<String>>,
    /// The number of events of each kind.
    pub(crate) seen: RefCell<BTreeMap<String, u64>>,
}

impl<'processes> RecordedClient<'processes> {
    pub(crate) fn new(processes: &'processes Processes) -> Self {
        Self {
            processes,
            user: processes.server.user(),
            way: Cell::new(Way::Plain),
            requests: Cell::new(0),
            transcript: RefCell::default(),
            seen: RefCell::default(),
        }
    }

    pub(crate) fn weightctl(&self, arguments: &[&str]) {
        self.processes.server.site.weightctl_ok(arguments);
    }

    pub(crate) fn note(&self, line: String) {
        self.transcript.borrow_mut().push(line);
    }

    pub(crate) fn saw(&self, what: &str) {
        *self.seen.borrow_mut().entry(what.to_owned()).or_default() += 1;
    }

    pub(crate) fn send(&self, request: &Request) -> Answer {
        self.send_by(self.way.get(), request)
    }

    /// Sends a request whose connection to the database is cut before or after its COMMIT.
    pub(crate) fn send_and_cut(&self, request: &Request, verdict: Verdict) -> Answer {
        self.processes.proxy.judge(move |command| match command.commits() {
            true => verdict,
            false => Verdict::Forward,
        });
        let answer = self.send_by(Way::Cut, request);
        self.processes.proxy.forward_all();
        answer
    }

    fn send_by(&self, way: Way, request: &Request) -> Answer {
        let target = String::from_utf8_lossy(&request.target).into_owned();
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let answer = self.processes.send(way, &request.clone().bearer(&self.user.token));
        self.requests.set(self.requests.get() + 1);
        let code = if answer.status >= 400 { answer.code() } else { String::new() };
        self.saw(format!("{} {} {code}", request.method, answer.status).trim());
        let headers = request.headers.iter().filter(|(name, _)| name == "If-Match");
        let tags: String =
            headers.map(|(_, tag)| format!(" If-Match {}", String::from_utf8_lossy(tag))).collect();
        self.note(format!("  {} {target}{tags} {body}", request.method));
        self.note(format!("    {} {}", answer.status, answer.text()));
        answer
    }
}

/// The request of a bulk upload.
pub(crate) fn bulk(upload: &Upload) -> Request {
    let mut body = json!({
        "conflict_strategy": upload.strategy.name(),
        "entries": upload.lines.iter().map(bulk_line).collect::<Vec<_>>(),
    });
    if !upload.device.is_empty() {
        body["device_id"] = json!(upload.device);
    }
    Request::new("POST", SYNC).json(&body)
}

fn bulk_line(line: &Line) -> Value {
    let mut value = match line.edit {
        Edit::Put(content) => content.json(),
        Edit::Delete => json!({"deleted": true}),
    };
    if line.spoiled {
        value["weight_value"] = json!(5000);
    }
    value["local_id"] = json!(line.key.as_ref().map(|key| &key.local));
    if let Some(id) = &line.server_id {
        value["server_id"] = json!(id);
    }
    for (name, moment) in [("edited_at", line.edited_at), ("base_updated_at", line.base)] {
        if let Some(moment) = moment {
            value[name] = json!(render(moment));
        }
    }
    value
}
