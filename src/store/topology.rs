//! What kind of server this is: a single one, or a member of a cluster, and the
//! settings of it that decide what is safe. Read from variables that every
//! account may read.

use std::collections::BTreeMap;

use super::connection::Connection;
use super::error::StoreError;

/// How the server is connected with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topology {
    /// Not a member of a cluster that this program knows.
    Single,
    /// A node of MariaDB Galera, or of another server with Galera's library.
    Galera {
        /// The nodes that this one sees, itself included.
        nodes: String,
        /// `Synced` where it is up to date.
        state: String,
    },
    /// A member of MySQL Group Replication (InnoDB Cluster).
    GroupReplication {
        /// Whether only one member takes writes.
        has_one_primary: bool,
    },
}

/// The kind of server, and settings of it.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// How it is connected with others.
    pub topology: Topology,
    /// `innodb_flush_log_at_trx_commit`: 1 where a commit is on the disk before
    /// it is answered.
    pub flush_log_at_commit: String,
    /// Whether its settings allow tables of the engine MEMORY.
    allows_memory: bool,
}

const VARIABLES: &str = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('wsrep_on', \
    'wsrep_provider', 'group_replication_group_name', 'group_replication_single_primary_mode', \
    'innodb_flush_log_at_trx_commit', 'disabled_storage_engines', 'enforce_storage_engine')";
const GALERA_STATE: &str = "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_cluster_size', \
    'wsrep_local_state_comment')";

impl ServerSettings {
    /// Reads the settings.
    pub(super) fn read(connection: &mut Connection) -> Result<Self, StoreError> {
        let variables = named_values(connection, VARIABLES)?;
        let value = |name: &str| variables.get(name).map_or("", String::as_str);
        let has_provider = !matches!(value("wsrep_provider"), "" | "none");
        let topology = if value("wsrep_on") == "ON" && has_provider {
            let mut state = named_values(connection, GALERA_STATE)?;
            let mut take = |name: &str| state.remove(name).unwrap_or_default();
            Topology::Galera {
                nodes: take("wsrep_cluster_size"),
                state: take("wsrep_local_state_comment"),
            }
        } else if !value("group_replication_group_name").is_empty() {
            let has_one_primary = value("group_replication_single_primary_mode") == "ON";
            Topology::GroupReplication { has_one_primary }
        } else {
            Topology::Single
        };
        let is_memory = |engine: &str| engine.trim().eq_ignore_ascii_case("MEMORY");
        let enforced = value("enforce_storage_engine");
        Ok(Self {
            topology,
            flush_log_at_commit: value("innodb_flush_log_at_trx_commit").to_owned(),
            allows_memory: !value("disabled_storage_engines").split(',').any(is_memory)
                && (enforced.is_empty() || is_memory(enforced)),
        })
    }

    /// Whether counters may be in a table of the engine MEMORY: in a cluster
    /// each member would count for itself, or refuses every row.
    pub fn suits_memory(&self) -> bool {
        self.topology == Topology::Single && self.allows_memory
    }
}

/// Names in lower case, with their values.
fn named_values(
    connection: &mut Connection,
    sql: &str,
) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = connection.rows(sql, vec![], |columns| {
        Ok((columns.text()?.to_lowercase(), columns.optional_text()?.unwrap_or_default()))
    })?;
    Ok(rows.into_iter().collect())
}
