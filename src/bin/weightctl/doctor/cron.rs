//! The purge: whether the crontab runs it, and how its last run ended.

use std::process::{Command, Stdio};

use chrono::{TimeDelta, Utc};
use weight_sync::handlers::service::Service;

use super::finding::{Check, Finding};
use crate::last_purge::LastPurge;

const CRON: Check = Check("cron", "cron");
const PURGE: Check = Check("cron", "last purge");

const INSTALL: &str = "./deploy.sh cron install, or a line of your own: docs/OPERATIONS.md, Cron";
/// Allows one missed night.
const LONG_AGO: TimeDelta = TimeDelta::days(2);

pub(super) fn examine(service: &Service) -> Vec<Finding> {
    vec![installed(), last_run(service)]
}

fn installed() -> Finding {
    let output = Command::new("crontab").arg("-l").stdin(Stdio::null()).output();
    let Ok(output) = output else {
        return CRON.skip("there is no crontab command here");
    };
    let table = String::from_utf8_lossy(&output.stdout);
    let is_ours = |line: &&str| {
        let line = line.trim_start();
        !line.starts_with('#') && line.contains("weightctl") && line.contains("purge")
    };
    match table.lines().find(is_ours) {
        Some(line) => CRON.pass(line.trim()),
        None => CRON.warn("no line of the crontab runs weightctl purge", INSTALL),
    }
}

fn last_run(service: &Service) -> Finding {
    let last = match LastPurge::load(&mut service.database()) {
        Ok(Some(last)) => last,
        Ok(None) => return PURGE.warn("has never run", INSTALL),
        Err(_) => return PURGE.skip("the database does not tell"),
    };
    let said = last.to_string();
    let Some(at) = last.at() else { return PURGE.skip(said) };
    if last.failure.is_some() {
        PURGE.fail(said, "run weightctl purge by hand and see")
    } else if Utc::now() - at > LONG_AGO {
        PURGE.warn(format!("{said}: that is long ago"), "look whether cron runs, and mails you")
    } else {
        PURGE.pass(said)
    }
}
