//! A push that ends in the middle, as connections break and people press Ctrl-C.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::host::{SharedHost, run};
use crate::next_version::first;
use crate::support::folder::Folder;
use crate::support::instance::wait_until;

/// Goes first in the PATH of a push: the real `ssh`, but stands still before the call that is asked for. Whoever looks at
/// what a push has said would come too late on a slow machine, or too early on a quick one.
const HOLDING_SSH: &str = r#"#!/bin/sh
case $* in *"$HOLD_BEFORE"*) : >"$HELD"; exec sleep 600 ;; esac
PATH=${PATH#*:} exec ssh "$@"
"#;

/// Starts a push in a process group of its own and waits until it is about to do this on the host.
fn push_up_to(host: &SharedHost, folder: &Folder, call: &str) -> Child {
    let (ssh, held, said) = (folder.join("bin/ssh"), folder.join("held"), folder.join("said"));
    std::fs::create_dir_all(folder.join("bin")).unwrap();
    std::fs::write(&ssh, HOLDING_SSH).unwrap();
    std::fs::set_permissions(&ssh, std::fs::Permissions::from_mode(0o755)).unwrap();
    let _ = std::fs::remove_file(&held);
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    let binaries = first().display().to_string();
    let mut push = interruptible(&host.deploy_command(&["push", "--binaries", &binaries]))
        .envs([("PATH", path), ("HOLD_BEFORE", call.to_owned())])
        .env("HELD", &held)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&said).unwrap())
        .spawn()
        .unwrap();
    wait_until(call, || {
        let text = std::fs::read_to_string(&said).unwrap_or_default();
        assert!(push.try_wait().unwrap().is_none(), "the push ended before {call}: {text}");
        held.exists()
    });
    push
}

/// As from a terminal: tests that a script has put into the background inherit that SIGINT is ignored.
fn interruptible(command: &Command) -> Command {
    let mut wrapped = Command::new("env");
    wrapped.arg("--default-signal=INT").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    wrapped
}

fn signal(push: &mut Child, name: &str) {
    let group = format!("-{}", push.id());
    assert!(Command::new("kill").args(["-s", name, "--", &group]).status().unwrap().success());
    push.wait().unwrap();
}

fn live(host: &SharedHost) -> String {
    std::fs::read_to_string(host.private().join("live")).unwrap().trim().to_owned()
}

#[test]
fn a_push_that_is_killed_anywhere_leaves_a_working_service_and_the_next_one_cleans_up() {
    let (host, folder) = (SharedHost::start(), Folder::new());
    host.push(&first());
    let (one, release) = (host.version(), live(&host));
    for call in ["rsync --server", "'uploaded'", "'probe_end'", "'migrate'", "'switch'"] {
        signal(&mut push_up_to(&host, &folder, call), "KILL");
        assert_eq!(
            (host.version(), live(&host)),
            (one.clone(), release.clone()),
            "killed before {call}"
        );
    }

    // Ctrl-C after the switch: the way back is gone at once.
    signal(&mut push_up_to(&host, &folder, "'user' 'create'"), "INT");
    assert_eq!(live(&host), release, "{}", std::fs::read_to_string(folder.join("said")).unwrap());
    assert_eq!(host.version(), one);

    // A kill leaves it to the next run; what is live meanwhile answers, verified or not.
    signal(&mut push_up_to(&host, &folder, "'user' 'delete'"), "KILL");
    assert_ne!(live(&host), release);
    assert_eq!(host.version(), one);

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
    assert!(
        programs.iter().all(|path| path.ends_with("/weights.example.org/weight-api.fcgi")),
        "{programs:?}"
    );
}

#[test]
fn each_release_is_later_than_every_other_by_its_name_or_there_is_none() {
    let host = SharedHost::start();
    let at = |seconds| {
        let time = chrono::Utc::now() + chrono::TimeDelta::seconds(seconds);
        format!("0.0.9-{}", time.format("%Y%m%dT%H%M%SZ"))
    };
    let folder = |path: &Path| {
        run("install", &["-d", "-o", &host.site.user, &path.display().to_string()]);
    };
    let release = |name: &str| folder(&host.private().join("releases").join(name));
    folder(&host.private());
    folder(&host.private().join("releases"));

    // Another push ended within the same second, or a little later by a clock that was set back since.
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
