//! A push that ends in the middle, as connections break and people press Ctrl-C.

use std::path::Path;

use crate::next_release::first;
use crate::paused_push::{command_up_to, push_up_to, signal};
use crate::shared_host::{SharedHost, run};
use crate::support::folder::Folder;

pub(crate) fn live(host: &SharedHost) -> String {
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
fn a_way_back_that_was_killed_is_finished_by_the_next_one_and_goes_no_further() {
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
    for (call, left) in [("'switch'", &releases[2]), ("'end_old'", &releases[1])] {
        signal(&mut command_up_to(&host, &folder, call, &["rollback"]), "KILL");
        assert_eq!(live(&host), *left, "killed before {call}");
    }
    assert!(host.deploy_ok(&["rollback"]).contains("finished first"));
    assert_eq!(live(&host), releases[1]);
    host.deploy_ok(&["rollback"]);
    assert_eq!(live(&host), releases[0], "one that was not interrupted goes one further");

    // A push that was killed while it changed the files: back is to what was live, not to the one before that.
    let three = &releases[2];
    host.deploy_ok(&["rollback", "--to", three]);
    let unfinished = host.private().join("switching");
    std::fs::write(&unfinished, "0.0.9-99990101T000000Z\n").unwrap();
    host.deploy_ok(&["rollback"]);
    assert_eq!(live(&host), *three);
    assert!(!unfinished.exists());
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

pub(crate) fn walk(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        found.push(entry.path().display().to_string());
        if entry.file_type().unwrap().is_dir() {
            found.extend(walk(&entry.path()));
        }
    }
    found
}
