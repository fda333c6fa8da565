//! Interrupts every write at each boundary between two statements: cuts the connection before or after a statement, or
//! kills the process. After a resend the entries must be the same as after one request without interruption.

use crate::killable_process::{Process, kill};
use crate::stored_state::{assert_sound, contents, stored};
use crate::support::proxy::{Verdict, is_commit};
use crate::support::{Request, Server, User};
use crate::write_requests::{ALL, Write};

/// More commands than any write needs, including connecting and preparing.
const MOST: usize = 30;

const BOTH_SIDES: [Verdict; 2] = [Verdict::CutBefore, Verdict::CutAfter];

/// The stored entries after the request without interruption.
fn expected(server: &Server, write: &Write) -> Vec<String> {
    let user = server.user();
    let request = (write.prepare)(&user);
    let answer = user.send(request);
    assert_eq!(answer.status, write.status, "{}: {}", write.name, answer.text());
    contents(&user)
}

/// Sends the request twice more, if it may be resent. The second resend must change nothing.
fn resend(user: &User<'_>, write: &Write, process: usize, request: &Request, what: &str) {
    if !write.may_be_resent {
        return;
    }
    let again = user.server.send_to(process, request);
    assert_eq!(again.status / 100, 2, "{what}: {}", again.text());
    let before = stored(user);
    let again = user.server.send_to(process, request);
    assert_eq!(again.status / 100, 2, "{what}: {}", again.text());
    assert_eq!(stored(user), before, "{what}: the second resend changes nothing");
}

fn cut_each_boundary(write: &Write) {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let expected = expected(&server, write);
    for verdict in BOTH_SIDES {
        for number in 1..=MOST {
            let what = format!("{}: {verdict:?} command {number}", write.name);
            let user = server.user();
            let request = (write.prepare)(&user).bearer(&user.token);
            let before = contents(&user);
            let cut = proxy.cut_at(number, verdict, || {});
            let answer = server.send_to(0, &request);
            proxy.forward_all();
            if cut.statement().is_some_and(is_commit) {
                answer.problem(503, "database_unavailable");
                let is_stored = verdict == Verdict::CutAfter;
                let left = if is_stored { &expected } else { &before };
                assert_eq!(contents(&user), *left, "{what}");
                resend(&user, write, 0, &request, &what);
            } else {
                assert_eq!(answer.status, write.status, "{what}: {}", answer.text());
                let after_the_answer = stored(&user);
                resend(&user, write, 0, &request, &what);
                assert_eq!(stored(&user), after_the_answer, "{what}: the resend changes nothing");
            }
            if write.may_be_resent || answer.status == write.status {
                assert_eq!(contents(&user), expected, "{what}");
            }
            assert_sound(&user, &what);
            if cut.statement().is_none() {
                assert!(number > 3, "{what}: a write needs at least three commands");
                break;
            }
            assert!(number < MOST, "{what}: the request is never answered");
        }
    }
}

fn kill_at_each_boundary(write: &Write) {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let expected = expected(&server, write);
    for verdict in BOTH_SIDES {
        for number in 1..=MOST {
            let what = format!("{}: killed at {verdict:?} command {number}", write.name);
            let user = server.user();
            let request = (write.prepare)(&user).bearer(&user.token);
            let before = contents(&user);
            let mut process = Process::start(&server);
            let id = process.id();
            let cut = proxy.cut_at(number, verdict, move || kill(id));
            let answer = process.send(&request);
            let was_killed = cut.statement().is_some();
            proxy.forward_all();
            process.end();
            assert_eq!(answer.is_none(), was_killed, "{what}");
            let left = contents(&user);
            assert!(
                left == before || left == expected,
                "{what}: all of it or nothing, not {left:?}"
            );
            assert_sound(&user, &what);
            resend(&user, write, 0, &request, &what);
            if write.may_be_resent {
                assert_eq!(contents(&user), expected, "{what}: completed by the resend");
                assert_sound(&user, &what);
            }
            if !was_killed {
                break;
            }
            assert!(number < MOST, "{what}: the request is never answered");
        }
    }
}

/// Separate tests for each write, so that they run in parallel.
macro_rules! each_write {
    ($($module:ident = $number:literal),+ $(,)?) => {$(
        mod $module {
            #[test]
            fn a_connection_cut_before_commit_is_replaced_and_one_cut_at_commit_needs_a_resend() {
                super::cut_each_boundary(&super::ALL[$number]);
            }

            #[test]
            fn a_killed_process_has_stored_all_or_nothing_and_a_resend_completes_the_write() {
                super::kill_at_each_boundary(&super::ALL[$number]);
            }
        }
    )+

        #[test]
        fn every_kind_of_write_has_its_tests() {
            assert_eq!([$($number),+].len(), ALL.len());
        }
    };
}

each_write!(
    bulk_of_new_entries = 0,
    bulk_of_every_kind_of_edit = 1,
    bulk_over_a_concurrent_edit = 2,
    bulk_that_keeps_both = 3,
    bulk_with_one_identity_twice = 4,
    post_with_a_local_id = 5,
    post_over_a_known_local_id = 6,
    post_without_a_local_id = 7,
    put = 8,
    put_with_if_match = 9,
    delete = 10,
);
