//! `DELETE /api/account`: only hashes of the user remain, and the other devices get `account_gone`.

use std::collections::BTreeSet;

use mysql::TxOpts;
use mysql::prelude::Queryable;
use serde_json::{Value, json};

use crate::support::user::{PASSWORD, text};
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, Server, User, WEIGHT, weighing};

const ACCOUNT: &str = "/api/account";

#[track_caller]
fn delete(user: &User<'_>, body: &Value) -> Answer {
    user.send(Request::new("DELETE", ACCOUNT).json(body))
}

/// A user with rows in every table.
fn settled(server: &Server) -> User<'_> {
    let user = server.user();
    for number in 0..3 {
        user.create(&weighing(70.0 + f64::from(number)));
    }
    let tombstone = user.create_id(&weighing(80.0));
    user.delete(&tombstone).expect(204);
    server.login(&user.email, PASSWORD).expect(200);
    user
}

/// Every `table.column` of text or bytes that contains `needle`, as text or as the 16 bytes of an id.
fn places(server: &Server, needle: &str) -> BTreeSet<String> {
    let columns = server.database().rows(
        "SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns \
         WHERE table_schema = DATABASE() AND data_type IN ('char', 'varchar', 'tinytext', 'text', 'mediumtext', \
         'longtext', 'binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob', 'json', 'uuid', 'enum')",
    );
    assert!(columns.len() > 20, "{columns:?}");
    let packed = needle.replace('-', "");
    let holds = |place: &String| {
        let (table, column) = place.split_once('.').expect("a table and its column");
        let statement = format!(
            "SELECT COUNT(*) FROM `{table}` WHERE INSTR(CAST(`{column}` AS BINARY), CAST(? AS BINARY)) > 0 \
             OR INSTR(HEX(`{column}`), UPPER(?)) > 0"
        );
        server.database().count(&statement, (needle, &packed)) > 0
    };
    columns.iter().map(|column| column.trim_matches('\'').to_owned()).filter(holds).collect()
}

#[test]
fn every_row_of_the_user_is_deleted_and_the_response_counts_them() {
    let server = Server::start();
    let (user, other) = (settled(&server), settled(&server));
    let before = places(&server, &user.id);
    let others = places(&server, &other.id);
    for place in [
        "users.id",
        "credentials.user_id",
        "device_sessions.user_id",
        "sync_clocks.user_id",
        "weight_entries.user_id",
        "rate_counters.subject",
    ] {
        assert!(before.contains(place), "{place} in {before:?}: the search finds what is there");
    }
    assert_eq!(places(&server, &user.email), BTreeSet::from(["credentials.email".to_owned()]));

    let deleted = delete(&user, &json!({"password": PASSWORD})).expect(200)["deleted"].clone();
    assert_eq!(places(&server, &user.id), BTreeSet::new());
    assert_eq!(places(&server, &user.email), BTreeSet::new());
    assert_eq!(deleted["weight_entries"], 4, "tombstones too: {deleted}");
    assert_eq!(deleted["device_sessions"], 2, "{deleted}");
    for table in ["users", "credentials", "sync_clocks"] {
        assert_eq!(deleted[table], 1, "{table} in {deleted}");
    }

    let record = "SELECT COUNT(*) FROM deleted_accounts WHERE user_hash = UNHEX(SHA2(?, 256))";
    assert_eq!(server.database().count(record, (&user.id,)), 1);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM deleted_accounts", ()), 1);
    assert_eq!(places(&server, &other.id), others);
    assert_eq!(other.list().len(), 3);
}

#[test]
fn the_response_names_every_table_with_a_foreign_key_to_users() {
    let server = Server::start();
    let user = server.user();
    let deleted = delete(&user, &json!({"password": PASSWORD})).expect(200)["deleted"].clone();
    let tables = server.database().rows(
        "SELECT DISTINCT table_name FROM information_schema.key_column_usage \
         WHERE table_schema = DATABASE() AND referenced_table_name = 'users'",
    );
    assert!(tables.len() >= 4, "{tables:?}");
    for table in tables {
        let table = table.trim_matches('\'');
        assert!(deleted[table].is_u64(), "{table} in {deleted}");
    }
}

