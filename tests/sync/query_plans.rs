//! Which index each statement uses, by EXPLAIN of the statements that the service has sent.

use mysql::prelude::Queryable;
use serde_json::{Value, json};

use crate::statement_cost::{Metered, Statement, costs};
use crate::support::timestamps::from_now;
use crate::support::user::encoded;
use crate::support::{Request, SYNC, Server, WEIGHT, weighing};
use crate::write_requests::{bulk, new};

/// One table of a plan.
#[derive(Debug)]
struct Access {
    table: String,
    kind: String,
    key: Option<String>,
    key_length: Option<String>,
    extra: String,
}

fn explain(server: &Server, statement: &str) -> Vec<Access> {
    let mut connection = server.database().connect();
    let rows: Vec<mysql::Row> = connection
        .query(format!("EXPLAIN FORMAT=TRADITIONAL {statement}"))
        .unwrap_or_else(|error| panic!("{error}: {statement}"));
    rows.into_iter()
        .map(|row| {
            let cell = |name: &str| row.get::<Option<String>, _>(name).expect("a column");
            Access {
                table: cell("table").unwrap_or_default(),
                kind: cell("type").unwrap_or_default(),
                key: cell("key"),
                key_length: cell("key_len"),
                extra: cell("Extra").unwrap_or_default(),
            }
        })
        .collect()
}

/// How a statement reads weight_entries. It may scan no whole table except its own small derived tables.
#[track_caller]
fn entries_access(server: &Server, statement: &str) -> Vec<Access> {
    let accesses = explain(server, statement);
    for access in &accesses {
        let is_own = access.table.starts_with('<');
        assert!(
            is_own || !matches!(access.kind.as_str(), "ALL" | "index"),
            "{access:?}: {statement}"
        );
    }
    accesses
        .into_iter()
        .filter(|access| matches!(access.table.as_str(), "weight_entries" | "e"))
        .collect()
}

#[track_caller]
fn assert_uses(server: &Server, statement: &Statement, indexes: &[&str]) {
    let accesses = entries_access(server, &statement.literal);
    let keys: Vec<&str> =
        accesses.iter().map(|access| access.key.as_deref().unwrap_or("none")).collect();
    assert_eq!(keys, indexes, "{accesses:#?} of {}", statement.literal);
    for access in &accesses {
        assert!(!access.extra.contains("filesort"), "{access:?} of {}", statement.literal);
    }
}

/// A server with a user of many entries among other users, and the statements that its requests sent.
fn setting() -> (Metered, String, Vec<String>) {
    let metered = Metered::start(&[]);
    for _ in 0..3 {
        let other = metered.server.user();
        other.fill("o", 500);
    }
    let user = metered.server.user();
    let ids = user.fill("n", 2_000);
    for id in &ids[..60] {
        user.delete(id).expect(204);
    }
    metered.server.database().execute("ANALYZE TABLE weight_entries, sync_clocks, users", ());
    let token = user.token.clone();
    (metered, token, ids)
}

/// The statements on entries of a request, as sent the first time and the third.
fn statements(metered: &Metered, token: &str, request: &Request) -> Vec<Statement> {
    for _ in 0..2 {
        metered.cost(token, request);
    }
    let (_, statements) = metered.cost(token, request);
    statements
        .into_iter()
        .filter(|one| one.text.contains("weight_entries") && !one.text.starts_with("INSERT"))
        .collect()
}

#[test]
fn the_list_and_the_changes_are_read_in_index_order() {
    let (metered, token, _) = setting();
    let cursor = encoded(&from_now(-3600));
    for (target, indexes) in [
        (format!("{WEIGHT}?limit=50"), vec!["idx_user_timestamp"]),
        (format!("{WEIGHT}?limit=50&offset=300"), vec!["idx_user_timestamp"]),
        (
            format!("{WEIGHT}?since=2025-01-01T00:00:00Z&until=2027-01-01T00:00:00Z"),
            vec!["idx_user_timestamp", "idx_user_timestamp"],
        ),
        (SYNC.to_owned(), vec!["idx_user_cursor"]),
        (format!("{SYNC}?since={cursor}&limit=50"), vec!["idx_user_cursor"]),
        (format!("{SYNC}?since=1970-01-01T00:00:00Z&limit=50"), vec!["idx_user_cursor"]),
    ] {
        let found = statements(&metered, &token, &Request::get(&target));
        assert_eq!(found.len(), 1, "{target}");
        let mut accesses = entries_access(&metered.server, &found[0].literal);
        accesses.retain(|access| access.table == "weight_entries");
        assert_eq!(accesses.len(), indexes.len(), "{target}: {accesses:#?}");
        assert_uses(&metered.server, &found[0], &indexes);
        assert_eq!(found[0].counter("Sort_rows"), 0, "{target}: {:?}", found[0].counters);
    }
}

