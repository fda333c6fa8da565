//! The COMMIT was carried out and its answer lost: the service tries again and must find that it has been there.

use serde_json::{Value, json};

use crate::stored_state::{assert_sound, stored};
use crate::support::proxy::{Proxy, Verdict};
use crate::support::site::Site;
use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::waiting::PATIENCE;
use crate::support::{Answer, Request, Server, User, WEIGHT, weighing};
use crate::write_requests::{ALL, Write, bulk};

/// Sends with the answer of the first COMMIT lost; `meanwhile` runs between it and the next attempt.
fn send_and_lose(
    proxy: &Proxy,
    server: &Server,
    request: &Request,
    meanwhile: impl FnOnce() + Send,
) -> Answer {
    let (lost, is_lost) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let (lost, may_go) = (std::sync::Mutex::new(Some(lost)), std::sync::Mutex::new(may_go));
    let gate = std::sync::Arc::new((lost, may_go));
    let at_begin = std::sync::Arc::clone(&gate);
    let has_lost = std::sync::atomic::AtomicUsize::new(0);
    proxy.judge(move |command| {
        use std::sync::atomic::Ordering::SeqCst;
        if command.text == "COMMIT" && has_lost.compare_exchange(0, 1, SeqCst, SeqCst).is_ok() {
            return Verdict::CutAfter;
        }
        // The next attempt: the first word of the replaced connection is held until the others are done.
        if command.text == "START TRANSACTION"
            && has_lost.compare_exchange(1, 2, SeqCst, SeqCst).is_ok()
        {
            at_begin.0.lock().unwrap().take().unwrap().send(()).unwrap();
            let _ = at_begin.1.lock().unwrap().recv_timeout(PATIENCE);
        }
        Verdict::Forward
    });
    let answer = std::thread::scope(|scope| {
        let sender = scope.spawn(|| server.send_to(0, request));
        is_lost.recv_timeout(PATIENCE).expect("a second attempt");
        meanwhile();
        go.send(()).unwrap();
        sender.join().unwrap()
    });
    proxy.forward_all();
    answer
}

fn conflicts(answer: &Answer) -> Vec<Value> {
    let name = |conflict: &Value| {
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
    body["conflicts"].as_array().expect("conflicts").iter().map(name).collect()
}

fn setting() -> (Proxy, Server) {
    let site = Site::new(&[]);
    let proxy = Proxy::before(&site);
    (proxy, Server::over(site, 2))
}

fn write(name: &str) -> &'static Write {
    ALL.iter().find(|write| write.name == name).expect(name)
}

#[track_caller]
fn assert_same_conflicts(name: &str) {
    let (proxy, server) = setting();
    let write = write(name);
    let once = server.user();
    let expected = conflicts(&once.send((write.prepare)(&once)));
    assert!(!expected.is_empty());
    let user = server.user();
    let request = (write.prepare)(&user).bearer(&user.token);
    let answer = send_and_lose(&proxy, &server, &request, || {});
    assert_eq!(conflicts(&answer), expected, "{}", answer.text());
    assert_sound(&user, name);
}

#[test]
fn the_overwritten_version_is_reported_though_the_answer_to_commit_was_lost() {
    assert_same_conflicts("bulk that overwrites a concurrent edit");
}

#[test]
fn a_kept_copy_is_reported_though_the_answer_to_commit_was_lost() {
    assert_same_conflicts("bulk that keeps both");
}

/// What another device has written since is not undone by an attempt that only repeats what has been done.
#[track_caller]
fn assert_not_undone(name: &str, request: impl Fn(&str) -> Request) {
    let (proxy, server) = setting();
    let user: User<'_> = server.user();
    let entry = with(weighing(70.0), &json!({"local_id": "a", "edited_at": from_now(-60)}));
    let id = user.create_id(&entry);
    let request = request(&id).bearer(&user.token);
    let mut after_the_other = Vec::new();
    let answer = send_and_lose(&proxy, &server, &request, || {
        let put = Request::new("PUT", format!("{WEIGHT}/{id}")).json(&weighing(72.0));
        server.send_to(1, &put.bearer(&user.token)).expect(200);
        after_the_other = stored(&user);
    });
    assert_eq!(
        stored(&user),
        after_the_other,
        "{name}: answered {} {}",
        answer.status,
        answer.text()
    );
}

#[test]
fn an_edit_between_a_lost_commit_and_the_retry_of_a_put_is_not_undone() {
    assert_not_undone("PUT", |id| {
        Request::new("PUT", format!("{WEIGHT}/{id}")).json(&weighing(71.0))
    });
}

#[test]
fn an_edit_between_a_lost_commit_and_the_retry_of_a_post_is_not_undone() {
    assert_not_undone("POST", |_| {
        Request::new("POST", WEIGHT).json(&with(weighing(71.0), &json!({"local_id": "a"})))
    });
}

#[test]
fn an_edit_between_a_lost_commit_and_the_retry_of_a_bulk_is_not_undone() {
    assert_not_undone("bulk", |id| {
        bulk(
            &json!({"entries": [with(weighing(71.0), &json!({"local_id": "a", "server_id": id}))]}),
        )
    });
}

#[test]
fn an_edit_with_a_time_between_a_lost_commit_and_the_retry_is_not_undone() {
    assert_not_undone("bulk with edited_at", |id| {
        let more = json!({"local_id": "a", "server_id": id, "edited_at": from_now(-30)});
        bulk(&json!({"entries": [with(weighing(71.0), &more)]}))
    });
}

#[test]
fn an_edit_between_a_lost_commit_and_the_retry_of_a_new_entry_is_not_undone() {
    let (proxy, server) = setting();
    let user: User<'_> = server.user();
    for local_id in [None, Some("a")] {
        let mut entry = weighing(71.0);
        if let Some(local_id) = local_id {
            entry["local_id"] = json!(local_id);
        }
        let request = Request::new("POST", WEIGHT).json(&entry).bearer(&user.token);
        let mut after_the_other = Vec::new();
        let answer = send_and_lose(&proxy, &server, &request, || {
            let list = server.send_to(1, &Request::get(WEIGHT).bearer(&user.token)).json();
            let newest =
                list["data"].as_array().unwrap().iter().find(|one| one["weight_value"] == 71.0);
            let id = newest.expect("the first attempt made it")["id"].as_str().unwrap().to_owned();
            let put = Request::new("PUT", format!("{WEIGHT}/{id}")).json(&weighing(72.0));
            server.send_to(1, &put.bearer(&user.token)).expect(200);
            after_the_other = stored(&user);
        });
        assert_eq!(
            stored(&user),
            after_the_other,
            "{local_id:?}: {} {}",
            answer.status,
            answer.text()
        );
        answer.expect(201);
    }
}

#[test]
fn a_delete_between_a_lost_commit_and_the_retry_is_not_undone() {
    let (proxy, server) = setting();
    let user: User<'_> = server.user();
    let request = bulk(&json!({"entries": [with(weighing(71.0), &json!({"local_id": "a"}))]}));
    let mut after_the_other = Vec::new();
    let answer = send_and_lose(&proxy, &server, &request.bearer(&user.token), || {
        let list = server.send_to(1, &Request::get(WEIGHT).bearer(&user.token)).json();
        let id = list["data"][0]["id"].as_str().unwrap().to_owned();
        let delete = Request::new("DELETE", format!("{WEIGHT}/{id}"));
        server.send_to(1, &delete.bearer(&user.token)).expect(204);
        after_the_other = stored(&user);
    });
    assert_eq!(stored(&user), after_the_other, "{}", answer.text());
    assert!(user.list().is_empty());
}
