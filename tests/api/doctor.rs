//! `weightctl doctor` on its own: its report, and faults that need more than one site. `doctor_faults` plants the others.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::Server;
use crate::support::certificates::Authority;
use crate::support::database::{DatabaseProgram, DatabaseServer, TestDatabase};
use crate::support::executable;
use crate::support::folder::Folder;
use crate::support::proxy::Proxy;
use crate::support::site::{Faults, FaultyHost};
use crate::support::site::{Site, WEIGHT_API, WEIGHTCTL, said};

/// A public address that leads nowhere and never leaves this machine.
const NOBODYS: (&str, &str) = ("WEIGHT_SYNC_SERVER_PUBLIC_URL", "https://127.0.0.1:1");

/// A site without a web server.
fn unserved(settings: &[(&str, &str)]) -> Site {
    Site::new(&[&[NOBODYS], settings].concat())
}

/// Puts a `crontab` command that prints this table into the folder.
pub(crate) fn crontab(folder: &Folder, table: &str) {
    let text = format!("#!/bin/sh\ncat <<'END'\n{table}\nEND\n");
    executable::script(&folder.join("crontab"), &text);
}

pub(crate) fn run(config: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(WEIGHTCTL)
        .arg("--config")
        .arg(config)
        .arg("doctor")
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The result of each check. Also asserts that the exit code and the remedies fit the results.
pub(crate) fn doctor(site: &Site, variables: &[(&str, &str)]) -> BTreeMap<String, Value> {
    let output = run(&site.config, &["--json"], variables);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    let checks: BTreeMap<String, Value> = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| (check["check"].as_str().unwrap().to_owned(), check.clone()))
        .collect();
    assert_eq!(report["checks"].as_array().unwrap().len(), checks.len(), "each once: {report:#}");
    let fails = checks.values().any(|check| check["result"] == "fail");
    assert_eq!(output.status.code(), Some(i32::from(fails)), "{}", said(&output));
    for check in checks.values() {
        let is_ill = check["result"] == "fail" || check["result"] == "warn";
        assert!(check["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{check}");
        assert_eq!(check.get("remedy").is_some(), is_ill, "{check}");
        let remedy = check["remedy"].as_str().unwrap_or_default();
        let mut commands = remedy.match_indices("weightctl ");
        assert!(commands.all(|(at, _)| remedy[..at].ends_with('/')), "not in PATH: {check}");
    }
    checks
}

#[track_caller]
pub(crate) fn assert_found(
    checks: &BTreeMap<String, Value>,
    check: &str,
    result: &str,
    reason: &str,
) {
    let found = checks.get(check).unwrap_or_else(|| panic!("no {check} in {checks:#?}"));
    assert_eq!(found["result"], result, "{found}");
    assert!(found.to_string().contains(reason), "{reason} in {found}");
}

#[test]
fn what_the_configuration_accepts_is_named() {
    let own = doctor(&unserved(&[]), &[]);
    assert_found(
        &own,
        "configuration",
        "pass",
        "registration is open; only this service's own tokens",
    );
    let required = ("WEIGHT_SYNC_AUTH_FOREIGN_REQUIRE", "iss=https://php.example.org,aud=weights");
    let closed = ("WEIGHT_SYNC_ACCOUNTS_REGISTRATION_OPEN", "false");
    let foreign = doctor(&unserved(&[required, closed]), &[]);
    assert_found(&foreign, "configuration", "pass", "registration is closed");
    let expected = "tokens are valid with aud = weights, iss = https://php.example.org";
    assert_found(&foreign, "configuration", "pass", expected);
}

#[test]
fn a_clock_difference_warns_or_fails_by_its_size() {
    let site = unserved(&[]);
    let proxy = Proxy::before(&site);
    for (seconds, result, says) in [(60, "warn", "ahead of"), (-1000, "fail", "behind")] {
        // Sets the connection's own clock, and only for the doctor's query.
        let statement = format!("SET timestamp = UNIX_TIMESTAMP() - ({seconds})");
        proxy.preface("SELECT UTC_TIMESTAMP", &statement);
        assert_found(&doctor(&site, &[]), "clock", result, says);
    }
}

#[test]
fn processes_of_a_replaced_program_are_found() {
    let site = unserved(&[]);
    let program = site.folder.join("api");
    executable::copy(Path::new(WEIGHT_API), &program);
    let listener = UnixListener::bind(site.folder.join("old.sock")).unwrap();
    let mut child = Command::new(&program)
        .env_clear()
        .stdin(Stdio::from(OwnedFd::from(listener)))
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let names_it = |checks: &BTreeMap<String, Value>| {
        let found = &checks["old processes"];
        found["result"] == "warn" && found["reason"].as_str().unwrap().contains(&id)
    };
    let before = names_it(&doctor(&site, &[]));
    std::fs::remove_file(&program).unwrap();
    let after = names_it(&doctor(&site, &[]));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!before, "it runs the file that is there");
    assert!(after, "its file is gone");
}

