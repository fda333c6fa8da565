//! The service adopts a `users` table of another backend, or refuses it with the reason.

use serde_json::{Value, json};

use crate::auth::access_tokens::{FOREIGN, FOREIGN_ISSUER, foreign};
use crate::support::site::{Site, said};
use crate::support::user::PASSWORD;
use crate::support::{Request, SYNC, Server, WEIGHT, weighing};

const ID: &str = "7b0d6c5e-3c1c-4f5a-9d34-0a3c3f6f2a11";

fn bearer(id: &str) -> String {
    foreign(&json!({"iss": FOREIGN_ISSUER, "sub": id, "exp": chrono::Utc::now().timestamp() + 900}))
}

/// A site over a database in which another backend has executed these statements.
fn site(statements: &[&str]) -> Site {
    let site = Site::unmigrated(&[FOREIGN]);
    for statement in statements {
        site.database.execute(statement, ());
    }
    site
}

/// Asserts that a user of the other backend can do everything: write, read, bulk upload, delete.
fn assert_served(server: &Server, id: &str) {
    let token = bearer(id);
    let send = |request: Request| server.send(&request.bearer(&token));
    let created = send(Request::new("POST", WEIGHT).json(&weighing(75.5))).expect(201);
    assert_eq!(created["user_id"], id);
    let entries = json!({"entries": [{"local_id": "a", "weight_value": 70.5, "unit": "kg",
        "timestamp": "2026-01-06T20:30:00Z"}]});
    assert_eq!(
        send(Request::new("POST", SYNC).json(&entries)).expect(200)["synced"][0]["status"],
        "created"
    );
    assert_eq!(send(Request::get(WEIGHT)).expect(200)["pagination"]["total"], 2);
    assert_eq!(send(Request::get(SYNC)).expect(200)["data"].as_array().unwrap().len(), 2);
    let target = format!("{WEIGHT}/{}", created["id"].as_str().unwrap());
    send(Request::new("DELETE", target)).expect(204);
    server.site.weightctl_ok(&["purge", "--older-than", "0s"]);
    let listed: Value = server.site.weightctl_json(&["user", "list"]);
    assert!(listed["users"].as_array().unwrap().iter().any(|user| user["id"] == id), "{listed}");
}

#[test]
fn a_table_of_any_charset_and_collation_is_adopted_with_matching_foreign_keys() {
    for id_type in [
        "VARCHAR(36)",
        "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin",
        "VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
        "VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "VARCHAR(36) CHARACTER SET latin1 COLLATE latin1_swedish_ci",
        "VARCHAR(64) CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci",
        "VARCHAR(36) CHARACTER SET ucs2 COLLATE ucs2_general_ci",
    ] {
        let table = format!(
            "CREATE TABLE users (id {id_type} NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL) ENGINE=InnoDB"
        );
        let site = site(&[&table, &format!("INSERT INTO users VALUES ('{ID}', 'Ada')")]);
        let said = site.weightctl_ok(&["migrate"]);
        assert!(said.contains("adopted"), "{id_type}: {said}");
        let server = Server::over(site, 1);
        assert_served(&server, ID);
        assert_eq!(server.database().rows("SELECT name FROM users"), ["'Ada'"], "untouched");
        server.database().execute("DELETE FROM users", ());
        assert!(server.database().entries().is_empty(), "{id_type}: the database cascades");
    }
}

#[test]
fn a_table_with_numeric_ids_is_adopted_and_a_text_never_matches_a_number() {
    let site = site(&[
        "CREATE TABLE users (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, email VARCHAR(190)) ENGINE=InnoDB",
        "INSERT INTO users VALUES (42, 'ada@example.org')",
    ]);
    site.weightctl_ok(&["migrate"]);
    let server = Server::over(site, 1);
    assert_served(&server, "42");
    for other in ["42abc", "042", "42.0", "4.2e1", "0x2a", "+42", "abc"] {
        server.list(&bearer(other)).problem(401, "unknown_user");
    }
}

#[test]
fn an_id_in_another_case_is_another_id_even_if_the_table_ignores_case() {
    let site = site(&[
        "CREATE TABLE users (id VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY) ENGINE=InnoDB",
        "INSERT INTO users VALUES ('Ada-1')",
    ]);
    site.weightctl_ok(&["migrate"]);
    let server = Server::over(site, 1);
    assert_served(&server, "Ada-1");
    for other in ["ada-1", "ADA-1", "Ada-2"] {
        server.list(&bearer(other)).problem(401, "unknown_user");
    }
}

