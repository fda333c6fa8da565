//! The database executes COMMIT and its answer is lost: the client gets 503 and sends the same request again.

use serde_json::{Value, json};

use crate::stored_state::{assert_sound, stored};
use crate::support::proxy::{Proxy, Verdict};
use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{Answer, Request, Server, WEIGHT, weighing};
use crate::write_requests::{ALL, Write, bulk};

/// A name, and the request that edits an entry.
type NamedRequest<'a> = (&'static str, &'a dyn Fn(&Value) -> Request);

/// Sends a request; the database executes its COMMIT, and the answer is lost.
#[track_caller]
fn lose_commit(proxy: &Proxy, server: &Server, request: &Request) {
    proxy.judge(|command| match command.commits() {
        true => Verdict::CutAfter,
        false => Verdict::Forward,
    });
    proxy.take_log();
    let answer = server.send(request);
    let transactions =
        proxy.take_log().iter().filter(|command| command.begins_transaction()).count();
    proxy.forward_all();
    let problem = answer.problem(503, "database_unavailable");
    assert!(problem["detail"].as_str().unwrap().contains("It is not known"), "{problem}");
    let seconds: u32 = answer.header("retry-after").expect("Retry-After").parse().unwrap();
    assert!(seconds > 0);
    assert_eq!(transactions, 1, "the server does not repeat the transaction");
}

fn write(name: &str) -> &'static Write {
    ALL.iter().find(|write| write.name == name).expect(name)
}

/// The conflicts of an answer, without the fields that differ between two users.
fn conflicts(answer: &Answer) -> Vec<Value> {
    let outline = |conflict: &Value| {
        json!([
            conflict["index"],
            conflict["resolution"],
            conflict["reason"],
            conflict["server_entry"]["weight_value"],
            conflict["options"],
            conflict["copy_id"].is_null()
        ])
    };
    let body = answer.json();
    body["conflicts"].as_array().expect("conflicts").iter().map(outline).collect()
}

#[test]
fn a_resend_reports_the_copy_that_keep_both_made() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let write = write("bulk that keeps both");
    let once = server.user();
    let expected = conflicts(&once.send((write.prepare)(&once)));
    assert!(!expected.is_empty());
    let user = server.user();
    let request = (write.prepare)(&user).bearer(&user.token);
    lose_commit(&proxy, &server, &request);
    let after_commit = stored(&user);
    let again = server.send(&request);
    assert_eq!(conflicts(&again), expected, "{}", again.text());
    let copy = again.json()["conflicts"][0]["copy_id"].as_str().unwrap().to_owned();
    assert!(after_commit.iter().any(|row| row.contains(&copy)), "the copy was made before");
    assert_eq!(stored(&user), after_commit, "no second copy");
    assert_sound(&user, write.name);
}

#[test]
fn a_resent_overwrite_is_unchanged_and_does_not_report_the_conflict_again() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    let write = write("bulk that overwrites a concurrent edit");
    let request = (write.prepare)(&user).bearer(&user.token);
    lose_commit(&proxy, &server, &request);
    let after_commit = stored(&user);
    let again = server.send(&request).expect(200);
    assert_eq!(again["synced"][0]["status"], "unchanged", "{again}");
    assert_eq!(again["conflicts"], json!([]));
    assert_eq!(stored(&user), after_commit);
}

#[test]
fn a_resend_does_not_undo_a_later_write_of_another_device() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let put = |id: &str| Request::new("PUT", format!("{WEIGHT}/{id}"));
    let edit = |more: &Value| with(with(weighing(71.0), &json!({"local_id": "a"})), more);
    let edited_at = from_now(-30);
    let requests: [NamedRequest<'_>; 5] = [
        ("PUT", &|entry| {
            put(entry["id"].as_str().unwrap()).json(&edit(&json!({"edited_at": edited_at})))
        }),
        ("PUT with If-Match", &|entry| {
            let etag = format!("\"{}\"", entry["updated_at"].as_str().unwrap());
            put(entry["id"].as_str().unwrap()).header("If-Match", etag).json(&weighing(71.0))
        }),
        ("POST", &|_| Request::new("POST", WEIGHT).json(&edit(&json!({"edited_at": edited_at})))),
        ("bulk", &|entry| {
            let entry = edit(&json!({"server_id": entry["id"], "edited_at": edited_at}));
            bulk(&json!({"entries": [entry]}))
        }),
        ("bulk with a base", &|entry| {
            let more = json!({"server_id": entry["id"], "base_updated_at": entry["updated_at"]});
            bulk(&json!({"entries": [edit(&more)]}))
        }),
    ];
    for (name, request) in requests {
        let user = server.user();
        let entry = with(weighing(70.0), &json!({"local_id": "a", "edited_at": from_now(-60)}));
        let entry = user.create(&entry);
        let request = request(&entry).bearer(&user.token);
        lose_commit(&proxy, &server, &request);
        let theirs = put(entry["id"].as_str().unwrap()).json(&weighing(72.0));
        user.send(theirs).expect(200);
        let after_the_other = stored(&user);
        let again = server.send(&request);
        assert_eq!(stored(&user), after_the_other, "{name}: {} {}", again.status, again.text());
        assert_sound(&user, name);
    }
}

#[test]
fn the_resend_of_a_create_does_not_undo_a_later_edit_or_deletion() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let entry = with(weighing(71.0), &json!({"local_id": "a", "edited_at": from_now(-30)}));
    let create = Request::new("POST", WEIGHT).json(&entry);
    for request in [create, bulk(&json!({"entries": [entry]}))] {
        for deletes in [false, true] {
            let user = server.user();
            let request = request.clone().bearer(&user.token);
            lose_commit(&proxy, &server, &request);
            let id = user.list()[0]["id"].as_str().unwrap().to_owned();
            match deletes {
                true => _ = user.delete(&id).expect(204),
                false => _ = user.put(&id, &weighing(72.0)).expect(200),
            }
            let after_the_other = stored(&user);
            let again = server.send(&request);
            assert_eq!(stored(&user), after_the_other, "{} {}", again.status, again.text());
        }
    }
}

#[test]
fn a_resent_create_without_a_local_id_makes_a_second_entry() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    let request = Request::new("POST", WEIGHT).json(&weighing(71.0)).bearer(&user.token);
    lose_commit(&proxy, &server, &request);
    assert_eq!(user.list().len(), 1);
    server.send(&request).expect(201);
    assert_eq!(user.list().len(), 2);
    assert_sound(&user, "after a resend without a key");
}

#[test]
fn a_write_whose_totals_do_not_fit_commits_nothing() {
    let server = Server::start();
    let user = server.user();
    user.fill("n", 1);
    let set = |live_entries: u64| {
        let clock = "UPDATE sync_clocks SET live_entries = ? WHERE user_id = ?";
        server.database().execute(clock, (live_entries, &user.id));
    };
    // One more does not fit the column: the clock cannot advance.
    set(i64::MAX.unsigned_abs());
    let before = stored(&user);
    user.post(WEIGHT, &weighing(71.0)).problem(500, "internal_error");
    assert_eq!(stored(&user), before);
    set(1);
    user.post(WEIGHT, &weighing(71.0)).expect(201);
    assert_sound(&user, "after a write that failed");
}
