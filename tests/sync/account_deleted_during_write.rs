//! An account is deleted while a device writes: the write gets the same answer as a write after the deletion.

use serde_json::json;

use crate::support::proxy::{Proxy, Verdict};
use crate::support::user::{PASSWORD, with};
use crate::support::{Answer, Request, Server, User, WEIGHT, weighing};
use crate::write_requests::bulk;

/// Sends a request, and runs `meanwhile` after the service has admitted the user and before the transaction begins.
fn send_while(
    proxy: &Proxy,
    user: &User<'_>,
    request: &Request,
    meanwhile: impl FnOnce(),
) -> Answer {
    let transaction = proxy.hold("START TRANSACTION", Verdict::Forward);
    std::thread::scope(|scope| {
        let request = request.clone().bearer(&user.token);
        let server = user.server;
        let writer = scope.spawn(move || server.send_to(0, &request));
        transaction.wait();
        meanwhile();
        transaction.release();
        writer.join().unwrap()
    })
}

/// One request of each kind of write, on an existing entry.
fn writes(user: &User<'_>) -> [Request; 4] {
    let id = user.create_id(&with(weighing(70.0), &json!({"local_id": "a"})));
    [
        Request::new("POST", WEIGHT).json(&weighing(71.0)),
        Request::new("PUT", format!("{WEIGHT}/{id}")).json(&weighing(71.0)),
        Request::new("DELETE", format!("{WEIGHT}/{id}")),
        bulk(&json!({"entries": [with(weighing(71.0), &json!({"local_id": "a"}))]})),
    ]
}

#[test]
fn a_write_during_an_account_deletion_gets_account_gone_and_stores_nothing() {
    let (proxy, server) = Server::behind_proxy(&[], 2);
    for number in 0..4 {
        let user = server.user();
        let request = writes(&user)[number].clone();
        let answer = send_while(&proxy, &user, &request, || {
            let delete =
                Request::new("DELETE", "/api/account").json(&json!({"password": PASSWORD}));
            server.send_to(1, &delete.bearer(&user.token)).expect(200);
        });
        answer.problem(401, "account_gone");
        for table in ["users", "sync_clocks", "weight_entries"] {
            let left = server.database().count(&format!("SELECT COUNT(*) FROM {table}"), ());
            assert_eq!(left, 0, "{table} after write {number}");
        }
    }
}

#[test]
fn a_write_gets_unknown_user_when_a_restore_removes_its_user_meanwhile() {
    let (proxy, server) = Server::behind_proxy(&[], 2);
    for number in 0..4 {
        let user = server.user();
        let request = writes(&user)[number].clone();
        let answer = send_while(&proxy, &user, &request, || {
            server.database().execute("DELETE FROM users WHERE id = ?", (&user.id,));
        });
        answer.problem(401, "unknown_user");
    }
}

#[test]
fn the_first_change_by_another_backends_user_gets_not_found_for_an_unknown_entry() {
    let (_proxy, server) = Server::behind_proxy(&[], 2);
    let user = server.user();
    let requests = writes(&user);
    server.database().execute("DELETE FROM weight_entries WHERE user_id = ?", (&user.id,));
    server.database().execute("DELETE FROM sync_clocks WHERE user_id = ?", (&user.id,));
    for request in &requests[1..3] {
        user.send(request.clone()).problem(404, "not_found");
    }
    user.send(requests[0].clone()).expect(201);
}
