//! A site with the files of a deployment, and the ways to spoil one part of it.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use mysql::prelude::Queryable;
use serde_json::Value;

use crate::doctor::{crontab, doctor};
use crate::support::Server;
use crate::support::certificates::Authority;
use crate::support::database::is_cluster;
use crate::support::folder::Folder;
use crate::support::site::{Faults, FaultyHost, WEIGHTCTL, announce};

pub(super) const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");
pub(super) const LIVE: &str = "0.1.0-20260101T000000Z";
/// Stands in the place of the program, which nothing here runs.
pub(super) const PROGRAM: &[u8] = b"\x7fELF the program of the release";
pub(super) const KEYS: &str = r#"[{"kid":"a","n":"AQAB","e":"AQAB"}]"#;

/// A site with the files of a deployment, behind a web server with TLS.
pub(super) struct Place {
    pub(super) server: Server,
    pub(super) host: FaultyHost,
    /// The account's home: the web directory, and a folder for `crontab`.
    pub(super) home: Folder,
    pub(super) authority: Authority,
}

impl Place {
    pub(super) fn new() -> Self {
        let home = Folder::new();
        let log = home.join("log/requests.log");
        let settings = [
            ("WEIGHT_SYNC_LOG_FILE", log.to_str().unwrap()),
            ("WEIGHT_SYNC_GOOGLE_CLIENT_IDS", "app.example"),
        ];
        let server = Server::with(&settings, 1);
        let authority = Authority::new();
        let certificate = authority.certify("localhost", 2099);
        let host = FaultyHost::before(&server, "localhost", Some(certificate), Faults::default());
        let place = Self { server, host, home, authority };
        set_mode(place.private(), 0o700);
        let release = place.private().join("releases").join(LIVE);
        std::fs::create_dir_all(&release).unwrap();
        std::fs::create_dir(place.web()).unwrap();
        copy(&Path::new(CHECKOUT).join("public_html"), &release.join("public_html"));
        std::fs::copy(Path::new(CHECKOUT).join(".htaccess"), release.join("htaccess")).unwrap();
        std::fs::write(release.join("weight-api"), PROGRAM).unwrap();
        for (name, text) in
            [("live", LIVE), ("mode", "fcgid"), ("web", place.web().to_str().unwrap())]
        {
            place.record(name, text);
        }
        place.lay();
        place.all_jobs();
        place.keys(KEYS, 0, 3600);
        place.server.site.weightctl_ok(&["purge"]);
        place
    }

    pub(super) fn private(&self) -> &Path {
        self.server.site.folder.path()
    }

    pub(super) fn web(&self) -> PathBuf {
        self.home.join("web")
    }

    pub(super) fn program(&self) -> PathBuf {
        self.web().join("api")
    }

    /// Puts all files of the release into the web directory.
    pub(super) fn lay(&self) {
        let release = self.private().join("releases").join(LIVE);
        set_mode(&self.web(), 0o755);
        copy(&release.join("public_html"), &self.web());
        std::fs::copy(release.join("htaccess"), self.web().join(".htaccess")).unwrap();
        let _ = std::fs::remove_file(self.program());
        std::fs::write(self.program(), PROGRAM).unwrap();
        set_mode(&self.program(), 0o755);
        self.host.set(Faults::default());
    }

    /// The web server answers everything by itself, as Apache does when it does not reach the program.
    pub(super) fn unreached(&self, status: u16) {
        self.host.set(Faults { by_itself: Some(status), ..Faults::default() });
    }

    /// Changes `.htaccess`.
    pub(super) fn rules(&self, change: impl Fn(&str) -> String) {
        let text = std::fs::read_to_string(self.web().join(".htaccess")).unwrap();
        let changed = change(&text);
        assert_ne!(changed, text);
        std::fs::write(self.web().join(".htaccess"), changed).unwrap();
    }

    pub(super) fn cron(&self, jobs: &[&str], program: &str) {
        let lines: Vec<String> =
            jobs.iter().map(|job| format!("15 4 * * * {program} {job}")).collect();
        crontab(&self.home, &lines.join("\n"));
    }

    pub(super) fn sql(&self, statement: &str) {
        self.server.database().execute(statement, ());
    }

    pub(super) fn account(&self) -> String {
        let name = self.server.database().url().rsplit('/').next().unwrap().to_owned();
        format!("'{name}'@'%'")
    }

    /// The stored keys of Google, their age and the seconds until they expire.
    pub(super) fn keys(&self, text: &str, age: i64, left: i64) {
        self.server.database().execute(
            "REPLACE INTO google_key_sets VALUES ('https://www.googleapis.com/oauth2/v3/certs', ?, \
             UTC_TIMESTAMP(6) - INTERVAL ? SECOND, UTC_TIMESTAMP(6) + INTERVAL ? SECOND)",
            (text, age, left),
        );
    }

