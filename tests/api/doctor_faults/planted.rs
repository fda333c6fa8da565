//! Plants the faults of a deployment, one after the other, on one site that is otherwise healthy. `weightctl doctor` must
//! find the cause of each, name the remedy, and complain of nothing that does not follow from it.

use std::os::unix::fs::symlink;
use std::path::Path;

use mysql::prelude::Queryable;

use super::place::{CHECKOUT, KEYS, LIVE, PROGRAM, Place, set_mode};
use crate::support::database::is_cluster;
use crate::support::site::{Faults, SECRET, WEIGHTCTL};

/// A fault: how it is planted and lifted, and all that the doctor must complain of: check, result, and words of the reason
/// or the remedy.
struct Fault {
    name: &'static str,
    plant: fn(&Place),
    lift: fn(&Place),
    found: &'static [(&'static str, &'static str, &'static [&'static str])],
}

const FOLLOWS: &[&str] = &["follows from the check"];
const AS_CGI: &[u8] = b"Status: 200 OK\r\nCache-Control: no-store\r\n\r\n\
    {\"status\":\"ok\",\"version\":\"0.1.0\",\"mode\":\"cgi\",\"database\":\"ok\"}";

#[rustfmt::skip]
const FAULTS: &[Fault] = &[
    // The configuration and its folder.
    Fault { name: "configuration 0644", plant: |p| p.config_mode(0o644), lift: |p| p.config_mode(0o600),
        found: &[("configuration", "fail", &["mode 0644", "change the database's password"])] },
    Fault { name: "configuration gone",
        plant: |p| std::fs::rename(&p.server.site.config, p.home.join("c")).unwrap(),
        lift: |p| std::fs::rename(p.home.join("c"), &p.server.site.config).unwrap(),
        found: &[("configuration", "fail", &["names a file that is not there"])] },
    Fault { name: "a secret that is too short", plant: |p| p.edit(SECRET, "short"), lift: |p| p.edit("\"short\"", &format!("\"{SECRET}\"")),
        found: &[("configuration", "fail", &["auth.secrets", "openssl rand -base64 32"])] },
    Fault { name: "an unknown key", plant: |p| p.edit("[server]", "[server]\nx = 1"), lift: |p| p.edit("\nx = 1", ""),
        found: &[("configuration", "fail", &["line 5", "docs/CONFIGURATION.md"])] },
    Fault { name: "private folder 0755", plant: |p| set_mode(p.private(), 0o755), lift: |p| set_mode(p.private(), 0o700),
        found: &[("private folder", "warn", &["chmod 700"])] },
    Fault { name: "private folder 0777", plant: |p| set_mode(p.private(), 0o777), lift: |p| set_mode(p.private(), 0o700),
        found: &[("private folder", "fail", &["others could put another configuration"])] },
    Fault { name: "no place for locks",
        plant: |p| { std::fs::remove_dir_all(p.private().join("hash-slots")).unwrap(); std::fs::write(p.private().join("hash-slots"), "").unwrap(); },
        lift: |p| std::fs::remove_file(p.private().join("hash-slots")).unwrap(),
        found: &[("password hashing", "warn", &["hash-slots"])] },

    // The database.
    Fault { name: "wrong password", plant: |p| p.database(|user, place| format!("{}:wrong@{place}", user.rsplit_once(':').unwrap().0)), lift: Place::same_database,
        found: &[("database", "fail", &["1045", "user or the password is wrong"])] },
    Fault { name: "database down", plant: |p| p.database(|user, _| format!("{user}@127.0.0.1:1/x")), lift: Place::same_database,
        found: &[("database", "fail", &["reached: Could not connect", "host and port"])] },
    Fault { name: "wrong name of the database", plant: |p| p.database(|user, place| format!("{user}@{place}x")), lift: Place::same_database,
        found: &[("database", "fail", &["not this user's"])] },
    Fault { name: "wrong name of the host", plant: |p| p.database(|user, _| format!("{user}@{}.invalid:3306/x", "n".repeat(64))), lift: Place::same_database,
        found: &[("database", "fail", &["name is unknown"])] },
    Fault { name: "TLS asked of a server without", plant: |p| p.edit("tls = \"off\"", "tls = \"required\""), lift: |p| p.edit("tls = \"required\"", "tls = \"off\""),
        found: &[("database", "fail", &["the server offers no TLS"])] },
    Fault { name: "a migration is missing", plant: |p| { p.keep_history(); p.sql("DELETE FROM schema_migrations ORDER BY name DESC LIMIT 1"); }, lift: Place::restore_history,
        found: &[("schema", "fail", &["these migrations are missing", "weightctl migrate"])] },
    Fault { name: "a newer migration", plant: |p| { p.keep_history(); p.sql("INSERT INTO schema_migrations VALUES ('9999_later', 'x', UTC_TIMESTAMP(6))"); }, lift: Place::restore_history,
        found: &[("schema", "fail", &["9999_later", "./deploy.sh push of the newer version"])] },
    Fault { name: "an edited migration", plant: |p| { p.keep_history(); p.sql("UPDATE schema_migrations SET checksum = 'x'"); }, lift: Place::restore_history,
        found: &[("schema", "fail", &["was edited", "./deploy.sh push of a released version"])] },
    Fault { name: "weight_entries gone", plant: |p| p.sql("RENAME TABLE weight_entries TO away"), lift: |p| p.sql("RENAME TABLE away TO weight_entries"),
        found: &[("tables", "fail", &["missing: weight_entries", "weightctl restore"])] },
    Fault { name: "rate_counters gone", plant: |p| p.sql("RENAME TABLE rate_counters TO away"), lift: |p| p.sql("RENAME TABLE away TO rate_counters"),
        found: &[("tables", "fail", &["missing: rate_counters", "holds nothing that lasts"]), ("authorization", "fail", &["500", "rate_counters", "follows from the check tables"])] },
    Fault { name: "a column gone", plant: |p| p.sql("ALTER TABLE device_sessions RENAME COLUMN device_name TO x"), lift: |p| p.sql("ALTER TABLE device_sessions RENAME COLUMN x TO device_name"),
        found: &[("tables", "fail", &["missing: device_sessions.device_name"])] },
    Fault { name: "DELETE not granted", plant: |p| p.sql(&format!("REVOKE DELETE ON {}", p.scope("FROM"))), lift: |p| p.sql(&format!("GRANT DELETE ON {}", p.scope("TO"))),
        found: &[("privileges", "fail", &["missing on", "DELETE", "panel"])] },
    Fault { name: "CREATE not granted", plant: |p| p.sql(&format!("REVOKE CREATE ON {}", p.scope("FROM"))), lift: |p| p.sql(&format!("GRANT CREATE ON {}", p.scope("TO"))),
        found: &[("privileges", "warn", &["CREATE", "migrate needs it"])] },
    Fault { name: "an account that may do more", plant: |p| p.sql(&format!("GRANT PROCESS ON *.* TO {}", p.account())), lift: |p| p.sql(&format!("REVOKE PROCESS ON *.* FROM {}", p.account())),
        found: &[("privileges", "warn", &["PROCESS", "account of its own"])] },
    Fault { name: "a table in latin1", plant: |p| p.sql("ALTER TABLE daily_counts CONVERT TO CHARACTER SET latin1"), lift: |p| p.sql("ALTER TABLE daily_counts CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"),
        found: &[("charset", "fail", &["daily_counts", "ALTER TABLE daily_counts DEFAULT CHARACTER SET utf8mb4"])] },
    Fault { name: "few connections", plant: |p| p.sql(&format!("ALTER USER {} WITH MAX_USER_CONNECTIONS 5", p.account())), lift: |p| p.sql(&format!("ALTER USER {} WITH MAX_USER_CONNECTIONS 0", p.account())),
        found: &[("connections", "warn", &["of 5 in use", "ask the host for more"])] },
    Fault { name: "pool_max 20", plant: |p| { p.edit("pool_max = 1", "pool_max = 20"); p.sql(&format!("ALTER USER {} WITH MAX_USER_CONNECTIONS 100", p.account())); },
        lift: |p| { p.edit("pool_max = 20", "pool_max = 1"); p.sql(&format!("ALTER USER {} WITH MAX_USER_CONNECTIONS 0", p.account())); },
        found: &[("connections", "warn", &["up to 20", "leave database.pool_max at 1"])] },
    Fault { name: "counters full, for which the service makes room", plant: Place::fill_counters, lift: Place::empty_counters, found: &[] },
    Fault { name: "requests hang", plant: |p| p.host.set(Faults { drops: Some("/api/account"), ..Faults::default() }), lift: Place::lay,
        found: &[("authorization", "fail", &["no answer to a request that uses the database"])] },

    // The files.
    Fault { name: ".htaccess missing", plant: |p| { std::fs::remove_file(p.web().join(".htaccess")).unwrap(); p.host.set(Faults { files: vec![("/api", PROGRAM)], by_itself: Some(404), ..Faults::default() }); }, lift: Place::lay,
        found: &[(".htaccess", "fail", &["is missing", "./deploy.sh push"]), ("health", "fail", &["404 by itself", "follows from the check .htaccess"]), ("secrets", "fail", &["fetch /api", "no secret was among it"])] },
    Fault { name: "a foreign .htaccess", plant: |p| { p.rules(|_| "Options +Indexes\n".to_owned()); p.host.set(Faults { files: vec![("/api", PROGRAM)], by_itself: Some(404), ..Faults::default() }); }, lift: Place::lay,
        found: &[(".htaccess", "fail", &["lacks", "lines of the release's"]), ("health", "fail", FOLLOWS), ("secrets", "fail", &["no secret was among it"])] },
    Fault { name: "the rule against other addresses gone", plant: |p| { p.rules(|text| without(text, "RewriteRule !^(api")); p.host.set(Faults { files: vec![("/.htaccess", b"SetHandler x")], ..Faults::default() }); }, lift: Place::lay,
        found: &[(".htaccess", "fail", &["lacks 1 line of", "RewriteRule !^(api"]), ("secrets", "fail", &["fetch /.htaccess", "no secret was among it"])] },
    Fault { name: "the lines for Authorization gone", plant: |p| { p.rules(|text| without(text, "CGIPassAuth")); p.host.set(Faults { strips_authorization: true, ..Faults::default() }); }, lift: Place::lay,
        found: &[(".htaccess", "fail", &["CGIPassAuth On"]), ("authorization", "fail", &["header does not reach the program", "follows from the check .htaccess"])] },
    Fault { name: "a host that strips Authorization", plant: |p| p.host.set(Faults { strips_authorization: true, ..Faults::default() }), lift: Place::lay,
        found: &[("authorization", "fail", &["header does not reach the program", "CGIPassAuth"])] },
    Fault { name: "the rule of 128 KiB gone", plant: |p| p.rules(|text| without(&without(text, "Content-Length"), "R=413")), lift: Place::lay,
        found: &[(".htaccess", "fail", &["lacks 2 lines", "Content-Length"])] },
    Fault { name: "a directive that the host refuses", plant: |p| { p.rules(|text| format!("{text}FcgidIOTimeout 5\n")); p.unreached(500); }, lift: Place::lay,
        found: &[("health", "fail", &["500 by itself", "a directive of .htaccess that the host refuses"])] },
    Fault { name: "no mod_rewrite", plant: |p| p.unreached(500), lift: Place::lay,
        found: &[("health", "fail", &["500 by itself", "no mod_rewrite"])] },
    Fault { name: "the handler set to CGI", plant: |p| { p.rules(|text| text.replace("SetHandler fcgid", "SetHandler cgi")); p.host.set(Faults { files: vec![("/api/health", AS_CGI)], ..Faults::default() }); }, lift: Place::lay,
        found: &[(".htaccess", "warn", &["SetHandler fcgid-script"]), ("mode", "warn", &["plain CGI"])] },
    Fault { name: "mod_fcgid gone", plant: |p| p.host.set(Faults { files: vec![("/api/health", AS_CGI)], ..Faults::default() }), lift: Place::lay,
        found: &[("mode", "warn", &["plain CGI", "mod_fcgid is gone"])] },
    Fault { name: "mod_headers gone", plant: |p| p.host.set(Faults { files: vec![("/account/", b"<!doctype html>")], ..Faults::default() }), lift: Place::lay,
        found: &[("headers", "warn", &["content-security-policy", "strict-transport-security", "mod_headers"])] },
    Fault { name: "problems/ gone", plant: |p| std::fs::remove_dir_all(p.web().join("problems")).unwrap(), lift: Place::lay,
        found: &[("pages", "fail", &["problems/.htaccess", "problems/413.json", "./deploy.sh push"])] },
    Fault { name: "account/ gone", plant: |p| { std::fs::remove_dir_all(p.web().join("account")).unwrap(); p.host.set(Faults { files: vec![("/account/", b"Status: 404 Not Found\r\n\r\n")], ..Faults::default() }); }, lift: Place::lay,
        found: &[("pages", "fail", &["account/index.html", "app stores"]), ("headers", "fail", &["404", "follows from the check pages"])] },
    Fault { name: "a page was changed", plant: |p| std::fs::write(p.web().join("account/index.html"), "x").unwrap(), lift: Place::lay,
        found: &[("pages", "warn", &["changed since the push: account/index.html"])] },
    Fault { name: "program 0644", plant: |p| { set_mode(&p.program(), 0o644); p.unreached(403); }, lift: Place::lay,
        found: &[("program", "fail", &["mode 0644", "chmod 755"]), ("health", "fail", &["follows from the check program"])] },
    Fault { name: "program writable by the group", plant: |p| { set_mode(&p.program(), 0o775); p.unreached(500); }, lift: Place::lay,
        found: &[("program", "fail", &["mode 0775", "suexec refuses", "chmod 755"]), ("health", "fail", &["follows from the check program"])] },
    Fault { name: "program a link", plant: |p| { std::fs::remove_file(p.program()).unwrap(); symlink(p.private().join("releases").join(LIVE).join("weight-api"), p.program()).unwrap(); p.unreached(500); }, lift: Place::lay,
        found: &[("program", "fail", &["a symbolic link", "./deploy.sh push"]), ("health", "fail", FOLLOWS)] },
    Fault { name: "program cut off", plant: |p| { std::fs::write(p.program(), &PROGRAM[..9]).unwrap(); p.unreached(500); }, lift: Place::lay,
        found: &[("program", "fail", &["not the release's program (9 bytes", "./deploy.sh push"]), ("health", "fail", FOLLOWS)] },
    Fault { name: "program missing", plant: |p| { std::fs::remove_file(p.program()).unwrap(); p.unreached(503); }, lift: Place::lay,
        found: &[("program", "fail", &["is missing", "./deploy.sh push"]), ("health", "fail", FOLLOWS)] },
    Fault { name: "maintenance", plant: |p| { std::fs::rename(p.program(), p.web().join(".weight-sync-away-api")).unwrap(); p.unreached(503); },
        lift: |p| { std::fs::remove_file(p.web().join(".weight-sync-away-api")).unwrap(); p.lay(); },
        found: &[("program", "fail", &["in maintenance", "maintenance off"]), ("health", "fail", FOLLOWS)] },
    Fault { name: "web directory writable by the group", plant: |p| { set_mode(&p.web(), 0o775); p.unreached(500); }, lift: Place::lay,
        found: &[("web directory", "fail", &["mode 0775", "chmod 755 /", "/web\""]), ("health", "fail", FOLLOWS)] },
    Fault { name: "home 0700", plant: |p| { set_mode(p.home.path(), 0o700); p.unreached(403); }, lift: |p| { set_mode(p.home.path(), 0o755); p.lay(); },
        found: &[("web directory", "fail", &["Apache may not pass", "chmod 711"]), ("health", "fail", FOLLOWS)] },
    Fault { name: "web directory gone", plant: |p| { std::fs::rename(p.web(), p.home.join("elsewhere")).unwrap(); p.unreached(404); }, lift: |p| { std::fs::rename(p.home.join("elsewhere"), p.web()).unwrap(); p.lay(); },
        found: &[("web directory", "fail", &["is not there", "panel"]), ("health", "fail", FOLLOWS)] },
    Fault { name: "an unfinished switch", plant: |p| p.record("switching", LIVE), lift: |p| std::fs::remove_file(p.private().join("switching")).unwrap(),
        found: &[("release", "warn", &["was interrupted, or not verified", "./deploy.sh rollback"])] },
    Fault { name: "the live release was removed", plant: |p| p.record("live", "0.0.9-20250101T000000Z"), lift: |p| p.record("live", LIVE),
        found: &[("release", "warn", &["0.0.9", "but not in", "./deploy.sh push"])] },

    // The public address.
    Fault { name: "nobody at the public address", plant: |p| p.public("https://localhost:1"), lift: Place::own_address,
        found: &[("https", "fail", &["localhost:1", "the site is up"])] },
    Fault { name: "an unknown name", plant: |p| p.public(&format!("https://{}.invalid", "n".repeat(64))), lift: Place::own_address,
        found: &[("https", "fail", &["name is unknown"])] },
    Fault { name: "no public address", plant: |p| p.public(""), lift: Place::own_address,
        found: &[("https", "warn", &["server.public_url is not set"])] },
    Fault { name: "something else answers", plant: |p| p.host.set(Faults { files: vec![("/api/health", b"<h1>Welcome</h1>")], ..Faults::default() }), lift: Place::lay,
        found: &[("health", "fail", &["something else", ".htaccess"]), ("cache", "warn", &["no-store"])] },

    // Cron.
    Fault { name: "no line runs the purge", plant: |p| p.cron(&["google-keys refresh"], WEIGHTCTL), lift: Place::all_jobs,
        found: &[("cron", "warn", &["no line of the crontab runs weightctl purge", "cron install"])] },
    Fault { name: "no line fetches the keys", plant: |p| p.cron(&["purge"], WEIGHTCTL), lift: Place::all_jobs,
        found: &[("cron", "warn", &["google-keys refresh", "cron install"])] },
    Fault { name: "a line of a program that is not there", plant: |p| p.cron(&["purge", "google-keys refresh"], "/nowhere/weightctl"), lift: Place::all_jobs,
        found: &[("cron", "fail", &["/nowhere/weightctl, which is not there", "cron install"])] },
    Fault { name: "a line of another weightctl", plant: |p| { std::fs::write(p.home.join("weightctl"), "").unwrap(); p.cron(&["purge", "google-keys refresh"], p.home.join("weightctl").to_str().unwrap()); }, lift: Place::all_jobs,
        found: &[("cron", "warn", &["another weightctl"])] },
    Fault { name: "never purged", plant: |p| p.sql("UPDATE server_state SET name = 'kept' WHERE name = 'last_purge'"), lift: |p| p.sql("UPDATE server_state SET name = 'last_purge' WHERE name = 'kept'"),
        found: &[("last purge", "warn", &["has never run", "cron install"])] },
    Fault { name: "the purge failed", plant: |p| p.last_purge(r#"{"at":"2026-01-01T04:15:00Z","failure":"table is full"}"#), lift: Place::purged,
        found: &[("last purge", "fail", &["days ago failed: table is full", "purge by hand"])] },
    Fault { name: "purged long ago", plant: |p| p.last_purge(r#"{"at":"2026-01-01T04:15:00Z","tombstones":5}"#), lift: Place::purged,
        found: &[("last purge", "warn", &["days ago, 5 tombstones: that is long ago", "cron runs"])] },
    Fault { name: "no keys of Google", plant: |p| p.sql("DELETE FROM google_key_sets"), lift: |p| p.keys(KEYS, 0, 3600),
        found: &[("google keys", "fail", &["nobody can sign in with Google", "google-keys refresh"])] },
    Fault { name: "stale keys", plant: |p| p.keys(KEYS, 288_000, -3600), lift: |p| p.keys(KEYS, 0, 3600),
        found: &[("google keys", "warn", &["fetched 3 days ago", "older than Google allows"])] },
    Fault { name: "expired keys", plant: |p| p.keys(KEYS, 864_000, -864_000), lift: |p| p.keys(KEYS, 0, 3600),
        found: &[("google keys", "fail", &["10 days ago", "too old to be used"])] },
    Fault { name: "keys that cannot be read", plant: |p| p.keys("{", 0, 3600), lift: |p| p.keys(KEYS, 0, 3600),
        found: &[("google keys", "fail", &["cannot be read", "google-keys refresh"])] },

    // The log.
    Fault { name: "the log cannot be written", plant: |p| p.log_file("/proc/nowhere/requests.log"), lift: Place::own_log,
        found: &[("log", "fail", &["/proc/nowhere", "log.file"])] },
    Fault { name: "the log goes to standard error", plant: |p| { let log = p.log(); p.edit(&format!("file = \"{log}\"\n"), "#log\n"); }, lift: |p| { let log = p.log(); p.edit("#log\n", &format!("file = \"{log}\"\n")); },
        found: &[("log", "warn", &["standard error", "set log.file"])] },
];

/// The lines without this part.
fn without(text: &str, part: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains(part));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn a_healthy_deployment_passes_every_check_and_each_is_documented() {
    let checks = Place::new().checks();
    let document = std::fs::read_to_string(Path::new(CHECKOUT).join("docs/OPERATIONS.md")).unwrap();
    for (name, check) in &checks {
        assert!(document.contains(&format!("| {name} |")), "docs/OPERATIONS.md: {name}");
        assert_eq!(check["result"], "pass", "{check}");
    }
    assert_eq!(checks.len(), 36, "{checks:#?}");
}

#[test]
fn each_planted_fault_is_found_as_its_cause_with_a_remedy_and_nothing_else_is_wrong() {
    let place = Place::new();
    assert_eq!(place.complaints(), [], "before any fault");
    let mut wrong = Vec::new();
    // MySQL makes itself a certificate, and counters in InnoDB, which a cluster has, are never full.
    let can_have = |fault: &&Fault| {
        (place.server.database().is_mariadb() || !fault.name.starts_with("TLS"))
            && (!is_cluster() || !fault.name.starts_with("counters full"))
    };
    for Fault { name, plant, lift, found } in FAULTS.iter().filter(can_have) {
        plant(&place);
        let complaints = place.complaints();
        lift(&place);
        let is_expected = complaints.len() == found.len()
            && found.iter().all(|(check, result, words)| {
                let same =
                    complaints.iter().find(|(name, level, _)| name == check && level == result);
                same.is_some_and(|(_, _, text)| words.iter().all(|word| text.contains(word)))
            });
        if !is_expected {
            wrong.push(format!("{name}: {complaints:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(place.complaints(), [], "after all faults");
}

#[test]
fn a_table_that_another_connection_holds_is_named() {
    let place = Place::new();
    let mut other = place.server.database().connect();
    other.query_drop("LOCK TABLES device_sessions WRITE").unwrap();
    let complaints = place.complaints();
    other.query_drop("UNLOCK TABLES").unwrap();
    let [(check, result, text)] = &complaints[..] else { panic!("{complaints:#?}") };
    assert_eq!([check, result], ["writes", "fail"]);
    assert!(text.contains("device_sessions") && text.contains("SHOW PROCESSLIST"), "{text}");
}
