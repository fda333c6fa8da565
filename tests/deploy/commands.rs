//! The first push, and the commands other than push and rollback.

use std::os::unix::fs::MetadataExt;
use std::process::Command;

use serde_json::{Value, json};

use crate::next_release::first;
use crate::shared_host::{SharedHost, run};
use crate::support::site::{finished, said as server_said};
use crate::support::{Request, WEIGHT};

fn crontab(host: &SharedHost) -> String {
    run("crontab", &["-l", "-u", &host.site.user])
}

#[test]
fn a_push_succeeds_beside_a_backend_whose_users_table_takes_no_rows_from_the_service() {
    let host = SharedHost::start();
    host.database.execute(
        "CREATE TABLE users (id VARCHAR(36) NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL) ENGINE=InnoDB",
        (),
    );
    let said = host.deploy_ok(&["push", "--binaries", &first().display().to_string()]);
    assert!(said.contains("users are made in another backend"), "{said}");
    host.send(&Request::get("/api/health")).expect(200);
    assert_eq!(host.database.count("SELECT COUNT(*) FROM users", ()), 0);
}

#[test]
fn a_dry_run_changes_nothing_and_a_first_push_makes_a_configuration_that_only_its_owner_reads() {
    let host = SharedHost::start();
    let binaries = first().display().to_string();
    let said = host.deploy_ok(&["push", "--dry-run", "--binaries", &binaries]);
    assert!(said.contains("nothing is changed"), "{said}");
    assert!(said.contains("leave it, since there is nothing to go back to"), "{said}");
    assert!(!host.private().exists() && host.site.web.read_dir().unwrap().next().is_none());

    let (port, file) = (host.ssh_port.to_string(), host.folder.join("kept"));
    let kept = file.display().to_string();
    let mut once = host.deploy_command(&[
        "push",
        &host.address(),
        "--web",
        "~/weights.example.org/",
        "--port",
        &port,
    ]);
    once.args([
        "--base-url",
        &host.base_url(),
        "--ssh-options",
        &host.ssh_options(),
        "--binaries",
        &binaries,
        "--settings",
        &kept,
    ]);
    let output = finished(&mut once, &host.folder);
    assert!(output.status.success(), "{}", server_said(&output));
    let said = server_said(&output);
    // The doctor reports that the certificate's authority is not public. That alone causes no rollback.
    assert!(said.contains("==> weightctl doctor") && said.contains("FAIL  https"), "{said}");
    assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o7777, 0o600);
    assert!(
        std::fs::read_to_string(&file).unwrap().contains("web_directory=weights.example.org\n")
    );
    let url = host.database.url();
    let password = url.split([':', '@']).nth(2).unwrap();
    assert!(!said.contains(password), "the password is not shown: {said}");
    for (path, mode) in [
        ("weight-sync", 0o700),
        ("weight-sync/weight-sync.toml", 0o600),
        ("weights.example.org", 0o755),
        ("weights.example.org/api", 0o755),
        ("weights.example.org/.htaccess", 0o644),
    ] {
        let found = std::fs::metadata(host.home().join(path)).unwrap().mode() & 0o7777;
        assert_eq!(found, mode, "{path}: {found:o}");
    }
    let secret =
        |text: &str| text.lines().find(|line| line.contains("secret =")).map(str::to_owned);
    let config = || std::fs::read_to_string(host.private().join("weight-sync.toml")).unwrap();
    let before = config();
    assert!(secret(&before).is_some(), "{before}");

    // Later pushes keep the configuration and five releases.
    for age in 1..=6 {
        let old = host.private().join(format!("releases/0.0.1-2020010{age}T000000Z"));
        std::fs::create_dir(&old).unwrap();
        std::fs::write(old.join("verified"), "").unwrap();
    }
    let releases = host.private().join("releases").display().to_string();
    run("chown", &["-R", &format!("{0}:{0}", host.site.user), &releases]);
    let mut again = host.deploy_command(&["push", "--binaries", &binaries]);
    let output = finished(again.args(["--settings", &kept]), &host.folder);
    assert!(output.status.success(), "{}", server_said(&output));
    assert_eq!(config(), before);
    let releases = host.deploy_ok(&["releases"]);
    assert_eq!(releases.lines().filter(|line| line.contains("verified")).count(), 5, "{releases}");
    assert!(
        !releases.contains("20200103") && releases.contains("20200104"),
        "the oldest go: {releases}"
    );

    let plan = host.deploy_ok(&["push", "--dry-run", "--reconfigure", "--binaries", &binaries]);
    assert!(plan.contains("WEIGHT_SYNC_DATABASE_URL in the configuration"), "{plan}");

    let status = host.deploy(&["status", "--json"]);
    let json: Value = serde_json::from_slice(&status.stdout).expect("JSON");
    assert_eq!(
        (&json["health"]["status"], &json["release"]["maintenance"]),
        (&json!("ok"), &json!(false))
    );
    let releases = host.deploy(&["releases", "--port", &port, "--json"]);
    let json: Value = serde_json::from_slice(&releases.stdout).expect("JSON");
    assert_eq!(json["releases"].as_array().unwrap().len(), 5, "{json}");

    let status = host.deploy_ok(&["status"]);
    assert!(
        status.contains("\"status\":\"ok\"")
            && status.contains("nothing missing")
            && status.contains("not installed"),
        "{status}"
    );
    assert!(status.contains("0 of a replaced one"), "{status}");
}

