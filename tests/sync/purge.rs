//! `weightctl purge`: what it removes, a second copy, a dry run, and concurrent writers.

use serde_json::{Value, json};

use crate::concurrent_writers::send_to_any_node;
use crate::stored_state::assert_sound;
use crate::support::proxy::{Verdict, is_commit};
use crate::support::site::said;
use crate::support::{Request, Server, User, WEIGHT, weighing};

pub(crate) const ARGUMENTS: [&str; 4] = ["--json", "purge", "--older-than", "90d"];

/// Adds tombstones that are `days` old to an account that is older.
pub(crate) fn add_tombstones(user: &User<'_>, count: usize, days: u32) {
    let database = user.server.database();
    database.execute(
        &format!(
            "INSERT INTO weight_entries (id, user_id, weight_value, unit, timestamp, created_at, updated_at, edited_at, deleted_at) \
             SELECT UUID(), ?, 70, 'kg', t.at, t.at, t.at, t.at, t.at FROM \
             (SELECT UTC_TIMESTAMP(6) - INTERVAL {days} DAY + INTERVAL n MICROSECOND AS at FROM {} WHERE n < {count}) t",
            numbers()
        ),
        (&user.id,),
    );
    database.execute(
        "UPDATE sync_clocks SET started_at = started_at - ?, stored_entries = stored_entries + ? WHERE user_id = ?",
        (3 * 365 * 86_400_000_000_i64, count, &user.id),
    );
}

/// The numbers 0 to 9,999 as a table, for servers that have no sequence tables.
fn numbers() -> String {
    const DIGITS: &str = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 \
        UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
    format!(
        "(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM {DIGITS} a, {DIGITS} b, {DIGITS} c, {DIGITS} e) numbers"
    )
}

pub(crate) fn tombstones(server: &Server) -> u64 {
    server.database().count("SELECT COUNT(*) FROM weight_entries WHERE deleted_at IS NOT NULL", ())
}

pub(crate) fn purge(server: &Server) -> Value {
    serde_json::from_str(&server.site.weightctl_ok(&ARGUMENTS)).expect("JSON")
}

/// All rows of the tables that a purge may change.
fn everything(server: &Server) -> Vec<String> {
    ["weight_entries", "sync_clocks", "device_sessions", "rate_counters"]
        .iter()
        .flat_map(|table| server.database().rows(&format!("SELECT * FROM {table} ORDER BY 1, 2")))
        .collect()
}

#[test]
fn a_second_purge_ends_with_code_5_and_changes_nothing_while_the_first_runs() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    add_tombstones(&user, 20, 200);
    let transaction = proxy.hold("START TRANSACTION", Verdict::Forward);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| server.site.weightctl(&ARGUMENTS));
        transaction.wait();
        let before = everything(&server);
        let second = server.site.weightctl(&ARGUMENTS);
        assert_eq!(second.status.code(), Some(5), "{}", said(&second));
        assert!(
            said(&second).contains("another purge, or a restore, is running"),
            "{}",
            said(&second)
        );
        assert_eq!(everything(&server), before);
        transaction.release();
        let first = first.join().unwrap();
        assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    });
    assert_eq!(tombstones(&server), 0);
    assert_eq!(purge(&server)["tombstones"], 0, "the lock was given back");
}

#[test]
fn a_dry_run_counts_the_rows_that_a_purge_would_remove_and_changes_nothing() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    user.fill("n", 3);
    add_tombstones(&user, 620, 200);
    add_tombstones(&user, 7, 30);
    add_tombstones(&other, 2, 91);
    server.database().execute(
        "UPDATE device_sessions SET expires_at = created_at - INTERVAL 1 DAY WHERE user_id = ?",
        (&other.id,),
    );
    let before = everything(&server);
    let counted: Value = server.site.weightctl_json(&["purge", "--dry-run"]);
    assert_eq!(everything(&server), before);

    let purged = purge(&server);

    for name in ["tombstones", "users", "sessions"] {
        assert_eq!(counted[name], purged[name], "{name}: {counted} {purged}");
    }
    assert_eq!((&counted["dry_run"], &purged["dry_run"]), (&json!(true), &json!(false)));
    assert_eq!(
        (&purged["tombstones"], &purged["users"], &purged["sessions"]),
        (&json!(622), &json!(2), &json!(1))
    );
    assert_eq!(tombstones(&server), 7, "young ones stay");
    assert_eq!(user.list().len(), 3);
    assert_sound(&user, "after a purge");
}

#[test]
fn a_transaction_raises_the_horizon_before_it_removes_tombstones() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    add_tombstones(&user, 1_100, 200);
    proxy.take_log();
    purge(&server);
    let texts: Vec<String> =
        proxy.take_log().into_iter().filter(|one| one.is_statement()).map(|one| one.text).collect();
    let transactions: Vec<&[String]> = texts
        .split_inclusive(|text| is_commit(text))
        .filter_map(|before| {
            let begun = before.iter().rposition(|text| text.starts_with("START TRANSACTION"))?;
            before.get(begun..)
        })
        .filter(|statements| {
            statements.iter().any(|text| text.starts_with("DELETE FROM weight_entries"))
        })
        .collect();
    assert!(transactions.len() >= 3, "in batches: {texts:#?}");
    for statements in transactions {
        assert!(statements[0].contains("sync_clocks"), "the user's lock first: {statements:#?}");
        let [.., raise, delete, _] = statements else { panic!("{statements:#?}") };
        assert!(raise.contains("purged_through"), "{statements:#?}");
        assert!(delete.starts_with("DELETE"), "{statements:#?}");
    }
}

