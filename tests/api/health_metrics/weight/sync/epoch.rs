//! The epoch in the response to an upload is always the same as in a pull.

use mysql::prelude::Queryable;
use serde_json::{Value, json};

use crate::support::user::with;
use crate::support::{Request, SYNC, Server, User, WEIGHT, weighing};

fn entry(local_id: &str) -> Value {
    with(weighing(70.0), &json!({"local_id": local_id}))
}

/// The epoch that one process names in its answer to an upload.
#[track_caller]
fn uploaded(user: &User<'_>, process: usize, entries: &Value) -> Value {
    let request = Request::new("POST", SYNC).json(&json!({"entries": entries})).bearer(&user.token);
    user.server.send_to(process, &request).expect(200)["sync"]["epoch"].clone()
}

#[test]
fn every_upload_names_the_epoch_of_a_pull_even_one_without_entries() {
    let server = Server::start();
    let user = server.user();
    let uploads = [json!([entry("a")]), json!([]), json!([{"local_id": "b"}]), json!([entry("a")])];
    let named = uploads.map(|entries| uploaded(&user, 0, &entries));
    let pulled = user.pull("")["sync"]["epoch"].clone();
    assert!(pulled.as_str().is_some_and(|epoch| !epoch.is_empty()), "{pulled}");
    assert!(named.iter().all(|epoch| *epoch == pulled), "{named:?}, not {pulled}");
}

#[test]
fn processes_that_know_the_old_epoch_name_the_new_one_as_soon_as_it_is_renewed() {
    const PROCESSES: usize = 3;
    let server = Server::with(&[], PROCESSES);
    let user = server.user();
    let first: Vec<Value> = (0..PROCESSES)
        .map(|process| uploaded(&user, process, &json!([entry(&format!("a{process}"))])))
        .collect();
    server.site.weightctl_ok(&["epoch", "renew", "--yes"]);
    let entries = [json!([entry("b")]), json!([{"local_id": "a0", "deleted": true}]), json!([])];
    let second: Vec<Value> = entries
        .iter()
        .enumerate()
        .map(|(process, entries)| uploaded(&user, process, entries))
        .collect();
    let pulled = user.pull("")["sync"]["epoch"].clone();
    assert!(first.iter().all(|epoch| *epoch == first[0] && *epoch != pulled), "{first:?}");
    assert!(second.iter().all(|epoch| *epoch == pulled), "{second:?}, not {pulled}");
    let mut left: Vec<Value> =
        user.list().iter().map(|entry| entry["weight_value"].clone()).collect();
    left.dedup();
    assert_eq!((left, user.list().len()), (vec![json!(70)], 3), "what was uploaded is stored once");
}

#[test]
fn the_first_upload_of_another_backends_user_names_the_epoch_too() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let known = uploaded(&other, 0, &json!([entry("a")]));
    server.database().execute("DELETE FROM sync_clocks WHERE user_id = ?", (&user.id,));
    assert_eq!(uploaded(&user, 0, &json!([entry("a")])), known);
    assert_eq!(user.list().len(), 1);
}

#[test]
fn uploads_do_not_wait_for_an_uncommitted_renewal_of_the_epoch() {
    let server = Server::with(&[("WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS", "1")], 1);
    let user = server.user();
    let known = uploaded(&user, 0, &json!([entry("a")]));
    let mut renewal = server.database().connect();
    renewal.query_drop("START TRANSACTION").unwrap();
    renewal.query_drop("UPDATE server_state SET value = 'another' WHERE name = 'epoch'").unwrap();
    assert_eq!(uploaded(&user, 0, &json!([entry("b")])), known);
    user.post(WEIGHT, &weighing(71.0)).expect(201);
    renewal.query_drop("COMMIT").unwrap();
    assert_eq!(uploaded(&user, 0, &json!([entry("c")])), "another");
}