#[test]
fn a_push_refuses_a_web_directory_that_it_cannot_use() {
    let host = SharedHost::start();
    let folder = host.site.web.join("api").display().to_string();
    run("runuser", &["-u", &host.site.user, "--", "mkdir", "-p", &folder]);
    let refused = host.deploy(&["push", "--binaries", &first().display().to_string()]);
    assert_eq!(refused.status.code(), Some(1), "{}", server_said(&refused));
    assert!(server_said(&refused).contains("api is a directory"), "{}", server_said(&refused));

    run("rmdir", &[&folder]);
    run("chown", &["root", &host.site.web.display().to_string()]);
    let refused = host.deploy(&["push", "--binaries", &first().display().to_string()]);
    assert_eq!(refused.status.code(), Some(1), "{}", server_said(&refused));
    assert!(server_said(&refused).contains("belongs to another user (id 0)"));
    let left = host.private().join("releases").read_dir().unwrap().next();
    assert!(left.is_none(), "a refused upload is removed: {left:?}");
}

#[test]
fn a_second_push_at_the_same_time_is_refused() {
    let host = SharedHost::start();
    host.push(&first());
    // Holds the lock as a running push does.
    let lock = host.private().join("lock");
    let holding = ["--no-fork", &lock.display().to_string(), "sleep", "600"];
    let mut holder = Command::new("flock").args(holding).spawn().unwrap();
    crate::support::waiting::wait_until("the lock is held", || {
        !Command::new("flock").arg("-n").arg(&lock).arg("true").status().unwrap().success()
    });
    let second = host.deploy(&["push", "--binaries", &first().display().to_string()]);
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let said = server_said(&second);
    assert!(said.contains("waiting for another command"), "{said}");
    assert!(said.contains("another push, rollback, restore or maintenance command"), "{said}");
}

#[test]
fn the_crontab_gets_one_block_and_logs_can_be_searched() {
    let host = SharedHost::start();
    host.push(&first());
    let theirs = "# mine\n5 5 * * * /bin/true # with 50\\% and \"quotes\"";
    let table = host.home().join("table");
    std::fs::write(&table, format!("{theirs}\n")).unwrap();
    run("crontab", &["-u", &host.site.user, &table.display().to_string()]);

    host.deploy_ok(&["cron", "install"]);
    let once = crontab(&host);
    host.deploy_ok(&["cron", "install"]);
    assert_eq!(crontab(&host), once, "twice is as once");
    assert!(once.starts_with(theirs), "{once}");
    let line = once.lines().find(|line| line.contains("purge")).expect("the purge");
    let command = line.splitn(6, ' ').nth(5).unwrap();
    assert_eq!(
        run("runuser", &["-u", &host.site.user, "--", "sh", "-c", &format!("{command} 2>&1")]),
        "",
        "what went well mails nothing"
    );
    assert!(host.deploy_ok(&["cron", "show"]).contains(line));
    host.deploy_ok(&["cron", "remove"]);
    assert_eq!(crontab(&host).trim_end(), theirs);
    assert_eq!(host.deploy(&["cron", "show"]).status.code(), Some(1));
    run("crontab", &["-r", "-u", &host.site.user]);
    let config = host.private().join("weight-sync.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("client_ids = []", "client_ids = [\"app.example\"]"))
        .unwrap();
    host.deploy_ok(&["cron", "install"]);
    let table = crontab(&host);
    assert!(
        table.contains("purge") && !once.contains("google-keys"),
        "also where there was no table"
    );
    assert!(
        table.contains("google-keys refresh --quiet"),
        "sign-in with Google is switched on: {table}"
    );

    let refused = host.send(&Request::get(WEIGHT));
    host.send(&Request::get("/api/health")).expect(200);
    let id = refused.header("x-request-id").unwrap();
    for arguments in [
        &["logs", "--request", id][..],
        &["logs", "--status", "401", "--lines", "1"],
        &["logs", "--status=4xx", "-n", "1"],
        &["logs", "--since", "1h", "--route=weight", "--slower", "0", "--status", "401", "-n", "1"],
    ] {
        let log = host.deploy(arguments);
        let text = String::from_utf8_lossy(&log.stdout).into_owned();
        let line: serde_json::Value = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"));
        assert_eq!(
            (&line["request_id"], &line["status"]),
            (&id.into(), &401.into()),
            "{arguments:?}"
        );
    }
}

#[test]
fn ctl_takes_the_options_of_a_host_and_passes_standard_input_to_a_command_that_reads_it() {
    let host = SharedHost::start();
    host.push(&first());
    let value = host.folder.join("value");
    std::fs::write(&value, "me@example.org\n").unwrap();
    let mut set = host.deploy_command(&["ctl"]);
    set.args(["--web=weights.example.org", "--host", &host.address()]);
    set.args(["config", "set", "server.contact", "-"]);
    let output = finished(set.stdin(std::fs::File::open(&value).unwrap()), &host.folder);
    assert!(output.status.success(), "{}", server_said(&output));
    let text = std::fs::read_to_string(host.private().join("weight-sync.toml")).unwrap();
    assert!(text.contains("contact = \"me@example.org\""), "{text}");
}
