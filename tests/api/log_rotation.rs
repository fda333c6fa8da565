//! The log file: several processes rotate it by size, and a log failure never delays or fails a request.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Barrier;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::{Value, json};
use weight_sync::app::log::LogFile;

use crate::support::folder::Folder;
use crate::support::site::{Site, WEIGHTCTL, said};
use crate::support::waiting::{PATIENCE, wait_until};
use crate::support::{Request, Server, WEIGHT, weighing};

const MEGABYTE: usize = 1024 * 1024;

fn numbered(path: &Path, number: u32) -> PathBuf {
    PathBuf::from(format!("{}.{number}", path.display()))
}

/// Writes a line from the test's own process that fills the file to `room` bytes below its limit.
fn fill(path: &Path, room: usize) {
    let mut file = File::options().append(true).create(true).open(path).unwrap();
    let size = usize::try_from(file.metadata().unwrap().len()).unwrap();
    let filler = json!({"filler": "x".repeat((MEGABYTE - room).saturating_sub(size + 14))});
    file.write_all(format!("{filler}\n").as_bytes()).unwrap();
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a file; each must be complete.
fn lines(path: &Path) -> Vec<Value> {
    let parse = |line: &str| {
        serde_json::from_str(line).unwrap_or_else(|error| {
            panic!("{error}: {}", line.chars().take(200).collect::<String>())
        })
    };
    text(path).lines().map(parse).collect()
}

#[test]
fn several_processes_rotate_the_file_once_and_lose_or_tear_no_line() {
    const ROUNDS: u32 = 25;
    const PROCESSES: usize = 4;
    let folder = Folder::new();
    let path = folder.join("logs/requests.log");
    let settings = [
        ("WEIGHT_SYNC_LOG_FILE", path.to_str().unwrap()),
        ("WEIGHT_SYNC_LOG_MAX_MEGABYTES", "1"),
        ("WEIGHT_SYNC_LOG_KEEP", "30"),
    ];
    let server = Server::with(&settings, PROCESSES);
    let mut ids: Vec<String> = Vec::new();
    for _ in 0..ROUNDS {
        // The next line does not fit: all processes notice it at the same time.
        server.send(&Request::get("/nowhere"));
        fill(&path, 50);
        let start = Barrier::new(PROCESSES);
        std::thread::scope(|scope| {
            let writer = |process| {
                let (server, start) = (&server, &start);
                scope.spawn(move || {
                    start.wait();
                    let answer = server.send_to(process, &Request::get("/nowhere"));
                    answer.header("x-request-id").unwrap().to_owned()
                })
            };
            let writers: Vec<_> = (0..PROCESSES).map(writer).collect();
            ids.extend(writers.into_iter().map(|writer| writer.join().unwrap()));
        });
    }
    let mut seen = BTreeMap::<String, usize>::new();
    for file in (1..=ROUNDS).map(|number| numbered(&path, number)).chain([path.clone()]) {
        for line in lines(&file) {
            let id = line["request_id"].as_str().unwrap_or("filler").to_owned();
            *seen.entry(id).or_default() += 1;
        }
    }
    for id in &ids {
        assert_eq!(seen.get(id), Some(&1), "{id}");
    }
    let more = numbered(&path, ROUNDS + 1);
    assert!(!more.exists(), "put aside twice in one round: {}", more.display());
    assert!(server.log().is_empty(), "nothing on standard error: {}", server.log());
}

#[test]
fn rotation_keeps_the_configured_number_of_files() {
    let folder = Folder::new();
    let path = folder.join("requests.log");
    let settings = [
        ("WEIGHT_SYNC_LOG_FILE", path.to_str().unwrap()),
        ("WEIGHT_SYNC_LOG_MAX_MEGABYTES", "1"),
        ("WEIGHT_SYNC_LOG_KEEP", "2"),
    ];
    let server = Server::with(&settings, 1);
    for _ in 0..4 {
        server.send(&Request::get("/nowhere"));
        fill(&path, 50);
    }
    assert!(numbered(&path, 2).exists() && !numbered(&path, 3).exists());
    for file in LogFile::all(&path, 2) {
        let size = usize::try_from(file.metadata().unwrap().len()).unwrap();
        assert!(size <= MEGABYTE, "{}: {size} bytes", file.display());
    }
}

#[test]
fn the_log_file_and_its_folder_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.join("logs/requests.log");
    let server = Server::with(&[("WEIGHT_SYNC_LOG_FILE", path.to_str().unwrap())], 1);
    server.send(&Request::get("/api/health")).expect(200);
    for (what, mode) in [(path.as_path(), 0o600), (path.parent().unwrap(), 0o700)] {
        assert_eq!(what.metadata().unwrap().permissions().mode() & 0o777, mode, "{what:?}");
    }
}

