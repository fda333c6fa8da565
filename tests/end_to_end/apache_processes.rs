//! A graceful restart of Apache ends all processes of the program at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::processes::{Signal, signal};
use crate::support::site::Instance;
use crate::support::waiting::SetOnDrop;
use crate::support::waiting::{PATIENCE, wait_until};
use crate::support::{Request, WEIGHT};

/// mod_fcgid itself drops a request that waits for a process in an old child of Apache ("server is restarted, pid …
/// must exit"). A request that has reached a process of the program must not be lost.
#[test]
fn a_graceful_restart_of_apache_interrupts_no_request_in_a_process_and_loses_no_write() {
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
            let apache = instance.status["apache_pid"].as_u64().unwrap();
            signal(u32::try_from(apache).unwrap(), Signal::USR1);
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
