//! The clients of `cluster_faults`: they write, or follow the cursor, and send each request until it is acknowledged.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::pulling_device::Device;
use crate::support::timestamps::from_now;
use crate::support::user::with;
use crate::support::{Answer, Request, SYNC, Server, User, weighing};

/// Between two requests of a client, so that a node that comes back can catch up.
const PACE: Duration = Duration::from_millis(200);

/// Which node a request goes to, where all take writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Spread {
    /// The next one, for each request.
    AnyNode,
    /// The user's own, and the next one after a failure.
    OneNodePerUser,
}

#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) acknowledged: AtomicU64,
    pub(crate) entries: AtomicU64,
    pub(crate) retried: AtomicU64,
    pub(crate) pages: AtomicU64,
}

/// Everything that the threads of a run share.
pub(crate) struct Run<'r> {
    pub(crate) server: &'r Server,
    /// Nodes that take writes: each client has a process for each.
    pub(crate) nodes: usize,
    pub(crate) spread: Spread,
    pub(crate) counts: &'r Counts,
    /// Ends the writers.
    pub(crate) is_over: &'r AtomicBool,
    /// Ends the pullers: the writers have ended.
    pub(crate) is_written: &'r AtomicBool,
}

impl Run<'_> {
    /// Sends a request until it is answered by 200.
    fn send(&self, client: usize, turn: &mut usize, request: &Request) -> Answer {
        if self.spread == Spread::AnyNode {
            *turn += 1;
        }
        loop {
            let process = client * self.nodes + *turn % self.nodes;
            let answer = self.server.send_to(process, request);
            if answer.status == 200 {
                return answer;
            }
            answer.problem(503, "database_unavailable");
            self.counts.retried.fetch_add(1, Ordering::Relaxed);
            *turn += 1;
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Uploads new entries together with a later edit of an older one, until the run is over. Returns the acknowledged
    /// weight of each `local_id`, in hundredths.
    pub(crate) fn write(&self, client: usize, user: &User<'_>) -> BTreeMap<String, u64> {
        let device = format!("device-{client}");
        let mut acknowledged = BTreeMap::new();
        let mut turn = client / 2;
        for round in 0_u64.. {
            if self.is_over.load(Ordering::SeqCst) {
                break;
            }
            let mut weights: Vec<(String, u64)> =
                ["a", "b", "c"].map(|name| (format!("{name}-{round}"), 7000 + round % 1000)).into();
            if let Some(older) = round.checked_sub(3) {
                weights.push((format!("a-{older}"), 9000 + round % 1000));
            }
            let edited_at = from_now(0);
            let entries: Vec<Value> = weights
                .iter()
                .map(|(local_id, hundredths)| {
                    let kilograms = f64::from(u32::try_from(*hundredths).unwrap()) / 100.0;
                    with(
                        weighing(kilograms),
                        &json!({"local_id": local_id, "edited_at": edited_at}),
                    )
                })
                .collect();
            let request = Request::new("POST", SYNC)
                .json(&json!({"device_id": device, "entries": entries}))
                .bearer(&user.token);
            let answer = self.send(client, &mut turn, &request).json();
            assert_eq!(answer["synced"].as_array().map(Vec::len), Some(entries.len()), "{answer}");
            self.counts.acknowledged.fetch_add(1, Ordering::SeqCst);
            self.counts.entries.fetch_add(3, Ordering::SeqCst);
            std::thread::sleep(PACE);
            acknowledged.extend(weights.into_iter().map(|(id, w)| (format!("{device} {id}"), w)));
        }
        acknowledged
    }

    /// Follows the cursor until it has seen everything.
    pub(crate) fn pull(&self, client: usize, user: &User<'_>) -> Device {
        let mut device = Device::new();
        let mut turn = 0;
        loop {
            let was_over = self.is_written.load(Ordering::SeqCst);
            let request = device.request(100).bearer(&user.token);
            let answer = self.send(client, &mut turn, &request);
            self.counts.pages.fetch_add(1, Ordering::Relaxed);
            if !device.take(&answer, 100) {
                if was_over {
                    return device;
                }
                std::thread::sleep(PACE);
            }
        }
    }
}
