//! What each route costs: the number of statements, and rows read by the service's own session (`Handler_read%`).

use serde_json::{Value, json};

use crate::device::{Device, text};
use crate::meter::{Metered, outline, rows_read};
use crate::observe::fill;
use crate::support::times::from_now;
use crate::support::user::with;
use crate::support::{Request, SYNC, User, WEIGHT, weighing};
use crate::writes::{bulk, new};

const USER_SIZES: [usize; 3] = [10, 1_000, 5_000];

/// The request's statements and rows; sent three times, so that all is prepared and has been executed before.
fn warm(metered: &Metered, user: &User<'_>, request: &Request) -> (usize, u64) {
    for _ in 0..2 {
        user.send(request.clone());
    }
    let (answer, statements) = metered.cost(&user.token, request);
    assert!(answer.status < 300, "{}", answer.text());
    assert_eq!(
        statements.len(),
        usize::try_from(logged(metered, &answer)).unwrap(),
        "{:#?}",
        outline(&statements)
    );
    (statements.len(), rows_read(&statements))
}

fn logged(metered: &Metered, answer: &crate::support::Answer) -> u64 {
    metered.logged_statements(answer.header("x-request-id").unwrap())
}

fn cursor(user: &User<'_>) -> String {
    text(&{
        let mut device = Device::new();
        device.catch_up(user, 250);
        json!(device.since.unwrap())
    })
}

fn since(cursor: &str, limit: usize) -> Request {
    Device::at(cursor).request(limit)
}

#[test]
fn a_pull_with_nothing_new_takes_two_statements_and_reads_as_many_rows_whatever_the_user_has() {
    let metered = Metered::start(&[]);
    let mut seen = Vec::new();
    for size in USER_SIZES {
        let user = metered.server.user();
        fill(&user, "n", size);
        let request = since(&cursor(&user), 250);
        seen.push(warm(&metered, &user, &request));
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
    assert_eq!(seen[0].0, 2);
    assert!(seen[0].1 <= 12, "{seen:?}");
}

#[test]
fn a_pull_reads_rows_in_proportion_to_what_has_changed() {
    let metered = Metered::start(&[]);
    let mut seen: Vec<Vec<u64>> = Vec::new();
    for size in USER_SIZES {
        let user = metered.server.user();
        fill(&user, "n", size);
        let mut of_this_user = Vec::new();
        for changes in [1, 10, 100] {
            let request = since(&cursor(&user), 250);
            fill(&user, &format!("c{changes}"), changes);
            let (statements, rows) = warm(&metered, &user, &request);
            assert_eq!(statements, 2);
            let changes = u64::try_from(changes).unwrap();
            assert!(
                rows <= 12 + 4 * changes,
                "{rows} rows for {changes} changes of {size} entries"
            );
            of_this_user.push(rows);
        }
        seen.push(of_this_user);
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "the same for all users: {seen:?}");
}

#[test]
fn a_page_of_changes_or_of_the_list_reads_in_proportion_to_its_limit() {
    let metered = Metered::start(&[]);
    for size in USER_SIZES {
        let user = metered.server.user();
        fill(&user, "n", size);
        let start = "1970-01-01T00:00:00Z";
        for limit in [1, 10, 100] {
            for request in [
                Request::get(&format!("{WEIGHT}?limit={limit}")),
                Request::get(&format!("{SYNC}?limit={limit}")),
                since(start, limit),
            ] {
                let (statements, rows) = warm(&metered, &user, &request);
                let what = String::from_utf8_lossy(&request.target).into_owned();
                assert_eq!(statements, 2, "{what}");
                let most = 16 + 4 * (u64::try_from(limit).unwrap() + 1);
                assert!(rows <= most, "{rows} rows, at most {most}: {what} of {size} entries");
            }
        }
    }
}

#[test]
fn a_list_between_two_times_reads_what_lies_between_and_its_first_page_no_more_than_the_limit_again()
 {
    let metered = Metered::start(&[]);
    let user = metered.server.user();
    fill(&user, "n", 2_000);
    for day in 1..=20 {
        let timestamp = format!("2025-03-{day:02}T08:00:00Z");
        user.create(&with(weighing(70.0), &json!({"timestamp": timestamp})));
    }
    let request = Request::get(&format!(
        "{WEIGHT}?since=2025-03-01T00:00:00Z&until=2025-04-01T00:00:00Z&limit=10"
    ));
    let (statements, rows) = warm(&metered, &user, &request);
    assert_eq!(statements, 2);
    assert!(rows <= 16 + 20 + 4 * 11, "{rows}");
}

/// Sends requests that write, one after another, each new, and answers the cost of the last.
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
    (statements.len(), rows_read(&statements))
}

fn some_new(count: usize, round: usize) -> Value {
    (0..count).map(|number| new(&format!("r{round}-{number}"), 71.0)).collect()
}

