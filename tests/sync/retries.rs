//! The service repeats a whole transaction after a deadlock, a lock timeout or a lost connection, with a bounded number
//! of attempts.

use mysql::prelude::Queryable;
use serde_json::json;

use crate::stored_state::{assert_sound, hold_clock, stored, wait_for_waiter};
use crate::support::database::is_galera;
use crate::support::proxy::{Command, Verdict};
use crate::support::user::with;
use crate::support::waiting::wait_until;
use crate::support::{Request, Server, User, WEIGHT, weighing};

fn post(user: &User<'_>, kilograms: f64) -> Request {
    Request::new("POST", WEIGHT).json(&weighing(kilograms)).bearer(&user.token)
}

fn transactions(commands: &[Command]) -> usize {
    commands.iter().filter(|command| command.begins_transaction()).count()
}

#[test]
fn a_write_whose_connection_is_killed_while_waiting_for_the_lock_is_applied_once() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    let mut holder = hold_clock(&user);
    proxy.take_log();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| server.send(&post(&user, 71.0)));
        let mut killed = Vec::new();
        for _ in 0..2 {
            let id = wait_for_waiter(&server, &killed);
            server.database().connect().query_drop(format!("KILL CONNECTION {id}")).unwrap();
            killed.push(id);
        }
        wait_for_waiter(&server, &killed);
        holder.query_drop("ROLLBACK").unwrap();
        writer.join().unwrap().expect(201);
    });
    assert_eq!(transactions(&proxy.take_log()), 3, "two were killed, the third was committed");
    assert_eq!(user.list().len(), 1);
    assert_sound(&user, "after two kills");
}

#[test]
fn a_request_behind_one_whose_connection_breaks_gets_the_next_one() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    let transaction = proxy.hold("START TRANSACTION", Verdict::CutBefore);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| server.send(&post(&user, 71.0)));
        transaction.wait();
        let reader = scope.spawn(|| user.get(WEIGHT));
        transaction.release();
        writer.join().unwrap().expect(201);
        reader.join().unwrap().expect(200);
    });
    assert_sound(&user, "after a lost connection");
}

#[test]
fn a_statement_that_is_killed_while_it_waits_is_repeated() {
    if is_galera() {
        // A node of Galera kills no statement that waits for a row.
        return;
    }
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    let mut holder = hold_clock(&user);
    proxy.take_log();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| server.send(&post(&user, 71.0)));
        let id = wait_for_waiter(&server, &[]);
        server.database().connect().query_drop(format!("KILL QUERY {id}")).unwrap();
        wait_for_waiter(&server, &[id]);
        holder.query_drop("ROLLBACK").unwrap();
        writer.join().unwrap().expect(201);
    });
    assert_eq!(transactions(&proxy.take_log()), 2);
    assert_eq!(user.list().len(), 1);
    assert_sound(&user, "after a killed statement");
}

#[test]
fn the_victim_of_a_deadlock_repeats_its_transaction() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    let ids = user.fill("n", 30);
    let heavy = server.user();
    heavy.fill("h", 100);
    let mut crossing = server.database().connect();
    // This transaction has changed more rows, so InnoDB rolls the other one back.
    crossing.query_drop("SET innodb_lock_wait_timeout = 20").unwrap();
    crossing.query_drop("START TRANSACTION").unwrap();
    crossing
        .exec_drop(
            "UPDATE weight_entries SET weight_value = weight_value + 1 WHERE user_id = ?",
            (&heavy.id,),
        )
        .unwrap();
    crossing.exec_drop("SELECT * FROM weight_entries WHERE id = ? FOR UPDATE", (&ids[3],)).unwrap();
    proxy.take_log();

    std::thread::scope(|scope| {
        let put = Request::new("PUT", format!("{WEIGHT}/{}", ids[3]))
            .json(&weighing(71.0))
            .bearer(&user.token);
        let server = &server;
        let writer = scope.spawn(move || server.send(&put));
        // The writer holds the user's clock and waits for the entry; the crossing transaction now requests the clock.
        wait_for_waiter(server, &[]);
        let clock: Option<u64> = crossing
            .exec_first(
                "SELECT last_stamp FROM sync_clocks WHERE user_id = ? FOR UPDATE",
                (&user.id,),
            )
            .expect("the writer is the victim");
        assert!(clock.is_some());
        crossing.query_drop("ROLLBACK").unwrap();
        let answer = writer.join().unwrap().expect(200);
        assert_eq!(answer["weight_value"], 71.0);
    });

    let commands = proxy.take_log();
    assert_eq!(transactions(&commands), 2, "one was rolled back, one was committed");
    assert!(
        commands.iter().all(|command| command.line == commands[0].line),
        "the connection is still used"
    );
    assert_sound(&user, "after a deadlock");
}

