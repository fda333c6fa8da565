//! Plants the faults of a web directory under a real Apache with suexec. `weightctl doctor` must name the cause, and what
//! fails through the public address must point at it.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::host_apache::Variation;
use crate::next_release::first;
use crate::shared_host::{SharedHost, run};
use crate::support::site::said;

/// A fault: how it is planted, modules that Apache lacks meanwhile, and all complaints: check, result, and words of the
/// reason or the remedy.
struct Fault {
    name: &'static str,
    plant: fn(&Path),
    without: &'static [&'static str],
    found: &'static [(&'static str, &'static str, &'static str)],
}

const fn fault(
    name: &'static str,
    plant: fn(&Path),
    found: &'static [(&'static str, &'static str, &'static str)],
) -> Fault {
    Fault { name, plant, without: &[], found }
}

const FOLLOWS: &str = "follows from the check ";

#[rustfmt::skip]
const FAULTS: &[Fault] = &[
    fault("program 0644", |web| mode(&web.join("api"), 0o644),
        &[("program", "fail", "mode 0644"), ("health", "fail", FOLLOWS)]),
    fault("program writable by the group", |web| mode(&web.join("api"), 0o775),
        &[("program", "fail", "suexec refuses"), ("health", "fail", FOLLOWS)]),
    fault("program cut off", |web| std::fs::File::options().write(true).open(web.join("api")).unwrap().set_len(9).unwrap(),
        &[("program", "fail", "not the release's program (9 bytes"), ("health", "fail", FOLLOWS)]),
    fault("program a link", |web| {
            std::fs::rename(web.join("api"), web.join("other")).unwrap();
            symlink(web.join("other"), web.join("api")).unwrap();
        },
        &[("program", "fail", "a symbolic link"), ("health", "fail", FOLLOWS)]),
    fault("program missing", |web| std::fs::remove_file(web.join("api")).unwrap(),
        &[("program", "fail", "is missing"), ("health", "fail", FOLLOWS)]),
    fault("web directory writable by the group", |web| mode(web, 0o775),
        &[("web directory", "fail", "chmod 755"), ("health", "fail", FOLLOWS)]),
    fault("home 0700", |web| mode(web.parent().unwrap(), 0o700),
        &[("web directory", "fail", "chmod 711"), ("health", "fail", FOLLOWS)]),
    fault(".htaccess missing", |web| std::fs::remove_file(web.join(".htaccess")).unwrap(),
        &[(".htaccess", "fail", "is missing"), ("health", "fail", FOLLOWS), ("secrets", "fail", "fetch /api")]),
    fault("a foreign .htaccess", |web| std::fs::write(web.join(".htaccess"), "Options +Indexes\n").unwrap(),
        &[(".htaccess", "fail", "lines of the release's"), ("health", "fail", FOLLOWS), ("secrets", "fail", "fetch /api")]),
    fault("the rule against other addresses gone", |web| rules(web, |line| !line.contains("RewriteRule !^(api")),
        &[(".htaccess", "fail", "lacks 1 line of"), ("secrets", "fail", "fetch /.htaccess")]),
    fault("the rule of 128 KiB gone", |web| rules(web, |line| !line.contains("Content-Length") && !line.contains("R=413")),
        &[(".htaccess", "fail", "Content-Length")]),
    fault("the lines for Authorization gone", |web| rules(web, |line| !line.contains("CGIPassAuth") && !line.contains("E=HTTP_AUTHORIZATION")),
        &[(".htaccess", "fail", "CGIPassAuth On"), ("authorization", "fail", FOLLOWS)]),
    fault("a directive that the host refuses", |web| { let text = std::fs::read_to_string(web.join(".htaccess")).unwrap();
            std::fs::write(web.join(".htaccess"), text + "FcgidMaxRequestLen 1000000\n").unwrap(); },
        &[("health", "fail", "a directive of .htaccess that the host refuses")]),
    fault("the handler set to CGI", |web| { let text = std::fs::read_to_string(web.join(".htaccess")).unwrap();
            std::fs::write(web.join(".htaccess"), text.replace("SetHandler fcgid", "SetHandler cgi")).unwrap(); },
        &[(".htaccess", "warn", "SetHandler fcgid-script"), ("mode", "warn", "plain CGI")]),
    fault("problems/ gone", |web| std::fs::remove_dir_all(web.join("problems")).unwrap(),
        &[("pages", "fail", "problems/413.json")]),
    fault("account/ gone", |web| std::fs::remove_dir_all(web.join("account")).unwrap(),
        &[("pages", "fail", "account/index.html"), ("headers", "fail", FOLLOWS)]),
    fault("the log of another user", |web| { run("chown", &["root", log(web).to_str().unwrap()]); },
        &[("log", "fail", "requests.log cannot be written")]),
    fault("the log's folder not writable", |web| mode(log(web).parent().unwrap(), 0o500),
        &[("log", "fail", "the file cannot be rotated")]),
    Fault { name: "mod_headers gone", plant: |_| {}, without: &["headers"],
        found: &[("headers", "warn", "mod_headers")] },
    Fault { name: "mod_fcgid gone", plant: |_| {}, without: &["fcgid"],
        found: &[("mode", "warn", "mod_fcgid is gone")] },
    Fault { name: "mod_rewrite gone", plant: |_| {}, without: &["rewrite"],
        found: &[("health", "fail", "no mod_rewrite")] },
];

