//! The cost of each write: statements, and rows read by the service's own connection (`Handler_read%`).

use serde_json::{Value, json};

use crate::cost_of_reads::{USER_SIZES, logged};
use crate::statement_cost::{Metered, outline, rows_read};
use crate::support::proxy::is_commit;
use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{Request, User, WEIGHT, weighing};
use crate::write_requests::{bulk, new};

/// A name, the number of statements, and the request of a round.
type Route<'a> = (&'static str, usize, &'a dyn Fn(usize) -> Request);

/// Sends new writes one after another, and returns the cost of the last.
fn writing(metered: &Metered, user: &User<'_>, request: &dyn Fn(usize) -> Request) -> (usize, u64) {
    for round in 0..2 {
        user.send(request(round));
    }
    let (answer, statements) = metered.cost(&user.token, &request(2));
    assert!(answer.status < 300, "{}", answer.text());
    assert_eq!(
        u64::try_from(statements.len()).unwrap(),
        logged(metered, &answer),
        "{:#?}",
        outline(&statements)
    );
    // Behind other statements of one command, a node of Galera can answer COMMIT and store nothing.
    assert_eq!(statements.last().map(|one| one.text.as_str()), Some("COMMIT"));
    (statements.len(), rows_read(&statements))
}

fn some_new(count: usize, round: usize) -> Value {
    (0..count).map(|number| new(&format!("r{round}-{number}"), 71.0)).collect()
}

/// The number that a row of the table in docs/ARCHITECTURE.md begins with.
pub(crate) fn documented(row: &str) -> usize {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ARCHITECTURE.md");
    let document = std::fs::read_to_string(path).expect("the document");
    let line = document.lines().find(|line| line.starts_with(&format!("| {row}")));
    let cell =
        line.and_then(|line| line.split('|').nth(2)).unwrap_or_else(|| panic!("no row {row}"));
    let number: String = cell.trim().chars().take_while(char::is_ascii_digit).collect();
    number.parse().unwrap_or_else(|_| panic!("no number in {cell}"))
}

#[test]
fn writes_take_the_documented_number_of_statements() {
    let metered = Metered::start(&[]);
    let user = metered.server.user();
    let ids = user.fill("n", 30);
    let foreign = metered.server.user().fill("n", 3);
    let kilograms = |round: usize| weighing(60.0 + f64::from(u32::try_from(round).unwrap()));
    let edit = |number: usize, round: usize| {
        with(
            new("any", 71.0),
            &json!({"server_id": ids[number], "weight_value": 60 + round, "edited_at": from_now(60)}),
        )
    };
    let create = documented("create without");
    let keyed = documented("create with ");
    let batch = documented("bulk of any size");
    let copied = documented("bulk with `keep_both`");
    let by_route: [Route<'_>; 12] = [
        ("create", create, &|round| Request::new("POST", WEIGHT).json(&kilograms(round))),
        ("create with local_id", keyed, &|round| {
            Request::new("POST", WEIGHT).json(&new(&format!("p{round}"), 71.0))
        }),
        ("PUT", keyed, &|round| {
            Request::new("PUT", format!("{WEIGHT}/{}", ids[0])).json(&kilograms(round))
        }),
        ("DELETE", keyed, &|round| Request::new("DELETE", format!("{WEIGHT}/{}", ids[10 + round]))),
        ("bulk of new", batch, &|round| bulk(&json!({"entries": some_new(3, round)}))),
        ("bulk of known", batch, &|round| {
            bulk(&json!({"entries": [edit(1, round), edit(2, round)]}))
        }),
        ("bulk of deletes", batch, &|round| {
            bulk(&json!({"entries": [{"local_id": format!("n-{}", 14 + round), "deleted": true}]}))
        }),
        ("bulk with a local_id that is known", batch, &|round| {
            bulk(
                &json!({"entries": [with(new("n-20", 71.0), &json!({"weight_value": 60 + round, "edited_at": from_now(60)}))]}),
            )
        }),
        ("bulk with the id of an entry as local_id", batch, &|round| {
            bulk(
                &json!({"entries": [with(edit(4, round), &json!({"local_id": ids[4], "server_id": null}))]}),
            )
        }),
        ("bulk with the id of another user's entry as local_id", batch, &|round| {
            bulk(&json!({"entries": [new(&foreign[round], 71.0)]}))
        }),
        ("bulk that keeps both versions", batch, &|round| {
            // Older than the stored version, so a conflict; the copy is one more live entry.
            let entry = with(edit(3, 90 + round), &json!({"edited_at": "2026-01-01T00:00:00Z"}));
            bulk(&json!({"conflict_strategy": "keep_both", "entries": [entry]}))
        }),
        ("bulk that keeps both versions and names local_ids only", copied, &|round| {
            let stale = json!({"weight_value": 90 + round, "edited_at": "2026-01-01T00:00:00Z"});
            let entry = with(new("n-21", 71.0), &stale);
            bulk(&json!({"conflict_strategy": "keep_both", "entries": [entry]}))
        }),
    ];
    for (name, expected, request) in by_route {
        assert_eq!(writing(&metered, &user, request).0, expected, "{name}");
    }
    assert!(create <= 4 && keyed <= 5 && batch <= 5, "the documented numbers do not grow");
}

