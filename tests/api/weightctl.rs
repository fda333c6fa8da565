//! The maintenance command: what it does, what it prints, and its exit codes.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};

use mysql::prelude::Queryable;
use serde_json::{Value, json};

use crate::support::database::is_galera;
use crate::support::port::Port;
use crate::support::site::{SECRET, Site, WEIGHTCTL, said};
use crate::support::timestamps::from_now;
use crate::support::user::{encoded, with};
use crate::support::waiting::wait_until;
use crate::support::{Request, SYNC, Server, WEIGHT, weighing};

#[track_caller]
fn json_of(site: &Site, arguments: &[&str]) -> Value {
    let mut all = vec!["--json"];
    all.extend(arguments);
    let text = site.weightctl_ok(&all);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[track_caller]
fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
    assert!(code == 0 || !output.stderr.is_empty(), "a failure says why on stderr");
}

#[test]
fn migrate_creates_the_tables_once_and_reports_it() {
    let site = Site::unmigrated(&[]);
    let first = json_of(&site, &["migrate"]);
    let applied = first["applied"].as_array().unwrap().clone();
    assert!(!applied.is_empty() && applied[0].as_str().unwrap().starts_with("0001_"), "{first}");
    assert_eq!((&first["already_applied"], &first["pending"]), (&json!(0), &json!([])));
    let tables = site.database.rows("SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2");

    let second = json_of(&site, &["migrate"]);

    assert_eq!(second, json!({"applied": [], "already_applied": applied.len(), "pending": []}));
    assert_eq!(site.database.rows("SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2"), tables);
}

#[test]
fn migrate_status_changes_nothing() {
    let site = Site::unmigrated(&[]);
    let before = json_of(&site, &["migrate", "--status"]);
    assert_eq!((&before["applied"], &before["already_applied"]), (&json!([]), &json!(0)));
    assert!(before["pending"].as_array().is_some_and(|pending| !pending.is_empty()), "{before}");
    assert_eq!(site.database.count("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'weight_entries'", ()), 0);
    site.weightctl_ok(&["migrate"]);
    let after = json_of(&site, &["migrate", "--status"]);
    assert_eq!(
        (&after["pending"], &after["already_applied"]),
        (&json!([]), &json!(before["pending"].as_array().unwrap().len()))
    );
}

#[test]
fn every_table_names_its_charset_whatever_the_databases_default() {
    let site = Site::new(&[]);
    let foreign = site.database.rows(
        "SELECT table_name, table_collation FROM information_schema.tables WHERE table_schema = DATABASE() \
         AND table_name IN ('users', 'weight_entries', 'sync_clocks', 'credentials') AND table_collation NOT LIKE 'utf8mb4%'",
    );
    assert!(foreign.is_empty(), "{foreign:?}");
}

#[test]
fn two_concurrent_migrations_both_succeed_or_one_reports_that_another_runs() {
    let site = Site::unmigrated(&[]);
    let outputs: Vec<Output> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..3).map(|_| scope.spawn(|| site.weightctl(&["migrate"]))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for output in &outputs {
        assert!(matches!(output.status.code(), Some(0 | 5)), "{}", said(output));
    }
    assert!(outputs.iter().any(|output| output.status.success()));
    assert_eq!(json_of(&site, &["migrate", "--status"])["pending"], json!([]));
}

#[test]
fn a_second_migration_ends_with_code_5_while_the_first_still_runs() {
    if is_galera() {
        // A migration that waits for a table stops every node, and LOCK TABLES is not supported.
        return;
    }
    let site = Site::unmigrated(&[]);
    site.database
        .execute("CREATE TABLE users (id CHAR(36) NOT NULL PRIMARY KEY) ENGINE=InnoDB", ());
    // The first migration waits for this table.
    let mut blocker = site.database.connect();
    blocker.query_drop("LOCK TABLES users WRITE").unwrap();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| site.weightctl(&["migrate"]));
        let waiting = "SELECT COUNT(*) FROM information_schema.processlist \
                       WHERE db = DATABASE() AND state LIKE 'Waiting for table metadata lock%'";
        wait_until("the first migration waits for the table", || {
            site.database.count(waiting, ()) > 0
        });
        assert_code(&site.weightctl(&["migrate"]), 5);
        blocker.query_drop("UNLOCK TABLES").unwrap();
        assert_code(&first.join().unwrap(), 0);
    });
    assert_eq!(json_of(&site, &["migrate", "--status"])["pending"], json!([]));
}

