//! `DELETE /api/account`: nothing of the user stays but hashes, and their devices are told.

use std::collections::BTreeSet;

use mysql::TxOpts;
use mysql::prelude::Queryable;
use serde_json::{Value, json};

use crate::support::user::PASSWORD;
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, Server, User, WEIGHT, weighing};

const ACCOUNT: &str = "/api/account";

#[track_caller]
fn delete(user: &User<'_>, body: &Value) -> Answer {
    user.send(Request::new("DELETE", ACCOUNT).json(body))
}

fn login(server: &Server, user: &User<'_>) -> Answer {
    let body = json!({"email": user.email, "password": PASSWORD});
    server.send(&Request::new("POST", "/api/auth/login").json(&body))
}

fn refresh(server: &Server, token: &str) -> Answer {
    server.send(&Request::new("POST", "/api/auth/refresh").json(&json!({"refresh_token": token})))
}

/// A user with rows in every table.
fn settled(server: &Server) -> User<'_> {
    let user = server.user();
    for number in 0..3 {
        user.create(&weighing(70.0 + f64::from(number)));
    }
    let tombstone = user.create_id(&weighing(80.0));
    user.delete(&tombstone).expect(204);
    login(server, &user).expect(200);
    user
}

/// `table.column` of every text or binary column of any table in which `needle` stands, also as 16 bytes.
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
fn every_row_of_the_user_in_every_table_goes_and_the_answer_counts_them() {
    let server = Server::start();
    let (user, other) = (settled(&server), settled(&server));
    let before = places(&server, &user.id);
    let others = places(&server, &other.id);
    for place in [
        "users.id",
        "credentials.user_id",
        "refresh_tokens.user_id",
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
    assert_eq!(deleted["refresh_tokens"], 2, "{deleted}");
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
fn every_table_with_a_foreign_key_to_users_is_named_in_the_answer() {
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
fn the_other_devices_are_told_by_access_token_and_by_refresh_token() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    let phone = login(&server, &user).expect(200);
    let spent = login(&server, &user).expect(200)["refresh_token"].as_str().unwrap().to_owned();
    let current = refresh(&server, &spent).expect(200);
    delete(&user, &json!({"password": PASSWORD})).expect(200);

    let text = |tokens: &Value, name: &str| tokens[name].as_str().unwrap().to_owned();
    for tokens in [&phone, &current] {
        let asked = Request::get(WEIGHT).bearer(&text(tokens, "access_token"));
        server.send(&asked).problem(401, "account_gone");
        refresh(&server, &text(tokens, "refresh_token")).problem(401, "account_gone");
    }
    // The answer to its last refresh may have been lost.
    refresh(&server, &spent).problem(401, "account_gone");
    refresh(&server, "never given out").problem(401, "invalid_refresh_token");
    refresh(&server, &other.refresh_token).expect(200);
    login(&server, &user).problem(401, "invalid_credentials");
}

#[test]
fn what_is_kept_of_the_sessions_are_hashes_until_they_expire() {
    let server = Server::start();
    let user = server.user();
    delete(&user, &json!({"password": PASSWORD})).expect(200);
    let database = server.database();
    let kept = "SELECT COUNT(*) FROM deleted_sessions WHERE token_hash = UNHEX(SHA2(?, 256))";
    assert_eq!(database.count(kept, (&user.refresh_token,)), 1);
    let columns = database.rows(
        "SELECT column_name FROM information_schema.columns \
         WHERE table_schema = DATABASE() AND table_name = 'deleted_sessions' ORDER BY 1",
    );
    assert_eq!(columns, ["'expires_at'", "'token_hash'"]);

    database.execute("UPDATE deleted_sessions SET expires_at = UTC_TIMESTAMP(6)", ());
    refresh(&server, &user.refresh_token).problem(401, "invalid_refresh_token");
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
fn a_user_without_a_password_is_not_deleted_by_any_and_never_another_one() {
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
fn a_thief_of_an_access_token_cannot_guess_on_where_the_limit_of_sign_in_is_used_up() {
    let settings = [("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "5")];
    let server = Server::with_stopped_clock(&settings, 1);
    let (user, other) = (server.user(), server.user());
    let wrong = json!({"password": "some other password"});
    for _ in 0..3 {
        delete(&user, &wrong).problem(403, "wrong_password");
    }
    for _ in 0..2 {
        login(&server, &user).expect(200);
    }
    let limited = delete(&user, &json!({"password": PASSWORD}));
    limited.problem(429, "rate_limited");
    assert!(limited.header("retry-after").is_some());
    login(&server, &user).problem(429, "rate_limited");
    delete(&other, &json!({"password": PASSWORD})).expect(200);
    server.database().let_limits_pass(70);
    delete(&user, &json!({"password": PASSWORD})).expect(200);
}

#[test]
fn a_user_who_signs_in_at_another_backend_deletes_there() {
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
fn the_same_request_again_is_answered_that_the_account_is_gone() {
    let server = Server::start();
    let user = server.user();
    delete(&user, &json!({"password": PASSWORD})).expect(200);
    delete(&user, &json!({"password": PASSWORD})).problem(401, "account_gone");
}

#[test]
fn the_address_may_register_again_and_begins_with_nothing() {
    let server = Server::start();
    let user = settled(&server);
    delete(&user, &json!({"password": PASSWORD})).expect(200);
    let body = json!({"email": user.email, "password": PASSWORD});
    let again = server.send(&Request::new("POST", "/api/auth/register").json(&body)).expect(201);
    assert_ne!(again["user"]["id"], user.id.as_str());
    let token = again["access_token"].as_str().unwrap();
    let list = server.send(&Request::get(WEIGHT).bearer(token)).expect(200);
    assert_eq!(list["pagination"]["total"], 0);
    user.get(WEIGHT).problem(401, "account_gone");
}

#[test]
fn others_go_on_writing_while_a_deletion_is_under_way() {
    let patient = [("WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS", "30")];
    let server = Server::with(&patient, 2);
    let (user, other) = (settled(&server), server.user());
    let mut holder = server.database().connect();
    // Held here, the deletion has removed the entries and waits for its next table.
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
fn an_account_of_several_batches_is_deleted_as_a_whole_and_nothing_of_others_between() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    // Ids rise with time, so those of many users lie among each other.
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
