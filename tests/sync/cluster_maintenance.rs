//! Two purges, or two migrations, at once on two nodes of a cluster whose named locks each node keeps for itself. Needs
//! MariaDB Galera (tests/clusters.sh).

use std::path::PathBuf;

use serde_json::Value;

use crate::purge::{ARGUMENTS, add_tombstones, tombstones};
use crate::stored_state::assert_sound;
use crate::support::database::cluster::{Cluster, Kind};
use crate::support::site::{Site, said};
use crate::support::{Request, Server, User, WEIGHT, weighing};

/// A configuration for each node; `None` in a cluster with one primary, whose named locks hold for all.
fn configs(site: &Site) -> Option<Vec<PathBuf>> {
    let cluster = Cluster::required();
    (cluster.kind == Kind::Galera).then(|| {
        let of = |node: &crate::support::database::cluster::Node| {
            node.wait_until_it_has_caught_up();
            site.config_for(&format!("127.0.0.1:{}", node.port), &format!("{}.toml", node.port))
        };
        cluster.nodes.iter().map(of).collect()
    })
}

#[test]
#[ignore = "needs a cluster: tests/run --databases galera"]
fn purges_at_once_on_two_nodes_remove_all_tombstones_and_keep_the_totals_beside_a_writer() {
    let server = Server::start();
    let Some(configs) = configs(&server.site) else { return };
    let users: Vec<User<'_>> = (0..4).map(|_| server.user()).collect();
    for user in &users {
        user.fill("n", 3);
        add_tombstones(user, 1_500, 200);
    }
    let newest = |user: &User<'_>| {
        let sql = "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', MAX(deleted_at)) \
                   FROM weight_entries WHERE user_id = ?";
        server.database().count(sql, (&user.id,))
    };
    let expected: Vec<u64> = users.iter().map(newest).collect();
    let outputs = std::thread::scope(|scope| {
        let purges: Vec<_> = configs[..2]
            .iter()
            .map(|config| {
                let server = &server;
                scope.spawn(move || server.site.weightctl_with(config, &ARGUMENTS))
            })
            .collect();
        for _ in 0..20 {
            // The writer gives way to a purge on another node, as to a deadlock, and may have to come again.
            let post = Request::new("POST", WEIGHT).json(&weighing(70.0)).bearer(&users[0].token);
            while server.send(&post).status == 503 {}
        }
        purges.into_iter().map(|purge| purge.join().unwrap()).collect::<Vec<_>>()
    });

    for output in &outputs {
        // The loser of too many conflicts gives up, as its exit code says; the next purge goes on.
        assert!(matches!(output.status.code(), Some(0 | 4)), "{}", said(output));
        if output.status.success() {
            let purged: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(purged["repaired_users"], 0, "{purged}");
        }
    }
    let last = server.site.weightctl_with(&configs[0], &ARGUMENTS);
    let last: Value = serde_json::from_slice(&last.stdout).unwrap();
    assert_eq!((&last["repaired_users"], tombstones(&server)), (&Value::from(0), 0), "{last}");
    for (user, horizon) in users.iter().zip(expected) {
        let purged_through = server
            .database()
            .count("SELECT purged_through FROM sync_clocks WHERE user_id = ?", (&user.id,));
        assert_eq!(purged_through, horizon);
        assert_sound(user, "after two purges");
    }
    assert_eq!((users[0].list().len(), users[1].list().len()), (23, 3), "live entries stay");
}

#[test]
#[ignore = "needs a cluster: tests/run --databases galera"]
fn migrations_at_once_on_two_nodes_leave_one_complete_schema() {
    for round in 0..5 {
        let site = Site::unmigrated(&[]);
        let Some(configs) = configs(&site) else { return };
        let outputs = std::thread::scope(|scope| {
            let both: Vec<_> = configs[round % 2..][..2]
                .iter()
                .map(|config| {
                    let site = &site;
                    scope.spawn(move || site.weightctl_with(config, &["migrate"]))
                })
                .collect();
            both.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
        });

        let all: String = outputs.iter().map(said).collect();
        assert!(outputs.iter().any(|output| output.status.success()), "{all}");
        assert!(site.weightctl_ok(&["migrate"]).contains("nothing to do"), "{all}");
        let epochs =
            site.database.count("SELECT COUNT(*) FROM server_state WHERE name = 'epoch'", ());
        assert_eq!(epochs, 1, "{all}");
        let server = Server::over(site, 3);
        let user = server.user();
        user.create(&weighing(70.0));
        assert_eq!(user.list().len(), 1);
    }
}
