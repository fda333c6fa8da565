//! `GET /api/health-metrics/weight/sync`

use serde_json::{Value, json};

use crate::support::timestamps::{self, from_now};
use crate::support::user::{User, encoded};
use crate::support::{SYNC, Server, weighing};

fn next_since(page: &Value) -> String {
    page["sync"]["next_since"].as_str().unwrap_or_else(|| panic!("next_since in {page}")).to_owned()
}

fn follow(user: &User<'_>, since: &str, limit: usize) -> Value {
    user.pull(&format!("?since={}&limit={limit}", encoded(since)))
}

fn ids(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_pull_without_since_is_a_snapshot_of_live_entries() {
    let server = Server::start();
    let user = server.user();
    let entry = user.create_id(&weighing(75.5));
    let deleted = user.create_id(&weighing(76.5));
    user.delete(&deleted).expect(204);

    let page = user.pull("");

    assert_eq!((ids(&page), &page["sync"]["has_more"]), (vec![entry], &json!(false)));
    timestamps::assert_form(&next_since(&page));
}

#[test]
fn an_empty_account_gets_an_empty_page_with_a_cursor_that_works() {
    let server = Server::start();
    let user = server.user();
    let page = user.pull("");
    assert_eq!((&page["data"], &page["sync"]["has_more"]), (&json!([]), &json!(false)));
    let since = next_since(&page);
    timestamps::assert_form(&since);

    let id = user.create_id(&weighing(75.5));

    assert_eq!(ids(&follow(&user, &since, 100)), [id]);
}

#[test]
fn a_pull_with_since_gets_every_later_change_and_tombstone_oldest_first() {
    let server = Server::start();
    let user = server.user();
    let [one, two, three] =
        [75.0, 76.0, 77.0].map(|kilograms| user.create_id(&weighing(kilograms)));
    let since = next_since(&user.pull(""));
    user.put(&three, &weighing(78.0)).expect(200);
    user.delete(&one).expect(204);

    let page = follow(&user, &since, 100);

    assert_eq!(ids(&page), [three, one]);
    assert_eq!(page["data"][0]["weight_value"], 78.0);
    assert_eq!(page["data"][0]["deleted_at"], Value::Null);
    timestamps::assert_form(page["data"][1]["deleted_at"].as_str().unwrap());
    let newest = user.put(&two, &weighing(79.0)).expect(200)["updated_at"].clone();
    let last = follow(&user, &next_since(&page), 100);
    assert_eq!(ids(&last), [two]);
    assert_eq!(last["sync"]["next_since"], newest, "the user's newest stamp at the end of a pull");
}

#[test]
fn the_cursor_never_goes_back_not_even_on_an_empty_page() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    let mut since = next_since(&user.pull(""));
    for _ in 0..3 {
        let page = follow(&user, &since, 100);
        assert_eq!((&page["data"], &page["sync"]["has_more"]), (&json!([]), &json!(false)));
        let next = next_since(&page);
        assert!(timestamps::parse(&next) >= timestamps::parse(&since), "{next} after {since}");
        since = next;
    }
}

#[test]
fn a_cursor_ahead_of_the_newest_stamp_gets_an_empty_page_and_misses_no_later_change() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    let page = follow(&user, "2999-01-01T00:00:00Z", 100);
    assert_eq!(page["data"], json!([]));

    let id = user.create_id(&weighing(76.5));

    assert_eq!(ids(&follow(&user, &next_since(&page), 100)), [id]);
}

#[test]
fn any_rfc_3339_time_is_a_cursor() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    for since in
        ["2026-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+05:30"]
    {
        assert_eq!(follow(&user, since, 100)["data"].as_array().unwrap().len(), 1, "{since}");
    }
}

#[test]
fn an_invalid_since_is_422() {
    let server = Server::start();
    let user = server.user();
    for since in [
        "yesterday",
        "0",
        "1767731400",
        "2026-01-06",
        "2026-01-06T20:30:00",
        "2026-02-30T00:00:00Z",
        "snapshot:",
        "snapshot:x:y",
        "snapshot:2026-01-06T20:30:00Z",
        "snapshot:2026-01-06T20:30:00Z:nonsense",
        "' OR 1=1",
    ] {
        let answer = user.get(&format!("{SYNC}?since={}", encoded(since)));
        let errors = answer.field_errors();
        assert!(errors.len() == 1 && errors[0].starts_with("since "), "{since}: {errors:?}");
    }
}

#[test]
fn a_plus_sign_that_arrives_as_a_blank_is_understood_or_reported() {
    let server = Server::start();
    let answer = server.user().get(&format!("{SYNC}?since=2026-01-06T20:30:00+01:00"));
    assert!(
        answer.status == 200 || answer.field_errors() == ["since invalid_format"],
        "{}",
        answer.text()
    );
}

const DAY: i64 = 24 * 3600;