/// The number that a row of the table in docs/ARCHITECTURE.md begins with.
fn documented(row: &str) -> usize {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ARCHITECTURE.md");
    let document = std::fs::read_to_string(path).expect("the document");
    let line = document.lines().find(|line| line.starts_with(&format!("| {row}")));
    let cell =
        line.and_then(|line| line.split('|').nth(2)).unwrap_or_else(|| panic!("no row {row}"));
    let number: String = cell.trim().chars().take_while(char::is_ascii_digit).collect();
    number.parse().unwrap_or_else(|_| panic!("no number in {cell}"))
}

#[test]
fn writes_take_as_many_statements_as_the_architecture_says() {
    let metered = Metered::start(&[]);
    let user = metered.server.user();
    let ids = fill(&user, "n", 30);
    let kilograms = |round: usize| weighing(60.0 + f64::from(u32::try_from(round).unwrap()));
    let edit = |number: usize, round: usize| {
        with(
            new("any", 71.0),
            &json!({"server_id": ids[number], "weight_value": 60 + round, "edited_at": from_now(60)}),
        )
    };
    let create = documented("create;");
    let single = documented("PUT, DELETE");
    let known = documented("bulk of any size with known");
    let by_route: [(&str, usize, &dyn Fn(usize) -> Request); 8] = [
        ("create", create, &|round| Request::new("POST", WEIGHT).json(&kilograms(round))),
        ("create with local_id", create, &|round| {
            Request::new("POST", WEIGHT).json(&new(&format!("p{round}"), 71.0))
        }),
        ("bulk of new", create, &|round| bulk(&json!({"entries": some_new(3, round)}))),
        ("PUT", single, &|round| {
            Request::new("PUT", format!("{WEIGHT}/{}", ids[0])).json(&kilograms(round))
        }),
        ("DELETE", single, &|round| {
            Request::new("DELETE", format!("{WEIGHT}/{}", ids[10 + round]))
        }),
        ("bulk of known", known, &|round| {
            bulk(&json!({"entries": [edit(1, round), edit(2, round)]}))
        }),
        ("bulk with a wrong guess", known + 1, &|round| {
            bulk(&json!({"entries": [{"local_id": format!("n-{}", 14 + round), "deleted": true}]}))
        }),
        ("bulk with a local_id that is known", known + 2, &|round| {
            // The insert that failed, and a guess of one more live entry.
            bulk(
                &json!({"entries": [with(new("n-20", 71.0), &json!({"weight_value": 60 + round, "edited_at": from_now(60)}))]}),
            )
        }),
    ];
    for (name, expected, request) in by_route {
        assert_eq!(writing(&metered, &user, request).0, expected, "{name}");
    }
    assert!(create <= 5 && single <= 5 && known <= 6, "the documented numbers do not grow");
}

#[test]
fn what_writes_nothing_commits_nothing() {
    let metered = Metered::start(&[]);
    let user = metered.server.user();
    let id = user.create_id(&new("a", 71.0));
    let mut requests = vec![
        Request::new("POST", WEIGHT).json(&new("a", 71.0)),
        Request::new("PUT", format!("{WEIGHT}/{id}")).json(&weighing(71.0)),
        bulk(&json!({"entries": [new("a", 71.0)]})),
        bulk(&json!({"entries": [with(new("a", 71.0), &json!({"server_id": id}))]})),
    ];
    for is_deleted in [false, true] {
        for request in &requests {
            let (answer, statements) = metered.cost(&user.token, request);
            let texts: Vec<&str> = statements.iter().map(|one| one.text.as_str()).collect();
            assert!(!texts.contains(&"COMMIT"), "{}: {texts:#?}", answer.text());
            assert_eq!(texts.last(), Some(&"ROLLBACK"), "{texts:#?}");
            assert!(statements.len() <= 6, "{texts:#?}");
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
fn a_bulk_of_a_hundred_takes_as_many_statements_as_a_bulk_of_one() {
    let metered = Metered::start(&[]);
    let mut seen = Vec::new();
    for size in [10, 5_000] {
        let user = metered.server.user();
        fill(&user, "n", size);
        for count in [1, 2, 10, 100] {
            let request =
                |round: usize| bulk(&json!({"entries": some_new(count, round * 1000 + count)}));
            let (statements, rows) = writing(&metered, &user, &request);
            let most = 10 + 8 * u64::try_from(count).unwrap();
            assert!(rows <= most, "{rows} rows for {count} new entries beside {size}");
            seen.push(statements);
        }
    }
    assert!(seen.iter().all(|one| *one == 5), "{seen:?}");
}

#[test]
fn a_bulk_over_known_entries_reads_in_proportion_to_the_batch_whatever_the_user_has() {
    let metered = Metered::start(&[]);
    for size in [200, 5_000] {
        let user = metered.server.user();
        let ids = fill(&user, "n", size);
        for count in [1, 10, 100] {
            let request = |round: usize| {
                let entries: Value = (0..count)
                    .map(|number| {
                        let kilograms = 60.0 + f64::from(u32::try_from(round).unwrap());
                        let entry = with(
                            new(&format!("n-{number}"), kilograms),
                            &json!({"edited_at": from_now(60)}),
                        );
                        // Half are named by one key, half by the other.
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
            assert!((6..=7).contains(&statements), "{statements}");
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
        let ids = fill(&user, "n", size);
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
