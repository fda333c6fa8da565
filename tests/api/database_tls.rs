//! TLS to the database, with and without certificates on the server.

use mysql::prelude::Queryable;

use crate::support::certificates::Authority;
use crate::support::database::TestDatabase;
use crate::support::database::{DatabaseProgram, DatabaseServer};
use crate::support::site::{Site, said};
use crate::support::{Server, weighing};

/// Connects as the service does; returns the reason of a failure.
fn attempt(
    server: &DatabaseServer,
    whom: &str,
    tls: &str,
    ca_file: Option<&str>,
) -> Result<(), String> {
    let url = format!("mysql://{whom}:{}/mysql", server.port());
    let mut settings =
        vec![("WEIGHT_SYNC_DATABASE_URL", url.as_str()), ("WEIGHT_SYNC_DATABASE_TLS", tls)];
    settings.extend(ca_file.map(|file| ("WEIGHT_SYNC_DATABASE_TLS_CA_FILE", file)));
    let site = Site::over(TestDatabase::create_on(&server.url()), &settings);
    let output = site.weightctl(&["migrate", "--status"]);
    match output.status.code() {
        Some(0) => Ok(()),
        // The database is unreachable.
        Some(4) => Err(said(&output)),
        _ => panic!("{}", said(&output)),
    }
}

#[test]
fn the_whole_service_runs_over_an_encrypted_connection() {
    for program in DatabaseProgram::all() {
        let authority = Authority::new();
        let own = DatabaseServer::start(&program, &authority.server_options("127.0.0.1", 2999));
        let ca = authority.file().display().to_string();
        for (tls, more) in [
            ("required", None),
            ("verified", Some(("WEIGHT_SYNC_DATABASE_TLS_CA_FILE", ca.as_str()))),
        ] {
            let database = TestDatabase::create_on(&own.url());
            database.only_encrypted();
            let mut settings = vec![("WEIGHT_SYNC_DATABASE_TLS", tls)];
            settings.extend(more);
            let site = Site::over(database, &settings);
            site.weightctl_ok(&["migrate"]);
            let server = Server::over(site, 2);
            let user = server.user();
            user.create(&weighing(75.5));
            assert_eq!(user.list().len(), 1, "{program:?} {tls}");
        }
        let database = TestDatabase::create_on(&own.url());
        database.only_encrypted();
        let site = Site::over(database, &[("WEIGHT_SYNC_DATABASE_TLS", "off")]);
        let output = site.weightctl(&["migrate"]);
        assert_eq!(
            output.status.code(),
            Some(4),
            "the user is let in by TLS alone: {}",
            said(&output)
        );
    }
}

#[test]
fn verified_refuses_a_certificate_that_is_not_the_servers_and_required_accepts_it() {
    for program in DatabaseProgram::all() {
        let (authority, stranger) = (Authority::new(), Authority::new());
        let (ca, strangers_ca) = (authority.file(), stranger.file());
        let (ca, strangers_ca) = (ca.to_str().unwrap(), strangers_ca.to_str().unwrap());
        let own = DatabaseServer::start(&program, &authority.server_options("localhost", 2999));
        attempt(&own, "root@localhost", "verified", Some(ca)).unwrap();
        for (why, whom, ca_file) in [
            ("another name", "root@127.0.0.1", Some(ca)),
            ("another authority", "root@localhost", Some(strangers_ca)),
            ("no public authority", "root@localhost", None),
        ] {
            let refused = attempt(&own, whom, "verified", ca_file).expect_err(why);
            assert!(refused.contains("certificate"), "{program:?}, {why}: {refused}");
        }
        attempt(&own, "root@127.0.0.1", "required", None).unwrap();
        drop(own);
        let expired = DatabaseServer::start(&program, &authority.server_options("localhost", 2020));
        let refused = attempt(&expired, "root@localhost", "verified", Some(ca)).unwrap_err();
        assert!(refused.contains("certificate"), "{program:?}: {refused}");
        attempt(&expired, "root@localhost", "required", None).unwrap();
    }
}

#[test]
fn a_server_without_tls_is_refused_before_a_password_is_sent() {
    let own = DatabaseServer::start(&DatabaseProgram::MariaDb, &["--skip-ssl".to_owned()]);
    let mut administrator = mysql::Conn::new(mysql::Opts::from_url(&own.url()).unwrap()).unwrap();
    // The number of logins that the database has denied.
    let mut denied = || {
        let status = "SHOW GLOBAL STATUS LIKE 'Access_denied_errors'";
        let (_, denied): (String, u64) = administrator.query_first(status).unwrap().unwrap();
        denied
    };
    attempt(&own, "root:wrong@127.0.0.1", "off", None).unwrap_err();
    assert_eq!(denied(), 1);
    for tls in ["required", "verified"] {
        let refused = attempt(&own, "root:wrong@127.0.0.1", tls, None).unwrap_err();
        assert!(refused.contains("secure connection"), "{tls}: {refused}");
    }
    assert_eq!(denied(), 1);
}

#[test]
fn a_missing_or_invalid_certificate_file_is_an_error() {
    let authority = Authority::new();
    let own = DatabaseServer::start(
        &DatabaseProgram::MariaDb,
        &authority.server_options("127.0.0.1", 2999),
    );
    attempt(&own, "root@127.0.0.1", "verified", Some("/nonexistent/ca.pem")).unwrap_err();
    let nonsense = own.folder().join("nonsense.pem");
    std::fs::write(&nonsense, "nonsense").unwrap();
    attempt(&own, "root@127.0.0.1", "verified", nonsense.to_str()).unwrap_err();
}