#[test]
fn a_since_below_the_purge_horizon_answers_410_and_one_above_it_200() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    server.database().set_horizon(&user.id, 365, 30);
    let pull = |since: String| user.get(&format!("{SYNC}?since={}", encoded(&since)));
    pull(from_now(-60 * DAY)).problem(410, "cursor_expired");
    pull(from_now(-31 * DAY)).problem(410, "cursor_expired");
    pull(from_now(-29 * DAY)).expect(200);
}

#[test]
fn a_since_before_the_account_existed_is_a_full_pull() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    server.database().set_horizon(&user.id, 365, 30);
    let page = follow(&user, &from_now(-400 * DAY), 100);
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
}

#[test]
fn a_full_pull_that_started_after_the_purge_horizon_pages_through_older_entries() {
    let server = Server::start();
    let user = server.user();
    let made = user.fill("n", 30);
    // Entries older than the horizon.
    server.database().execute(
        "UPDATE weight_entries SET updated_at = updated_at - INTERVAL 100 DAY WHERE user_id = ?",
        (&user.id,),
    );
    server.database().set_horizon(&user.id, 365, 30);
    let mut page = user.pull("?limit=10");
    let mut seen = ids(&page);
    while page["sync"]["has_more"] == true {
        page = follow(&user, &next_since(&page), 10);
        seen.extend(ids(&page));
    }
    assert_eq!(seen.len(), made.len());
}

#[test]
fn a_full_pull_that_started_before_the_purge_horizon_answers_410() {
    let server = Server::start();
    let user = server.user();
    user.fill("n", 30);
    server.database().set_horizon(&user.id, 365, 30);
    let cursor = next_since(&user.pull("?limit=10"));
    server.database().set_horizon(&user.id, 365, -1);
    user.get(&format!("{SYNC}?limit=10&since={}", encoded(&cursor))).problem(410, "cursor_expired");
}

#[test]
fn the_purge_horizon_of_one_user_leaves_anothers_cursor_valid() {
    let server = Server::start();
    let (one, other) = (server.user(), server.user());
    one.create(&weighing(75.5));
    other.create(&weighing(75.5));
    server.database().set_horizon(&one.id, 365, 30);
    server.database().set_horizon(&other.id, 365, 90);
    let target = format!("{SYNC}?since={}", encoded(&from_now(-60 * DAY)));
    one.get(&target).problem(410, "cursor_expired");
    other.get(&target).expect(200);
}

#[test]
fn the_epoch_of_this_database_is_accepted_and_another_answers_410() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    let page = user.pull("");
    let epoch = page["sync"]["epoch"].as_str().unwrap().to_owned();
    let since = encoded(&next_since(&page));

    user.pull(&format!("?since={since}&epoch={}", encoded(&epoch)));
    user.get(&format!("{SYNC}?since={since}&epoch=another")).problem(410, "epoch_changed");

    server.site.weightctl_ok(&["epoch", "renew", "--yes"]);
    user.get(&format!("{SYNC}?since={since}&epoch={}", encoded(&epoch)))
        .problem(410, "epoch_changed");
    assert_ne!(user.pull("")["sync"]["epoch"], epoch.as_str());
}

#[test]
fn a_since_before_the_first_write_of_a_user_of_another_backend_is_a_full_pull() {
    let server = Server::start();
    let user = server.user();
    server.database().execute("DELETE FROM sync_clocks WHERE user_id = ?", (&user.id,));
    user.create(&weighing(75.5));
    let purge = "UPDATE sync_clocks SET purged_through = last_stamp WHERE user_id = ?";
    server.database().execute(purge, (&user.id,));
    assert_eq!(user.pull("?since=2026-01-01T00:00:00Z")["data"].as_array().unwrap().len(), 1);
}

#[test]
fn a_cursor_at_the_purge_horizon_is_valid_and_one_a_microsecond_below_is_not() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    let newest = next_since(&user.pull(""));
    let raise =
        "UPDATE sync_clocks SET purged_through = last_stamp, started_at = 0 WHERE user_id = ?";
    server.database().execute(raise, (&user.id,));
    assert_eq!(follow(&user, &newest, 100)["data"], json!([]));
    let below = timestamps::parse(&newest) - chrono::Duration::microseconds(1);
    let below = below.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    user.get(&format!("{SYNC}?since={}", encoded(&below))).problem(410, "cursor_expired");
}

#[test]
fn a_cursor_is_valid_for_ninety_days_however_old_the_last_write_is() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    // Moves everything 80 days into the past.
    for change in [
        "UPDATE weight_entries SET updated_at = updated_at - INTERVAL 80 DAY WHERE user_id = ?",
        "UPDATE sync_clocks SET last_stamp = last_stamp - 80 * 86400000000 WHERE user_id = ?",
    ] {
        server.database().execute(change, (&user.id,));
    }
    for page in [user.pull(""), user.pull("?since=2026-01-01T00:00:00Z")] {
        let time = |name: &str| timestamps::parse(page["sync"][name].as_str().unwrap());
        let good_for = time("cursor_expires_at") - time("server_time");
        assert_eq!(good_for, chrono::Duration::days(90), "{page}");
    }
}
