//! A database server is stopped or killed, and started again, while a phone writes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::stored_state::assert_sound;
use crate::support::database::TestDatabase;
use crate::support::database::{DatabaseProgram, DatabaseServer};
use crate::support::site::Site;
use crate::support::waiting::{PATIENCE, wait_until};
use crate::support::{Request, Server, User};
use crate::write_requests::{bulk, new};

/// Number of entries written after the database is back.
const AFTERWARDS: usize = 5;

#[derive(Default)]
struct Progress {
    written: AtomicUsize,
    refused: AtomicUsize,
    is_back: AtomicBool,
}

/// Sends one entry after another, and repeats each until the answer is 200.
fn write_on(user: &User<'_>, progress: &Progress) {
    let mut afterwards = 0;
    while afterwards < AFTERWARDS {
        let number = progress.written.load(Ordering::SeqCst);
        let entry = new(&format!("n{number}"), 70.0);
        let request = bulk(&json!({"entries": [entry]})).bearer(&user.token);
        let was_back = progress.is_back.load(Ordering::SeqCst);
        let begun = Instant::now();
        loop {
            let answer = user.server.send(&request);
            if answer.status == 200 {
                break;
            }
            answer.problem(503, "database_unavailable");
            assert!(answer.header("retry-after").is_some(), "{:?}", answer.headers);
            progress.refused.fetch_add(1, Ordering::SeqCst);
            assert!(begun.elapsed() < 2 * PATIENCE, "the service answers again");
            std::thread::sleep(Duration::from_millis(20));
        }
        progress.written.fetch_add(1, Ordering::SeqCst);
        afterwards += usize::from(was_back);
    }
}

#[track_caller]
fn assert_survives(end: fn(&mut DatabaseServer)) {
    let options = ["--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=1"];
    let mut database =
        DatabaseServer::start(&DatabaseProgram::MariaDb, &options.map(str::to_owned));
    let site = Site::over(TestDatabase::create_on(&database.url()), &[]);
    site.weightctl_ok(&["migrate"]);
    let mut server = Server::over(site, 2);
    {
        let user = server.user();
        let progress = Progress::default();
        std::thread::scope(|scope| {
            scope.spawn(|| write_on(&user, &progress));
            let reaches = |count: &AtomicUsize, least| count.load(Ordering::SeqCst) >= least;
            wait_until("some entries are written", || reaches(&progress.written, 5));
            end(&mut database);
            wait_until("the phone gets 503", || reaches(&progress.refused, 2));
            server.send(&Request::get("/api/health")).problem(503, "database_unavailable");
            database.start_again();
            progress.is_back.store(true, Ordering::SeqCst);
        });
        let count = |what: &str| {
            let sql = format!("SELECT COUNT({what}) FROM weight_entries WHERE user_id = ?");
            server.database().count(&sql, (&user.id,))
        };
        let written = u64::try_from(progress.written.load(Ordering::SeqCst)).unwrap();
        assert_eq!((count("*"), count("DISTINCT local_id")), (written, written), "each entry once");
        assert_sound(&user, "after a restart");
    }
    assert!(server.all_alive(), "no process of the service ended");
}

#[test]
fn restarting_the_database_while_a_phone_writes_loses_and_duplicates_nothing() {
    assert_survives(DatabaseServer::stop);
}

#[test]
fn killing_the_database_while_a_phone_writes_loses_and_duplicates_nothing() {
    assert_survives(DatabaseServer::kill);
}