fn log(web: &Path) -> PathBuf {
    web.with_file_name("weight-sync").join("log/requests.log")
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Keeps some lines of `.htaccess`.
fn rules(web: &Path, keep: fn(&str) -> bool) {
    let text = std::fs::read_to_string(web.join(".htaccess")).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| keep(line)).collect();
    assert!(kept.len() < text.lines().count());
    std::fs::write(web.join(".htaccess"), kept.join("\n") + "\n").unwrap();
}

/// What the doctor complains of: check, result, and the whole finding.
fn complaints(host: &SharedHost) -> Vec<(String, String, String)> {
    let authority = format!("SSL_CERT_FILE={}", host.home().join("authority.pem").display());
    let program = host.private().join("bin/weightctl");
    let output = Command::new("runuser")
        .args(["-u", &host.site.user, "--", "env", &authority])
        .arg(program)
        .args(["--json", "doctor"])
        .output()
        .unwrap();
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    // The tests' database does not write each commit to the disk.
    let is_complaint = |check: &&Value| {
        check["result"] != "pass" && check["result"] != "skip" && check["check"] != "durability"
    };
    let text = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
    let checks = report["checks"].as_array().unwrap().iter().filter(is_complaint);
    checks.map(|one| (text(one, "check"), text(one, "result"), one.to_string())).collect()
}

#[test]
fn each_fault_under_a_real_apache_is_found_as_its_cause_and_nothing_else_is_wrong() {
    let mut host = SharedHost::start();
    host.push(&first());
    host.deploy_ok(&["cron", "install"]);
    host.weightctl_ok(&["purge"]);
    std::fs::copy(host.site.authority.file(), host.home().join("authority.pem")).unwrap();
    let (web, kept) = (host.site.web.clone(), host.home().join("kept"));
    let (from, to) = (web.display().to_string(), kept.display().to_string());
    run("cp", &["-a", &from, &to]);
    assert_eq!(complaints(&host), [], "before any fault");

    let mut wrong = Vec::new();
    for Fault { name, plant, without, found } in FAULTS {
        plant(&web);
        // A running process would hide what is wrong with its file, and mod_fcgid makes requests wait after programs that
        // did not start.
        host.restart_apache(&Variation { without: without.to_vec(), ..Variation::default() });
        let complaints = complaints(&host);
        run("rm", &["-rf", &from]);
        run("cp", &["-a", &to, &from]);
        mode(host.home(), 0o755);
        run("chown", &[&host.site.user, log(&web).to_str().unwrap()]);
        mode(log(&web).parent().unwrap(), 0o700);
        let is_expected = complaints.len() == found.len()
            && found.iter().all(|(check, result, words)| {
                let same =
                    complaints.iter().find(|(name, level, _)| name == check && level == result);
                same.is_some_and(|(_, _, text)| text.contains(words))
            });
        if !is_expected {
            wrong.push(format!("{name}: {complaints:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    host.restart_apache(&Variation::default());
    assert_eq!(complaints(&host), [], "after all faults");
}