#[test]
fn each_users_horizon_is_the_newest_purged_tombstone_of_that_user() {
    let server = Server::start();
    // The purge goes by user id: a user's tombstones are older or newer than those of the next user.
    let users = [150, 200, 100].map(|days| {
        let user = server.user();
        add_tombstones(&user, 3, days);
        user
    });
    let untouched = server.user();
    add_tombstones(&untouched, 1, 30);
    let of = |user: &User<'_>, what: &str| {
        server.database().count(&format!("SELECT {what} WHERE user_id = ?"), (&user.id,))
    };
    let newest = |user: &User<'_>| {
        of(
            user,
            "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', MAX(deleted_at)) FROM weight_entries",
        )
    };
    let horizon = |user: &User<'_>| of(user, "COALESCE(purged_through, 0) FROM sync_clocks");
    let expected = users.each_ref().map(newest);

    assert_eq!(purge(&server)["tombstones"], 9);

    assert_eq!(users.each_ref().map(horizon), expected);
    assert_eq!((horizon(&untouched), tombstones(&server)), (0, 1));
}

#[test]
fn a_purge_removes_only_expired_sessions_and_idle_counters() {
    let server = Server::with(&[("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ACCOUNT_PER_HOUR", "10")], 1);
    let (user, other) = (server.user(), server.user());
    for one in [&user, &other] {
        one.list();
    }
    server.database().execute("UPDATE device_sessions SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE user_id = ?", (&other.id,));
    // An hour ahead and an hour ago, so that the duration of the test does not matter.
    for (user, minutes) in [(&user, 60), (&other, -60)] {
        server.database().execute(
            "UPDATE rate_counters SET window_no = window_no + ? WHERE subject = CONCAT('user:', ?)",
            (minutes, &user.id),
        );
    }
    let hourly = || {
        let counters = "SELECT COUNT(*) FROM rate_counters WHERE window_seconds = 3600";
        server.database().count(counters, ())
    };
    let registrations = hourly();
    assert!(registrations > 0);
    let counter = |user: &User<'_>| {
        server.database().count(
            "SELECT COUNT(*) FROM rate_counters WHERE subject = CONCAT('user:', ?)",
            (&user.id,),
        )
    };
    assert_eq!((counter(&user), counter(&other)), (1, 1));

    let purged = purge(&server);

    assert_eq!((&purged["sessions"], &purged["rate_counters"]), (&json!(1), &json!(1)));
    assert_eq!((counter(&user), counter(&other)), (1, 0));
    assert_eq!(hourly(), registrations);
    let refresh = |token: &str| server.refresh(token).status;
    assert_eq!((refresh(&user.refresh_token), refresh(&other.refresh_token)), (200, 401));
}

#[test]
fn a_user_can_write_while_their_tombstones_are_purged() {
    let server = Server::with(&[], 4);
    let user = server.user();
    add_tombstones(&user, 4_000, 200);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|process| {
                let (server, user) = (&server, &user);
                scope.spawn(move || {
                    for number in 0..15 {
                        let kilograms = 60.0 + f64::from(number);
                        let post = Request::new("POST", WEIGHT)
                            .json(&weighing(kilograms))
                            .bearer(&user.token);
                        let id = send_to_any_node(server, process, &post).expect(201)["id"]
                            .as_str()
                            .unwrap()
                            .to_owned();
                        if number % 3 == 0 {
                            let delete = Request::new("DELETE", format!("{WEIGHT}/{id}"))
                                .bearer(&user.token);
                            send_to_any_node(server, process, &delete).expect(204);
                        }
                    }
                })
            })
            .collect();
        assert_eq!(purge(&server)["tombstones"], 4_000);
        for writer in writers {
            writer.join().unwrap();
        }
    });
    assert_eq!((user.list().len(), tombstones(&server)), (40, 20));
    assert_sound(&user, "after purge and writers");
}

#[test]
fn a_purge_repairs_each_wrong_total_and_says_so() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    user.fill("n", 3);
    // The largest values, of each unit, and a time with all its digits.
    for (unit, value) in [("kg", 1000.0), ("lb", 2204.62), ("st", 0.02)] {
        user.create(&json!({"weight_value": value, "unit": unit, "timestamp": "1900-01-01T00:00:00.000001Z"}));
    }
    other.fill("n", 2);
    for wrong in [
        "UPDATE sync_clocks SET live_entries = live_entries + 5 WHERE user_id = ?",
        "UPDATE sync_clocks SET stored_entries = 0 WHERE user_id = ?",
        "UPDATE sync_clocks SET live_hash = ~live_hash WHERE user_id = ?",
        "UPDATE weight_entries SET weight_value = 71.25 WHERE user_id = ? AND local_id = 'n-1'",
        "DELETE FROM weight_entries WHERE user_id = ? AND local_id = 'n-0'",
    ] {
        server.database().execute(wrong, (&user.id,));

        let output = server.site.weightctl(&["purge", "--quiet"]);

        assert_eq!(output.status.code(), Some(0), "{wrong}: {}", said(&output));
        let warning = String::from_utf8_lossy(&output.stderr);
        assert!(warning.contains("repaired the totals of 1 user"), "{wrong}: {warning}");
        assert_sound(&user, wrong);
        let next = purge(&server);
        assert_eq!(next["repaired_users"], 0, "{wrong}: {next}");
    }
    assert_eq!(user.get(WEIGHT).expect(200)["pagination"]["total"], 5);
}
