//! `weightctl backup` and `weightctl restore`: what is restored is what there was, and the epoch is another one.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::database::TestDatabase;
use crate::support::proxy::Verdict;
use crate::support::site::{Site, said};
use crate::support::user::PASSWORD;
use crate::support::{Server, weighing};

/// All rows of all tables but the counters and what signs people in, and the definitions of the tables.
fn everything(database: &TestDatabase) -> Vec<String> {
    let names = database.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() \
         AND table_name <> 'rate_counters' ORDER BY table_name",
    );
    let mut all = Vec::new();
    for name in names.iter().map(|name| name.trim_matches('\'')) {
        let rows = match name {
            "server_state" => "SELECT * FROM server_state WHERE name <> 'epoch'".to_owned(),
            "schema_migrations" => "SELECT name, checksum FROM schema_migrations".to_owned(),
            "credentials" => "SELECT user_id, email, password_hash FROM credentials".to_owned(),
            "device_sessions" | "one_time_codes" => continue,
            name => format!("SELECT * FROM {name}"),
        };
        let mut rows = database.rows(&rows);
        rows.sort();
        all.extend(rows.into_iter().map(|row| format!("{name}: {row}")));
        all.extend(database.rows(&format!("SHOW CREATE TABLE {name}")));
    }
    all
}

fn epoch(database: &TestDatabase) -> Vec<String> {
    database.rows("SELECT value FROM server_state WHERE name = 'epoch'")
}

