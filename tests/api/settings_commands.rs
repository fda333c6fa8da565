//! `weightctl config set|show`, `secret`, `restart` and `maintenance`: changes that running processes take over.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::support::Request;
use crate::support::executable;
use crate::support::folder::Folder;
use crate::support::site::{SECRET, Site, WEIGHT_API, WEIGHTCTL, said};
use crate::support::waiting::wait_until;

const SIGTERM: u32 = 15;

/// A process of the web program in a web directory, as mod_fcgid starts it.
fn process(site: &Site, web: &Path) -> Child {
    let socket = site.folder.join("fcgi.sock");
    let _ = std::fs::remove_file(&socket);
    let listener = UnixListener::bind(&socket).unwrap();
    let child = Command::new(web.join("api"))
        .env_clear()
        .env("WEIGHT_SYNC_CONFIG", &site.config)
        .stdin(Stdio::from(OwnedFd::from(listener)))
        .spawn()
        .unwrap();
    wait_until("the process handles SIGTERM", || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
        u64::from_str_radix(caught.trim(), 16).unwrap() & (1 << (SIGTERM - 1)) != 0
    });
    child
}

/// A site with a web directory that is recorded.
fn deployed() -> (Site, Folder) {
    let (site, web) = (Site::new(&[]), Folder::new());
    executable::copy(Path::new(WEIGHT_API), &web.join("api"));
    std::fs::write(site.folder.join("web"), web.path().to_str().unwrap()).unwrap();
    (site, web)
}

#[test]
fn a_changed_setting_is_written_and_the_processes_that_read_the_old_one_end() {
    let (site, web) = deployed();
    let mut child = process(&site, web.path());
    let set = site.weightctl_json(&["config", "set", "accounts.registration_open", "false"]);
    assert_eq!(set["ended"], 1);
    assert!(child.wait().unwrap().success(), "SIGTERM lets it end by itself");
    let body = json!({"email": "anna@example.org", "password": "a long password"});
    let answer = site.as_cgi(&Request::new("POST", "/api/auth/register").json(&body));
    answer.problem(403, "registration_closed");

    for (key, value, code, says) in [
        ("accounts.registration", "1", 3, "registration"),
        ("nonsense", "1", 3, "no setting nonsense"),
        ("sync.tombstone_retention_days", "0", 3, "1 to 36500"),
    ] {
        let before = std::fs::read_to_string(&site.config).unwrap();
        let output = site.weightctl(&["config", "set", key, value]);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        assert!(
            said(&output).contains(says) && said(&output).contains("tip: "),
            "{}",
            said(&output)
        );
        assert_eq!(std::fs::read_to_string(&site.config).unwrap(), before, "{key}");
    }
}

#[test]
fn all_settings_are_shown_without_secrets() {
    let site = Site::new(&[]);
    let password = site.database.url().split([':', '@']).nth(2).unwrap().to_owned();
    for text in
        [site.weightctl_ok(&["config", "show"]), site.weightctl_ok(&["--json", "config", "show"])]
    {
        assert!(!text.contains(SECRET) && !text.contains(&password), "{text}");
        assert!(text.contains("(hidden)") && text.contains("tombstone_retention_days"), "{text}");
    }
}

#[test]
fn a_token_is_valid_after_the_rotation_of_its_secret_and_not_after_its_drop() {
    let site = Site::new(&[]);
    site.weightctl_ok(&["user", "create", "--email", "anna@example.org"]);
    let token = site.weightctl_ok(&["token", "anna@example.org"]);
    let status = || site.as_cgi(&Request::get("/api/account").bearer(token.trim())).status;
    let kids = || site.weightctl_json(&["secret", "list"])["kids"].as_array().unwrap().clone();
    let old = kids()[0].as_str().unwrap().to_owned();

    let rotated = site.weightctl_json(&["secret", "rotate"]);
    assert_eq!(kids(), [rotated["kid"].clone(), json!(old)]);
    assert_eq!(status(), 200);

    let refused = site.weightctl(&["secret", "drop", &old]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    site.weightctl_ok(&["secret", "drop", &old, "--yes"]);
    assert_eq!(kids(), [rotated["kid"].clone()]);
    assert_eq!(status(), 401);
    let last = rotated["kid"].as_str().unwrap();
    assert_eq!(site.weightctl(&["secret", "drop", last, "--yes"]).status.code(), Some(3));
    assert_eq!(kids().len(), 1, "the only one stays");
}

#[test]
fn maintenance_takes_the_program_away_and_brings_it_back() {
    let (site, web) = deployed();
    let mut child = process(&site, web.path());
    let program = web.join("api");
    assert_eq!(site.weightctl_json(&["maintenance", "on"])["changed"], true);
    assert!(!program.exists());
    assert!(child.wait().unwrap().success());
    assert_eq!(site.weightctl_json(&["maintenance", "on"])["changed"], false);
    assert_eq!(site.weightctl_json(&["maintenance", "off"])["changed"], true);
    assert!(program.exists());
    assert_eq!(site.weightctl_json(&["maintenance", "off"])["changed"], false);

    // A push during maintenance brings a program of its own, which stays.
    site.weightctl_json(&["maintenance", "on"]);
    std::fs::write(&program, "newer").unwrap();
    site.weightctl_json(&["maintenance", "off"]);
    assert_eq!(std::fs::read(&program).unwrap(), b"newer");
    assert_eq!(std::fs::read_dir(web.path()).unwrap().count(), 1, "nothing is left");
}

#[test]
fn maintenance_and_a_restore_wait_for_a_push() {
    let (site, web) = deployed();
    let file = site.folder.join("mine.sql.gz");
    let file = file.to_str().unwrap();
    site.weightctl_ok(&["backup", "--output", file]);
    let lock = File::options().create(true).append(true).open(site.folder.join("lock")).unwrap();
    for (arguments, is_offline) in
        [(&["restore", file, "--yes"][..], false), (&["maintenance", "on"], true)]
    {
        lock.lock().unwrap();
        let mut command = Command::new(WEIGHTCTL);
        command.arg("--config").arg(&site.config).args(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("waiting for another command"), "{line}");
        assert!(web.join("api").exists(), "nothing has changed: {arguments:?}");
        lock.unlock().unwrap();
        assert!(child.wait().unwrap().success(), "{arguments:?}");
        assert_eq!(web.join("api").exists(), !is_offline, "{arguments:?}");
    }
}

#[test]
fn restart_ends_the_processes_of_this_deployment_only() {
    let (site, web) = deployed();
    let (other_site, other_web) = deployed();
    let mut child = process(&site, web.path());
    let mut other = process(&other_site, other_web.path());
    std::fs::remove_file(web.join("api")).unwrap();
    assert_eq!(site.weightctl_json(&["restart"])["ended"], 1, "also one whose file was replaced");
    assert!(child.wait().unwrap().success());
    assert!(other.try_wait().unwrap().is_none(), "another site's goes on");
    assert_eq!(other_site.weightctl_json(&["restart"])["ended"], 1);
    other.wait().unwrap();
}