#[test]
fn a_request_without_a_change_commits_nothing() {
    let metered = Metered::start(&[]);
    let user = metered.server.user();
    // Made once: a second later it would be a different edit.
    let entry = new("a", 71.0);
    let id = user.create_id(&entry);
    let mut requests = vec![
        Request::new("POST", WEIGHT).json(&entry),
        Request::new("PUT", format!("{WEIGHT}/{id}")).json(&weighing(71.0)),
        bulk(&json!({"entries": [entry]})),
        bulk(&json!({"entries": [with(entry, &json!({"server_id": id}))]})),
    ];
    for is_deleted in [false, true] {
        for request in &requests {
            let (answer, statements) = metered.cost(&user.token, request);
            let texts: Vec<&str> = statements.iter().map(|one| one.text.as_str()).collect();
            assert!(!texts.iter().any(|text| is_commit(text)), "{}: {texts:#?}", answer.text());
            assert_eq!(texts.last(), Some(&"ROLLBACK"), "{texts:#?}");
            assert_eq!(statements.len(), documented("a write that changes nothing"), "{texts:#?}");
        }
        if !is_deleted {
            user.delete(&id).expect(204);
            requests = vec![
                Request::new("DELETE", format!("{WEIGHT}/{id}")),
                bulk(&json!({"entries": [{"local_id": "a", "deleted": true}]})),
                bulk(&json!({"entries": [{"local_id": "never-seen", "deleted": true}]})),
            ];
        }
    }
}

#[test]
fn a_refusal_by_409_or_412_commits_nothing() {
    let metered = Metered::start(&[]);
    let user = metered.server.user();
    let entry = new("a", 71.0);
    let id = user.create_id(&entry);
    let put = |body: &Value| Request::new("PUT", format!("{WEIGHT}/{id}")).json(body);
    let other = with(weighing(72.0), &json!({"edited_at": "2020-01-01T00:00:00Z"}));
    let stale = "\"2020-01-01T00:00:00Z\"";
    for (status, request) in [
        (409, put(&other)),
        (409, Request::new("POST", WEIGHT).json(&with(entry, &other))),
        (412, put(&weighing(72.0)).header("If-Match", stale)),
        (412, Request::new("DELETE", format!("{WEIGHT}/{id}")).header("If-Match", stale)),
    ] {
        user.send(request.clone());
        let (answer, statements) = metered.cost(&user.token, &request);
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(statements.last().map(|one| one.text.as_str()), Some("ROLLBACK"));
        let expected = documented("a write that changes nothing");
        assert_eq!(statements.len(), expected, "{:#?}", outline(&statements));
    }
}

