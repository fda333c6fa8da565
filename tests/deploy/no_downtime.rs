//! A deployment and a rollback while phones write: no request fails.

use std::sync::atomic::Ordering;

use crate::continuous_writers::while_eight_write;
use crate::next_release::{VERSION, first, next};
use crate::shared_host::SharedHost;

#[test]
fn a_push_and_a_rollback_fail_no_request_and_lose_or_duplicate_no_write() {
    let host = SharedHost::start();
    let said = host.push(&first());
    assert!(said.contains("FastCGI answers"), "{said}");
    let one = host.version();
    assert_ne!(one, VERSION);
    let next = next();

    let seen = while_eight_write(&host, |seen| {
        seen.wait_for(&one);
        host.push(next);
        assert_eq!(host.version(), VERSION);
        seen.wait_for(VERSION);
        host.deploy_ok(&["rollback"]);
        assert_eq!(host.version(), one);
    });

    let failures = seen.failures.into_inner().unwrap();
    let requests = seen.requests.load(Ordering::SeqCst);
    assert!(failures.is_empty(), "{} of {requests} requests failed: {failures:#?}", failures.len());
    let versions = seen.versions.into_inner().unwrap();
    println!("{requests} requests, none failed; health was answered by {versions:?}");
    assert_eq!(versions.len(), 2, "both versions were met: {versions:?}");
    let columns = host.database.count(
        "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name = 'note_of_next_version'",
        (),
    );
    assert_eq!(columns, 1, "a rollback leaves the migration applied");
    let programs = host.programs();
    assert!(
        !programs.is_empty() && programs.iter().all(|path| !path.ends_with("(deleted)")),
        "{programs:?}"
    );
}
