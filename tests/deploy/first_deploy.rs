//! The first deploy, and what goes wrong at it: a wrong database, a directory that is not there, a greeting.

use std::path::PathBuf;
use std::process::{Command, Output};

use crate::next_release::first;
use crate::shared_host::SharedHost;
use crate::support::Request;
use crate::support::site::{finished, said};
use crate::transcript::Transcript;

const URL: &str = "WEIGHT_SYNC_DATABASE_URL";

/// A push of the released binaries, with the database's URL.
fn push_with(host: &SharedHost, url: &str, options: &[&str]) -> Output {
    let binaries = first().display().to_string();
    let mut command = host.deploy_command(&[&["push", "--binaries", &binaries], options].concat());
    finished(command.env(URL, url), &host.folder)
}

/// The database's URL with a wrong password.
fn wrong_url(host: &SharedHost) -> String {
    let url = host.database.url();
    let (user, rest) = url.trim_start_matches("mysql://").split_once(':').unwrap();
    let (_, place) = rest.split_once('@').unwrap();
    format!("mysql://{user}:not-the-password@{place}")
}

fn config(host: &SharedHost) -> PathBuf {
    host.private().join("weight-sync.toml")
}

#[track_caller]
fn refused(output: &Output, code: i32, because: &[&str]) -> String {
    let said = said(output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for part in because {
        assert!(said.contains(part), "{part}: {said}");
    }
    said
}

#[test]
fn a_wrong_database_url_is_never_kept_and_is_corrected_by_the_same_command() {
    let host = SharedHost::start();
    let (right, wrong) = (host.database.url().to_owned(), wrong_url(&host));
    let mut transcript = Transcript::default();

    let output = push_with(&host, &wrong, &[]);
    transcript.add("WEIGHT_SYNC_DATABASE_URL=[with a wrong password] ./deploy.sh push", &output);
    let text = refused(&output, 1, &["Access denied", "Nothing was kept", "run the same command"]);
    assert!(!text.contains("rollback"), "nothing was live: {text}");
    assert!(!text.contains("not-the-password"), "{text}");
    let left: Vec<_> = std::fs::read_dir(host.private()).unwrap().flatten().collect();
    assert!(!left.iter().any(|entry| entry.file_name().to_string_lossy().contains("toml")));
    assert!(host.private().join("releases").read_dir().unwrap().next().is_none(), "no release");

    let output = push_with(&host, &right, &[]);
    assert!(output.status.success(), "{}", said(&output));
    transcript.add("WEIGHT_SYNC_DATABASE_URL=[with the right one] ./deploy.sh push", &output);
    host.send(&Request::get("/api/health")).expect(200);
    let good = std::fs::read_to_string(config(&host)).unwrap();

    // A URL that differs from the one on the host is not ignored in silence.
    let output = push_with(&host, &wrong, &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains(URL) && said(&output).contains("--reconfigure"));

    // Neither is a wrong one kept by --reconfigure, nor does anything live change.
    let live = std::fs::read_to_string(host.private().join("live")).unwrap();
    let text =
        refused(&push_with(&host, &wrong, &["--reconfigure"]), 1, &["Access denied", "as it was"]);
    assert!(!text.contains("rollback"), "{text}");
    assert_eq!(std::fs::read_to_string(config(&host)).unwrap(), good);
    assert_eq!(std::fs::read_to_string(host.private().join("live")).unwrap(), live);

    // The password was changed in the panel.
    let old = good.replace(&right, &wrong);
    std::fs::write(config(&host), &old).unwrap();
    let because =
        ["Access denied", "weight-sync.toml", "--reconfigure", "What was live is unchanged"];
    let output = push_with(&host, &wrong, &[]);
    transcript.add("./deploy.sh push, after the password was changed in the host's panel", &output);
    let text = refused(&output, 1, &because);
    assert!(!text.contains("rollback"), "{text}");
    let status = host.deploy(&["status"]);
    refused(&status, 1, &["migrations", "Access denied"]);
    let output = push_with(&host, &right, &["--reconfigure"]);
    assert!(output.status.success(), "{}", said(&output));
    let command = "WEIGHT_SYNC_DATABASE_URL=[with the new one] ./deploy.sh push --reconfigure";
    transcript.add(command, &output);
    assert_eq!(std::fs::read_to_string(config(&host)).unwrap(), good, "secrets included");
    transcript.compare("first_deploy.wrong_database_url", &host);
}

#[test]
fn a_missing_url_or_directory_is_said_before_anything_is_built_or_uploaded() {
    let host = SharedHost::start();
    // Without --binaries it would build.
    let mut push = host.deploy_command(&["push"]);
    let output = finished(push.env_remove(URL), &host.folder);
    let text = refused(&output, 2, &[URL]);
    assert!(!text.contains("building"), "{text}");
    // On a terminal it is asked for; Ctrl-D gives none.
    let settings = host.folder.join("deploy").display().to_string();
    let line = format!("{}/deploy.sh push --settings {settings}", env!("CARGO_MANIFEST_DIR"));
    let mut push = Command::new("script");
    push.args(["--quiet", "--return", "--command", &line, "/dev/null"]).env_remove(URL);
    let output = finished(push.stdin(std::process::Stdio::null()), &host.folder);
    refused(&output, 2, &["in the password write @ as %40", "no URL was given"]);
    for url in [
        "postgres://u:p@h/d",
        "mysql://u:a#b@h/d",
        "mysql://u:a@b@h/d",
        "mysql://u:a/b@h/d",
        "mysql://u:9%@h/d",
    ] {
        refused(
            &push_with(&host, url, &[]),
            2,
            &["mysql://user:password@host:3306/name", "@ as %40"],
        );
    }
    let output = finished(&mut host.deploy_command(&["push", "--web", "wieghts"]), &host.folder);
    let text = refused(&output, 1, &["no directory wieghts", "check --web"]);
    assert!(!text.contains("building"), "{text}");
    assert!(!host.home().join("wieghts").exists() && !host.private().exists());
}

#[test]
fn commands_for_a_host_without_a_deployment_say_so() {
    let host = SharedHost::start();
    for arguments in [
        &["status"][..],
        &["logs"],
        &["rollback"],
        &["releases"],
        &["cron", "show"],
        &["cron", "install"],
    ] {
        refused(&host.deploy(arguments), 1, &["nothing is deployed on", "./deploy.sh push"]);
    }
}

#[test]
fn options_are_kept_by_a_first_push_and_replaced_by_a_later_one_that_succeeded() {
    let host = SharedHost::start();
    let kept = host.folder.join("kept");
    let (file, port) = (kept.display().to_string(), host.ssh_port.to_string());
    let (address, options) = (host.address(), host.ssh_options());
    let push = |web: &str, base_url: &str, more: &[&str]| {
        let binaries = first().display().to_string();
        let mut command = host.deploy_command(&["push", "--binaries", &binaries]);
        command.args(["--settings", &file, "--web", web, "--base-url", base_url]).args(more);
        finished(&mut command, &host.folder)
    };
    let more = [address.as_str(), "--port", &port, "--ssh-options", &options];
    let nowhere = "https://127.0.0.1:9";
    let because = ["Failed to connect", "Is base_url right", "What was live is unchanged"];
    let text = refused(&push("weights.example.org", nowhere, &more), 1, &because);
    assert!(!text.contains("CGI does not") && !text.contains("curl: ("), "{text}");
    // What is kept serves the commands that show what is wrong.
    let mut status = host.deploy_command(&["status"]);
    let status = finished(status.args(["--settings", &file]), &host.folder);
    refused(&status, 1, &["nothing is deployed on"]);

    let output = push("weights.example.org", &host.base_url(), &[]);
    assert!(output.status.success(), "{}", said(&output));
    let before = std::fs::read_to_string(&kept).unwrap();
    assert!(before.contains("web_directory=weights.example.org\n"), "{before}");
    assert!(before.contains(&host.base_url()) && !before.contains(nowhere), "{before}");
    let public_url = format!("public_url = \"{}\"", host.base_url());
    let text = std::fs::read_to_string(config(&host)).unwrap();
    assert!(text.contains(&public_url), "the mistyped address is corrected: {text}");
    std::fs::write(&kept, before.replace("https://127.0.0.1", "https://localhost")).unwrap();
    let output = push("weights.example.org", &host.base_url(), &[]);
    assert!(output.status.success(), "{}", said(&output));
    let said = said(&output);
    assert!(said.contains(&format!("kept in {file}: base_url={}", host.base_url())), "{said}");
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), before, "only that line has changed");
}

