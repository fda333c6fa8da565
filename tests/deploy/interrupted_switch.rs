//! The host's part of a switch, killed before each change, and on a full disk.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::host_apache::call;
use crate::next_release::first;
use crate::shared_host::{SharedHost, run};
use crate::support::Request;
use crate::support::executable;
use crate::support::site::said;

/// The programs that change files on the host.
const PROGRAMS: [&str; 5] = ["cp", "mv", "chmod", "sed", "rm"];

/// Precedes these programs in the PATH. At the n-th change it kills the whole action or reports a full disk. Renames
/// and removals need no space.
const FAULT: &str = r#"#!/bin/sh
PATH=${PATH#*:}
case $FAULT/${0##*/} in full/mv | full/rm) exec "${0##*/}" "$@" ;; esac
count=$(($(cat "$COUNT") + 1))
echo "$count" >"$COUNT"
if [ "$count" -eq "$AT" ]; then
    for target; do :; done
    # A copy is torn where it is killed.
    case ${0##*/} in cp) echo torn >"$target" ;; esac
    [ "$FAULT" = full ] || kill -KILL 0
    echo "${0##*/}: No space left on device" >&2
    exit 1
fi
exec "${0##*/}" "$@"
"#;

struct Fixture {
    host: SharedHost,
    faults: PathBuf,
    releases: [String; 2],
}

impl Fixture {
    /// The second release differs from the first in the end of its programs, its `.htaccess` and a page.
    fn start() -> Self {
        let host = SharedHost::start();
        host.deploy_ok(&["push", "--mode", "cgi", "--binaries", &first().display().to_string()]);
        let one = word(&host, "live");
        let two = format!("{}-99990101T000000Z", one.split('-').next().unwrap());
        let releases = host.private().join("releases");
        let script = format!(
            "cp -a {one} {two} && for file in {two}/weight-api {two}/weightctl; do echo >>$file; done && \
             for file in {two}/htaccess {two}/public_html/problems/503.json; do echo >>$file; done"
        );
        let shell = format!("cd {} && {script}", releases.display());
        run("runuser", &["-u", &host.site.user, "--", "sh", "-c", &shell]);
        let faults = host.home().join("faults");
        std::fs::create_dir(&faults).unwrap();
        for name in PROGRAMS {
            executable::script(&faults.join(name), FAULT);
        }
        Self { host, faults, releases: [one, two] }
    }

    /// Runs the command by which `deploy.sh` switches to a release. The fault occurs at change `at`, counted from 1.
    fn switch(&self, release: &str, fault: &str, at: usize) -> Output {
        let script = call("connection", &["host_script"]);
        let count = self.faults.join("count");
        std::fs::write(&count, "0\n").unwrap();
        std::fs::set_permissions(&count, std::fs::Permissions::from_mode(0o666)).unwrap();
        let file = self.faults.join("script");
        std::fs::write(&file, script).unwrap();
        // A separate process group, so that nothing else is killed.
        Command::new("setsid")
            .args(["--wait", "runuser", "-u", &self.host.site.user, "--", "sh", "-s", "--"])
            .args([&self.host.site.web, &self.host.private()])
            .args(["switch", release, "cgi"])
            .env("PATH", format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", self.faults.display()))
            .envs([("FAULT", fault), ("AT", &at.to_string()), ("COUNT", count.to_str().unwrap())])
            .stdin(Stdio::from(std::fs::File::open(file).unwrap()))
            .output()
            .unwrap()
    }

    /// The release that a file in the web directory equals byte for byte.
    #[track_caller]
    fn which(&self, name: &str, kept: &str, when: &str) -> usize {
        let found = std::fs::read(self.host.site.web.join(name)).unwrap();
        let is = |release: &String| {
            let path = self.host.private().join("releases").join(release).join(kept);
            let mut text = std::fs::read(path).unwrap();
            if name == ".htaccess" {
                let fastcgi = String::from_utf8(text).unwrap();
                text = fastcgi.replace("SetHandler fcgid", "SetHandler cgi").into_bytes();
            }
            found == text
        };
        let which = self.releases.iter().position(is);
        which.unwrap_or_else(|| panic!("{when}: {name} is neither release's"))
    }

    /// Checks that each file is from one of the two releases and that the service answers. Returns each file's release.
    #[track_caller]
    fn is_whole(&self, when: &str) -> [usize; 3] {
        let files = [
            ("api", "weight-api"),
            (".htaccess", "htaccess"),
            ("problems/503.json", "public_html/problems/503.json"),
        ];
        let which = files.map(|(name, kept)| self.which(name, kept, when));
        self.host.send(&Request::get("/api/health")).expect(200);
        which
    }

    fn laid(&self) -> String {
        let home = self.host.home().display().to_string();
        run("find", &[&home, "-name", ".weight-sync-new-*"])
    }
}

fn word(host: &SharedHost, name: &str) -> String {
    std::fs::read_to_string(host.private().join(name)).unwrap_or_default().trim().to_owned()
}

#[test]
fn a_switch_killed_before_any_change_leaves_whole_files_and_can_be_repeated() {
    let fixture = Fixture::start();
    let [one, two] = &fixture.releases;
    let mut met = Vec::new();
    for at in 1.. {
        let output = fixture.switch(two, "kill", at);
        let when = format!("killed before change {at}");
        let [program, htaccess, page] = fixture.is_whole(&when);
        met.push([program, htaccess, page]);
        // The switch keeps this order, so that .htaccess is never older than the program.
        assert!(page >= htaccess && htaccess >= program, "{when}: {page} {htaccess} {program}");
        let live = if word(&fixture.host, "live") == *two { 1 } else { 0 };
        assert!(live <= program, "{when}: live names what is not there");
        assert!(page == 0 || word(&fixture.host, "switching") == *two, "{when}: it is not said");
        if output.status.success() {
            assert_eq!((program, live), (1, 1), "{when}");
            break;
        }
        assert!(at < 200, "it never ends: {}", said(&output));
        let again = fixture.switch(one, "none", 0);
        assert!(again.status.success(), "{when}, then back: {}", said(&again));
        assert_eq!(fixture.is_whole(&when), [0; 3], "{when}, then back");
        assert_eq!(fixture.laid(), "", "{when}, then back");
    }
    met.sort_unstable();
    met.dedup();
    assert!(met.len() >= 4, "every state in between was met: {met:?}");
}

#[test]
fn a_switch_on_a_full_disk_changes_nothing_and_says_so() {
    let fixture = Fixture::start();
    let [one, two] = &fixture.releases;
    for at in 1.. {
        let output = fixture.switch(two, "full", at);
        let when = format!("full at change {at}: {}", said(&output));
        if output.status.success() {
            assert_eq!(fixture.is_whole(&when), [1; 3]);
            break;
        }
        assert_eq!(fixture.is_whole(&when), [0; 3]);
        assert_eq!(output.status.code(), Some(75), "{when}");
        assert!(said(&output).contains("No space left"), "{when}");
        assert_eq!(word(&fixture.host, "live"), *one, "{when}");
        assert_eq!(fixture.laid(), "", "{when}");
        assert!(at < 200, "{when}");
    }
}
