//! Runs the backup and restore commands of docs/OPERATIONS.md.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::json;

use crate::next_release::first;
use crate::shared_host::SharedHost;
use crate::support::site::said;
use crate::support::waiting::wait_until;
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

/// Runs a command on the host as its user.
#[track_caller]
fn type_in(host: &SharedHost, command: &str) {
    let output = Command::new("runuser")
        .args(["-u", &host.site.user, "--", "bash", "-c", command])
        .env("HOME", host.home())
        .current_dir(host.home())
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {}", said(&output));
}

#[test]
fn the_documented_commands_restore_a_backup_and_renew_the_epoch() {
    let host = SharedHost::start();
    host.push(&first());
    host.weightctl_ok(&["user", "create", "--email", "anna@example.org"]);
    // A restore ends all sessions.
    let token = || host.weightctl_ok(&["token", "anna@example.org"]).trim().to_owned();
    let early = token();
    let write = |name: &str| {
        let mut entry = weighing(75.5);
        entry["local_id"] = json!(name);
        host.send(&Request::new("POST", WEIGHT).json(&entry).bearer(&token())).expect(201);
    };
    let pull = || host.send(&Request::get(SYNC).bearer(&token())).expect(200);

    write("before");
    let epoch = pull()["sync"]["epoch"].clone();
    let commands = commands();
    let find = |part: &str| commands.iter().find(|command| command.contains(part)).unwrap();
    let (backup, restore) = (find("bin/weightctl backup"), find("bin/weightctl restore"));
    type_in(&host, backup);
    let folder = host.home().join("weight-sync/backup");
    let mut files = std::fs::read_dir(&folder).unwrap();
    let file = files.next().unwrap().unwrap();
    assert!(files.next().is_none(), "one backup");
    let mode = file.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "other customers cannot read it");
    write("after");

    let name = file.file_name().into_string().unwrap();
    type_in(&host, &restore.replace("weights-20260102T033000Z.sql.gz", &name));
    host.send(&Request::get(SYNC).bearer(&early)).problem(401, "session_ended");
    let pulled = pull();
    let names: Vec<_> =
        pulled["data"].as_array().unwrap().iter().map(|entry| &entry["local_id"]).collect();
    assert_eq!(names, ["before"]);
    assert_ne!(pulled["sync"]["epoch"], epoch);
    write("after");

    // A push would end a maintenance unasked, also one that began while the push waited.
    let lock = File::options().write(true).open(host.private().join("lock")).unwrap();
    lock.lock().unwrap();
    let says = host.folder.join("says");
    let mut push = host.deploy_command(&["push", "--binaries", &first().display().to_string()]);
    let mut push = push.stderr(File::create(&says).unwrap()).spawn().unwrap();
    let says = || std::fs::read_to_string(&says).unwrap();
    wait_until("the push waits", || says().contains("waiting for another command"));
    let away = host.site.web.join(".weight-sync-away-api");
    std::fs::rename(host.site.web.join("api"), &away).unwrap();
    drop(lock);
    assert!(!push.wait().unwrap().success(), "{}", says());
    assert!(says().contains("the site is in maintenance"), "{}", says());
    assert!(away.exists() && !host.site.web.join("api").exists());
    let status = said(&host.deploy(&["status"]));
    assert!(status.contains("maintenance  on: "), "{status}");
    host.weightctl_ok(&["maintenance", "off"]);
    write("last");
}
