//! Pages of any size, from any cursor, contain each change once and in order, whatever is written between them.

use serde_json::{Value, json};

use crate::pulling_device::{Device, table, text};
use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{Server, User, weighing};

const LIMITS: [usize; 5] = [1, 2, 3, 7, 250];

/// Makes twelve entries, some edited, some deleted; returns all stamps of the table in order, as cursors.
fn history(user: &User<'_>) -> Vec<String> {
    let ids = user.fill("n", 12);
    for number in [3, 0, 7] {
        user.put(&ids[number], &weighing(71.0)).expect(200);
    }
    for number in [5, 3, 11] {
        user.delete(&ids[number]).expect(204);
    }
    user.create(&weighing(72.0));
    let stamps = stamps(user);
    assert_eq!(stamps.len(), 13);
    stamps
}

fn stamps(user: &User<'_>) -> Vec<String> {
    let rows: Vec<String> = mysql::prelude::Queryable::exec(
        &mut user.server.database().connect(),
        "SELECT DATE_FORMAT(updated_at, '%Y-%m-%dT%H:%i:%s.%fZ') FROM weight_entries WHERE user_id = ? ORDER BY updated_at",
        (&user.id,),
    )
    .unwrap();
    rows
}

fn seen(device: &Device) -> Vec<String> {
    let long = |stamp: &String| {
        crate::support::timestamps::parse(stamp).format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
    };
    device.stamps.iter().map(long).collect()
}

#[test]
fn pages_of_every_size_from_every_cursor_contain_each_later_change_once_and_in_order() {
    let server = Server::start();
    let user = server.user();
    let stamps = history(&user);
    let table = table(&server, &user.id);
    for limit in LIMITS {
        let cursors =
            std::iter::once("1970-01-01T00:00:00Z").chain(stamps.iter().map(String::as_str));
        for (passed, cursor) in cursors.enumerate() {
            let mut device = Device::at(cursor);
            device.catch_up(&user, limit);
            assert_eq!(seen(&device), stamps[passed..], "by {limit} from {cursor}");
        }
        let mut fresh = Device::new();
        fresh.catch_up(&user, limit);
        assert_eq!(fresh.live, table, "a snapshot by {limit}");
    }
}

#[test]
fn a_full_page_is_the_last_if_nothing_follows_and_not_if_one_entry_follows() {
    let server = Server::start();
    // 250 entries exceed the limit of 60 KiB.
    for limit in [1, 2, 3, 7, 200] {
        let user = server.user();
        let start = text(&user.pull("")["sync"]["next_since"]);
        user.fill("n", limit);
        for device in [Device::new(), Device::at(&start)] {
            let mut device = device;
            assert!(!device.pull(&user, limit), "by {limit}");
            assert_eq!(device.live.len(), limit);
        }
        user.create(&weighing(75.5));
        for device in [Device::new(), Device::at(&start)] {
            let mut device = device;
            assert!(device.pull(&user, limit), "one more than {limit}");
            device.catch_up(&user, limit);
            assert_eq!(device.live, table(&server, &user.id));
        }
    }
}

/// The writes that another device may make between two pages.
type Disturbance = fn(&User<'_>, &[String]);

const DISTURBANCES: [(&str, Disturbance); 6] = [
    ("a new entry", |user, _| {
        user.create(&weighing(80.0));
    }),
    ("an edit of the first", |user, ids| {
        user.put(&ids[0], &weighing(81.0)).expect(200);
    }),
    ("an edit of the last", |user, ids| {
        user.put(&ids[ids.len() - 1], &weighing(82.0)).expect(200);
    }),
    ("a delete of the first", |user, ids| {
        user.delete(&ids[0]).expect(204);
    }),
    ("a delete of the last", |user, ids| {
        user.delete(&ids[ids.len() - 1]).expect(204);
    }),
    ("a delete and its restoration", |user, ids| {
        user.delete(&ids[1]).expect(204);
        let entry = with(
            weighing(83.0),
            &json!({"local_id": "n-1", "server_id": ids[1], "edited_at": from_now(60)}),
        );
        let answer = user.upload(&json!([entry]));
        assert_eq!(answer["synced"][0]["status"], "updated", "{answer}");
    }),
];

#[test]
fn a_write_between_two_pages_of_a_snapshot_or_of_changes_is_not_lost() {
    let server = Server::start();
    for (name, disturb) in DISTURBANCES {
        for pages_before in 1..4 {
            let user = server.user();
            let start = text(&user.pull("")["sync"]["next_since"]);
            let ids = user.fill("n", 7);
            let mut devices = [Device::new(), Device::at(&start)];
            for device in &mut devices {
                for _ in 0..pages_before {
                    assert!(device.pull(&user, 2));
                }
            }
            disturb(&user, &ids);
            for device in &mut devices {
                device.catch_up(&user, 2);
                assert_eq!(
                    device.live,
                    table(&server, &user.id),
                    "{name} after {pages_before} pages"
                );
            }
        }
    }
}

#[test]
fn a_pull_ends_although_another_write_follows_each_page() {
    let server = Server::start();
    let user = server.user();
    let ids = user.fill("n", 9);
    let mut device = Device::new();
    let mut pages = 0_usize;
    while device.pull(&user, 3) {
        user.put(&ids[pages % 9], &weighing(60.0 + f64::from(u32::try_from(pages).unwrap())))
            .expect(200);
        pages += 1;
        assert!(pages < 20, "one new change a page cannot keep up with three read a page");
    }
    device.catch_up(&user, 3);
    assert_eq!(device.live, table(&server, &user.id));
}

#[test]
fn a_page_of_the_widest_entries_ends_at_its_byte_limit_and_still_advances_the_cursor() {
    let server = Server::start();
    let user = server.user();
    let device_id = "d".repeat(64);
    for start in [0, 100, 200] {
        let entries: Vec<Value> = (start..start + 90)
            .map(|number| {
                let local_id = format!("{number:064}");
                json!({"local_id": local_id, "weight_value": 999.99, "unit": "kg",
                    "timestamp": "2026-01-06T20:30:00.123456Z", "edited_at": "2026-01-06T20:30:00.123456Z"})
            })
            .collect();
        let body = json!({"device_id": device_id, "entries": entries});
        user.post(crate::support::SYNC, &body).expect(200);
    }
    for start in [None, Some("1970-01-01T00:00:00Z")] {
        let mut device = start.map_or_else(Device::new, Device::at);
        let mut pages = 1;
        loop {
            let answer = user.send(device.request(250));
            assert!(answer.body.len() < 64 * 1024, "{} bytes", answer.body.len());
            if !device.take(&answer, 250) {
                break;
            }
            pages += 1;
        }
        assert!(pages > 1);
        assert_eq!((device.live.len(), &device.live), (270, &table(&server, &user.id)));
    }
}