#[test]
fn a_migration_step_may_take_longer_than_the_timeout_of_a_request() {
    if is_galera() {
        // A migration that waits for a table stops every node, and LOCK TABLES is not supported.
        return;
    }
    let site = Site::unmigrated(&[("WEIGHT_SYNC_DATABASE_READ_TIMEOUT_SECONDS", "1")]);
    site.database
        .execute("CREATE TABLE users (id CHAR(36) NOT NULL PRIMARY KEY) ENGINE=InnoDB", ());
    let mut blocker = site.database.connect();
    blocker.query_drop("LOCK TABLES users WRITE").unwrap();
    std::thread::scope(|scope| {
        let migration = scope.spawn(|| site.weightctl(&["migrate"]));
        // Longer than four attempts of one second, after which a request gives up.
        let waiting = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() \
                       AND state LIKE 'Waiting for table metadata lock%' AND time > 5";
        wait_until("the migration has waited for the table", || {
            migration.is_finished() || site.database.count(waiting, ()) > 0
        });
        blocker.query_drop("UNLOCK TABLES").unwrap();
        assert_code(&migration.join().unwrap(), 0);
    });
    assert_eq!(json_of(&site, &["migrate", "--status"])["pending"], json!([]));
}

#[test]
fn a_configuration_that_others_may_read_is_refused_with_code_3() {
    let site = Site::new(&[]);
    for mode in [0o644, 0o640, 0o604, 0o660] {
        std::fs::set_permissions(&site.config, std::fs::Permissions::from_mode(mode)).unwrap();
        let output = site.weightctl(&["config", "check"]);
        assert_code(&output, 3);
        let text = said(&output);
        assert!(
            text.contains("weight-sync.toml") && text.contains("600"),
            "names the file and the remedy: {text}"
        );
    }
    std::fs::set_permissions(&site.config, std::fs::Permissions::from_mode(0o600)).unwrap();
    site.weightctl_ok(&["config", "check"]);
}

#[test]
fn the_web_program_refuses_a_configuration_that_others_may_read() {
    let server = Server::start();
    let user = server.user();
    std::fs::set_permissions(&server.site.config, std::fs::Permissions::from_mode(0o644)).unwrap();
    let program = std::path::Path::new(crate::support::site::WEIGHT_API);
    let request = Request::get(WEIGHT).bearer(&user.token);
    let answer = crate::support::fastcgi::cgi(
        program,
        &server.site.config,
        &request,
        &[],
        crate::support::fastcgi::CgiInput::Pipe,
    );
    assert_eq!(answer.status, 500, "{}", answer.text());
}

#[test]
fn unknown_keys_and_bad_values_are_refused_with_code_3_and_named() {
    let site = Site::new(&[]);
    let good = std::fs::read_to_string(&site.config).unwrap();
    for (text, named) in [
        (format!("{good}\n[nonsense]\nx = 1\n"), "nonsense"),
        (good.replace("[server]", "[server]\nunknown_key = 1"), "unknown_key"),
        (
            good.replace("[rate_limit]", "[rate_limit]\nrequest_per_minute = 5"),
            "request_per_minute",
        ),
        (good.replace(SECRET, "short"), "secret"),
        (good.replace("mysql://", "postgres://"), "url"),
        ("nonsense".to_owned(), "weight-sync.toml"),
        (String::new(), "weight-sync.toml"),
    ] {
        assert_ne!(text, good, "the sample changes something");
        std::fs::write(&site.config, &text).unwrap();
        let output = site.weightctl(&["config", "check"]);
        assert_code(&output, 3);
        assert!(said(&output).contains(named), "{named}: {}", said(&output));
        assert!(
            !said(&output).contains(&site.database.url()),
            "no secrets in messages: {}",
            said(&output)
        );
    }
    std::fs::remove_file(&site.config).unwrap();
    assert_code(&site.weightctl(&["config", "check"]), 3);
    assert_code(&site.weightctl(&["migrate", "--status"]), 3);
}

