//! A reader that has seen a stamp has seen all earlier ones: stamps rise in the order in which writes become visible.

use mysql::prelude::Queryable;
use serde_json::json;

use crate::pulling_device::{Device, table};
use crate::stored_state::{assert_sound, hold_clock, wait_for_waiter};
use crate::support::proxy::{ADVANCE, Verdict};
use crate::support::timestamps::parse;
use crate::support::user::with;
use crate::support::waiting::wait_until;
use crate::support::{Request, Server, User, WEIGHT, weighing};

fn post(user: &User<'_>, kilograms: f64) -> Request {
    Request::new("POST", WEIGHT).json(&weighing(kilograms)).bearer(&user.token)
}

fn stamp(entry: &serde_json::Value) -> chrono::DateTime<chrono::Utc> {
    parse(entry["updated_at"].as_str().unwrap())
}

#[test]
fn a_reader_skips_no_write_when_a_later_writer_is_ready_to_commit_first() {
    let (proxy, server) = Server::behind_proxy(&[], 3);
    let user = server.user();
    let mut device = Device::new();
    device.catch_up(&user, 100);
    let commit = proxy.hold(ADVANCE, Verdict::Forward);

    std::thread::scope(|scope| {
        let send = |process: usize, kilograms: f64| {
            server.send_to(process, &post(&user, kilograms)).expect(201)
        };
        let first = scope.spawn(move || send(0, 71.0));
        commit.wait();
        // The first write has its stamp and is not visible yet. Without the lock the second would overtake it.
        let second = scope.spawn(move || send(1, 72.0));
        wait_until("the second writer waits for the first, or has overtaken it", || {
            second.is_finished() || !server.database().lock_waiters().is_empty()
        });
        let answer = server.send_to(2, &device.request(100).bearer(&user.token));
        device.take(&answer, 100);
        commit.release();
        let (first, second) = (first.join().unwrap(), second.join().unwrap());
        assert!(stamp(&first) < stamp(&second), "in the order of the commits");
    });

    device.catch_up(&user, 100);
    assert_eq!(device.live.len(), 2);
    assert_eq!(device.live, table(&server, &user.id));
}

#[test]
fn readers_do_not_wait_for_a_writer_and_miss_nothing() {
    // All processes at one server: other nodes of a cluster know nothing of its locks.
    let (_proxy, server) = Server::behind_proxy(&[], 4);
    let user = server.user();
    user.create(&weighing(70.0));
    let mut device = Device::new();
    device.catch_up(&user, 100);
    let mut holder = hold_clock(&user);
    std::thread::scope(|scope| {
        let writers: Vec<_> = [0, 1]
            .map(|number| {
                let post = post(&user, 71.0 + f64::from(number));
                let server = &server;
                scope.spawn(move || {
                    server.send_to(usize::try_from(number).unwrap(), &post).expect(201)
                })
            })
            .into();
        wait_for_waiter(&server, &[]);
        for _ in 0..3 {
            let answer = server.send_to(2, &device.request(100).bearer(&user.token));
            assert!(!device.take(&answer, 100));
        }
        assert_eq!(device.live.len(), 1);
        holder.query_drop("COMMIT").unwrap();
        for writer in writers {
            writer.join().unwrap();
        }
    });
    device.catch_up(&user, 1);
    assert_eq!((device.live.len(), &device.live), (3, &table(&server, &user.id)));
}

/// Sends one write of each kind; returns the ids that it created.
fn write_some(user: &User<'_>, round: usize) -> Vec<String> {
    let local = |name: &str| {
        let id = format!("{name}-{round}");
        with(weighing(75.5), &json!({"local_id": id}))
    };
    let ids = [user.create_id(&weighing(70.0)), user.create_id(&local("post"))];
    user.upload(&json!([local("a"), local("b"), local("c")]));
    user.put(&ids[0], &weighing(71.0)).expect(200);
    user.delete(&ids[1]).expect(204);
    ids.to_vec()
}

#[test]
fn stamps_keep_rising_when_the_databases_clock_steps_back_and_readers_miss_nothing() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    let mut device = Device::new();
    let now = chrono::Utc::now().timestamp();
    let last_stamp = || {
        server.database().count("SELECT last_stamp FROM sync_clocks WHERE user_id = ?", (&user.id,))
    };
    let mut last = last_stamp();
    // The connection's own clock, which UTC_TIMESTAMP reads: hours ahead, back, far back, then correct again.
    for (round, clock) in
        [now, now + 7200, now, now - 86_400, 1_000_000, now].into_iter().enumerate()
    {
        proxy.preface("START TRANSACTION", &format!("SET timestamp = {clock}"));
        write_some(&user, round);
        assert!(last_stamp() >= last + 7, "each of the writes has a new stamp");
        last = last_stamp();
        device.catch_up(&user, 2);
        assert_eq!(device.live, table(&server, &user.id), "clock {clock}");
        assert_sound(&user, "after a step of the clock");
    }
    assert_eq!(device.live.len(), 6 * 4);
    let mut fresh = Device::new();
    fresh.catch_up(&user, 3);
    assert_eq!(fresh.live, device.live);
}

#[test]
fn two_concurrent_first_writes_of_another_backends_user_create_one_sync_clock() {
    let (proxy, server) = Server::behind_proxy(&[], 2);
    let user = server.user();
    server.database().execute("DELETE FROM sync_clocks WHERE user_id = ?", (&user.id,));
    let insert = proxy.hold("INSERT INTO sync_clocks", Verdict::Forward);
    std::thread::scope(|scope| {
        let send = |process: usize, kilograms: f64| {
            server.send_to(process, &post(&user, kilograms)).expect(201)
        };
        let first = scope.spawn(move || send(0, 71.0));
        insert.wait();
        send(1, 72.0);
        insert.release();
        first.join().unwrap();
    });
    assert_eq!(user.list().len(), 2);
    assert_sound(&user, "after two first writes");
}

#[test]
fn the_stamp_after_one_in_the_future_is_a_microsecond_later() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(70.0));
    server.database().advance_clock(&user.id, 3600);
    let mut device = Device::new();
    device.catch_up(&user, 100);
    let before = parse(device.since.as_ref().unwrap());
    let first = user.create(&weighing(71.0));
    assert_eq!(stamp(&first), before + chrono::Duration::microseconds(1));
    let answer = user.upload(&json!([
        with(weighing(72.0), &json!({"local_id": "a"})),
        with(weighing(73.0), &json!({"local_id": "b"})),
    ]));
    for (number, one) in answer["synced"].as_array().unwrap().iter().enumerate() {
        let expected = before + chrono::Duration::microseconds(2 + i64::try_from(number).unwrap());
        assert_eq!(stamp(one), expected);
    }
    let edited_at = parse(first["edited_at"].as_str().unwrap());
    assert!(edited_at <= stamp(&first));
    device.catch_up(&user, 1);
    assert_eq!(device.live, table(&server, &user.id));
}