#[test]
fn a_table_that_cannot_be_adopted_is_refused_with_the_reason_and_creates_no_table() {
    for (statements, reason) in [
        (vec!["CREATE TABLE users (id VARCHAR(36) PRIMARY KEY) ENGINE=MyISAM"], "MyISAM"),
        (
            vec!["CREATE TABLE users (user_id VARCHAR(36) PRIMARY KEY) ENGINE=InnoDB"],
            "no column id",
        ),
        (vec!["CREATE TABLE users (id VARCHAR(36), KEY (id)) ENGINE=InnoDB"], "primary key"),
        (
            vec![
                "CREATE TABLE users (id VARCHAR(36), host VARCHAR(36), PRIMARY KEY (id, host)) ENGINE=InnoDB",
            ],
            "primary key",
        ),
        (vec!["CREATE TABLE users (id BINARY(16) PRIMARY KEY) ENGINE=InnoDB"], "binary(16)"),
        (
            vec![
                "CREATE TABLE people (id VARCHAR(36) PRIMARY KEY) ENGINE=InnoDB",
                "CREATE VIEW users AS SELECT id FROM people",
            ],
            "view",
        ),
        (
            vec![
                "CREATE TABLE users (id VARCHAR(36) PRIMARY KEY) ENGINE=InnoDB",
                "CREATE TABLE device_sessions (token VARCHAR(64) PRIMARY KEY) ENGINE=InnoDB",
            ],
            "device_sessions",
        ),
    ] {
        let site = site(&statements);
        let tables = || site.database.rows("SHOW TABLES");
        let before = tables();
        let output = site.weightctl(&["migrate"]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains(reason), "{reason}: {}", said(&output));
        assert_eq!(tables(), before, "{reason}");
    }
}

#[test]
fn registration_is_closed_with_the_reason_if_the_table_requires_other_columns() {
    for (column, insert) in [
        ("name VARCHAR(100) NOT NULL", "'Ada'"),
        ("age INT CHECK (age > 17)", "40"),
        ("mail VARCHAR(190) NOT NULL UNIQUE", "'a@example.org'"),
    ] {
        let table = format!(
            "CREATE TABLE users (id VARCHAR(36) NOT NULL PRIMARY KEY, {column}) ENGINE=InnoDB"
        );
        let site = site(&[&table, &format!("INSERT INTO users VALUES ('{ID}', {insert})")]);
        let report: Value = site.weightctl_json(&["migrate"]);
        let is_required = column.contains("NOT NULL");
        assert_eq!(
            report["adopted"]["required_columns"].as_array().map(Vec::len),
            Some(usize::from(is_required)),
            "{report}"
        );
        let server = Server::over(site, 1);
        let body = json!({"email": "new@example.org", "password": PASSWORD});
        let answer = server.auth("register", &body);
        if is_required {
            answer.problem(403, "registration_closed");
            assert!(server.log().contains("registration_open = false"), "{}", server.log());
            let made = server.site.weightctl(&["user", "create", "--email", "new@example.org"]);
            assert_eq!(made.status.code(), Some(1));
            let field = column.split(' ').next().unwrap();
            assert!(said(&made).contains(field), "{}", said(&made));
            assert!(said(&made).contains("takes no new rows"), "{}", said(&made));
        } else {
            answer.expect(201);
        }
        assert_served(&server, ID);
    }
}

#[test]
fn registration_is_closed_if_the_id_column_is_too_short_for_new_ids() {
    for id_type in ["VARCHAR(20)", "BIGINT AUTO_INCREMENT"] {
        let table = format!("CREATE TABLE users (id {id_type} PRIMARY KEY) ENGINE=InnoDB");
        let site = site(&[&table]);
        site.weightctl_ok(&["migrate"]);
        let server = Server::over(site, 1);
        let body = json!({"email": "new@example.org", "password": PASSWORD});
        server.auth("register", &body).problem(403, "registration_closed");
        assert_eq!(server.database().count("SELECT COUNT(*) FROM users", ()), 0);
    }
}

#[test]
fn registration_is_open_if_the_table_accepts_a_row_with_only_an_id() {
    let site = site(&[
        "CREATE TABLE users (id CHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY, \
         name VARCHAR(100) NULL, made TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP) ENGINE=InnoDB",
    ]);
    let said = site.weightctl_ok(&["migrate"]);
    assert!(said.contains("adopted") && !said.contains("registration_open"), "{said}");
    let server = Server::over(site, 1);
    let user = server.user();
    // The other backend's tokens are for its own users.
    server.list(&bearer(&user.id)).problem(401, "session_ended");
    server.database().execute("INSERT INTO users (id) VALUES (?)", (ID,));
    assert_served(&server, ID);
    let refresh = json!({"refresh_token": user.refresh_token});
    server.auth("refresh", &refresh).expect(200);
    let deletion = Request::new("DELETE", "/api/account").json(&json!({"password": PASSWORD}));
    user.send(deletion).expect(200);
    assert_eq!(server.database().rows("SELECT id FROM users"), [format!("'{ID}'")]);
}

#[test]
fn weightctl_finds_a_user_whose_id_looks_like_an_email_address() {
    let id = "ada@example.org";
    let site = site(&[
        "CREATE TABLE users (id VARCHAR(36) NOT NULL PRIMARY KEY) ENGINE=InnoDB",
        "INSERT INTO users VALUES ('ada@example.org')",
    ]);
    site.weightctl_ok(&["migrate"]);
    let server = Server::over(site, 1);
    assert_served(&server, id);
    let site = &server.site;
    let export: Value = serde_json::from_str(&site.weightctl_ok(&["user", "export", id])).unwrap();
    assert_eq!(export["user"]["id"], id);
    // An email address takes precedence over an id.
    let made = site.weightctl_ok(&["--json", "user", "create", "--email", id]);
    let made: Value = serde_json::from_str(&made).unwrap();
    for whose in [made["id"].as_str().unwrap(), id] {
        let deleted = site.weightctl_ok(&["--json", "user", "delete", id, "--yes"]);
        let deleted: Value = serde_json::from_str(&deleted).unwrap();
        assert_eq!(deleted["id"], whose);
    }
}