#[test]
fn the_report_is_aligned_coloured_on_request_and_strict_on_request() {
    let site = unserved(&[]);
    let plain = run(&site.config, &["--verbose"], &[]);
    let text = String::from_utf8(plain.stdout).unwrap();
    assert!(!text.contains('\u{1b}'), "{text}");
    let row = |check: &str| {
        let found = text.lines().find(|line| line.contains(&format!("  {check}  ")));
        found.unwrap_or_else(|| panic!("{check} in {text}")).to_owned()
    };
    assert!(row("schema").starts_with("  pass  schema "), "{text}");
    assert!(text.contains("→ "), "remedies: {text}");
    assert!(text.lines().next_back().unwrap().contains("passed"), "{text}");
    let quiet = String::from_utf8(run(&site.config, &["--quiet"], &[]).stdout).unwrap();
    assert!(quiet.contains("FAIL  https") && !quiet.contains("  pass"), "{quiet}");
    let forced = run(&site.config, &["-v"], &[("CLICOLOR_FORCE", "1")]);
    assert!(String::from_utf8_lossy(&forced.stdout).contains("\u{1b}[32mpass"));
    let never = run(&site.config, &[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
    assert!(!String::from_utf8_lossy(&never.stdout).contains('\u{1b}'));
    assert_eq!(run(&site.config, &["--strict"], &[]).status.code(), Some(1));
}

#[test]
fn the_tables_that_are_looked_for_are_those_that_the_migrations_make() {
    let site = unserved(&[]);
    let found = site.database.rows(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE() \
         AND table_name <> 'schema_migrations' AND (table_name <> 'users' OR column_name = 'id')",
    );
    let mut found: Vec<String> =
        found.iter().map(|row| row.replace('\'', "").replace(" | ", ".")).collect();
    let expected = weight_sync::store::schema::expected().into_iter();
    let mut expected: Vec<String> = expected
        .flat_map(|table| {
            table.columns.into_iter().map(move |column| format!("{}.{column}", table.name))
        })
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_database_whose_certificate_is_of_an_unknown_authority_fails() {
    let authority = Authority::new();
    let options = authority.server_options("localhost", 2999);
    let database = DatabaseServer::start(&DatabaseProgram::MariaDb, &options);
    let url = format!("mysql://root@localhost:{}/mysql", database.port());
    let settings =
        [NOBODYS, ("WEIGHT_SYNC_DATABASE_URL", &url), ("WEIGHT_SYNC_DATABASE_TLS", "verified")];
    let site = Site::over(TestDatabase::create_on(&database.url()), &settings);
    let checks = doctor(&site, &[]);
    assert_found(&checks, "database", "fail", "the server's certificate is not accepted");
    assert_found(&checks, "database", "fail", "set database.tls_ca_file");
}

#[test]
fn a_server_that_takes_no_writes_fails() {
    let database = DatabaseServer::start(&DatabaseProgram::MariaDb, &[]);
    let site = Site::over(TestDatabase::create_on(&database.url()), &[]);
    site.weightctl_ok(&["migrate"]);
    let server = Server::over(site, 1);
    let _front = FaultyHost::before(&server, "127.0.0.1", None, Faults::default());
    server.database().execute("SET GLOBAL read_only = ON", ());
    let checks = doctor(&server.site, &[]);
    assert_found(&checks, "writes", "fail", "the server takes no writes now");
    assert_found(&checks, "authorization", "fail", "follows from the check");
    server.database().execute("SET GLOBAL read_only = OFF", ());
}
