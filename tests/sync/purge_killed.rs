//! A purge that is killed, or loses its connection, at any boundary between two statements.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::doomed::kill;
use crate::observe::{assert_sound, fill};
use crate::purge::{ARGUMENTS, add_tombstones, purge, tombstones};
use crate::support::Server;
use crate::support::instance::wait_until;
use crate::support::proxy::{Proxy, Verdict};
use crate::support::server::{Site, WEIGHTCTL, said};

/// Whatever was removed is below the horizon, what is left is above it, and the next purge finishes.
fn kill_at_each_boundary(verdict: Verdict) {
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    let users = [server.user(), server.user(), server.user()];
    for user in &users {
        fill(user, "n", 3);
    }
    for number in 1..100 {
        let what = format!("{verdict:?} command {number}");
        for (user, count) in users.iter().zip([5, 505, 1]) {
            add_tombstones(user, count, 200);
        }
        server.database().execute("UPDATE sync_clocks SET purged_through = NULL", ());
        let process = Arc::new(AtomicU32::new(0));
        let to_kill = Arc::clone(&process);
        let seen = proxy.cut_at(number, verdict, move || {
            while to_kill.load(Ordering::SeqCst) == 0 {
                std::thread::yield_now();
            }
            kill(to_kill.load(Ordering::SeqCst));
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
        process.store(child.id(), Ordering::SeqCst);
        let has_ended_well = child.wait().unwrap().success();
        let was_killed = seen.load(Ordering::SeqCst) >= number;
        proxy.forward_all();
        assert_eq!(has_ended_well, !was_killed, "{what}");
        for (user, count) in users.iter().zip([5, 505, 1]) {
            let left = server.database().count(
                "SELECT COUNT(*) FROM weight_entries WHERE user_id = ? AND deleted_at IS NOT NULL",
                (&user.id,),
            );
            let is_raised = server.database().count(
                "SELECT COUNT(*) FROM sync_clocks WHERE user_id = ? AND purged_through IS NOT NULL",
                (&user.id,),
            );
            assert_eq!(is_raised == 1, left < count, "{what}: {left} of {count} left");
            let below = server.database().count(
                    "SELECT COUNT(*) FROM weight_entries e JOIN sync_clocks c USING (user_id) WHERE user_id = ? \
                     AND deleted_at IS NOT NULL AND TIMESTAMPDIFF(MICROSECOND, '1970-01-01', deleted_at) <= purged_through",
                    (&user.id,),
                );
            assert_eq!(below, 0, "{what}: what is left is above the horizon");
            assert_sound(user, &what);
        }
        // The dead one's lock goes when the database has noticed.
        wait_until("the next purge may run", || {
            let output = server.site.weightctl(&ARGUMENTS);
            assert!(matches!(output.status.code(), Some(0 | 5)), "{what}: {}", said(&output));
            output.status.success()
        });
        assert_eq!(tombstones(&server), 0, "{what}");
        assert!(users.iter().all(|user| user.list().len() == 3), "{what}: live entries stay");
        if !was_killed {
            assert!(number > 20, "{number} commands");
            break;
        }
    }
}

#[test]
fn a_purge_killed_before_any_statement_has_raised_the_horizon_with_what_it_removed() {
    kill_at_each_boundary(Verdict::CutBefore);
}

#[test]
fn a_purge_killed_after_any_statement_has_raised_the_horizon_with_what_it_removed() {
    kill_at_each_boundary(Verdict::CutAfter);
}

#[test]
fn a_connection_lost_in_the_middle_of_a_purge_is_replaced() {
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    let user = server.user();
    for (round, verdict) in [Verdict::CutBefore, Verdict::CutAfter].into_iter().enumerate() {
        for number in [3, 5, 8, 11, 14, 17, 20] {
            add_tombstones(&user, 700, 200 + u32::try_from(round).unwrap());
            proxy.cut_at(number, verdict, || {});
            purge(&server);
            proxy.forward_all();
            assert_eq!(tombstones(&server), 0, "{verdict:?} {number}");
            assert_sound(&user, "after a purge");
        }
    }
}
