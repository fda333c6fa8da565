//! The table of rate counters: in memory on a single server, in InnoDB where that is not possible, and `migrate` decides.

use crate::doctor::{assert_found, doctor};
use crate::support::database::{DatabaseProgram, DatabaseServer, TestDatabase, is_cluster};
use crate::support::site::Site;
use crate::support::{Server, WEIGHT};

/// Checks that three of five requests are let in.
#[track_caller]
fn assert_counts(server: &Server) {
    let user = server.user();
    let statuses: Vec<u16> = (0..5).map(|_| user.get(WEIGHT).status).collect();
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
}

const LIMIT: (&str, &str) = ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "3");

#[test]
fn migrate_gives_the_counters_the_engine_that_suits_the_server() {
    let server = Server::with_stopped_clock(&[LIMIT], 1);
    let engine = || {
        server.database().rows(
            "SELECT engine FROM information_schema.tables WHERE table_name = 'rate_counters' \
             AND table_schema = DATABASE()",
        )
    };
    let (suitable, other) = if is_cluster() { ("InnoDB", "MEMORY") } else { ("MEMORY", "InnoDB") };
    let suitable_row = [format!("'{suitable}'")];
    assert_eq!(engine(), suitable_row, "after the first migrate");
    assert_counts(&server);

    server.database().execute(&format!("ALTER TABLE rate_counters ENGINE={other}"), ());
    let found = if is_cluster() { ("fail", "weightctl migrate") } else { ("pass", "InnoDB") };
    assert_found(&doctor(&server.site, &[]), "rate counters", found.0, found.1);
    server.site.weightctl_ok(&["migrate"]);

    assert_eq!(engine(), suitable_row, "after another migrate");
    assert_found(&doctor(&server.site, &[]), "rate counters", "pass", "");
    assert_counts(&server);
    let tables = server.database().rows("SHOW TABLES LIKE 'rate\\_counters\\_%'");
    assert_eq!(tables, [""; 0], "nothing is left behind");
}

#[test]
fn a_server_without_tables_in_memory_counts_in_innodb() {
    for program in DatabaseProgram::all() {
        let option = match program {
            DatabaseProgram::MariaDb => "--enforce-storage-engine=InnoDB",
            DatabaseProgram::MySql(_) => "--disabled-storage-engines=MEMORY",
        };
        let database = DatabaseServer::start(&program, &[option.to_owned()]);
        let site = Site::over(TestDatabase::create_on(&database.url()), &[LIMIT]);
        site.weightctl_ok(&["migrate"]);
        let server = Server::over_stopped_clock(site, 1);
        assert_counts(&server);
        assert_found(&doctor(&server.site, &[]), "rate counters", "pass", "InnoDB");
        server.site.weightctl_ok(&["migrate"]);
        assert_counts(&server);
    }
}