#[test]
fn the_other_devices_get_account_gone_for_access_and_refresh_tokens() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let phone = server.login(&user.email, PASSWORD).expect(200);
    let spent = server.login(&user.email, PASSWORD).expect(200)["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let current = server.refresh(&spent).expect(200);
    delete(&user, &json!({"password": PASSWORD})).expect(200);

    let text = |tokens: &Value, name: &str| tokens[name].as_str().unwrap().to_owned();
    for tokens in [&phone, &current] {
        let asked = Request::get(WEIGHT).bearer(&text(tokens, "access_token"));
        server.send(&asked).problem(401, "account_gone");
        server.refresh(&text(tokens, "refresh_token")).problem(401, "account_gone");
    }
    // A device whose last refresh got no response still holds the spent token.
    server.refresh(&spent).problem(401, "account_gone");
    server.refresh("never given out").problem(401, "invalid_refresh_token");
    server.refresh(&other.refresh_token).expect(200);
    server.login(&user.email, PASSWORD).problem(401, "invalid_credentials");
}

#[test]
fn only_ids_of_the_sessions_remain_until_they_expire() {
    let server = Server::start();
    let user = server.user();
    delete(&user, &json!({"password": PASSWORD})).expect(200);
    let database = server.database();
    assert_eq!(database.count("SELECT COUNT(*) FROM deleted_sessions", ()), 1);
    let columns = database.rows(
        "SELECT column_name FROM information_schema.columns \
         WHERE table_schema = DATABASE() AND table_name = 'deleted_sessions' ORDER BY 1",
    );
    assert_eq!(columns, ["'expires_at'", "'id'"]);

    database.execute("UPDATE deleted_sessions SET expires_at = UTC_TIMESTAMP(6)", ());
    server.refresh(&user.refresh_token).problem(401, "invalid_refresh_token");
    server.site.weightctl_ok(&["purge"]);
    assert_eq!(database.count("SELECT COUNT(*) FROM deleted_sessions", ()), 0);
}

#[test]
fn a_wrong_password_is_403_and_deletes_nothing() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    delete(&user, &json!({"password": "some other password"})).problem(403, "wrong_password");
    let missing = delete(&user, &json!({}));
    assert_eq!(missing.field_errors(), ["password required"]);
    let long = delete(&user, &json!({"password": "x".repeat(129)}));
    assert_eq!(long.field_errors(), ["password too_long"]);
    let bare = user.send(Request::new("DELETE", ACCOUNT));
    bare.problem(415, "unsupported_media_type");
    assert_eq!(user.list().len(), 1);
}

#[test]
fn a_password_deletes_neither_a_user_without_one_nor_another_user() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    server
        .database()
        .execute("UPDATE credentials SET password_hash = NULL WHERE user_id = ?", (&user.id,));
    let body = json!({"password": PASSWORD, "email": other.email, "user_id": other.id});
    delete(&user, &body).problem(403, "wrong_password");
    user.get(ACCOUNT).expect(200);
    other.get(ACCOUNT).expect(200);
}

