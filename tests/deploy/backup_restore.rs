//! Runs the backup and restore commands of docs/OPERATIONS.md.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::json;

use crate::next_release::first;
use crate::shared_host::SharedHost;
use crate::support::site::said;
use crate::support::{Request, SYNC, WEIGHT, weighing};

/// The commands of the documentation's section, in order.
fn commands() -> Vec<String> {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/OPERATIONS.md");
    let text = std::fs::read_to_string(document).unwrap();
    let (_, section) = text.split_once("\n## Backup and restore\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .map(|line| line.trim().to_owned())
        .collect()
}

/// Runs a command on the host as its user, with the password in the environment.
#[track_caller]
fn type_in(host: &SharedHost, command: &str) {
    let url = host.database.url();
    let parts: Vec<&str> = url.trim_start_matches("mysql://").split([':', '@', '/']).collect();
    let [user, password, address, port, name] = parts[..] else { panic!("{url}") };
    let server = format!("-h {address} -P {port} -u {user} {name}");
    let command = command.replace("-h mysql.example.org -u user -p name", &server);
    let output = Command::new("runuser")
        .args(["-u", &host.site.user, "--", "bash", "-o", "pipefail", "-c", &command])
        .env("HOME", host.home())
        .env("MYSQL_PWD", password)
        .current_dir(host.home())
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {}", said(&output));
}

#[test]
fn the_documented_commands_restore_a_backup_and_renew_the_epoch() {
    let host = SharedHost::start();
    host.push(&first());
    let token = host.token();
    let write = |name: &str| {
        let mut entry = weighing(75.5);
        entry["local_id"] = json!(name);
        host.send(&Request::new("POST", WEIGHT).json(&entry).bearer(&token)).expect(201);
    };
    let pull = || host.send(&Request::get(SYNC).bearer(&token)).expect(200);

    write("before");
    let epoch = pull()["sync"]["epoch"].clone();
    let commands = commands();
    let [backup, restore @ ..] = &commands[..] else { panic!("{commands:?}") };
    assert!(backup.contains("mysqldump") && restore.len() == 6, "{commands:?}");
    type_in(&host, backup);
    let dump = std::fs::metadata(host.home().join("weights.sql.gz")).unwrap();
    assert_eq!(dump.permissions().mode() & 0o777, 0o600, "other customers cannot read it");
    write("after");

    for command in restore {
        if !restore[..2].contains(command) {
            assert_eq!(host.send(&Request::get("/api/health")).status, 503, "before {command}");
        }
        type_in(&host, command);
    }
    let pulled = pull();
    let names: Vec<_> =
        pulled["data"].as_array().unwrap().iter().map(|entry| &entry["local_id"]).collect();
    assert_eq!(names, ["before"]);
    assert_ne!(pulled["sync"]["epoch"], epoch);
    write("after");
}