#[test]
fn config_init_writes_mode_600_from_the_environment_and_overwrites_only_with_force() {
    let site = Site::unmigrated(&[("WEIGHT_SYNC_SYNC_TOMBSTONE_RETENTION_DAYS", "33")]);
    let mode = std::fs::metadata(&site.config).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let text = std::fs::read_to_string(&site.config).unwrap();
    assert!(text.contains("33") && text.contains(&site.database.url()), "{text}");
    let init = |environment: &[(&str, &str)], more: &[&str]| {
        Command::new(WEIGHTCTL)
            .args(["config", "init", "--output"])
            .arg(&site.config)
            .args(more)
            .env_clear()
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let url = site.database.url();
    let with_url = ("WEIGHT_SYNC_DATABASE_URL", url.as_str());
    assert!(!init(&[with_url], &[]).status.success(), "no overwriting");
    assert_eq!(std::fs::read_to_string(&site.config).unwrap(), text);
    for bad in [
        vec![with_url, ("WEIGHT_SYNC_NO_SUCH_KEY", "1")],
        vec![with_url, ("WEIGHT_SYNC_SERVER_PUBLIC_URLS", "x")],
        vec![with_url, ("WEIGHT_SYNC_DATABASE_POOL_MAX", "many")],
        vec![],
    ] {
        let output = init(&bad, &["--force"]);
        assert!(!output.status.success(), "{bad:?}: {}", said(&output));
        assert_eq!(std::fs::read_to_string(&site.config).unwrap(), text, "{bad:?}");
    }
    let ignored =
        [with_url, ("WEIGHT_SYNC_CONFIG", "/nowhere"), ("WEIGHT_SYNC_TEST_BINARIES", "/nowhere")];
    let forced = init(&ignored, &["--force"]);
    assert!(forced.status.success(), "{}", said(&forced));
    let renewed = std::fs::read_to_string(&site.config).unwrap();
    assert!(renewed != text && !renewed.contains(SECRET), "a secret of its own");
    let first = renewed.clone();
    assert!(init(&ignored, &["--force"]).status.success());
    assert_ne!(std::fs::read_to_string(&site.config).unwrap(), first, "a new secret each time");
}

#[test]
fn usage_errors_end_with_code_2_and_help_with_0() {
    let site = Site::new(&[]);
    for arguments in [
        &["nonsense"][..],
        &["migrate", "--nonsense"],
        &["user"],
        &["user", "create"],
        &["token"],
        &["purge", "--older-than", "soon"],
    ] {
        assert_code(&site.weightctl(arguments), 2);
    }
    for arguments in [
        &["--help"][..],
        &["migrate", "--help"],
        &["user", "--help"],
        &["user", "create", "--help"],
        &["token", "--help"],
        &["purge", "--help"],
        &["config", "--help"],
        &["epoch", "--help"],
        &["google-keys", "refresh", "--help"],
    ] {
        let output = site.weightctl(arguments);
        assert_code(&output, 0);
        assert!(output.stdout.len() > 80, "{arguments:?}");
    }
}

#[test]
fn an_unreachable_database_ends_with_code_4() {
    let port = Port::take();
    let url = format!("mysql://nobody:secret-password@127.0.0.1:{}/nowhere", port.number);
    let site = Site::unmigrated(&[("WEIGHT_SYNC_DATABASE_URL", &url)]);
    for arguments in [&["migrate"][..], &["user", "list"], &["purge"]] {
        let output = site.weightctl(arguments);
        assert_code(&output, 4);
        assert!(!said(&output).contains("secret-password"), "{}", said(&output));
    }
}

#[test]
fn a_created_user_can_log_in_and_use_a_token() {
    let server = Server::start();
    let made = json_of(&server.site, &["user", "create", "--email", "Ada@example.org"]);
    let password = made["password"].as_str().expect("a generated password");
    assert!(password.len() >= 12);
    let body = json!({"email": "ada@example.org", "password": password});
    let login = server.send(&Request::new("POST", "/api/auth/login").json(&body)).expect(200);
    assert_eq!(login["user"]["id"], made["id"]);

    let token = json_of(&server.site, &["token", "ada@example.org"]);
    assert_eq!(token["expires_in"], 900);
    assert_eq!(token["user"]["id"], made["id"]);
    server.send(&Request::get(WEIGHT).bearer(token["access_token"].as_str().unwrap())).expect(200);

    let plain =
        server.site.weightctl_ok(&["token", made["id"].as_str().unwrap(), "--expires-in", "300"]);
    assert_eq!(plain.lines().count(), 1, "the token alone: {plain}");
    server.send(&Request::get(WEIGHT).bearer(plain.trim())).expect(200);

    let again = server.site.weightctl(&["user", "create", "--email", "ada@EXAMPLE.org"]);
    assert_code(&again, 1);
    assert_code(&server.site.weightctl(&["token", "nobody@example.org"]), 1);
    assert_code(&server.site.weightctl(&["user", "delete", "nobody@example.org", "--yes"]), 1);
}

#[test]
fn a_password_can_be_given_on_stdin() {
    let server = Server::start();
    let create = |password: &str, email: &str| {
        let mut child = Command::new(WEIGHTCTL)
            .arg("--config")
            .arg(&server.site.config)
            .args(["--json", "user", "create", "--email", email, "--password-stdin"])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = create("a password of my own\n", "ada@example.org");
    assert_code(&output, 0);
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        made.get("password").is_none_or(Value::is_null),
        "only a generated one is printed: {made}"
    );
    let body = json!({"email": "ada@example.org", "password": "a password of my own"});
    server.send(&Request::new("POST", "/api/auth/login").json(&body)).expect(200);
    assert!(!create("short\n", "bob@example.org").status.success());
}

#[test]
fn user_list_prints_the_users() {
    let server = Server::start();
    let user = server.user();
    let list = json_of(&server.site, &["user", "list"]);
    assert!(
        list.to_string().contains(&user.id) && list.to_string().contains(&user.email),
        "{list}"
    );
    assert!(server.site.weightctl_ok(&["user", "list"]).contains(&user.email));
}

#[test]
fn user_delete_needs_yes_and_cascades_to_every_table() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    user.create(&weighing(75.5));
    other.create(&weighing(75.5));
    let deleted = user.create_id(&weighing(76.5));
    user.delete(&deleted).expect(204);

    let refused = server.site.weightctl(&["user", "delete", &user.email]);
    assert!(!refused.status.success(), "{}", said(&refused));
    assert_eq!(user.list().len(), 1);

    let deleted = json_of(&server.site, &["user", "delete", &user.email, "--yes"]);
    assert_eq!(deleted["id"], user.id.as_str());
    assert_eq!(deleted["deleted"]["weight_entries"], 2);
    assert_eq!(deleted["deleted"]["users"], 1);

    let columns = server.database().rows(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name = 'user_id'",
    );
    assert!(columns.len() >= 3, "{columns:?}");
    for table in columns {
        let table = table.trim_matches('\'');
        let left = server
            .database()
            .count(&format!("SELECT COUNT(*) FROM {table} WHERE user_id = ?"), (&user.id,));
        assert_eq!(left, 0, "{table}");
    }
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users WHERE id = ?", (&user.id,)), 0);
    assert_eq!(other.list().len(), 1);
    user.get(WEIGHT).problem(401, "account_gone");
}

