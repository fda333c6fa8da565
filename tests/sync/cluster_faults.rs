//! Nodes of a cluster are killed, cut off and brought back while eight clients write: no acknowledged write is lost or
//! doubled, and none is without its clock's row. Needs a cluster (tests/clusters.sh).

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;

use crate::cluster_clients::{Counts, Run, Spread};
use crate::pulling_device::table;
use crate::stored_state::assert_sound;
use crate::support::database::cluster::{Cluster, Kind, Node};
use crate::support::router::Router;
use crate::support::site::Site;
use crate::support::waiting::{SetOnDrop, wait_until};
use crate::support::{Server, User};

const WRITERS: usize = 8;
const PULLERS: usize = 2;
const USERS: usize = 4;
/// Acknowledged requests that follow each fault, and each return.
const PROGRESS: u64 = 100;

/// Short, since a node that is cut off answers nobody.
const SETTINGS: [(&str, &str); 4] = [
    ("WEIGHT_SYNC_DATABASE_CONNECT_TIMEOUT_SECONDS", "2"),
    ("WEIGHT_SYNC_DATABASE_READ_TIMEOUT_SECONDS", "3"),
    ("WEIGHT_SYNC_DATABASE_WRITE_TIMEOUT_SECONDS", "3"),
    ("WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS", "2"),
];

/// Waits until so many further requests are acknowledged.
fn wait_for_progress(counts: &Counts) {
    let aim = counts.acknowledged.load(Ordering::SeqCst) + PROGRESS;
    wait_until("clients write on", || counts.acknowledged.load(Ordering::SeqCst) >= aim);
}

/// Makes one fault after another, and waits for each by the state of the others.
fn break_nodes(cluster: &Cluster, counts: &Counts) {
    let others_see = |broken: &Node, count| {
        for node in cluster.nodes.iter().filter(|node| node.port != broken.port) {
            node.wait_until_it_sees(count);
        }
    };
    let all = cluster.nodes.len();
    let primary = || cluster.primary().expect("a primary");
    let secondary = || cluster.nodes.iter().find(|node| node.port != primary().port).expect("one");
    for (number, is_killed) in [true, false, true].into_iter().enumerate() {
        let node = match cluster.kind {
            Kind::Galera => &cluster.nodes[all - 1 - number],
            Kind::GroupReplication if number == 2 => secondary(),
            Kind::GroupReplication => primary(),
        };
        wait_for_progress(counts);
        let begun = Instant::now();
        if is_killed {
            node.kill();
        } else {
            node.pause();
        }
        others_see(node, all - 1);
        let fault = if is_killed { "killed" } else { "cut off" };
        println!("  node {} was {fault}; the others knew after {:?}", node.port, begun.elapsed());
        wait_for_progress(counts);
        let begun = Instant::now();
        if is_killed {
            node.start();
        } else {
            node.resume();
        }
        cluster.wait_until_whole();
        println!("  it was back after {:?}", begun.elapsed());
    }
    wait_for_progress(counts);
}

/// The entries of a user in one node, as `device local_id` with the weight in hundredths.
fn stored_in(node: &Node, site: &Site, user: &str) -> BTreeMap<String, u64> {
    let sql = format!(
        "SELECT CONCAT(device_id, ' ', local_id), CAST(weight_value * 100 AS UNSIGNED) \
         FROM {}.weight_entries WHERE user_id = ? AND deleted_at IS NULL",
        site.database.name()
    );
    node.wait_until_it_has_caught_up();
    let rows: Vec<(String, u64)> =
        node.connect().expect("it answers").exec(sql, (user,)).expect("the table can be read");
    rows.into_iter().collect()
}

