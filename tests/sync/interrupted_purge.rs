//! Kills a purge, or cuts its connection, at each boundary between two statements.

use std::process::{Command, Stdio};
use std::sync::mpsc::channel;

use mysql::prelude::Queryable;

use crate::killable_process::kill;
use crate::purge::{ARGUMENTS, add_tombstones, tombstones};
use crate::stored_state::assert_sound;
use crate::support::proxy::{Verdict, is_commit};
use crate::support::site::{WEIGHTCTL, said};
use crate::support::waiting::{PATIENCE, wait_until};
use crate::support::{Server, User};

/// The stamps of a user's tombstones, oldest first.
fn stamps(user: &User<'_>) -> Vec<i64> {
    let sql = "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', updated_at) FROM weight_entries \
               WHERE user_id = ? AND deleted_at IS NOT NULL ORDER BY updated_at";
    user.server.database().connect().exec(sql, (&user.id,)).unwrap()
}

/// Purges as soon as the database has released the lock of the dead connection.
fn purge_when_free(server: &Server, what: &str) {
    wait_until("the next purge may run", || {
        let output = server.site.weightctl(&ARGUMENTS);
        assert!(matches!(output.status.code(), Some(0 | 5)), "{what}: {}", said(&output));
        output.status.success()
    });
}

/// Checks that removed tombstones are below the horizon, the others above it, and that the next purge finishes.
fn kill_at_each_boundary(verdict: Verdict) {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let users = [server.user(), server.user(), server.user()];
    for user in &users {
        user.fill("n", 3);
    }
    for number in 1..100 {
        let what = format!("{verdict:?} command {number}");
        for (user, count) in users.iter().zip([5, 505, 1]) {
            add_tombstones(user, count, 200);
        }
        server.database().execute("UPDATE sync_clocks SET purged_through = NULL", ());
        let before: Vec<Vec<i64>> = users.iter().map(stamps).collect();
        let (started, has_started) = channel();
        let cut = proxy.cut_at(number, verdict, move || {
            kill(has_started.recv_timeout(PATIENCE).expect("a process"));
        });
        let mut child = Command::new(WEIGHTCTL)
            .arg("--config")
            .arg(&server.site.config)
            .args(ARGUMENTS)
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        started.send(child.id()).unwrap();
        let has_ended_well = child.wait().unwrap().success();
        let was_killed = cut.statement().is_some();
        proxy.forward_all();
        assert_eq!(has_ended_well, !was_killed, "{what}");
        for (user, before) in users.iter().zip(&before) {
            let left = stamps(user);
            let (removed, kept) = before.split_at(before.len() - left.len());
            assert_eq!(left, kept, "{what}: the oldest go first");
            let horizon: Option<i64> = server
                .database()
                .connect()
                .exec_first("SELECT purged_through FROM sync_clocks WHERE user_id = ?", (&user.id,))
                .unwrap()
                .flatten();
            assert_eq!(
                horizon.as_ref(),
                removed.last(),
                "{what}: {} of {}",
                removed.len(),
                before.len()
            );
            assert_sound(user, &what);
        }
        purge_when_free(&server, &what);
        assert_eq!(tombstones(&server), 0, "{what}");
        assert!(users.iter().all(|user| user.list().len() == 3), "{what}: live entries stay");
        if !was_killed {
            assert!(number > 20, "{number} commands");
            break;
        }
    }
}

#[test]
fn a_purge_killed_before_any_statement_keeps_the_horizon_above_all_removed_tombstones() {
    kill_at_each_boundary(Verdict::CutBefore);
}

#[test]
fn a_purge_killed_after_any_statement_keeps_the_horizon_above_all_removed_tombstones() {
    kill_at_each_boundary(Verdict::CutAfter);
}

#[test]
fn a_purge_replaces_a_lost_connection_and_ends_with_code_4_if_it_is_lost_at_commit() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    for (round, verdict) in [Verdict::CutBefore, Verdict::CutAfter].into_iter().enumerate() {
        for number in [3, 5, 8, 11, 14, 17, 20, 21, 22, 23] {
            add_tombstones(&user, 700, 200 + u32::try_from(round).unwrap());
            let what = format!("{verdict:?} {number}");
            let cut = proxy.cut_at(number, verdict, || {});
            let mut code = None;
            wait_until("a purge has run", || {
                code = server.site.weightctl(&ARGUMENTS).status.code();
                code != Some(5)
            });
            proxy.forward_all();
            let expected = if cut.statement().is_some_and(is_commit) { 4 } else { 0 };
            assert_eq!(code, Some(expected), "{what}");
            purge_when_free(&server, &what);
            assert_eq!(tombstones(&server), 0, "{what}");
            assert_sound(&user, "after a purge");
        }
    }
}
