//! Checks whether the database can be reached and, only then, everything else
//! about it.

use std::time::Instant;

use chrono::{DateTime, Utc};
use weight_sync::handlers::service::Service;
use weight_sync::store::{Database, StoreError, diagnosis};

use super::finding::{Check, DATABASE, Finding, Level};
use super::{cluster, privileges, schema, server, tables};

const REACHABLE: Check = Check(DATABASE, "database");
const CHARSET: Check = Check(DATABASE, "charset");
const CLOCK: Check = Check(DATABASE, "clock");

pub(super) fn examine(service: &Service) -> Vec<Finding> {
    let mut database = service.database();
    let begun = Instant::now();
    let facts = match diagnosis::facts(&mut database) {
        Ok(facts) => facts,
        Err(error) => return vec![unreachable(&error)],
    };
    let milliseconds = begun.elapsed().as_millis();
    let mut findings = vec![
        REACHABLE.pass(format!("answers, {milliseconds} ms with the connection")),
        server::version(&facts),
        privileges::examine(&mut database),
        charset(&mut database, &facts),
        server::strict_mode(&facts),
        server::time_zone(&facts),
        schema::examine(&mut database),
        clock(&mut database),
        server::connections(&facts, service.settings.database.pool_max),
    ];
    findings.extend(cluster::examine(&mut database));
    // The check schema says what no migration has made.
    if findings.iter().any(|finding| finding.check == schema::NAME && finding.level == Level::Pass)
    {
        findings.extend(tables::examine(&mut database));
    }
    findings
}

/// Chooses the remedy by the error's text; these are the usual failures on
/// shared hosts.
fn unreachable(error: &StoreError) -> Finding {
    let text = error.to_string();
    let says = |word: &str| text.contains(word);
    let remedy = if says("1045") {
        "the user or the password is wrong: compare database.url with the host's panel"
    } else if says("1044") || says("1049") {
        "the database is not there or not this user's: compare database.url with the panel"
    } else if says("1040") || says("1203") || says("1226") {
        "too many connections: end old processes, look at the check connections later"
    } else if says("does not have this capability") {
        "the server offers no TLS: ask the host, or, on a line that you trust, set database.tls = \"off\""
    } else if text.to_lowercase().contains("certificate") {
        "the server's certificate is not accepted: set database.tls_ca_file to the host's authority, and the \
         name in database.url to the one in the certificate"
    } else if says("lookup") || says("resolve") {
        "the host's name is unknown: compare database.url with the host's panel"
    } else {
        "see whether host and port of database.url are right, and whether the host has trouble"
    };
    REACHABLE.fail(text, remedy)
}

fn charset(database: &mut Database<'_>, facts: &diagnosis::ServerFacts) -> Finding {
    match diagnosis::tables_without_utf8mb4(database) {
        Ok(tables) => server::charset(facts, &tables).unwrap_or_else(|| {
            let default = &facts.database_charset;
            CHARSET.pass(format!("all tables hold utf8mb4 (the database's default: {default})"))
        }),
        Err(error) => CHARSET.skip(error.to_string()),
    }
}

/// The clocks agree if the database's time lies between query and result. The
/// query's duration does not count: a busy host must not look like a wrong clock.
fn clock(database: &mut Database<'_>) -> Finding {
    let asked = Utc::now();
    match diagnosis::clock(database) {
        Ok(theirs) => {
            let answered = Utc::now();
            let theirs = DateTime::from_timestamp_micros(theirs.as_micros()).unwrap_or_default();
            let ahead = asked.max(theirs.min(answered)) - theirs;
            server::clock(ahead.num_microseconds().unwrap_or(i64::MAX))
        }
        Err(error) => CLOCK.skip(error.to_string()),
    }
}