fn run_with_faults(cluster: &Cluster, spread: Spread) {
    cluster.wait_until_whole();
    let site = Site::new(&SETTINGS);
    let router = Router::to(cluster.next_home().port);
    let ports: Vec<u16> = match cluster.kind {
        Kind::Galera => cluster.nodes.iter().map(|node| node.port).collect(),
        Kind::GroupReplication => vec![router.port],
    };
    let configs: Vec<_> = (0..(WRITERS + PULLERS) * ports.len())
        .map(|number| {
            let authority = format!("127.0.0.1:{}", ports[number % ports.len()]);
            site.config_for(&authority, &format!("{number}.toml"))
        })
        .collect();
    let mut server = Server::with_configs(site, &configs, ":");
    let counts = Counts::default();
    let (is_over, is_written) = (AtomicBool::new(false), AtomicBool::new(false));
    {
        let users: Vec<User<'_>> = (0..USERS).map(|_| server.user()).collect();
        let (nodes, counts, is_over, is_written) = (ports.len(), &counts, &is_over, &is_written);
        let run = Run { server: &server, nodes, spread, counts, is_over, is_written };
        let begun = Instant::now();
        let acknowledged = Mutex::new(vec![BTreeMap::new(); USERS]);
        let devices = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|client| {
                    let (run, users, acknowledged) = (&run, &users, &acknowledged);
                    scope.spawn(move || {
                        let of_client = run.write(client, &users[client % USERS]);
                        acknowledged.lock().unwrap()[client % USERS].extend(of_client);
                    })
                })
                .collect();
            let pullers: Vec<_> = (0..PULLERS)
                .map(|puller| {
                    let (run, users) = (&run, &users);
                    scope.spawn(move || run.pull(WRITERS + puller, &users[puller]))
                })
                .collect();
            if cluster.kind == Kind::GroupReplication {
                scope.spawn(|| {
                    while !is_over.load(Ordering::SeqCst) {
                        if let Some(primary) = cluster.primary() {
                            router.lead_to(primary.port);
                        }
                        std::thread::sleep(Duration::from_millis(200));
                    }
                });
            }
            let (end, end_of_pullers) = (SetOnDrop(is_over), SetOnDrop(is_written));
            break_nodes(cluster, counts);
            drop(end);
            writers.into_iter().for_each(|writer| writer.join().unwrap());
            drop(end_of_pullers);
            pullers.into_iter().map(|puller| puller.join().unwrap()).collect::<Vec<_>>()
        });
        report(cluster, spread, counts, begun.elapsed());
        let acknowledged = acknowledged.into_inner().unwrap();
        for (user, expected) in users.iter().zip(&acknowledged) {
            for node in &cluster.nodes {
                let stored = stored_in(node, &server.site, &user.id);
                let lost: Vec<_> =
                    expected.iter().filter(|(id, w)| stored.get(*id) != Some(w)).collect();
                assert!(lost.is_empty(), "lost in {}: {lost:?}", node.port);
                assert_eq!(stored.len(), expected.len(), "{}: nothing else is stored", node.port);
            }
            let rows = server
                .database()
                .count("SELECT COUNT(*) FROM weight_entries WHERE user_id = ?", (&user.id,));
            assert_eq!(rows, u64::try_from(expected.len()).unwrap(), "each entry once");
            assert_sound(user, "after the faults");
        }
        for (device, user) in devices.iter().zip(&users) {
            assert_eq!(device.live, table(&server, &user.id), "a device that pulled meanwhile");
        }
        println!("  lost 0, doubled 0, without clock row 0, pulled copies equal the table");
    }
    assert!(server.all_alive(), "no process of the service ended");
}

fn report(cluster: &Cluster, spread: Spread, counts: &Counts, time: Duration) {
    let number = |count: &AtomicU64| count.load(Ordering::SeqCst);
    println!(
        "{:?}, {spread:?}, {} s: {} requests with {} new entries acknowledged, {} answers 503 and sent again, {} pages pulled",
        cluster.kind,
        time.as_secs(),
        number(&counts.acknowledged),
        number(&counts.entries),
        number(&counts.retried),
        number(&counts.pages)
    );
}

#[test]
#[ignore = "needs a cluster: tests/run --databases galera,group-replication"]
fn no_acknowledged_write_is_lost_or_doubled_while_nodes_of_a_cluster_fail() {
    let cluster = Cluster::required();
    let seconds = std::env::var("WEIGHT_SYNC_TEST_LONG").ok().and_then(|text| text.parse().ok());
    let begun = Instant::now();
    loop {
        run_with_faults(&cluster, Spread::OneNodePerUser);
        if cluster.kind == Kind::Galera {
            run_with_faults(&cluster, Spread::AnyNode);
        }
        if seconds.is_none_or(|seconds| begun.elapsed() > Duration::from_secs(seconds)) {
            break;
        }
    }
}