#[test]
fn a_write_loads_entries_by_their_keys() {
    let (metered, token, ids) = setting();
    let by_id: Vec<Value> = (100..120)
        .map(|number| json!({"local_id": "x", "server_id": ids[number], "deleted": true, "edited_at": "1990-01-01T00:00:00Z"}))
        .collect();
    let by_local_id: Vec<Value> =
        (100..120).map(|number| new(&format!("n-{number}"), 75.5)).collect();
    let both: Vec<Value> = by_id.iter().chain(&by_local_id).cloned().collect();
    for (entries, keys) in [
        (by_id, vec!["id"]),
        (by_local_id, vec!["uq_entry_identity"]),
        (both, vec!["id", "uq_entry_identity"]),
    ] {
        let request = bulk(&json!({"entries": entries}));
        let found = statements(&metered, &token, &request);
        assert_eq!(found.len(), 1);
        let accesses = entries_access(&metered.server, &found[0].literal);
        assert_eq!(accesses.iter().map(by_key).collect::<Vec<_>>(), keys, "{accesses:#?}");
        assert!(found[0].rows_read() <= 6 * 20 + 10, "{:?}", found[0].counters);
    }
    let put = Request::new("PUT", format!("{WEIGHT}/{}", ids[100])).json(&weighing(75.5));
    let found = statements(&metered, &token, &put);
    let accesses = entries_access(&metered.server, &found[0].literal);
    assert_eq!(accesses.iter().map(by_key).collect::<Vec<_>>(), ["id"], "{accesses:#?}");
}

/// `id` where entries are looked up by id: by the primary key, or by idx_user_id, which InnoDB stores as (user_id, id).
fn by_key(access: &Access) -> &str {
    match (access.key.as_deref(), access.key_length.as_deref()) {
        (Some("PRIMARY"), _) | (Some("idx_user_id"), Some("76")) => "id",
        (key, _) => key.unwrap_or("none"),
    }
}

/// Marks the purge's one statement that counts a user's entries.
const SURVEY: &str = "COUNT(e.id) - COUNT(e.deleted_at)";

/// The statements on entries of a purge of all tombstones: of a dry run, then of a real one.
fn purge_statements(metered: &Metered) -> Vec<Statement> {
    let mut found = Vec::new();
    for more in [&["--dry-run"][..], &[]] {
        metered.proxy.take_log();
        let arguments: Vec<&str> =
            ["purge", "--older-than", "0s"].iter().chain(more).copied().collect();
        metered.server.site.weightctl_ok(&arguments);
        found.extend(costs(metered.proxy.take_log()));
    }
    found.retain(|one| one.text.contains("weight_entries"));
    assert!(found.len() >= 4, "{found:#?}");
    found
}

#[test]
fn the_purge_finds_tombstones_by_user_and_age() {
    let (metered, _, _) = setting();
    let is_search = |one: &&Statement| !one.text.contains("EXISTS") && !one.text.contains(SURVEY);
    for statement in purge_statements(&metered).iter().filter(is_search) {
        let accesses = entries_access(&metered.server, &statement.literal);
        assert_eq!(accesses.len(), 1, "{accesses:#?} of {}", statement.literal);
        let access = &accesses[0];
        assert_eq!(
            access.key.as_deref(),
            Some("idx_user_timestamp"),
            "{access:?} of {}",
            statement.literal
        );
        assert_eq!(access.kind, "range", "{access:?} of {}", statement.literal);
        // The key length for the user's id alone would be 38.
        let length: u32 = access.key_length.as_deref().unwrap_or("0").parse().unwrap_or(0);
        assert!(length > 38, "{access:?} of {}", statement.literal);
        assert!(!access.extra.contains("filesort"), "{access:?} of {}", statement.literal);
    }
}

#[test]
fn the_purge_computes_the_totals_of_a_user_by_one_pass_over_their_entries() {
    let (metered, _, _) = setting();
    let statements = purge_statements(&metered);
    let surveys: Vec<&Statement> =
        statements.iter().filter(|one| one.text.contains(SURVEY)).collect();
    assert!(!surveys.is_empty());
    for survey in surveys {
        let accesses = entries_access(&metered.server, &survey.literal);
        assert_eq!(accesses.len(), 1, "{accesses:#?} of {}", survey.literal);
        assert_eq!(accesses[0].key.as_deref(), Some("idx_user_id"), "{accesses:?}");
    }
}

#[test]
fn the_purge_searches_the_tombstones_and_not_the_live_entries() {
    const TOMBSTONES: u64 = 60;
    const USERS: u64 = 4;
    let (metered, _, _) = setting();
    for statement in purge_statements(&metered).iter().filter(|one| !one.text.contains(SURVEY)) {
        let rows = statement.rows_read();
        let most = 3 * TOMBSTONES + 10 * USERS;
        assert!(rows <= most, "{rows} rows, at most {most}: {}", statement.literal);
    }
}
