//! The cost of each read: statements, and rows read by the service's own connection (`Handler_read%`).

use serde_json::json;

use crate::pulling_device::{Device, text};
use crate::statement_cost::{Metered, outline, rows_read};
use crate::support::user::with;
use crate::support::{Request, SYNC, User, WEIGHT, weighing};

pub(crate) const USER_SIZES: [usize; 3] = [10, 1_000, 5_000];

/// The statements and rows of the request's third run, when all statements are prepared and have been executed.
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

pub(crate) fn logged(metered: &Metered, answer: &crate::support::Answer) -> u64 {
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
fn a_pull_without_changes_takes_two_statements_and_reads_the_same_rows_for_any_user() {
    let metered = Metered::start(&[]);
    let mut seen = Vec::new();
    for size in USER_SIZES {
        let user = metered.server.user();
        user.fill("n", size);
        let request = since(&cursor(&user), 250);
        seen.push(warm(&metered, &user, &request));
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
    assert_eq!(seen[0].0, 2);
    assert!(seen[0].1 <= 12, "{seen:?}");
}

#[test]
fn a_pull_reads_rows_in_proportion_to_the_changes() {
    let metered = Metered::start(&[]);
    let mut seen: Vec<Vec<u64>> = Vec::new();
    for size in USER_SIZES {
        let user = metered.server.user();
        user.fill("n", size);
        let mut of_this_user = Vec::new();
        for changes in [1, 10, 100] {
            let request = since(&cursor(&user), 250);
            user.fill(&format!("c{changes}"), changes);
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
        user.fill("n", size);
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
fn a_page_between_two_times_reads_the_entries_between_them_and_those_of_the_page() {
    let metered = Metered::start(&[]);
    let user = metered.server.user();
    user.fill("n", 2_000);
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