#[test]
fn a_new_address_is_ignored_with_a_warning_and_reconfigured_on_request() {
    let host = SharedHost::start();
    host.push(&first());
    let good = std::fs::read_to_string(config(&host)).unwrap();
    let old = good.replace(&host.base_url(), "https://old.example");
    std::fs::write(config(&host), &old).unwrap();
    let address = format!("WEIGHT_SYNC_SERVER_PUBLIC_URL ({})", host.base_url());
    let push = |options: &[&str]| {
        let output = push_with(&host, &host.database.url(), options);
        assert!(output.status.success(), "{}", said(&output));
        (said(&output), std::fs::read_to_string(config(&host)).unwrap())
    };
    let (text, now) = push(&[]);
    assert!(text.contains("ignored, because") && text.contains(&address), "{text}");
    assert_eq!(now, old);
    let (text, now) = push(&["--reconfigure"]);
    assert!(text.contains(&format!("changing {address} in")), "{text}");
    assert_eq!(now, good);

    // Where nothing differs, the file stays, with its comments.
    let good = format!("# mine\n{good}");
    std::fs::write(config(&host), &good).unwrap();
    let (text, now) = push(&["--reconfigure"]);
    assert!(text.contains("nothing to reconfigure") && !text.contains("changing"), "{text}");
    assert_eq!(now, good);
}

