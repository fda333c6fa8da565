//! What a push or a rollback refuses or takes back, and what it says to do next.

use std::path::Path;
use std::process::Command;

use crate::next_release::first;
use crate::shared_host::{SharedHost, run};
use crate::support::site::{finished, said};
use crate::support::{Request, executable};

fn push(host: &SharedHost) -> Command {
    host.deploy_command(&["push", "--binaries", &first().display().to_string()])
}

fn live(host: &SharedHost) -> String {
    std::fs::read_to_string(host.private().join("live")).unwrap()
}

#[track_caller]
fn assert_refused(host: &SharedHost, command: &mut Command, code: i32, because: &[&str]) -> String {
    let output = finished(command, &host.folder);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for part in because {
        assert!(said.contains(part), "{part}: {said}");
    }
    said
}

#[test]
fn a_configuration_that_cannot_be_used_is_named_with_its_cause_and_nothing_live_changes() {
    let host = SharedHost::start();
    host.push(&first());
    let before = live(&host);
    let file = host.private().join("weight-sync.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    let authority = host.database.authority();
    for (old, new, because) in [
        ("[server]", "[server]\nnonsense = 1", &["nonsense", "docs/CONFIGURATION.md"][..]),
        (&authority, "127.0.0.1:1", &["cannot be reached", "What was live is unchanged"]),
        (&authority, "nowhere.invalid:3306", &["cannot be reached", "push --reconfigure"]),
    ] {
        assert!(good.contains(old), "{old}");
        std::fs::write(&file, good.replace(old, new)).unwrap();
        let text =
            assert_refused(&host, push(&host).env_remove("WEIGHT_SYNC_DATABASE_URL"), 1, because);
        assert!(!text.contains("rollback"), "{new}: {text}");
        assert_eq!(live(&host), before, "{new}");
    }
    std::fs::write(&file, "nonsense").unwrap();
    let text =
        assert_refused(&host, push(&host).arg("--reconfigure"), 1, &["weight-sync.toml: line 1"]);
    assert!(!text.contains("nothing to reconfigure"), "{text}");
}

#[test]
fn a_rollback_to_a_release_that_does_not_know_a_setting_is_refused_before_anything_changes() {
    let host = SharedHost::start();
    host.push(&first());
    host.push(&first());
    let before = live(&host);
    let file = host.private().join("weight-sync.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace("[server]", "[server]\nsince_then = 1")).unwrap();
    let because = ["cannot use the configuration", "since_then", "nothing has changed"];
    let text = assert_refused(&host, &mut host.deploy_command(&["rollback"]), 1, &because);
    assert!(!text.contains("switching"), "{text}");
    assert_eq!(live(&host), before);
    std::fs::write(&file, good).unwrap();
    let output = finished(&mut host.deploy_command(&["rollback"]), &host.folder);
    assert!(output.status.success(), "{}", said(&output));
    assert_ne!(live(&host), before);
}

#[test]
fn a_setting_that_the_live_release_does_not_know_is_refused_before_anything_changes() {
    let host = SharedHost::start();
    host.push(&first());
    let (before, file) = (live(&host), host.private().join("weight-sync.toml"));
    let good = std::fs::read_to_string(&file).unwrap();
    // As an older release's, which has no such setting.
    let weightctl = host.private().join("releases").join(before.trim()).join("weightctl");
    let older = "#!/bin/sh\n! grep -q since@then.example \"$4\" || { echo 'error: server.contact is unknown' >&2; exit 3; }\n";
    std::fs::remove_file(&weightctl).unwrap();
    executable::script(&weightctl, older);
    let mut reconfigure = push(&host);
    reconfigure.arg("--reconfigure").env("WEIGHT_SYNC_SERVER_CONTACT", "since@then.example");

    let because = ["cannot use the configuration", "server.contact", "Push without --reconfigure"];
    assert_refused(&host, &mut reconfigure, 1, &because);

    assert_eq!((live(&host), std::fs::read_to_string(&file).unwrap()), (before.clone(), good));
    host.send(&Request::get("/api/health")).expect(200);
    host.push(&first());
    let output = finished(&mut reconfigure, &host.folder);
    assert!(output.status.success(), "{}", said(&output));
    assert!(std::fs::read_to_string(&file).unwrap().contains("since@then.example"));
}

#[test]
fn a_host_without_rsync_and_an_upload_that_fails_are_said_with_a_remedy() {
    let host = SharedHost::start();
    // A login shell that finds little else.
    let few = host.home().join("few");
    std::fs::create_dir(&few).unwrap();
    for name in ["sh", "uname", "cat", "df"] {
        std::os::unix::fs::symlink(Path::new("/bin").join(name), few.join(name)).unwrap();
    }
    let shell = host.home().join(".bashrc");
    std::fs::write(&shell, format!("PATH={}\n", few.display())).unwrap();
    assert_refused(&host, &mut push(&host), 3, &["the host lacks rsync"]);
    std::fs::remove_file(shell).unwrap();

    // rsync as it ends on a full disk.
    let full = "#!/bin/sh\nPATH=${PATH#*:}\nrsync \"$@\"\nexit 11\n";
    executable::script(&host.folder.join("rsync"), full);
    let path = format!("{}:{}", host.folder.path().display(), std::env::var("PATH").unwrap());
    let because =
        ["the upload failed; what was live is unchanged", "./deploy.sh ctl release prune --keep 2"];
    assert_refused(&host, push(&host).env("PATH", path), 1, &because);
    assert!(!host.private().join("live").exists());
    assert!(host.private().join("releases").read_dir().unwrap().next().is_none(), "no upload");
}

#[test]
fn a_folder_of_another_user_and_a_refused_key_are_said_and_nothing_live_changes() {
    let host = SharedHost::start();
    host.push(&first());
    let before = live(&host);
    let releases = host.private().join("releases").display().to_string();
    run("chown", &["root", &releases]);
    let because = ["Permission denied", "the upload failed; what was live is unchanged"];
    assert_refused(&host, &mut push(&host), 1, &because);
    run("chown", &[&host.site.user, &releases]);

    let interrupted = host.private().join("releases/1-2.uploading");
    std::fs::create_dir(&interrupted).unwrap();
    let mut prune = host.deploy_command(&["ctl"]);
    let output = finished(prune.args(["release", "prune"]), &host.folder);
    assert!(output.status.success() && !interrupted.exists(), "{}", said(&output));

    let key = host.folder.join("strange").display().to_string();
    run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", &key]);
    let options = host.ssh_options().replace(&host.folder.join("key").display().to_string(), &key)
        + " -o IdentitiesOnly=yes -o BatchMode=yes";
    let because = ["Permission denied", &format!("no connection to {}", host.address())];
    assert_refused(&host, push(&host).args(["--ssh-options", &options]), 1, &because);
    assert_eq!(live(&host), before);
    host.push(&first());
}

#[test]
fn a_rollback_without_a_database_returns_and_says_that_this_is_not_well_either() {
    let host = SharedHost::start();
    for _ in 0..2 {
        host.push(&first());
    }
    let before = live(&host);
    let file = host.private().join("weight-sync.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(&host.database.authority(), "127.0.0.1:1")).unwrap();
    let because = ["returning to", "is live again", "its health is not well either"];
    assert_refused(&host, &mut host.deploy_command(&["rollback"]), 1, &because);
    assert_eq!(live(&host), before);

    // Apache's own response is not a health report, and its page is not shown.
    std::fs::write(&file, text).unwrap();
    std::fs::remove_file(host.site.web.join(".htaccess")).unwrap();
    let text = assert_refused(
        &host,
        &mut host.deploy_command(&["status"]),
        1,
        &["not from the program: status 404"],
    );
    assert!(!text.contains("<html"), "{text}");
}