    pub(super) fn edit(&self, part: &str, replacement: &str) {
        self.server.site.edit_config(part, replacement);
    }

    /// Connects the doctor to another database; the service keeps its own.
    pub(super) fn database(&self, change: impl Fn(&str, &str) -> String) {
        let url = self.server.database().url();
        let (user, place) = url.rsplit_once('@').unwrap();
        self.edit(&url, &change(user, place));
    }

    pub(super) fn same_database(&self) {
        let text = std::fs::read_to_string(&self.server.site.config).unwrap();
        let line = text.lines().find(|line| line.starts_with("url = ")).unwrap();
        self.edit(line, &format!("url = \"{}\"", self.server.database().url()));
    }

    pub(super) fn keep_history(&self) {
        // Not AS SELECT, which Group Replication refuses: such a table has no primary key.
        self.sql("CREATE TABLE kept LIKE schema_migrations");
        self.sql("INSERT INTO kept SELECT * FROM schema_migrations");
    }

    pub(super) fn restore_history(&self) {
        self.sql("DELETE FROM schema_migrations");
        self.sql("INSERT INTO schema_migrations SELECT * FROM kept");
        self.sql("DROP TABLE kept");
    }

    /// The database and the service's account, for REVOKE and GRANT.
    pub(super) fn scope(&self, word: &str) -> String {
        let account = self.account();
        format!("{}.* {word} {account}", account.split('\'').nth(1).unwrap())
    }

    /// Counters that are in use until no other finds room.
    pub(super) fn fill_counters(&self) {
        self.sql("ALTER TABLE rate_counters MAX_ROWS = 200");
        let mut database = self.server.database().connect();
        let full = (0..10_000).find_map(|number| {
            let row = format!("('x{number}', 86400, UNIX_TIMESTAMP() DIV 86400, 86400, 0, 1)");
            database.query_drop(format!("INSERT INTO rate_counters VALUES {row}")).err()
        });
        assert!(full.is_some_and(|error| error.to_string().contains("1114")));
    }

    pub(super) fn empty_counters(&self) {
        self.sql("DELETE FROM rate_counters");
        self.sql("ALTER TABLE rate_counters MAX_ROWS = 0");
    }

    pub(super) fn record(&self, name: &str, text: &str) {
        std::fs::write(self.private().join(name), format!("{text}\n")).unwrap();
    }

    pub(super) fn public(&self, url: &str) {
        announce(&self.server, url);
    }

    pub(super) fn own_address(&self) {
        self.public(&format!("https://localhost:{}", self.host.port));
    }

    pub(super) fn all_jobs(&self) {
        self.cron(&["purge --quiet", "google-keys refresh --quiet"], WEIGHTCTL);
    }

    pub(super) fn last_purge(&self, text: &str) {
        let update = "UPDATE server_state SET value = ? WHERE name = 'last_purge'";
        self.server.database().execute(update, (text,));
    }

    pub(super) fn purged(&self) {
        self.server.site.weightctl_ok(&["purge"]);
    }

    pub(super) fn log(&self) -> String {
        self.home.join("log/requests.log").display().to_string()
    }

    pub(super) fn log_file(&self, path: &str) {
        self.edit(&self.log(), path);
    }

    pub(super) fn own_log(&self) {
        self.edit("/proc/nowhere/requests.log", &self.log());
    }

    pub(super) fn config_mode(&self, mode: u32) {
        set_mode(&self.server.site.config, mode);
    }

    /// All checks, without the one that every database of the tests fails: it
    /// does not write each commit to the disk.
    pub(super) fn checks(&self) -> BTreeMap<String, Value> {
        let path = format!("{}:/usr/bin:/bin", self.home.path().display());
        let authority = self.authority.file();
        let variables = [("SSL_CERT_FILE", authority.to_str().unwrap()), ("PATH", path.as_str())];
        let mut checks = doctor(&self.server.site, &variables);
        let durability = checks.remove("durability");
        // The tests' single server does not write each commit to the disk.
        let expected = if is_cluster() { "pass" } else { "warn" };
        assert!(durability.is_none_or(|check| check["result"] == expected));
        checks
    }

    /// What the doctor complains of.
    pub(super) fn complaints(&self) -> Vec<(String, String, String)> {
        self.checks()
            .into_iter()
            .filter(|(_, check)| check["result"] != "pass" && check["result"] != "skip")
            .map(|(name, check)| {
                (name, check["result"].as_str().unwrap().to_owned(), check.to_string())
            })
            .collect()
    }
}

pub(super) fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Copies a folder, with the modes that `deploy.sh` gives.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    set_mode(to, 0o755);
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}
