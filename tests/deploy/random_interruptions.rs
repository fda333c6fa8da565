//! Pushes and ways back that end at any moment, in every way in which something can end. Minutes, so only with
//! WEIGHT_SYNC_TEST_LONG; WEIGHT_SYNC_TEST_INTERRUPTIONS says how many.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::interrupted_push::{live, walk};
use crate::next_release::first;
use crate::paused_push::interruptible;
use crate::shared_host::SharedHost;
use crate::support::folder::Folder;
use crate::support::processes::{Signal, arguments, find, signal};
use crate::support::waiting::wait_until;

const ROUNDS: usize = 40;

/// What ends: the whole command by a signal, its connections, or its processes on the host.
const WAYS: [&str; 7] = ["KILL", "INT", "TERM", "HUP", "connections", "sessions", "shells"];

fn below(limit: u128) -> u128 {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).unwrap();
    u128::from(u64::from_le_bytes(bytes)) % limit
}

/// Two sets of programs that can be told apart by their bytes.
fn sets(folder: &Folder) -> [PathBuf; 2] {
    ["one", "two"].map(|name| {
        let set = folder.join(name);
        std::fs::create_dir(&set).unwrap();
        for program in ["weight-api", "weightctl"] {
            let mut bytes = std::fs::read(first().join(program)).unwrap();
            bytes.extend(name.as_bytes());
            std::fs::write(set.join(program), bytes).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(set.join(program), mode).unwrap();
        }
        set
    })
}

/// The account's processes whose command line `is_meant`, without its service and the SSH server that stands for the
/// host's own.
fn on_host(host: &SharedHost, is_meant: impl Fn(&str) -> bool) -> Vec<u32> {
    let owner = std::fs::metadata(host.private()).unwrap().uid();
    let server = host.ssh_server();
    find(|id| {
        let is_own = std::fs::metadata(format!("/proc/{id}")).is_ok_and(|it| it.uid() == owner);
        let line = arguments(id).join(" ");
        is_own
            && id != server
            && !line.is_empty()
            && !line.contains("weight-api")
            && is_meant(&line)
    })
}

fn kill(ids: Vec<u32>) {
    ids.into_iter().for_each(|id| signal(id, Signal::KILL));
}

fn end(way: &str, command: &Child, host: &SharedHost) {
    let key = host.folder.join("key").display().to_string();
    match way {
        "connections" => kill(find(|id| {
            let arguments = arguments(id);
            arguments.first().is_some_and(|name| name == "ssh") && arguments.contains(&key)
        })),
        "sessions" => kill(on_host(host, |line| line.contains("dropbear"))),
        "shells" => kill(on_host(host, |line| !line.contains("dropbear"))),
        name => {
            let group = format!("-{}", command.id());
            let _ = Command::new("kill")
                .args(["-s", name, "--", &group])
                .stderr(Stdio::null())
                .status();
        }
    }
}

fn start(host: &SharedHost, folder: &Folder, arguments: &[&str]) -> Child {
    interruptible(&host.deploy_command(arguments))
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join("said")).unwrap())
        .spawn()
        .unwrap()
}

/// The program in the web directory is a release's, byte for byte, and answers.
#[track_caller]
fn assert_serves(host: &SharedHost, sets: &[PathBuf; 2], when: &str) {
    let found = std::fs::read(host.site.web.join("weight-api.fcgi")).unwrap();
    assert!(
        sets.iter().any(|set| std::fs::read(set.join("weight-api")).unwrap() == found),
        "{when}"
    );
    host.version();
    assert!(host.private().join("releases").join(live(host)).join("weight-api").exists(), "{when}");
}

