//! A push that ends in the middle, as connections break and people press Ctrl-C.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use crate::host::SharedHost;
use crate::next_version::first;
use crate::support::folder::Folder;
use crate::support::instance::wait_until;

/// Starts a push in a process group of its own and waits until it has said something.
fn push_up_to(host: &SharedHost, folder: &Folder, step: &str) -> Child {
    let said = folder.join("said");
    let output = std::fs::File::create(&said).unwrap();
    let binaries = first().display().to_string();
    let mut push = interruptible(&host.deploy_command(&["push", "--binaries", &binaries]))
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(output)
        .spawn()
        .unwrap();
    wait_until(step, || {
        let text = std::fs::read_to_string(&said).unwrap_or_default();
        assert!(push.try_wait().unwrap().is_none(), "the push ended before {step}: {text}");
        text.contains(step)
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
    for step in ["==> uploading", "as FastCGI", "==> applying", "==> asking"] {
        signal(&mut push_up_to(&host, &folder, step), "KILL");
        assert_eq!(
            (host.version(), live(&host)),
            (one.clone(), release.clone()),
            "killed at {step}"
        );
    }

    // Ctrl-C after the switch: the way back is gone at once.
    signal(&mut push_up_to(&host, &folder, "==> smoke test"), "INT");
    assert_eq!(live(&host), release, "{}", std::fs::read_to_string(folder.join("said")).unwrap());
    assert_eq!(host.version(), one);

    // A kill leaves it to the next run; what is live meanwhile answers, verified or not.
    signal(&mut push_up_to(&host, &folder, "==> smoke test"), "KILL");
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

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        found.push(entry.path().display().to_string());
        if entry.file_type().unwrap().is_dir() {
            found.extend(walk(&entry.path()));
        }
    }
    found
}