#[test]
fn password_guesses_count_toward_the_login_limit() {
    let settings = [("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "5")];
    let server = Server::with_stopped_clock(&settings, 1);
    let (user, other) = (server.user(), server.user());
    let wrong = json!({"password": "some other password"});
    for _ in 0..3 {
        delete(&user, &wrong).problem(403, "wrong_password");
    }
    server.login(&user.email, PASSWORD).expect(200);
    for _ in 0..2 {
        server.login(&user.email, "some other password").problem(401, "invalid_credentials");
    }
    let limited = delete(&user, &json!({"password": PASSWORD}));
    limited.problem(429, "rate_limited");
    assert!(limited.header("retry-after").is_some());
    server.login(&user.email, PASSWORD).problem(429, "rate_limited");
    delete(&other, &json!({"password": PASSWORD})).expect(200);
    server.advance_clock(70);
    delete(&user, &json!({"password": PASSWORD})).expect(200);
}

#[test]
fn a_user_of_another_backend_cannot_delete_the_account_here() {
    let server = Server::start();
    let user = server.user();
    user.create(&weighing(75.5));
    server.database().execute("DELETE FROM credentials WHERE user_id = ?", (&user.id,));
    for body in [json!({}), json!({"password": PASSWORD})] {
        delete(&user, &body).problem(403, "managed_elsewhere");
    }
    assert_eq!(user.list().len(), 1);
}

#[test]
fn the_address_may_register_again_and_the_new_account_is_empty() {
    let server = Server::start();
    let user = settled(&server);
    delete(&user, &json!({"password": PASSWORD})).expect(200);
    let body = json!({"email": user.email, "password": PASSWORD});
    let again = server.auth("register", &body).expect(201);
    assert_ne!(again["user"]["id"], user.id.as_str());
    let token = text(&again["access_token"]);
    let list = server.list(token).expect(200);
    assert_eq!(list["pagination"]["total"], 0);
    user.get(WEIGHT).problem(401, "account_gone");
}

#[test]
fn other_users_write_while_a_deletion_runs() {
    let patient = [("WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS", "30")];
    let server = Server::with(&patient, 2);
    let (user, other) = (settled(&server), server.user());
    let mut holder = server.database().connect();
    // The deletion removes the entries, then waits for the lock on this row.
    let mut hold = holder.start_transaction(TxOpts::default()).unwrap();
    let held: Option<u8> = hold
        .exec_first("SELECT 1 FROM credentials WHERE user_id = ? FOR UPDATE", (&user.id,))
        .unwrap();
    assert_eq!(held, Some(1));
    std::thread::scope(|scope| {
        let deletion = scope.spawn(|| {
            let body = json!({"password": PASSWORD});
            let request = Request::new("DELETE", ACCOUNT).json(&body).bearer(&user.token);
            server.send_to(0, &request).expect(200)
        });
        wait_until("the deletion waits", || {
            assert!(!deletion.is_finished(), "it does not wait");
            !server.database().lock_waiters().is_empty()
        });
        for target in [WEIGHT, "/api/health-metrics/weight/sync"] {
            server.send_to(1, &Request::get(target).bearer(&other.token)).expect(200);
        }
        let write = Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(&other.token);
        server.send_to(1, &write).expect(201);
        hold.rollback().unwrap();
        let deleted = deletion.join().unwrap();
        assert_eq!(deleted["deleted"]["weight_entries"], 4);
    });
}

#[test]
fn a_deletion_in_several_batches_removes_all_entries_of_the_user_and_no_others() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    // Ids rise with time, so the ids of different users alternate.
    server.database().execute(
        "INSERT INTO weight_entries (id, user_id, weight_value, unit, timestamp, created_at, updated_at, edited_at) \
         VALUES ('1500', ?, 75.5, 'kg', NOW(6), NOW(6), NOW(6), NOW(6))",
        (&other.id,),
    );
    let rows: Vec<String> = (0..4000)
        .map(|number| {
            format!("('{number}a', '{}', 75.5, 'kg', NOW(6), NOW(6), NOW(6), NOW(6))", user.id)
        })
        .collect();
    let statement = format!(
        "INSERT INTO weight_entries (id, user_id, weight_value, unit, timestamp, created_at, updated_at, edited_at) \
         VALUES {}",
        rows.join(",")
    );
    server.database().execute(&statement, ());
    user.create(&weighing(75.5));
    let deleted = delete(&user, &json!({"password": PASSWORD})).expect(200);
    assert_eq!(deleted["deleted"]["weight_entries"], 4001);
    assert_eq!(places(&server, &user.id), BTreeSet::new());
    assert_eq!(server.database().entries().len(), 1, "the other user's");
}