#[test]
fn a_purge_removes_old_tombstones_and_raises_the_horizon() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let ids: Vec<String> = ["old", "young", "live"]
        .iter()
        .map(|id| user.create_id(&with(weighing(75.5), &json!({"local_id": id}))))
        .collect();
    for id in &ids[..2] {
        user.delete(id).expect(204);
    }
    other.create(&weighing(75.5));
    server.database().execute(
        "UPDATE weight_entries SET deleted_at = deleted_at - INTERVAL 100 DAY, updated_at = updated_at - INTERVAL 100 DAY WHERE id = ?",
        (&ids[0],),
    );
    for id in [&user.id, &other.id] {
        server.database().execute(
            "UPDATE sync_clocks SET started_at = started_at - ? WHERE user_id = ?",
            (365 * 24 * 3600 * 1_000_000_i64, id),
        );
    }
    let since = |days: i64| format!("{SYNC}?since={}", encoded(&from_now(-days * 24 * 3600)));
    user.get(&since(150)).expect(200);
    let before = server.database().entries();

    server.site.weightctl_ok(&["purge", "--older-than", "90d", "--dry-run"]);
    assert_eq!(server.database().entries(), before, "a dry run");
    server.site.weightctl_ok(&["purge", "--older-than", "200d"]);
    assert_eq!(server.database().entries(), before, "nothing is that old");

    let purged = json_of(&server.site, &["purge", "--older-than", "90d"]);

    assert!(purged.is_object(), "{purged}");
    let left = server.database().entries().join("\n");
    assert!(!left.contains(&ids[0]) && left.contains(&ids[1]) && left.contains(&ids[2]), "{left}");
    user.get(&since(150)).problem(410, "cursor_expired");
    user.get(&since(50)).expect(200);
    other.get(&since(150)).expect(200);
    assert_eq!(user.pull("")["data"].as_array().unwrap().len(), 1);
    assert_eq!(user.list().len(), 1);
    // The server no longer knows the purged entry.
    user.delete(&ids[0]).problem(404, "not_found");
    user.delete(&ids[1]).expect(204);
}