#[test]
fn an_unwritable_log_delays_no_request() {
    // A full disk; a folder that cannot be created.
    for file in ["/dev/full", "/proc/nowhere/requests.log"] {
        let mut server = Server::with(&[("WEIGHT_SYNC_LOG_FILE", file)], 1);
        let user = server.user();
        for _ in 0..3 {
            user.post(WEIGHT, &weighing(75.5)).expect(201);
        }
        assert_eq!(user.list().len(), 3, "{file}");
        assert!(server.all_alive(), "{file}");
    }
}

#[test]
fn a_log_file_at_its_size_limit_delays_no_request() {
    let folder = Folder::new();
    let path = folder.join("requests.log");
    let site = Site::new(&[("WEIGHT_SYNC_LOG_FILE", path.to_str().unwrap())]);
    // RLIMIT_FSIZE: a write beyond it raises SIGXFSZ, which by default ends the process.
    std::fs::write(&path, vec![b'\n'; 8 * 1024]).unwrap();
    let mut server = Server::under(site, 1, "ulimit -f 8");
    for _ in 0..3 {
        server.send(&Request::get("/api/health")).expect(200);
    }
    assert!(server.all_alive());
    assert_eq!(path.metadata().unwrap().len(), 8 * 1024);
}

#[test]
fn a_line_that_was_cut_by_a_full_disk_does_not_join_the_next() {
    let folder = Folder::new();
    let path = folder.join("requests.log");
    let site = Site::new(&[("WEIGHT_SYNC_LOG_FILE", path.to_str().unwrap())]);
    const ROOM: usize = 100;
    std::fs::write(&path, vec![b'\n'; 8 * 1024 - ROOM]).unwrap();
    let server = Server::under(site, 1, "ulimit -f 8");
    let health = Request::get("/api/health");
    server.send(&health).expect(200);
    let cut = std::fs::read(&path).unwrap().split_off(8 * 1024 - ROOM);
    assert_eq!((cut.len(), cut[0]), (ROOM, b'{'));
    // The same file with room again.
    std::fs::write(&path, &cut).unwrap();
    for _ in 0..2 {
        server.send(&health).expect(200);
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let whole = text.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count();
    assert_eq!((text.lines().count(), whole), (3, 2), "{text}");
}

fn logs(site: &Site, arguments: &[&str]) -> Vec<String> {
    let all: Vec<&str> = ["logs"].iter().chain(arguments).copied().collect();
    site.weightctl_ok(&all).lines().map(str::to_owned).collect()
}

#[test]
fn weightctl_logs_shows_lines_of_all_files_by_request_and_by_status() {
    let folder = Folder::new();
    let path = folder.join("requests.log");
    let server = Server::with(&[("WEIGHT_SYNC_LOG_FILE", path.to_str().unwrap())], 1);
    let id = |answer: crate::support::Answer| answer.header("x-request-id").unwrap().to_owned();
    let aside = id(server.send(&Request::get("/nowhere")));
    std::fs::rename(&path, numbered(&path, 1)).unwrap();
    let user = server.user();
    let healthy = id(server.send(&Request::get("/api/health")));
    let refused = id(server.send(&Request::get(WEIGHT)));
    let site = &server.site;

    let all = logs(site, &[]);
    assert_eq!(all.len(), 4, "{all:#?}");
    assert!(all[0].contains(&aside) && all[3].contains(&refused), "oldest first: {all:#?}");
    assert!(all.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "as they are");
    assert_eq!(logs(site, &["--lines", "2"]), all[2..]);
    // A hundred lines unless there is a limit in time.
    let many = std::fs::read_to_string(&path).unwrap() + &format!("{}\n", all[1]).repeat(200);
    let before = std::fs::read(&path).unwrap();
    std::fs::write(&path, many).unwrap();
    assert_eq!(logs(site, &[]).len(), 100);
    assert_eq!(logs(site, &["--since", "1d"]).len(), 204);
    std::fs::write(&path, before).unwrap();
    assert_eq!(logs(site, &["--status", "404"]), all[..1]);
    assert_eq!(logs(site, &["--status", "4xx"]), [all[0].clone(), all[3].clone()]);
    assert!(logs(site, &["--status", "5xx"]).is_empty());
    assert_eq!(logs(site, &["--request", &healthy]), [all[2].clone()]);

    let pretty = logs(site, &["--pretty", "--status", "401"]);
    assert_eq!(pretty.len(), 1);
    for part in ["401 GET", WEIGHT, "missing_token", &refused] {
        assert!(pretty[0].contains(part), "{part} in {pretty:?}");
    }
    assert!(!pretty[0].contains(['{', '\u{1b}']), "{pretty:?}");
    let _ = user;
}

/// A running `weightctl logs --follow`, ended when dropped.
struct Following {
    child: Child,
    /// `None` after the reader has hung up.
    output: Option<BufReader<ChildStdout>>,
}

impl Following {
    fn start(config: &Path) -> Self {
        let mut child = Command::new(WEIGHTCTL)
            .arg("--config")
            .arg(config)
            .args(["logs", "--follow"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.take().map(BufReader::new);
        Self { child, output }
    }

    /// The next line, with its line break.
    #[track_caller]
    fn line(&mut self) -> String {
        let output = self.output.as_mut().unwrap();
        if output.buffer().is_empty() {
            let mut ends = [PollFd::new(output.get_ref(), PollFlags::IN)];
            let patience = Timespec { tv_sec: PATIENCE.as_secs().cast_signed(), tv_nsec: 0 };
            assert_eq!(poll(&mut ends, Some(&patience)).unwrap(), 1, "waited in vain for a line");
        }
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn weightctl_logs_follow_continues_in_a_new_file() {
    let folder = Folder::new();
    let path = folder.join("requests.log");
    let server = Server::with(&[("WEIGHT_SYNC_LOG_FILE", path.to_str().unwrap())], 1);
    server.send(&Request::get("/api/health"));
    let mut following = Following::start(&server.site.config);
    assert!(following.line().contains("/api/health"));
    for round in 0..3 {
        let answer = server.send(&Request::get("/nowhere"));
        let id = answer.header("x-request-id").unwrap();
        let line = following.line();
        assert!(line.contains(id), "{line}");
        std::fs::rename(&path, numbered(&path, round)).unwrap();
    }
}

#[test]
fn weightctl_logs_follow_ends_with_its_reader_even_without_new_lines() {
    let folder = Folder::new();
    let path = folder.join("requests.log");
    let site = Site::unmigrated(&[("WEIGHT_SYNC_LOG_FILE", path.to_str().unwrap())]);
    std::fs::write(&path, "{}\n").unwrap();
    let mut following = Following::start(&site.config);
    assert_eq!(following.line(), "{}\n");
    assert!(following.child.try_wait().unwrap().is_none(), "it waits for more");
    // The reader closes its end, as when the connection to the host breaks.
    following.output = None;
    wait_until("it ends", || following.child.try_wait().unwrap().is_some());
}

#[test]
fn weightctl_logs_says_where_the_log_goes_if_it_is_not_a_file() {
    let output = Site::unmigrated(&[]).weightctl(&["logs"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("log.file"), "{}", said(&output));
}
