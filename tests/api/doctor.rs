//! `weightctl doctor` finds nothing on a healthy site, and each fault on a site that has it. The faults are real.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::Server;
use crate::support::certificates::Authority;
use crate::support::database::is_cluster;
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
fn crontab(folder: &Folder, table: &str) {
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
    let fails = checks.values().any(|check| check["result"] == "fail");
    assert_eq!(output.status.code(), Some(i32::from(fails)), "{}", said(&output));
    for check in checks.values() {
        let is_ill = check["result"] == "fail" || check["result"] == "warn";
        assert!(check["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{check}");
        assert_eq!(check.get("remedy").is_some(), is_ill, "{check}");
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
fn a_healthy_site_passes_every_check_and_each_is_documented() {
    let folder = Folder::new();
    let log = folder.join("requests.log");
    crontab(&folder, "# a comment\n15 4 * * * $HOME/weight-sync/bin/weightctl purge --quiet");
    let server = Server::with(&[("WEIGHT_SYNC_LOG_FILE", log.to_str().unwrap())], 1);
    std::fs::set_permissions(server.site.folder.path(), std::fs::Permissions::from_mode(0o700))
        .unwrap();
    let authority = Authority::new();
    let certificate = authority.certify("localhost", 2099);
    let _front = FaultyHost::before(&server, "localhost", Some(certificate), Faults::default());
    server.site.weightctl_ok(&["purge"]);
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let variables = [("SSL_CERT_FILE", authority.file()), ("PATH", path.into())];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.to_str().unwrap()));

    let mut checks = doctor(&server.site, &variables);

    let document =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/OPERATIONS.md"))
            .unwrap();
    for check in checks.keys() {
        assert!(document.contains(&format!("| {check} |")), "docs/OPERATIONS.md: {check}");
    }
    // Other tests run the same program, which may be rebuilt meanwhile.
    checks.remove("old processes");
    // The tests' single server does not write each commit to the disk.
    let durability = checks.remove("durability").unwrap();
    assert_eq!(durability["result"], if is_cluster() { "pass" } else { "warn" }, "{durability}");
    let ill: Vec<&Value> = checks.values().filter(|check| check["result"] != "pass").collect();
    assert!(ill.is_empty(), "{ill:#?}");
    assert_eq!(checks.len(), 26, "{checks:#?}");
    assert_found(&checks, "mode", "pass", "FastCGI");
}

#[test]
fn a_configuration_that_is_missing_exposed_or_wrong_fails() {
    let site = unserved(&[]);
    let missing = run(&site.folder.join("nowhere.toml"), &["--json"], &[]);
    assert_eq!(missing.status.code(), Some(1), "{}", said(&missing));
    std::fs::set_permissions(&site.config, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_found(&doctor(&site, &[]), "configuration", "fail", "chmod 600");
    std::fs::write(&site.config, "[nonsense]").unwrap();
    std::fs::set_permissions(&site.config, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_found(&doctor(&site, &[]), "configuration", "fail", "nonsense");
}

#[test]
fn the_tokens_that_the_configuration_accepts_are_named() {
    let own = doctor(&unserved(&[]), &[]);
    assert_found(&own, "configuration", "pass", "only this service's own tokens");
    let required = ("WEIGHT_SYNC_AUTH_FOREIGN_REQUIRE", "iss=https://php.example.org,aud=weights");
    let foreign = doctor(&unserved(&[required]), &[]);
    let expected = "tokens are valid with aud = weights, iss = https://php.example.org";
    assert_found(&foreign, "configuration", "pass", expected);
}

#[test]
fn a_private_folder_that_others_may_read_warns_and_one_they_may_write_fails() {
    let site = unserved(&[]);
    for (mode, result) in [(0o700, "pass"), (0o755, "warn"), (0o770, "fail")] {
        std::fs::set_permissions(site.folder.path(), std::fs::Permissions::from_mode(mode))
            .unwrap();
        assert_found(&doctor(&site, &[]), "private folder", result, "");
    }
}

#[test]
fn unbounded_password_hashing_warns() {
    let site = unserved(&[]);
    assert_found(&doctor(&site, &[]), "password hashing", "pass", "bounded");
    let slots = site.folder.join("hash-slots");
    let _ = std::fs::remove_dir_all(&slots);
    std::fs::write(&slots, "in the way").unwrap();
    assert_found(&doctor(&site, &[]), "password hashing", "warn", "hash-slots");
}

#[test]
fn an_unreachable_or_refusing_database_fails_with_a_remedy() {
    let site = unserved(&[]);
    let text = std::fs::read_to_string(&site.config).unwrap();
    let url = site.database.url();
    let (user, place) = url.rsplit_once('@').unwrap();
    let (account, _) = user.rsplit_once(':').unwrap();
    for (wrong, says) in [
        (format!("{user}@127.0.0.1:1/{}", place.rsplit('/').next().unwrap()), "host and port"),
        (format!("{account}:wrong@{place}"), "the password is wrong"),
        (format!("{user}@{place}x"), "not this user's"),
        // Longer than a host name can be, so no name server is queried.
        (format!("{user}@{}.invalid:3306/x", "n".repeat(64)), "name is unknown"),
    ] {
        std::fs::write(&site.config, text.replace(&url, &wrong)).unwrap();
        let checks = doctor(&site, &[]);
        assert_found(&checks, "database", "fail", says);
        assert!(!checks.contains_key("schema"), "what cannot be asked is not told");
    }
}

#[test]
fn a_schema_that_is_behind_ahead_or_edited_fails() {
    let site = unserved(&[]);
    assert_found(&doctor(&site, &[]), "schema", "pass", "up to date");
    let last = site.database.rows("SELECT MAX(name) FROM schema_migrations")[0].replace('\'', "");
    site.database.execute("DELETE FROM schema_migrations WHERE name = ?", (&last,));
    assert_found(&doctor(&site, &[]), "schema", "fail", &last);
    let later = "INSERT INTO schema_migrations VALUES ('9999_later', 'x', UTC_TIMESTAMP(6))";
    site.database.execute(later, ());
    assert_found(&doctor(&site, &[]), "schema", "fail", "9999_later");
    site.database.execute("UPDATE schema_migrations SET checksum = 'x'", ());
    assert_found(&doctor(&site, &[]), "schema", "fail", "");
    let empty = Site::unmigrated(&[NOBODYS]);
    assert_found(&doctor(&empty, &[]), "schema", "fail", "0001_initial");
}

#[test]
fn missing_privileges_are_reported() {
    let site = unserved(&[]);
    let url = site.database.url();
    let name = url.rsplit('/').next().unwrap();
    assert_found(&doctor(&site, &[]), "privileges", "pass", name);
    let revoke = |what: &str| {
        site.database.execute(&format!("REVOKE {what} ON {name}.* FROM '{name}'@'%'"), ());
    };
    revoke("CREATE, ALTER");
    assert_found(&doctor(&site, &[]), "privileges", "warn", "CREATE, ALTER");
    revoke("DELETE");
    assert_found(&doctor(&site, &[]), "privileges", "fail", "DELETE");
}

#[test]
fn a_table_that_lost_its_charset_fails() {
    let site = unserved(&[]);
    assert_found(&doctor(&site, &[]), "charset", "pass", "default: utf8mb3");
    site.database.execute("ALTER TABLE daily_counts CONVERT TO CHARACTER SET latin1", ());
    assert_found(&doctor(&site, &[]), "charset", "fail", "daily_counts");
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
fn a_low_connection_limit_of_the_database_account_warns() {
    let site = unserved(&[]);
    let url = site.database.url();
    let name = url.rsplit('/').next().unwrap();
    let limit = format!("ALTER USER '{name}'@'%' WITH MAX_USER_CONNECTIONS 5");
    site.database.execute(&limit, ());
    assert_found(&doctor(&site, &[]), "connections", "warn", "of 5 in use");
}

#[test]
fn an_unwritable_log_fails_and_a_missing_log_file_setting_warns() {
    let site = unserved(&[("WEIGHT_SYNC_LOG_FILE", "/proc/nowhere/requests.log")]);
    assert_found(&doctor(&site, &[]), "log", "fail", "/proc/nowhere");
    assert_found(&doctor(&unserved(&[]), &[]), "log", "warn", "standard error");
}

#[test]
fn a_purge_that_never_ran_failed_or_ran_long_ago_is_reported() {
    let folder = Folder::new();
    crontab(&folder, "# 15 4 * * * weightctl purge\n0 * * * * something else");
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let site = unserved(&[]);
    let found = || doctor(&site, &[("PATH", path.as_str())]);
    assert_found(&found(), "cron", "warn", "no line");
    assert_found(&found(), "last purge", "warn", "never");
    // The purge fails in the middle.
    site.database.execute("RENAME TABLE device_sessions TO away", ());
    assert_eq!(site.weightctl(&["purge"]).status.code(), Some(1));
    assert_found(&found(), "last purge", "fail", "device_sessions");
    site.database.execute("RENAME TABLE away TO device_sessions", ());
    site.weightctl_ok(&["purge"]);
    assert_found(&found(), "last purge", "pass", "0 tombstones");
    let old = json!({"at": "2026-01-01T04:15:00Z", "tombstones": 5}).to_string();
    site.database.execute("UPDATE server_state SET value = ? WHERE name = 'last_purge'", (old,));
    assert_found(&found(), "last purge", "warn", "long ago");
}

#[test]
fn missing_google_keys_fail_if_google_sign_in_is_configured() {
    let site = unserved(&[("WEIGHT_SYNC_GOOGLE_CLIENT_IDS", "app.example")]);
    assert_found(&doctor(&site, &[]), "google keys", "fail", "nobody can sign in");
    assert!(!doctor(&unserved(&[]), &[]).contains_key("google keys"));
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
    let plain = run(&site.config, &[], &[]);
    let text = String::from_utf8(plain.stdout).unwrap();
    assert!(!text.contains('\u{1b}'), "{text}");
    let row = |check: &str| {
        let found = text.lines().find(|line| line.contains(&format!("  {check}  ")));
        found.unwrap_or_else(|| panic!("{check} in {text}")).to_owned()
    };
    assert!(row("schema").starts_with("  pass  schema "), "{text}");
    assert!(text.contains("→ "), "remedies: {text}");
    assert!(text.lines().next_back().unwrap().contains("passed"), "{text}");
    let forced = run(&site.config, &[], &[("CLICOLOR_FORCE", "1")]);
    assert!(String::from_utf8_lossy(&forced.stdout).contains("\u{1b}[32mpass"));
    let never = run(&site.config, &[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
    assert!(!String::from_utf8_lossy(&never.stdout).contains('\u{1b}'));
    assert_eq!(run(&site.config, &["--strict"], &[]).status.code(), Some(1));
}
