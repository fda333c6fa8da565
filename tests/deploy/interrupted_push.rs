//! A push or rollback that is killed, or stopped by Ctrl-C.

use std::path::Path;

use crate::next_release::first;
use crate::paused_push::{AFTER_SWITCH, BEFORE_SWITCH, command_up_to, push_up_to, signal};
use crate::shared_host::{SharedHost, run};
use crate::support::folder::Folder;
use crate::support::processes::{Signal, executable, find, signal as kill};
use crate::support::waiting::wait_until;

fn live(host: &SharedHost) -> String {
    std::fs::read_to_string(host.private().join("live")).unwrap().trim().to_owned()
}

/// Kills the process that works on the host, as a host with too little memory does.
fn kill_on_host(host: &SharedHost) {
    let private = host.private();
    let is_it = |id| {
        // It may have replaced its own file.
        let is_weightctl = |path: &Path| path.display().to_string().contains("/weightctl");
        executable(id).is_some_and(|path| path.starts_with(&private) && is_weightctl(&path))
    };
    let found = find(is_it);
    assert_eq!(found.len(), 1, "one process works on the host: {found:?}");
    kill(found[0], Signal::KILL);
    wait_until("it is gone", || find(is_it).is_empty());
}

#[test]
fn a_push_interrupted_at_any_step_leaves_the_release_before_and_the_next_push_cleans_up() {
    let (host, folder) = (SharedHost::start(), Folder::new());
    host.push(&first());
    let (one, release) = (host.version(), live(&host));
    let is_as_before = || {
        live(&host) == release && !host.private().join("switching").exists() && {
            let users = host.weightctl_ok(&["user", "list"]);
            !users.contains("smoke-test")
        }
    };
    for (call, name) in [
        ("rsync --server", "KILL"),
        ("'release' 'begin'", "HUP"),
        ("weight-sync-probe", "KILL"),
        (BEFORE_SWITCH, "TERM"),
    ] {
        signal(&mut push_up_to(&host, &folder, call), name);
        assert_eq!(
            (host.version(), live(&host)),
            (one.clone(), release.clone()),
            "{name} before {call}"
        );
        let said = std::fs::read_to_string(folder.join("said")).unwrap();
        let is_killed = name == "KILL";
        assert!(is_killed || said.contains("what was live is unchanged"), "{call}: {said}");
    }

    // After the switch, the host goes back by itself: at once after Ctrl-C, and before that command ends.
    signal(&mut push_up_to(&host, &folder, AFTER_SWITCH), "INT");
    let said = std::fs::read_to_string(folder.join("said")).unwrap();
    assert!(said.contains("is live again") && is_as_before(), "{said}");
    // A kill, and a connection that breaks.
    for call in [AFTER_SWITCH, "/account/"] {
        let mut push = push_up_to(&host, &folder, call);
        assert_ne!(live(&host), release, "the new release is live, unverified");
        signal(&mut push, "KILL");
        wait_until("the host has gone back by itself", is_as_before);
        assert_eq!(host.version(), one);
    }

    // Only if the host kills that process too, the unverified release serves until the next run.
    let mut push = push_up_to(&host, &folder, AFTER_SWITCH);
    kill_on_host(&host);
    signal(&mut push, "KILL");
    assert_ne!(live(&host), release);
    assert_eq!(host.version(), one);
    let status = host.deploy(&["status"]);
    assert_eq!(status.status.code(), Some(1), "it is not verified");
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.contains("unfinished") && status.contains(&release), "{status}");

    let said = host.push(&first());
    assert!(
        said.contains("ended before") && said.contains(&release),
        "the last good release is named: {said}"
    );
    for entry in walk(host.home()) {
        for leftover in ["uploading", "weight-sync-probe", "weight-sync-new", "switching"] {
            assert!(!entry.contains(leftover), "{entry}");
        }
    }
    let users = host.weightctl_ok(&["user", "list"]);
    assert!(!users.contains("smoke-test"), "{users}");
    let programs = host.programs();
    assert!(programs.iter().all(|path| path.ends_with("/weights.example.org/api")), "{programs:?}");
}

#[test]
fn the_next_rollback_only_finishes_a_killed_rollback() {
    let (host, folder) = (SharedHost::start(), Folder::new());
    host.push(&first());
    let releases = ["20200101", "20200102"].map(|day| {
        let name = format!("{}-{day}T000000Z", live(&host).split('-').next().unwrap());
        let folder = host.private().join("releases");
        let (from, to) = (folder.join(live(&host)), folder.join(&name));
        let [from, to] = [from, to].map(|path| path.display().to_string());
        run("runuser", &["-u", &host.site.user, "--", "cp", "-a", &from, &to]);
        name
    });
    let releases = [&releases[0], &releases[1], &live(&host)].map(Clone::clone);
    signal(&mut command_up_to(&host, &folder, "'release' 'to'", &["rollback"]), "KILL");
    assert_eq!(live(&host), releases[2], "killed before the switch");
    let mut rollback = command_up_to(&host, &folder, AFTER_SWITCH, &["rollback"]);
    kill_on_host(&host);
    signal(&mut rollback, "KILL");
    assert_eq!(live(&host), releases[1], "killed after the switch, on the host too");
    assert!(host.deploy_ok(&["rollback"]).contains("finished first"));
    assert_eq!(live(&host), releases[1]);
    host.deploy_ok(&["rollback"]);
    assert_eq!(live(&host), releases[0], "one that was not interrupted goes one further");

    // After a push that was killed while it changed files, rollback returns to the live release, not to an older one.
    let three = &releases[2];
    host.deploy_ok(&["rollback", "--to", three]);
    let unfinished = host.private().join("switching");
    std::fs::write(&unfinished, "0.0.9-99990101T000000Z\n").unwrap();
    host.deploy_ok(&["rollback"]);
    assert_eq!(live(&host), *three);
    assert!(!unfinished.exists());
}

#[test]
fn a_push_names_its_release_later_than_all_others_or_refuses() {
    let host = SharedHost::start();
    let at = |seconds| {
        let time = chrono::Utc::now() + chrono::TimeDelta::seconds(seconds);
        format!("0.0.9-{}", time.format("%Y%m%dT%H%M%SZ"))
    };
    let folder = |path: &Path| {
        run("install", &["-d", "-o", &host.site.user, &path.display().to_string()]);
    };
    let release = |name: &str| {
        let path = host.private().join("releases").join(name);
        folder(&path);
        std::fs::write(path.join("verified"), "").unwrap();
    };
    folder(&host.private());
    folder(&host.private().join("releases"));

    // Another push ended in the same second, or its clock was slightly ahead.
    let soon = at(3);
    release(&soon);
    host.push(&first());
    let time = |name: &str| name.rsplit('-').next().unwrap().to_owned();
    assert!(time(&live(&host)) > time(&soon), "{} after {soon}", live(&host));

    let (before, tomorrow) = (live(&host), at(86_400));
    release(&tomorrow);
    let refused = host.deploy(&["push", "--binaries", &first().display().to_string()]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("from the future") && said.contains(&tomorrow), "{said}");
    assert_eq!(live(&host), before);
}

fn walk(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        found.push(entry.path().display().to_string());
        if entry.file_type().unwrap().is_dir() {
            found.extend(walk(&entry.path()));
        }
    }
    found
}
