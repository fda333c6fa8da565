//! What a request costs the database: its statements, and the rows that each reads.

use std::collections::BTreeMap;

use crate::support::proxy::{Command, Proxy};
use crate::support::site::Site;
use crate::support::{Answer, Request, Server};

/// One process behind a proxy that meters its statements.
pub(crate) struct Metered {
    pub(crate) proxy: Proxy,
    pub(crate) server: Server,
}

/// One statement with the growth of the connection's counters.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) literal: String,
    pub(crate) counters: BTreeMap<String, u64>,
}

impl Statement {
    /// Rows read in any way, including those of temporary tables.
    pub(crate) fn rows_read(&self) -> u64 {
        self.sum("Handler_read")
    }

    pub(crate) fn sum(&self, prefix: &str) -> u64 {
        self.counters
            .iter()
            .filter(|(name, _)| name.starts_with(prefix))
            .map(|(_, value)| value)
            .sum()
    }

    pub(crate) fn counter(&self, name: &str) -> u64 {
        self.counters[name]
    }
}

impl Metered {
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let site = Site::new(settings);
        let proxy = Proxy::before(&site);
        proxy.meter();
        Self { proxy, server: Server::over(site, 1) }
    }

    /// Sends a request; returns the answer and the statements.
    pub(crate) fn cost(&self, token: &str, request: &Request) -> (Answer, Vec<Statement>) {
        self.proxy.take_log();
        let answer = self.server.send(&request.clone().bearer(token));
        let mut log = self.proxy.take_log();
        // The next request's first statement shows the counters after this request's last one.
        self.server.use_database();
        let next = self.proxy.take_log().into_iter().filter(Command::is_statement);
        log.extend(next.filter(|command| !command.is_counting()).take(1));
        (answer, costs(log))
    }

    /// The number of statements in the log line of the last request.
    pub(crate) fn logged_statements(&self, route: &str) -> u64 {
        let log = self.server.log();
        let line = log.lines().rev().find(|line| line.contains(route)).expect("a line of the log");
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        line["statements"].as_u64().expect("a number")
    }
}

/// The cost of each statement of a log: the growth of the counters up to the connection's next statement.
pub(crate) fn costs(log: Vec<Command>) -> Vec<Statement> {
    // The process counts once a minute, on another connection.
    let is_of_request = |command: &Command| command.is_statement() && !command.is_counting();
    let statements: Vec<Command> = log.into_iter().filter(is_of_request).collect();
    statements
        .windows(2)
        .filter(|pair| pair[0].line == pair[1].line)
        .map(|pair| {
            let before = pair[0].status.as_ref().expect("metered");
            let after = pair[1].status.as_ref().expect("metered");
            let counters =
                after.iter().map(|(name, value)| (name.clone(), value - before[name])).collect();
            Statement { text: pair[0].text.clone(), literal: pair[0].literal.clone(), counters }
        })
        .collect()
}

/// The rows that all statements of a request read.
pub(crate) fn rows_read(statements: &[Statement]) -> u64 {
    statements.iter().map(Statement::rows_read).sum()
}

/// The first words, for messages.
pub(crate) fn outline(statements: &[Statement]) -> Vec<String> {
    statements
        .iter()
        .map(|one| {
            format!("{} rows: {}", one.rows_read(), one.text.chars().take(60).collect::<String>())
        })
        .collect()
}
