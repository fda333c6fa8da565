//! What Apache does to processes, and how long one takes to begin.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::fastcgi::{CgiInput, cgi};
use crate::support::site::Instance;
use crate::support::waiting::SetOnDrop;
use crate::support::waiting::{PATIENCE, wait_until};
use crate::support::{Request, WEIGHT};

/// Apache ends all processes at once, busy ones too, and starts new ones. A request that waits for a process in an old
/// child of Apache is lost by mod_fcgid itself ("server is restarted, pid … must exit"); none that reached one of ours may be.
#[test]
fn a_graceful_restart_of_apache_under_writers_breaks_off_no_process_and_loses_no_write() {
    const WRITERS: usize = 4;
    const RESTARTS: usize = 2;
    let instance = Instance::start();
    let token = instance.token();
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(5)))
        .build()
        .new_agent();
    let url = format!("{}{WEIGHT}", instance.base_url);
    let (written, sent_again) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (agent, url, token) = (&agent, &url, &token);
            let (written, sent_again, is_over) = (&written, &sent_again, &is_over);
            scope.spawn(move || {
                let mut number = 0;
                while !is_over.load(Ordering::SeqCst) {
                    let entry = json!({"local_id": format!("{writer}-{number}"), "weight_value": 75.5, "unit": "kg",
                        "timestamp": "2026-01-06T20:30:00Z"});
                    let post = || {
                        let request = agent.post(url).header("Authorization", format!("Bearer {token}"));
                        request.header("Content-Type", "application/json").send(entry.to_string())
                    };
                    let end = Instant::now() + PATIENCE;
                    while !post().is_ok_and(|answer| answer.status().is_success()) {
                        assert!(Instant::now() < end, "an entry could not be written");
                        sent_again.fetch_add(1, Ordering::SeqCst);
                    }
                    written.fetch_add(1, Ordering::SeqCst);
                    number += 1;
                }
            });
        }
        let _over = SetOnDrop(&is_over);
        for _ in 0..RESTARTS {
            let before = written.load(Ordering::SeqCst);
            wait_until("writes go on", || written.load(Ordering::SeqCst) > before + 100);
            let old = instance.program_ids();
            let apache = instance.status["apache_pid"].to_string();
            assert!(Command::new("kill").args(["-USR1", &apache]).status().unwrap().success());
            wait_until("the old processes have ended", || {
                let now = instance.program_ids();
                !now.is_empty() && old.iter().all(|id| !now.contains(id))
            });
        }
    });
    let list = instance.send(&Request::get(&format!("{WEIGHT}?limit=1")).bearer(&token));
    assert_eq!(list.expect(200)["pagination"]["total"], written.load(Ordering::SeqCst));
    let log = std::fs::read_to_string(instance.directory().join("apache/error.log")).unwrap();
    for sign in ["error reading data from FastCGI server", "remature end of script headers"] {
        assert!(!log.contains(sign), "{sign} in {log}");
    }
    println!("{written:?} writes over {RESTARTS} graceful restarts, {sent_again:?} sent again");
}

#[test]
fn a_request_that_needs_no_database_is_answered_by_a_fresh_process_in_milliseconds() {
    let instance = Instance::start();
    let program = instance.web().join("weight-api.fcgi");
    let config = instance.directory().join("weight-sync/weight-sync.toml");
    let mut times: Vec<Duration> = (0..50).map(|_| cold(&program, &config)).collect();
    times.sort();
    println!(
        "cold start of the static binary, from exec to the end: median {:?}, slowest {:?}",
        times[times.len() / 2],
        times[times.len() - 1]
    );
}

fn cold(program: &Path, config: &Path) -> Duration {
    let begun = Instant::now();
    cgi(program, config, &Request::get(WEIGHT), &[], CgiInput::Pipe)
        .problem_code(401, "missing_token");
    begun.elapsed()
}

#[test]
fn the_doctor_finds_a_local_instance_in_order_but_for_what_it_lacks_on_purpose() {
    let instance = Instance::with_own_database(&[]);
    let text = instance.weightctl_ok(&["--json", "doctor"]);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_ne!(report["result"], "fail", "{report:#}");
    for (check, result) in [
        ("database", "pass"),
        ("privileges", "pass"),
        ("schema", "pass"),
        ("health", "pass"),
        ("mode", "pass"),
        ("authorization", "pass"),
        ("cache", "pass"),
        ("place", "pass"),
        ("secrets", "pass"),
        // Loopback has no TLS, and a development machine no nightly purge.
        ("https", "warn"),
        ("last purge", "warn"),
    ] {
        let found = report["checks"].as_array().unwrap().iter().find(|one| one["check"] == check);
        assert_eq!(found.unwrap_or_else(|| panic!("no {check}"))["result"], result, "{found:?}");
    }
}