#[test]
fn a_write_gets_503_after_a_bounded_number_of_attempts_at_a_held_lock_and_stores_nothing() {
    let (proxy, server) =
        Server::behind_proxy(&[("WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS", "1")], 1);
    let user = server.user();
    let ids = user.fill("n", 3);
    let before = stored(&user);
    let mut holder = hold_clock(&user);
    proxy.take_log();

    let answer = server.send(&post(&user, 71.0));

    answer.problem(503, "database_unavailable");
    let seconds: u32 = answer.header("retry-after").expect("Retry-After").parse().expect("seconds");
    assert!(seconds > 0);
    let tries = transactions(&proxy.take_log());
    assert!((2..=4).contains(&tries), "{tries} tries");
    holder.query_drop("ROLLBACK").unwrap();
    assert_eq!(stored(&user), before);
    server.send(&post(&user, 71.0)).expect(201);
    assert_eq!(user.list().len(), ids.len() + 1);
    assert_sound(&user, "after 503");
}

#[test]
fn a_write_succeeds_when_the_lock_is_released_during_the_second_attempt() {
    let (proxy, server) =
        Server::behind_proxy(&[("WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS", "3")], 1);
    let user = server.user();
    let mut holder = hold_clock(&user);
    proxy.take_log();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| server.send(&post(&user, 71.0)));
        let mut tries = 0;
        wait_until("the first attempt has timed out, and the second one waits", || {
            tries += transactions(&proxy.take_log());
            tries > 1 && !server.database().lock_waiters().is_empty()
        });
        holder.query_drop("ROLLBACK").unwrap();
        writer.join().unwrap().expect(201);
    });
    assert_eq!(user.list().len(), 1);
}

#[test]
fn requests_get_503_with_retry_after_only_while_the_database_restarts() {
    let (proxy, mut server) = Server::behind_proxy(&[], 1);
    let email = {
        let user = server.user();
        user.create(&weighing(70.0));
        user.email
    };
    let user = server.user();
    let id = user.create_id(&weighing(70.0));
    for _ in 0..2 {
        proxy.refuse(true);
        proxy.cut_all();
        for request in [
            Request::get(WEIGHT),
            Request::get(crate::support::SYNC),
            Request::new("POST", WEIGHT).json(&weighing(71.0)),
            Request::new("PUT", format!("{WEIGHT}/{id}")).json(&weighing(71.0)),
            Request::new("DELETE", format!("{WEIGHT}/{id}")),
            Request::new("POST", crate::support::SYNC)
                .json(&json!({"entries": [with(weighing(71.0), &json!({"local_id": "a"}))]})),
        ] {
            let answer = user.send(request);
            answer.problem(503, "database_unavailable");
            assert!(answer.header("retry-after").is_some());
        }
        proxy.refuse(false);
        assert_eq!(user.list().len(), 1);
        user.put(&id, &weighing(70.0)).expect(200);
    }
    // The service replaces idle connections that broke, and no request fails.
    proxy.cut_all();
    user.post(WEIGHT, &weighing(72.0)).expect(201);
    proxy.cut_all();
    assert_eq!(user.list().len(), 2);
    assert_sound(&user, "after restarts");
    assert!(!email.is_empty());
    drop(user);
    assert!(server.all_alive());
}

#[test]
fn a_read_is_answered_although_its_connection_is_cut_at_any_command() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    user.fill("n", 3);
    for target in [WEIGHT, crate::support::SYNC] {
        for verdict in [Verdict::CutBefore, Verdict::CutAfter] {
            for number in 1..20 {
                let cut = proxy.cut_at(number, verdict, || {});
                let answer = user.get(target).expect(200);
                assert_eq!(answer["data"].as_array().unwrap().len(), 3);
                if cut.statement().is_none() {
                    break;
                }
                assert!(number < 19);
            }
        }
    }
}
