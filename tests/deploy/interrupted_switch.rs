//! The host's part of a switch, killed before each change, and on a full disk. strace injects the faults, since the
//! program is static and makes its changes itself.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::next_release::first;
use crate::shared_host::{SharedHost, run};
use crate::support::Request;
use crate::support::site::said;

/// The system calls that change files.
const CHANGES: [&str; 6] = ["rename", "write", "copy_file_range", "fchmod", "fsync", "unlink"];
/// Those of them that need space.
const FILLING: [&str; 2] = ["write", "copy_file_range"];

struct Fixture {
    host: SharedHost,
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
        Self { host, releases: [one, two] }
    }

    /// Runs the command by which `deploy.sh rollback` switches to a release, and confirms it. `fault` is strace's
    /// expression for what happens to the calls of `trace`.
    fn switch(&self, release: &str, trace: &str, fault: Option<&str>) -> Output {
        let program = self.host.private().join("bin/weightctl");
        self.traced(&program, &["to", release], "verified\n", trace, fault)
    }

    /// Runs `weightctl release` under strace; `answers` is what the caller says.
    fn traced(
        &self,
        program: &Path,
        arguments: &[&str],
        answers: &str,
        trace: &str,
        fault: Option<&str>,
    ) -> Output {
        let _ = std::fs::remove_file(self.trace());
        let inject = fault.map(|fault| format!("inject={trace}:{fault}"));
        let inject: Vec<&str> = inject.iter().flat_map(|inject| ["-e", inject]).collect();
        let mut child = Command::new("runuser")
            .args(["-u", &self.host.site.user, "--", "strace", "-y", "-o"])
            .arg(self.trace())
            .args(["-e", &format!("trace={trace}")])
            .args(inject)
            .arg(program)
            .arg("release")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Open until the end: a caller that hangs up is a fault of its own.
        let mut caller = child.stdin.take().unwrap();
        caller.write_all(answers.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    fn trace(&self) -> std::path::PathBuf {
        self.host.home().join("trace")
    }

    /// Whether the last switch met its fault.
    fn met(&self) -> bool {
        std::fs::read_to_string(self.trace()).unwrap().contains("(INJECTED)")
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
    for (call, at) in CHANGES.into_iter().flat_map(|call| (1..100).map(move |at| (call, at))) {
        // Once all changes of one kind were met, the next kind follows.
        if met.last().is_some_and(|(last, _, was_met)| *last == call && !was_met) {
            continue;
        }
        let output = fixture.switch(two, call, Some(&format!("signal=KILL:when={at}")));
        let when = format!("killed before {call} {at}");
        let files = fixture.is_whole(&when);
        let [program, htaccess, page] = files;
        met.push((call, files, !output.status.success()));
        // The switch keeps this order, so that .htaccess is never older than the program.
        assert!(page >= htaccess && htaccess >= program, "{when}: {page} {htaccess} {program}");
        let live = if word(&fixture.host, "live") == *two { 1 } else { 0 };
        assert!(live <= program, "{when}: live names what is not there");
        let is_said = word(&fixture.host, "switching") == *two;
        let is_verified = fixture.host.private().join("releases").join(two).join("verified");
        assert!(page == 0 || is_said || is_verified.exists(), "{when}: it is not said");
        if output.status.success() {
            assert_eq!((program, live), (1, 1), "{when}: {}", said(&output));
        }
        let again = fixture.switch(one, call, None);
        assert!(again.status.success(), "{when}, then back: {}", said(&again));
        assert_eq!(fixture.is_whole(&when), [0; 3], "{when}, then back");
        assert_eq!(fixture.laid(), "", "{when}, then back");
    }
    let mut states: Vec<_> = met.iter().map(|(_, files, _)| files).collect();
    states.sort_unstable();
    states.dedup();
    assert!(states.len() >= 4, "every state in between was met: {met:?}");
}

#[test]
fn a_switch_on_a_full_disk_changes_nothing_and_says_so() {
    let fixture = Fixture::start();
    let [one, two] = &fixture.releases;
    let mut refused = 0;
    for call in FILLING {
        for at in 1.. {
            let output = fixture.switch(two, call, Some(&format!("error=ENOSPC:when={at}")));
            let (met, when) = (fixture.met(), format!("full at {call} {at}: {}", said(&output)));
            if output.status.success() {
                // A message could not be written, or nothing was left to fail.
                assert_eq!(fixture.is_whole(&when), [1; 3], "{when}");
                assert!(fixture.switch(one, call, None).status.success(), "{when}, then back");
            } else {
                assert_eq!(fixture.is_whole(&when), [0; 3]);
                assert_eq!(output.status.code(), Some(1), "{when}");
                assert!(said(&output).contains("the new files could not be written"), "{when}");
                assert!(said(&output).contains("No space left"), "{when}");
                refused += 1;
            }
            assert_eq!(word(&fixture.host, "live"), *one, "{when}");
            assert_eq!(fixture.laid(), "", "{when}");
            if !met {
                break;
            }
            assert!(at < 200, "{when}");
        }
    }
    assert!(refused >= 5, "the files of a release and the records: {refused}");
}

#[test]
fn a_push_to_a_disk_that_is_full_at_the_probe_changes_nothing_and_says_so() {
    let fixture = Fixture::start();
    let [one, two] = &fixture.releases;
    let releases = fixture.host.private().join("releases");
    // A push refuses to come after a release of the future.
    std::fs::remove_dir_all(releases.join(two)).unwrap();
    let upload = releases.join("full.uploading");
    let shell =
        format!("cp -a {}/{one} {1} && rm {1}/verified", releases.display(), upload.display());
    run("runuser", &["-u", &fixture.host.site.user, "--", "sh", "-c", &shell]);
    let (web, url) = (fixture.host.site.web.display().to_string(), fixture.host.base_url());
    let arguments = ["begin", "--web", &web, "--base-url", &url, "--mode", "cgi"];
    // The first copy is the probe's. No settings are given.
    let fault = Some("error=ENOSPC:when=1");
    let program = upload.join("weightctl");
    let output = fixture.traced(&program, &arguments, "\n", "copy_file_range", fault);
    let said = said(&output);
    assert!(fixture.met(), "{said}");
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in [
        "the directory for the probe could not be made",
        "No space left",
        "What was live is unchanged",
        "./deploy.sh ctl release prune --keep 2",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    fixture.host.send(&Request::get("/api/health")).expect(200);
    assert_eq!(word(&fixture.host, "live"), *one);
    assert_eq!(run("find", &[&web, "-name", "weight-sync-probe-*"]), "", "{said}");
    assert_eq!(run("ls", &[releases.to_str().unwrap()]).trim(), one, "{said}");
}

#[test]
fn each_file_and_its_folder_are_flushed_before_it_is_renamed() {
    let fixture = Fixture::start();
    let output = fixture.switch(&fixture.releases[1], "rename,fsync", None);
    assert!(output.status.success(), "{}", said(&output));
    let trace = std::fs::read_to_string(fixture.trace()).unwrap();
    let renames: Vec<(usize, &str)> = trace
        .lines()
        .enumerate()
        .filter_map(|(number, line)| Some((number, line.strip_prefix("rename(\"")?)))
        .map(|(number, rest)| (number, rest.split('"').next().unwrap()))
        .collect();
    assert!(renames.len() >= 7, "{trace}");
    for (number, file) in renames {
        let folder = Path::new(file).parent().unwrap().display();
        let is_flushed = |mut lines: std::iter::Take<std::str::Lines<'_>>, path: &str| {
            lines.any(|line| line.starts_with("fsync(") && line.contains(&format!("<{path}>")))
        };
        for path in [file, &folder.to_string()] {
            assert!(is_flushed(trace.lines().take(number), path), "{path} before {file}: {trace}");
        }
    }
}