fn backups(site: &Site) -> Vec<String> {
    let entries = std::fs::read_dir(site.folder.join("backup")).unwrap().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn path_of(written: &Value) -> PathBuf {
    PathBuf::from(written["written"].as_str().unwrap())
}

/// A server with the data of two users: text outside ASCII, tombstones, sessions and a Google account.
fn full_server() -> Server {
    let server = Server::start();
    let (anna, other) = (server.user(), server.user());
    for number in 0..30 {
        let mut entry = weighing(75.5);
        entry["local_id"] = json!(format!("a{number}"));
        anna.create(&entry);
    }
    let deleted = other.create_id(&weighing(-0.0 + 80.25));
    other.delete(&deleted).expect(204);
    let database = server.database();
    database.execute("UPDATE device_sessions SET device_name = 'Ännas „Telefon“ ?'", ());
    database.execute(
        "INSERT INTO google_identities SELECT CONCAT('g-', id), id, UTC_TIMESTAMP(6) FROM users",
        (),
    );
    server.site.weightctl_ok(&["purge"]);
    server
}

#[test]
fn a_restored_backup_is_what_there_was_with_another_epoch_and_keeps_what_it_replaces() {
    let server = full_server();
    let (site, database) = (&server.site, server.database());
    let (before, first_epoch) = (everything(database), epoch(database));

    let written = site.weightctl_json(&["backup"]);
    let file = path_of(&written);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let folder = file.parent().unwrap();
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(backups(site).len(), 1, "no partial file stays");

    // A later write, a table that is gone, and a column that is too much.
    server.user().create(&weighing(99.0));
    let changed = everything(database);
    let file = file.to_str().unwrap();
    let refused = site.weightctl(&["restore", file]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(said(&refused).contains("--yes"), "{}", said(&refused));
    assert_eq!(everything(database), changed);

    let restored = site.weightctl_json(&["restore", file, "--yes"]);
    assert_eq!(everything(database), before);
    assert_eq!(restored["rows"], written["rows"]);
    assert_ne!(epoch(database), first_epoch);

    // And back to what was replaced.
    let kept = restored["kept"].as_str().unwrap();
    assert!(kept.contains("before-restore-"), "{kept}");
    site.weightctl_json(&["restore", kept, "--yes"]);
    assert_eq!(everything(database), changed);
}

#[test]
fn a_restore_signs_everybody_out_and_brings_no_ended_session_back() {
    let server = Server::start();
    let (anna, other) = (server.user(), server.user());
    let file = path_of(&server.site.weightctl_json(&["backup"]));
    // Anna's tokens were stolen: she ends all. The other's phone has refreshed since.
    server.auth("logout", &json!({"refresh_token": anna.refresh_token, "all": true})).expect(204);
    let next = server.refresh(&other.refresh_token).expect(200)["refresh_token"].clone();
    server.site.weightctl_json(&["restore", file.to_str().unwrap(), "--yes"]);
    for token in [&anna.refresh_token, &other.refresh_token, next.as_str().unwrap()] {
        server.refresh(token).problem(401, "invalid_refresh_token");
    }
    for user in [&anna, &other] {
        server.list(&user.token).problem(401, "session_ended");
        server.login(&user.email, PASSWORD).expect(200);
    }
}

#[test]
fn no_backup_and_no_purge_begins_while_a_restore_loads() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    server.user().create(&weighing(75.5));
    let site = &server.site;
    let before = everything(&site.database);
    let file = path_of(&site.weightctl_json(&["backup"]));
    let load = proxy.hold("INSERT INTO weight_entries", Verdict::Forward);
    std::thread::scope(|scope| {
        let arguments = ["restore", file.to_str().unwrap(), "--yes", "--discard"];
        let restore = scope.spawn(move || site.weightctl(&arguments));
        load.wait();
        for command in ["backup", "purge"] {
            let output = site.weightctl(&[command]);
            assert_eq!(output.status.code(), Some(5), "{command}: {}", said(&output));
            assert!(said(&output).contains("restore"), "{command}: {}", said(&output));
        }
        load.release();
        let restore = restore.join().unwrap();
        assert_eq!(restore.status.code(), Some(0), "{}", said(&restore));
    });
    assert_eq!(everything(&site.database), before);
    site.weightctl_ok(&["purge"]);
}

#[test]
fn no_restore_begins_while_a_purge_runs() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    server.user().create(&weighing(75.5));
    let site = &server.site;
    let before = everything(&site.database);
    let file = path_of(&site.weightctl_json(&["backup"]));
    let survey = proxy.hold("SELECT COUNT(e.deleted_at)", Verdict::Forward);
    std::thread::scope(|scope| {
        let purging = scope.spawn(|| site.weightctl(&["purge", "--quiet"]).status.code());
        survey.wait();
        let output = site.weightctl(&["restore", file.to_str().unwrap(), "--yes"]);
        assert_eq!(output.status.code(), Some(5), "{}", said(&output));
        assert_eq!(everything(&site.database), before);
        survey.release();
        assert_eq!(purging.join().unwrap(), Some(0));
    });
}

