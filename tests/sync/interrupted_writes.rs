//! Every write is killed at each boundary between two statements: the connection before a statement and after it, and
//! the process. What is left must be as if the request had been sent once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::killable_process::{Process, kill};
use crate::stored_state::{assert_sound, contents, stored};
use crate::support::proxy::{Proxy, Verdict};
use crate::support::site::Site;
use crate::support::{Request, Server, User};
use crate::write_requests::{ALL, Write};

/// More commands than any write needs, connecting and preparing included.
const MOST: usize = 30;

const BOTH_SIDES: [Verdict; 2] = [Verdict::CutBefore, Verdict::CutAfter];

/// What the unharmed request leaves behind.
fn expected(server: &Server, write: &Write) -> Vec<String> {
    let user = server.user();
    let request = (write.prepare)(&user);
    let answer = user.send(request);
    assert_eq!(answer.status, write.status, "{}: {}", write.name, answer.text());
    contents(&user)
}

/// Sends again what may be sent again, twice: the second time nothing at all may change.
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
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    let expected = expected(&server, write);
    for verdict in BOTH_SIDES {
        for number in 1..=MOST {
            let what = format!("{}: {verdict:?} command {number}", write.name);
            let user = server.user();
            let request = (write.prepare)(&user).bearer(&user.token);
            let seen = proxy.cut_at(number, verdict, || {});
            let answer = server.send_to(0, &request);
            let was_cut = seen.load(Ordering::SeqCst) >= number;
            proxy.forward_all();
            // One lost connection is nothing that the client hears of.
            assert_eq!(answer.status, write.status, "{what}: {}", answer.text());
            assert_eq!(contents(&user), expected, "{what}");
            assert_sound(&user, &what);
            let before = stored(&user);
            resend(&user, write, 0, &request, &what);
            assert_eq!(
                stored(&user),
                before,
                "{what}: a resend after a good answer changes nothing"
            );
            if !was_cut {
                assert!(number > 5, "{what}: a write needs more than five commands");
                break;
            }
            assert!(number < MOST, "{what}: the request never gets through");
        }
    }
}

fn kill_at_each_boundary(write: &Write) {
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    let expected = expected(&server, write);
    for verdict in BOTH_SIDES {
        for number in 1..=MOST {
            let what = format!("{}: killed at {verdict:?} command {number}", write.name);
            let user = server.user();
            let request = (write.prepare)(&user).bearer(&user.token);
            let before = contents(&user);
            let mut process = Process::start(&server);
            let id = process.id();
            let seen = proxy.cut_at(number, verdict, move || kill(id));
            let answer = process.send(&request);
            let was_killed = seen.load(Ordering::SeqCst) >= number;
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
            assert!(number < MOST, "{what}: the request never gets through");
        }
    }
}

/// The answer to every COMMIT is lost, so that the service gives up; yet each may have been carried out.
fn lose_the_answer_of_every_commit(write: &Write) {
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    let expected = expected(&server, write);
    for verdict in BOTH_SIDES {
        let what = format!("{}: {verdict:?} every COMMIT", write.name);
        let user = server.user();
        let request = (write.prepare)(&user).bearer(&user.token);
        let before = contents(&user);
        let commits = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&commits);
        proxy.judge(move |command| match command.text.as_str() {
            "COMMIT" => {
                counter.fetch_add(1, Ordering::SeqCst);
                verdict
            }
            _ => Verdict::Forward,
        });
        let answer = server.send_to(0, &request);
        proxy.forward_all();
        // Where a COMMIT was carried out, the next attempt finds nothing left to write.
        if verdict == Verdict::CutBefore || answer.status != write.status {
            answer.problem(503, "database_unavailable");
            assert!(answer.header("retry-after").is_some(), "{what}");
        }
        assert!(commits.load(Ordering::SeqCst) <= 4, "{what}: tries are bounded");
        let left = contents(&user);
        let is_done = verdict == Verdict::CutAfter;
        assert_eq!(left, if is_done { expected.clone() } else { before }, "{what}");
        assert_sound(&user, &what);
        resend(&user, write, 0, &request, &what);
        if write.may_be_resent {
            assert_eq!(contents(&user), expected, "{what}");
        }
        assert_sound(&user, &what);
    }
}

/// A test for each write, so that they run side by side.
macro_rules! each_write {
    ($($module:ident = $number:literal),+ $(,)?) => {$(
        mod $module {
            #[test]
            fn a_connection_cut_at_any_boundary_between_two_statements_is_not_noticed() {
                super::cut_each_boundary(&super::ALL[$number]);
            }

            #[test]
            fn a_process_killed_at_any_boundary_leaves_all_or_nothing_and_a_resend_completes_it() {
                super::kill_at_each_boundary(&super::ALL[$number]);
            }

            #[test]
            fn where_every_commit_goes_unanswered_nothing_is_doubled() {
                super::lose_the_answer_of_every_commit(&super::ALL[$number]);
            }
        }
    )+

        #[test]
        fn every_write_has_its_tests() {
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