#[test]
fn an_edit_equal_to_the_stored_content_is_recorded_once_and_its_resend_commits_nothing() {
    let metered = Metered::start(&[]);
    let user = metered.server.user();
    user.fill("known", 1);
    let id = user.create_id(&new("a", 71.0));
    // Each round confirms the entry at a different time, so each is recorded as a different edit.
    let times: Vec<String> = (0..9).map(|round| from_now(round - 20)).collect();
    let confirming = |round: usize, more: &Value| {
        with(with(new("a", 71.0), &json!({"edited_at": times[round]})), more)
    };
    let by_route: [Route<'_>; 3] = [
        ("PUT", documented("create with "), &|round| {
            Request::new("PUT", format!("{WEIGHT}/{id}")).json(&confirming(round, &json!({})))
        }),
        ("bulk", documented("bulk of any size"), &|round| {
            bulk(&json!({"entries": [confirming(round + 3, &json!({"server_id": id}))]}))
        }),
        ("POST", documented("create with "), &|round| {
            Request::new("POST", WEIGHT).json(&confirming(round + 6, &json!({})))
        }),
    ];
    for (name, expected, request) in by_route {
        assert_eq!(writing(&metered, &user, request).0, expected, "{name}");
        let (_, statements) = metered.cost(&user.token, &request(2));
        assert_eq!(statements.last().map(|one| one.text.as_str()), Some("ROLLBACK"), "{name}");
        assert!(!statements.iter().any(|one| is_commit(&one.text)), "{name}");
    }
}

#[test]
fn an_upload_without_a_valid_entry_reads_only_the_epoch() {
    let metered = Metered::start(&[]);
    let user = metered.server.user();
    let (answer, statements) = metered.cost(&user.token, &bulk(&json!({"entries": []})));
    let expected = documented("bulk without a valid entry");
    assert_eq!(statements.len(), expected, "{:#?}", outline(&statements));
    assert!(answer.json()["sync"]["epoch"].is_string(), "{}", answer.text());
}

#[test]
fn an_upload_of_100_entries_takes_as_many_statements_as_an_upload_of_one() {
    let metered = Metered::start(&[]);
    let mut seen = Vec::new();
    for size in [10, 5_000] {
        let user = metered.server.user();
        user.fill("n", size);
        for count in [1, 2, 10, 100] {
            let request =
                |round: usize| bulk(&json!({"entries": some_new(count, round * 1000 + count)}));
            let (statements, rows) = writing(&metered, &user, &request);
            let most = 12 + 8 * u64::try_from(count).unwrap();
            assert!(rows <= most, "{rows} rows for {count} new entries beside {size}");
            seen.push(statements);
        }
    }
    assert!(seen.iter().all(|one| *one == 5), "{seen:?}");
}

#[test]
fn an_upload_of_known_entries_reads_rows_in_proportion_to_the_batch() {
    let metered = Metered::start(&[]);
    for size in [200, 5_000] {
        let user = metered.server.user();
        let ids = user.fill("n", size);
        for count in [1, 10, 100] {
            let request = |round: usize| {
                let entries: Value = (0..count)
                    .map(|number| {
                        let kilograms = 60.0 + f64::from(u32::try_from(round).unwrap());
                        let entry = with(
                            new(&format!("n-{number}"), kilograms),
                            &json!({"edited_at": from_now(60)}),
                        );
                        // Half use one key, half the other.
                        if number % 2 == 0 {
                            with(entry, &json!({"server_id": ids[number]}))
                        } else {
                            entry
                        }
                    })
                    .collect();
                bulk(&json!({"entries": entries}))
            };
            let (statements, rows) = writing(&metered, &user, &request);
            assert_eq!(statements, 5);
            let most = 16 + 10 * u64::try_from(count).unwrap();
            assert!(rows <= most, "{rows} rows for {count} entries of {size}");
        }
    }
}

#[test]
fn single_writes_read_a_constant_number_of_rows() {
    let metered = Metered::start(&[]);
    let mut seen = Vec::new();
    for size in USER_SIZES {
        let user = metered.server.user();
        let ids = user.fill("n", size);
        let put = |round: usize| {
            Request::new("PUT", format!("{WEIGHT}/{}", ids[0]))
                .json(&weighing(60.0 + f64::from(u32::try_from(round).unwrap())))
        };
        let post = |_: usize| Request::new("POST", WEIGHT).json(&weighing(71.0));
        let keyed =
            |round: usize| Request::new("POST", WEIGHT).json(&new(&format!("p{round}"), 71.0));
        let delete = |round: usize| Request::new("DELETE", format!("{WEIGHT}/{}", ids[1 + round]));
        let costs = [&put as &dyn Fn(usize) -> Request, &post, &keyed, &delete]
            .map(|request| writing(&metered, &user, request).1);
        assert!(costs.iter().all(|rows| *rows <= 12), "{costs:?}");
        seen.push(costs);
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
}
