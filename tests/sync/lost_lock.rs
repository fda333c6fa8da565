//! A write is stored only together with the advance of the user's clock. A database cluster can lose the lock of the
//! clock, or its update, inside a transaction and commit the rest.

use crate::stored_state::{assert_sound, stored};
use crate::support::Server;
use crate::support::proxy::ADVANCE;
use crate::write_requests::ALL;

/// Replaces the table of clocks by a view of the clocks whose last write is an hour old: a write finds its user's clock
/// when it locks and advances it, but not when it stores the entries.
const HIDE: [&str; 2] = [
    "RENAME TABLE sync_clocks TO hidden_clocks",
    "CREATE VIEW sync_clocks AS SELECT * FROM hidden_clocks \
     WHERE last_stamp < TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) - 3600000000",
];
const SHOW: [&str; 2] = ["DROP VIEW sync_clocks", "RENAME TABLE hidden_clocks TO sync_clocks"];
const AGE: &str = "UPDATE sync_clocks SET last_stamp = last_stamp - 7200000000 WHERE user_id = ?";

#[test]
fn a_write_whose_advance_of_the_clock_is_lost_stores_nothing_and_can_be_sent_again() {
    let server = Server::start();
    let database = server.database();
    let run = |statements: [&str; 2]| {
        for statement in statements {
            database.execute(statement, ());
        }
    };
    for write in ALL.iter().filter(|write| write.may_be_resent) {
        let user = server.user();
        let request = (write.prepare)(&user).bearer(&user.token);
        database.execute(AGE, (&user.id,));
        let before = stored(&user);
        run(HIDE);
        let refused = server.send(&request);
        run(SHOW);
        assert_eq!(refused.status, 503, "{}: {}", write.name, refused.text());
        assert!(refused.header("retry-after").is_some(), "{}", write.name);
        assert_eq!(stored(&user), before, "{}", write.name);
        let answer = server.send(&request);
        assert_eq!(answer.status, write.status, "{}: {}", write.name, answer.text());
        assert_sound(&user, write.name);
    }
}

#[test]
fn a_write_whose_lock_was_lost_to_another_write_stores_nothing_and_can_be_sent_again() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    for write in ALL.iter().filter(|write| write.may_be_resent) {
        let user = server.user();
        let request = (write.prepare)(&user).bearer(&user.token);
        let before = stored(&user);
        // What the other write would do, in the same transaction, which the guard must end.
        proxy.preface(ADVANCE, "UPDATE sync_clocks SET last_stamp = last_stamp + 1");
        let refused = server.send(&request);
        proxy.preface(ADVANCE, "DO 0");
        assert_eq!(refused.status, 503, "{}: {}", write.name, refused.text());
        assert_eq!(stored(&user), before, "{}", write.name);
        let answer = server.send(&request);
        assert_eq!(answer.status, write.status, "{}: {}", write.name, answer.text());
        assert_sound(&user, write.name);
    }
}