#[test]
fn a_quiet_purge_prints_only_failures() {
    let site = Site::new(&[]);
    assert_eq!(site.weightctl_ok(&["purge", "--quiet"]), "");
    site.database.execute("DROP TABLE sync_clocks", ());
    let output = site.weightctl(&["purge", "--quiet"]);
    assert_code(&output, 1);
}

#[test]
fn an_upload_of_a_purged_entry_by_its_server_id_is_reported_as_gone() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&with(weighing(75.5), &json!({"local_id": "a"})));
    user.delete(&id).expect(204);
    server.database().execute("UPDATE weight_entries SET deleted_at = deleted_at - INTERVAL 100 DAY, updated_at = updated_at - INTERVAL 100 DAY", ());
    server.site.weightctl_ok(&["purge"]);
    assert!(server.database().entries().is_empty());
    let answer =
        user.upload(&json!([with(weighing(76.0), &json!({"local_id": "a", "server_id": id}))]));
    assert_eq!(answer["conflicts"][0]["reason"], "gone", "{answer}");
}

#[test]
fn epoch_renew_changes_the_epoch() {
    let server = Server::start();
    let user = server.user();
    let epoch = || user.pull("")["sync"]["epoch"].clone();
    let first = epoch();
    assert_eq!(epoch(), first);
    server.site.weightctl_ok(&["epoch", "renew", "--yes"]);
    assert_ne!(epoch(), first);
}

#[test]
fn errors_say_what_is_wrong_and_what_to_do_also_as_json() {
    let site = Site::new(&[]);
    let missing = Command::new(WEIGHTCTL)
        .args(["config", "init", "--output", "/nowhere/weight-sync.toml"])
        .env_clear()
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(text.starts_with("error: WEIGHT_SYNC_DATABASE_URL is not set"), "{text}");
    assert!(text.contains("\n  tip: export WEIGHT_SYNC_DATABASE_URL="), "{text}");
    for (arguments, code) in [
        (&["--json", "purge", "--older-than", "soon"][..], 2),
        (&["nonsense", "--json"], 2),
        (&["--json", "epoch", "renew"], 2),
        (&["--json", "token", "nobody@example.org"], 1),
        (&["--json", "token", "nobody@example.org", "--expires-in", "0"], 2),
    ] {
        let output = site.weightctl(arguments);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        let error: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{arguments:?}: {}", said(&output)));
        assert_eq!(error["exit_code"], code, "{error}");
        assert!(error["error"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
    }
}

#[test]
fn completions_are_printed_and_options_of_all_commands_stand_apart() {
    let site = Site::new(&[]);
    assert!(site.weightctl_ok(&["completions", "bash"]).contains("doctor"));
    let help = site.weightctl_ok(&["purge", "--help"]);
    let (own, global) = help.split_once("Global options:").unwrap();
    assert!(own.contains("--dry-run") && global.contains("--config"), "{help}");
    assert!(help.contains("Examples:"), "{help}");
}
