//! A request that takes longer than a deployment.

use mysql::prelude::Queryable;

use crate::host_apache::Variation;
use crate::next_release::first;
use crate::paused_push::{BEFORE_SWITCH, go_on, push_up_to};
use crate::shared_host::SharedHost;
use crate::support::folder::Folder;
use crate::support::site::said;
use crate::support::waiting::wait_until;
use crate::support::{Request, WEIGHT, weighing};

#[test]
fn a_replaced_process_finishes_its_request_before_it_ends() {
    let patient = Variation { lines: "FcgidIOTimeout 300\n", ..Variation::default() };
    let (host, folder) = (SharedHost::with(&patient), Folder::new());
    // As long as possible, so that even the slowest machine finishes the switch meanwhile.
    let mut push = host.deploy_command(&["push", "--binaries", &first().display().to_string()]);
    push.env("WEIGHT_SYNC_DATABASE_READ_TIMEOUT_SECONDS", "30");
    push.env("WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS", "29");
    let output = push.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let token = host.token();
    let entry = Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(&token);
    host.send(&entry).expect(201);

    let push = push_up_to(&host, &folder, BEFORE_SWITCH);
    let mut other = host.database.connect();
    other.query_drop("START TRANSACTION").unwrap();
    other.query_drop("SELECT * FROM sync_clocks FOR UPDATE").unwrap();
    std::thread::scope(|scope| {
        let (host, entry) = (&host, &entry);
        let waiting = scope.spawn(move || host.send(entry));
        wait_until("the request waits", || !host.database.lock_waiters().is_empty());
        let ending = scope.spawn(|| go_on(push, &folder));
        wait_until("the old processes are asked to end", || {
            let said = std::fs::read_to_string(folder.join("said")).unwrap_or_default();
            said.contains("processes of the replaced program to end: ")
        });
        let old = || host.programs().iter().any(|path| path.ends_with("(deleted)"));
        let (at_it, answered) = (old(), waiting.is_finished());
        // Before any assertion, so that the waiting request always ends.
        other.query_drop("ROLLBACK").unwrap();
        waiting.join().unwrap().expect(201);
        ending.join().unwrap();
        assert!(at_it && !answered, "a process that was asked to end still works on its request");
        assert!(!old(), "{:?}", host.programs());
    });
    assert_eq!(host.database.count("SELECT COUNT(*) FROM weight_entries", ()), 2);
}
