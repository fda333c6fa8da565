//! Request latencies and their percentiles.

use std::time::Duration;

/// Latencies of all writers, and of the writer that follows the purge.
pub(crate) struct Latencies {
    pub(crate) all: Vec<Duration>,
    pub(crate) following: Vec<Duration>,
}

impl Latencies {
    pub(crate) fn new(mut all: Vec<Duration>, mut following: Vec<Duration>) -> Self {
        all.sort_unstable();
        following.sort_unstable();
        Self { all, following }
    }

    pub(crate) fn print(&self, name: &str) {
        println!("writers {name}: {}", line(&self.all));
        println!("  the one that follows the purge: {}", line(&self.following));
    }

    pub(crate) fn compare(&self, without: &Self) {
        let ratio =
            |share: f64| at(&self.all, share).as_secs_f64() / at(&without.all, share).as_secs_f64();
        println!(
            "with : without: median {:.2}, p99 {:.2}, worst {:.2}",
            ratio(0.5),
            ratio(0.99),
            ratio(1.0)
        );
    }
}

fn line(sorted: &[Duration]) -> String {
    format!(
        "{} requests, median {:.1?}, p99 {:.1?}, worst {:.1?}",
        sorted.len(),
        at(sorted, 0.5),
        at(sorted, 0.99),
        at(sorted, 1.0)
    )
}

/// The latency that this share of the requests did not exceed.
fn at(sorted: &[Duration], share: f64) -> Duration {
    if sorted.is_empty() {
        return Duration::ZERO;
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place"
    )]
    let place = ((sorted.len() - 1) as f64 * share) as usize;
    sorted[place]
}
