//! Every kind of write that a client can send, with the entries that each needs.

use serde_json::json;

use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{Request, SYNC, User, WEIGHT, weighing};

/// A write and the status of its answer.
pub(crate) struct Write {
    pub(crate) name: &'static str,
    /// Creates the entries that the request needs; returns the request.
    pub(crate) prepare: fn(&User<'_>) -> Request,
    pub(crate) status: u16,
    /// Whether the client may send it again: a POST without `local_id` would create a second entry.
    pub(crate) may_be_resent: bool,
}

const fn write(name: &'static str, status: u16, prepare: fn(&User<'_>) -> Request) -> Write {
    Write { name, prepare, status, may_be_resent: true }
}

pub(crate) const ALL: [Write; 11] = [
    write("bulk of new entries", 200, |_| {
        bulk(
            &json!({"device_id": "pixel-8", "entries": [new("n1", 71.0), new("n2", 72.0), new("n3", 73.0)]}),
        )
    }),
    write("bulk that creates, edits, deletes and restores", 200, |user| {
        let ids = three(user);
        user.delete(&ids[2]).expect(204);
        bulk(&json!({"entries": [
            new("n1", 71.0),
            with(new("e0", 72.0), &json!({"server_id": ids[0]})),
            {"local_id": "e1", "deleted": true, "edited_at": from_now(-20)},
            // The server clamps this time to its own clock, which is later than the deletion.
            with(new("e2", 74.0), &json!({"edited_at": from_now(60)})),
        ]}))
    }),
    write("bulk that overwrites a concurrent edit", 200, |user| {
        let (id, base) = edited_elsewhere(user);
        bulk(&json!({"entries": [edit(&id, &base)]}))
    }),
    write("bulk that keeps both", 200, |user| {
        let (id, base) = edited_elsewhere(user);
        bulk(
            &json!({"conflict_strategy": "keep_both", "entries": [edit(&id, &base), new("n1", 71.0)]}),
        )
    }),
    write("bulk with one identity twice", 200, |_| {
        let first = with(new("n1", 71.0), &json!({"edited_at": from_now(-60)}));
        bulk(&json!({"entries": [first, new("n1", 72.0)]}))
    }),
    write("POST with a local_id", 201, |_| Request::new("POST", WEIGHT).json(&new("n1", 71.0))),
    write("POST over a known local_id", 200, |user| {
        three(user);
        Request::new("POST", WEIGHT).json(&new("e0", 71.0))
    }),
    Write {
        name: "POST without a local_id",
        prepare: |_| Request::new("POST", WEIGHT).json(&weighing(71.0)),
        status: 201,
        may_be_resent: false,
    },
    write("PUT", 200, |user| {
        let id = three(user).swap_remove(1);
        Request::new("PUT", format!("{WEIGHT}/{id}"))
            .json(&with(weighing(71.0), &json!({"edited_at": from_now(-20)})))
    }),
    write("PUT with If-Match", 200, |user| {
        let entry = user.create(&new("e0", 70.0));
        let etag = format!("\"{}\"", entry["updated_at"].as_str().unwrap());
        Request::new("PUT", format!("{WEIGHT}/{}", entry["id"].as_str().unwrap()))
            .header("If-Match", etag)
            .json(&weighing(71.0))
    }),
    write("DELETE", 204, |user| {
        let id = three(user).swap_remove(1);
        Request::new("DELETE", format!("{WEIGHT}/{id}"))
    }),
];

/// A new entry, edited half a minute ago.
pub(crate) fn new(local_id: &str, kilograms: f64) -> serde_json::Value {
    with(weighing(kilograms), &json!({"local_id": local_id, "edited_at": from_now(-30)}))
}

pub(crate) fn bulk(body: &serde_json::Value) -> Request {
    Request::new("POST", SYNC).json(body)
}

/// `e0`, `e1`, `e2`, edited some minutes ago.
fn three(user: &User<'_>) -> Vec<String> {
    ["e0", "e1", "e2"]
        .map(|local_id| {
            user.create_id(&with(new(local_id, 70.0), &json!({"edited_at": from_now(-300)})))
        })
        .to_vec()
}

/// An entry that another device has edited: its id, and the stamp that this device knows.
fn edited_elsewhere(user: &User<'_>) -> (String, serde_json::Value) {
    let created = user.create(&with(new("e0", 70.0), &json!({"edited_at": from_now(-300)})));
    let id = created["id"].as_str().unwrap().to_owned();
    user.put(&id, &with(weighing(70.5), &json!({"edited_at": from_now(-200)}))).expect(200);
    (id, created["updated_at"].clone())
}

fn edit(id: &str, base: &serde_json::Value) -> serde_json::Value {
    with(new("e0", 72.0), &json!({"server_id": id, "base_updated_at": base}))
}