#[test]
fn a_backup_of_other_numbers_than_its_end_names_fails_before_the_epoch_is_renewed() {
    let server = full_server();
    let (site, database) = (&server.site, server.database());
    let before = epoch(database);
    let text = unzipped(&path_of(&site.weightctl_json(&["backup"])));
    let file = site.folder.join("file.sql.gz");
    std::fs::write(&file, zipped(&text.replace("-- end, rows ", "-- end, rows 1"))).unwrap();
    let output = site.weightctl(&["restore", file.to_str().unwrap(), "--yes"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("it was loaded with"), "{}", said(&output));
    assert_eq!(epoch(database), before);
}

#[test]
fn a_database_that_lost_a_table_can_be_restored_without_keeping_it() {
    let server = full_server();
    let (site, database) = (&server.site, server.database());
    let before = everything(database);
    let file = path_of(&site.weightctl_json(&["backup"]));
    let file = file.to_str().unwrap();
    database.execute("DROP TABLE weight_entries", ());
    let refused = site.weightctl(&["restore", file, "--yes"]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("--discard"), "{}", said(&refused));
    site.weightctl_json(&["restore", file, "--yes", "--discard"]);
    assert_eq!(everything(database), before);
}

#[test]
fn a_file_that_is_no_complete_backup_changes_nothing() {
    let server = full_server();
    let (site, database) = (&server.site, server.database());
    let before = everything(database);
    let whole = path_of(&site.weightctl_json(&["backup"]));
    let text = unzipped(&whole);
    let without_end = &text[..text.rfind("-- end").unwrap()];
    let bytes = std::fs::read(&whole).unwrap();
    for (name, content, says) in [
        ("cut", bytes[..bytes.len() / 2].to_vec(), "cannot be read"),
        ("no end", zipped(without_end), "its end is missing"),
        ("foreign", zipped("-- MySQL dump 10.13\n"), "not a weight-sync backup"),
        ("not zipped", b"nothing".to_vec(), "cannot be read"),
        ("newer", zipped(&text.replacen("0001_", "9999_", 1)), "9999_initial"),
        (
            "another table",
            zipped(&text.replacen("INSERT INTO users", "INSERT INTO mysql", 1)),
            "INSERT INTO mysql",
        ),
    ] {
        let file = site.folder.join("file.sql.gz");
        std::fs::write(&file, content).unwrap();
        let output = site.weightctl(&["restore", file.to_str().unwrap(), "--yes"]);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", said(&output));
        assert!(said(&output).contains(says), "{name}: {}", said(&output));
        assert_eq!(everything(database), before, "{name}");
    }
}

#[test]
fn only_the_newest_backups_stay_and_a_named_file_is_not_replaced() {
    let site = Site::new(&[]);
    let folder = site.folder.join("backup");
    std::fs::create_dir(&folder).unwrap();
    for name in [
        "weights-20250101T000000Z.sql.gz",
        "weights-20250102T000000Z.sql.gz",
        "before-restore-20250101T000000Z.sql.gz",
    ] {
        std::fs::write(folder.join(name), "").unwrap();
    }
    assert_eq!(site.weightctl_ok(&["backup", "--keep", "2", "--quiet"]), "");
    let names = backups(&site);
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(
        names[..2],
        ["before-restore-20250101T000000Z.sql.gz", "weights-20250102T000000Z.sql.gz"]
    );
    let file = site.folder.join("mine.sql.gz");
    let file = file.to_str().unwrap();
    site.weightctl_ok(&["backup", "--output", file]);
    assert_eq!(site.weightctl(&["backup", "--output", file]).status.code(), Some(1));
}

#[test]
fn another_backends_users_stay_as_they_are() {
    let site = Site::unmigrated(&[]);
    let database = &site.database;
    database.execute(
        "CREATE TABLE users (id INT UNSIGNED NOT NULL PRIMARY KEY, name VARCHAR(20)) ENGINE=InnoDB",
        (),
    );
    database.execute("INSERT INTO users VALUES (1, 'Anna'), (2, 'Bert')", ());
    site.weightctl_ok(&["migrate"]);
    let clocks = || database.rows("SELECT user_id FROM sync_clocks ORDER BY user_id");
    database.execute(
        "INSERT INTO sync_clocks (user_id, last_stamp, started_at) VALUES (1, 5, 5), (2, 6, 6)",
        (),
    );
    let file = path_of(&site.weightctl_json(&["backup"]));
    database.execute("UPDATE users SET name = 'Anna B.' WHERE id = 1", ());
    database.execute("DELETE FROM users WHERE id = 2", ());
    let users = database.rows("SELECT * FROM users");
    site.weightctl_json(&["restore", file.to_str().unwrap(), "--yes"]);
    assert_eq!(database.rows("SELECT * FROM users"), users);
    assert_eq!(clocks(), ["'1'"], "of users who are still there");
    // It does not fit a database whose users are the service's own.
    let own = Site::new(&[]);
    let output = own.weightctl(&["restore", file.to_str().unwrap(), "--yes"]);
    assert!(said(&output).contains("another backend's"), "{}", said(&output));
}

fn unzipped(path: &Path) -> String {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

fn zipped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzEncoder::new(text.as_bytes(), flate2::Compression::fast())
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}
