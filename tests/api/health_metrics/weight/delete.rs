//! `DELETE /api/health-metrics/weight/{id}`

use crate::support::request::Request;
use crate::support::user::encoded;
use crate::support::{Server, WEIGHT, weighing};

#[test]
fn a_delete_answers_204_without_a_body_and_leaves_a_tombstone() {
    let server = Server::start();
    let user = server.user();
    let entry = user.create(&weighing(75.5));
    let id = entry["id"].as_str().unwrap();

    let answer = user.delete(id);

    assert_eq!((answer.status, answer.body.len()), (204, 0), "{}", answer.text());
    assert!(user.list().is_empty());
    let since = encoded(entry["updated_at"].as_str().unwrap());
    let page = user.pull(&format!("?since={since}"));
    assert_eq!(page["data"][0]["id"], id);
    assert!(page["data"][0]["deleted_at"].is_string(), "{page}");
    assert_eq!(server.database().entries().len(), 1, "soft delete");
}

#[test]
fn a_repeated_delete_answers_204_again_and_writes_nothing() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&weighing(75.5));
    user.delete(&id).expect(204);
    let before = server.database().entries();
    user.delete(&id).expect(204);
    assert_eq!(server.database().entries(), before);
}

#[test]
fn if_match_makes_a_delete_conditional() {
    let server = Server::start();
    let user = server.user();
    let created = user.post(WEIGHT, &weighing(75.5));
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let current = user.put(&id, &weighing(76.0));
    let delete = |etag: &str| {
        user.send(Request::new("DELETE", format!("{WEIGHT}/{id}")).header("If-Match", etag))
    };

    let problem = delete(&created.etag()).problem(412, "precondition_failed");
    assert_eq!(problem["server_entry"]["weight_value"], 76.0);
    assert_eq!(user.list().len(), 1);

    delete(&current.etag()).expect(204);
    assert!(user.list().is_empty());
    // Resent, because the response was lost.
    delete(&current.etag()).expect(204);
}

#[test]
fn the_body_of_a_delete_is_ignored() {
    let server = Server::start();
    let user = server.user();
    let id = user.create_id(&weighing(75.5));
    user.send(
        Request::new("DELETE", format!("{WEIGHT}/{id}"))
            .header("Content-Type", "text/plain")
            .body("x"),
    )
    .expect(204);
}