/// Nothing is left of what was interrupted.
#[track_caller]
fn assert_clean(host: &SharedHost, when: &str) {
    for entry in walk(host.home()) {
        for leftover in ["uploading", "weight-sync-probe", "weight-sync-new", "switching"] {
            assert!(!entry.contains(leftover), "{when}: {entry}");
        }
    }
    let release = host.private().join("releases").join(live(host));
    assert!(release.join("verified").exists(), "{when}");
    let web = std::fs::read(host.site.web.join("weight-api.fcgi")).unwrap();
    assert!(
        web == std::fs::read(release.join("weight-api")).unwrap(),
        "{when}: live is what it says"
    );
    let users = host.weightctl_ok(&["user", "list"]);
    assert!(!users.contains("smoke-test"), "{when}: {users}");
    let programs = host.programs();
    assert!(programs.iter().all(|path| !path.ends_with("(deleted)")), "{when}: {programs:?}");
    wait_until("nothing else runs there", || on_host(host, |_| true).is_empty());
}

#[test]
fn pushes_and_ways_back_that_end_at_any_moment_leave_a_service_that_answers_and_the_next_one_cleans_up()
 {
    let rounds =
        std::env::var("WEIGHT_SYNC_TEST_INTERRUPTIONS").ok().and_then(|text| text.parse().ok());
    let is_long = std::env::var_os("WEIGHT_SYNC_TEST_LONG").is_some();
    let rounds = rounds.unwrap_or(if is_long { ROUNDS } else { 0 });
    if rounds == 0 {
        println!("left out: WEIGHT_SYNC_TEST_LONG is not set");
        return;
    }
    let (host, folder) = (SharedHost::start(), Folder::new());
    let sets = sets(&folder);
    host.push(&sets[0]);
    let begun = Instant::now();
    host.push(&sets[1]);
    let whole = begun.elapsed().as_millis();
    let mut met = std::collections::BTreeMap::<String, usize>::new();
    for round in 0..rounds {
        let set = sets[usize::from(below(2) == 0)].display().to_string();
        let push = ["push", "--binaries", &set];
        let arguments = if below(3) == 0 { &["rollback"][..] } else { &push };
        let way = WAYS[usize::try_from(below(WAYS.len() as u128)).unwrap()];
        let moment = below(if arguments.len() == 1 { whole * 2 / 3 } else { whole });
        let when =
            format!("round {round}: {} ended by {way} after {moment} ms of {whole}", arguments[0]);
        let mut command = start(&host, &folder, arguments);
        std::thread::sleep(Duration::from_millis(u64::try_from(moment).unwrap()));
        end(way, &command, &host);
        let limit = Instant::now() + Duration::from_secs(150);
        let status = loop {
            if let Some(status) = command.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < limit, "{when}: it does not end: {}", said(&folder));
            assert_serves(&host, &sets, &when);
            std::thread::sleep(Duration::from_millis(100));
        };
        println!(
            "{when}: {status}; the last it said: {}",
            said(&folder).lines().last().unwrap_or_default()
        );
        let last = said(&folder).lines().rfind(|line| line.starts_with("==> ")).map(str::to_owned);
        let step = last.unwrap_or_default().split(" 0.1").next().unwrap_or_default().to_owned();
        *met.entry(format!("{} {way} {step}", arguments[0])).or_default() += 1;
        assert_serves(&host, &sets, &when);

        let good = live(&host);
        let next = if arguments.len() == 1 && below(2) == 0 {
            &["push", "--binaries", &set][..]
        } else {
            arguments
        };
        let output = host.deploy(next);
        let after = String::from_utf8_lossy(&output.stderr).into_owned();
        // Killed again and again, it runs out of releases to go back to.
        let has_none = after.contains("there is no verified release older");
        assert!(output.status.success() || has_none, "{when}; then from {good}, {next:?}: {after}");
        if has_none {
            host.push(&sets[0]);
        }
        assert_serves(&host, &sets, &when);
        assert_clean(&host, &when);
    }
    println!("{met:#?}");
}

fn said(folder: &Folder) -> String {
    std::fs::read_to_string(folder.join("said")).unwrap_or_default()
}
