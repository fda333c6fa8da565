//! Checks whether the database is a member of a cluster, and what that demands.

use weight_sync::store::counters_table::{self, CountersEngine};
use weight_sync::store::topology::{ServerSettings, Topology};
use weight_sync::store::{Database, diagnosis};

use super::finding::{Check, DATABASE, Finding};

const CLUSTER: Check = Check(DATABASE, "cluster");
const DURABILITY: Check = Check(DATABASE, "durability");
const COUNTERS: Check = Check(DATABASE, "rate counters");

pub(super) fn examine(database: &mut Database<'_>) -> Vec<Finding> {
    let settings = match diagnosis::settings(database) {
        Ok(settings) => settings,
        Err(error) => return vec![CLUSTER.skip(error.to_string())],
    };
    let counters = match counters_table::engine(database) {
        Ok(engine) => counters(&settings, engine),
        Err(error) => COUNTERS.skip(error.to_string()),
    };
    vec![cluster(&settings), durability(&settings.flush_log_at_commit), counters]
}

fn cluster(settings: &ServerSettings) -> Finding {
    match &settings.topology {
        Topology::Single => CLUSTER.pass("a single server"),
        Topology::Galera { nodes, state } => galera(nodes, state),
        Topology::GroupReplication { has_one_primary: true } => CLUSTER
            .pass("MySQL Group Replication with one primary, to which database.url must lead"),
        Topology::GroupReplication { has_one_primary: false } => CLUSTER.warn(
            "MySQL Group Replication in multi-primary mode, which is not tested",
            "switch to one primary: group_replication_switch_to_single_primary_mode()",
        ),
    }
}

fn galera(nodes: &str, state: &str) -> Finding {
    let text = format!("Galera, {nodes} nodes, this one is {state}");
    match state {
        "Synced" | "Donor/Desynced" => {
            CLUSTER.pass(format!("{text}; send all requests to one node, at least all of a user"))
        }
        _ => CLUSTER.warn(text, "see the server's error log"),
    }
}

fn durability(flush_log_at_commit: &str) -> Finding {
    match flush_log_at_commit {
        "1" => DURABILITY.pass("each commit is on the disk before it is answered"),
        other => DURABILITY.warn(
            format!(
                "innodb_flush_log_at_trx_commit is {other}: a crash may lose the last second of \
                 stored entries"
            ),
            "set it to 1, or ask the host to; after a crash run: weightctl epoch renew",
        ),
    }
}

fn counters(settings: &ServerSettings, engine: Option<CountersEngine>) -> Finding {
    match engine {
        None => COUNTERS.skip("the table is missing"),
        Some(CountersEngine::Memory) if !settings.suits_memory() => COUNTERS.fail(
            "the table is in memory (ENGINE=MEMORY), which a cluster does not replicate",
            "weightctl migrate",
        ),
        Some(CountersEngine::Memory) => COUNTERS.pass("in memory"),
        Some(CountersEngine::InnoDb) => COUNTERS.pass("in InnoDB, one commit for each request"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn a_node_that_is_not_up_to_date_and_a_lazy_flush_are_reported() {
        for (finding, level) in [
            (galera("3", "Synced"), Level::Pass),
            (galera("2", "Donor/Desynced"), Level::Pass),
            (galera("1", "Initialized"), Level::Warn),
            (durability("1"), Level::Pass),
            (durability("2"), Level::Warn),
            (durability("0"), Level::Warn),
        ] {
            assert_eq!(finding.level, level, "{}", finding.reason);
        }
    }
}
