//! The cluster that the tests run against (tests/clusters.sh), and its nodes, which a test can kill, stop and start again.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};

use crate::support::processes::{self, Signal};
use crate::support::waiting::wait_until;

/// Whether the tests run against a cluster.
pub(crate) fn is_cluster() -> bool {
    Cluster::of_environment().is_some()
}

/// Whether the tests run against a cluster in which every node takes writes.
pub(crate) fn is_galera() -> bool {
    Cluster::of_environment().is_some_and(|cluster| cluster.kind == Kind::Galera)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Every node takes writes.
    Galera,
    /// One node, the primary, takes writes.
    GroupReplication,
}

pub(crate) struct Cluster {
    pub(crate) kind: Kind,
    pub(crate) nodes: Vec<Node>,
}

/// One server of a cluster.
pub(crate) struct Node {
    kind: Kind,
    folder: PathBuf,
    /// The administrator's URL.
    pub(crate) url: String,
    pub(crate) port: u16,
}

impl Cluster {
    pub(crate) fn of_environment() -> Option<Self> {
        let folder = PathBuf::from(std::env::var_os("WEIGHT_SYNC_TEST_CLUSTER")?);
        let read = |path: PathBuf| std::fs::read_to_string(path).expect("a file of the cluster");
        let kind = match read(folder.join("kind")).as_str() {
            "galera" => Kind::Galera,
            "group-replication" => Kind::GroupReplication,
            other => panic!("{other} is not a kind of cluster"),
        };
        let folders = (1..).map(|number: u8| folder.join(number.to_string()));
        let nodes = folders.take_while(|folder| folder.is_dir()).map(|folder| {
            let url = read(folder.join("url"));
            let port = Opts::from_url(&url).expect("a URL").get_tcp_port();
            Node { kind, folder, url, port }
        });
        Some(Self { kind, nodes: nodes.collect() })
    }

    /// The cluster of a test that runs against one only.
    pub(crate) fn required() -> Self {
        Self::of_environment().expect("a cluster: start the test by tests/run --databases galera")
    }

    /// The next node for a test's database: another one each time, where all take writes.
    pub(crate) fn next_home(&self) -> &Node {
        static TURN: AtomicUsize = AtomicUsize::new(0);
        match self.kind {
            Kind::Galera => &self.nodes[TURN.fetch_add(1, Ordering::Relaxed) % self.nodes.len()],
            Kind::GroupReplication => self.primary().expect("a primary"),
        }
    }

    /// The primary that the running nodes agree on.
    pub(crate) fn primary(&self) -> Option<&Node> {
        let asked = self.nodes.iter().find_map(|node| {
            let sql = "SELECT member_port FROM performance_schema.replication_group_members \
                       WHERE member_role = 'PRIMARY' AND member_state = 'ONLINE' AND \
                       (SELECT SUM(member_state = 'ONLINE') * 2 > COUNT(*) \
                       FROM performance_schema.replication_group_members)";
            node.connect()?.query_first::<u16, _>(sql).ok()?
        })?;
        self.nodes.iter().find(|node| node.port == asked)
    }

    /// Waits until every node is up to date and sees all others.
    pub(crate) fn wait_until_whole(&self) {
        for node in &self.nodes {
            node.wait_until_it_sees(self.nodes.len());
        }
    }
}

impl Node {
    /// An administrator's connection; `None` if the node does not answer within seconds.
    pub(crate) fn connect(&self) -> Option<Conn> {
        let patience = Some(std::time::Duration::from_secs(2));
        let options = OptsBuilder::from_opts(Opts::from_url(&self.url).expect("a URL"))
            .tcp_connect_timeout(patience)
            .read_timeout(patience);
        Conn::new(options).ok()
    }

    /// Waits until the node has applied what others have committed before.
    pub(crate) fn wait_until_it_has_caught_up(&self) {
        let mut connection = Conn::new(Opts::from_url(&self.url).expect("a URL")).expect("a node");
        // Galera's nodes run with wsrep_sync_wait = 7.
        if self.kind == Kind::GroupReplication {
            connection
                .query_drop("SET group_replication_consistency = 'BEFORE'")
                .expect("it is set");
        }
        connection.query_drop("SELECT COUNT(*) FROM mysql.user").expect("it answers");
    }

    /// The number of nodes in the cluster, if this one is up to date.
    fn sees(&self) -> Option<usize> {
        let sql = match self.kind {
            Kind::Galera => {
                "SELECT IF(MAX(variable_value = 'Synced'), MAX(CAST(variable_value AS UNSIGNED)), 0) \
                 FROM information_schema.global_status \
                 WHERE variable_name IN ('wsrep_local_state_comment', 'wsrep_cluster_size')"
            }
            Kind::GroupReplication => {
                "SELECT IF(MIN(member_state = 'ONLINE'), COUNT(*), 0) \
                 FROM performance_schema.replication_group_members"
            }
        };
        self.connect()?.query_first(sql).ok()?
    }

    pub(crate) fn wait_until_it_sees(&self, count: usize) {
        wait_until(&format!("node {} sees {count}", self.port), || self.sees() == Some(count));
    }

    fn process_id(&self) -> u32 {
        let text = std::fs::read_to_string(self.folder.join("database.pid")).expect("it runs");
        text.trim().parse().expect("a process id")
    }

    /// Kills the node by SIGKILL.
    pub(crate) fn kill(&self) {
        let id = self.process_id();
        processes::signal(id, Signal::KILL);
        wait_until("the node has ended", || !processes::is_running(id));
    }

    /// Stops the node without ending it: it answers nobody, as behind a line that was cut.
    pub(crate) fn pause(&self) {
        processes::signal(self.process_id(), Signal::STOP);
    }

    pub(crate) fn resume(&self) {
        processes::signal(self.process_id(), Signal::CONT);
    }

    /// Starts the node after it has ended.
    pub(crate) fn start(&self) {
        let status = Command::new(self.folder.join("start")).status().expect("bash");
        assert!(status.success(), "{}: {status}", self.folder.display());
    }
}