#[test]
fn a_greeting_of_the_login_shell_is_taken_for_no_answer() {
    let host = SharedHost::start();
    std::fs::write(host.home().join(".bashrc"), "echo Welcome to this host\n").unwrap();
    host.push(&first());
    let one = std::fs::read_to_string(host.private().join("live")).unwrap();
    host.push(&first());
    for arguments in [&["status"][..], &["releases"], &["cron", "install"], &["logs", "-n", "1"]] {
        let said = host.deploy_ok(arguments);
        assert!(!said.contains("Welcome"), "{arguments:?}: {said}");
    }
    host.deploy_ok(&["rollback"]);
    assert_eq!(std::fs::read_to_string(host.private().join("live")).unwrap(), one);
}

#[test]
fn an_unknown_release_is_refused_before_anything_changes() {
    let host = SharedHost::start();
    let said = host.push(&first());
    assert!(!said.contains("rollback"), "there is nothing to go back to: {said}");
    host.version();
    let processes = host.programs().len();
    let live = std::fs::read_to_string(host.private().join("live")).unwrap();
    let output = host.deploy(&["rollback", "--to", "nosuch"]);
    let text = refused(&output, 1, &["there is no release nosuch; there are:", live.trim()]);
    assert!(!text.contains("returning"), "{text}");
    assert_eq!(host.programs().len(), processes, "no process was ended");

    let plan = host.deploy_ok(&["push", "--dry-run", "--binaries", &first().display().to_string()]);
    assert!(plan.contains(&format!("when that fails, return to {live}")), "{plan}");
}

/// Runs each line as the host would on a terminal, and presses Ctrl-C once the command runs: the signal reaches every
/// process of the command.
const INTERRUPTING_SSH: &str = r#"#!/bin/sh
case " $* " in *" -O "*) exit ;; esac
for line; do :; done
env --default-signal=INT setsid sh -c "$line" &
while [ ! -e "$READY" ]; do sleep 0.1; done
kill -s INT -- "-$!"
wait $!
"#;

#[test]
fn ctrl_c_at_a_log_that_is_followed_is_no_broken_connection() {
    use crate::support::executable::script;
    let folder = crate::support::folder::Folder::new();
    let program = folder.join("weight-sync/bin/weightctl");
    for part in ["bin", "weight-sync/bin"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
    }
    script(&folder.join("bin/ssh"), INTERRUPTING_SSH);
    script(&program, "#!/bin/sh\n: >\"$READY\"\nsleep 600\n");
    let deploy = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy.sh");
    let settings = folder.join("deploy");
    let private = folder.join("weight-sync").display().to_string();
    let text = format!(
        "host=h.example\nweb_directory=web\nbase_url=https://h.example\nprivate_directory={private}\n"
    );
    std::fs::write(&settings, text).unwrap();
    let line = format!("{deploy} logs --follow --settings {}", settings.display());
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    // With a terminal, which deploy.sh looks for.
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .env("PATH", path)
        .env("READY", folder.join("ready"))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert!(!said(&output).contains("connection"), "{}", said(&output));
}
