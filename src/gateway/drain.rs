//! Drains the process after SIGTERM, which Apache sends at any time. The
//! process first answers every request that it has accepted; Apache allows
//! three to eight seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rustix::net::Shutdown;
use signal_hook::consts::SIGTERM;
use signal_hook::iterator::Signals;

/// How long the process still accepts connections after SIGTERM. Apache kills
/// an idle process after three seconds; in a restart it kills all processes
/// after eight.
const MOMENT: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(5);
/// How many pauses an accepted connection may stay silent: about a second.
/// Counts pauses instead of reading a clock, because a suspended host uses up
/// none of them, but its clock would be past the second on resuming.
const SILENT_PAUSES: u32 = 200;
/// The main thread and the signal thread.
const OWN_THREADS: usize = 2;

/// Counts the requests in progress.
#[derive(Default)]
pub(super) struct Drain {
    has_begun: AtomicBool,
    in_hand: AtomicUsize,
}

/// A request in progress, until dropped.
pub(super) struct InHand<'d>(&'d Drain);

impl Drain {
    pub(super) fn begin(&self) -> InHand<'_> {
        self.in_hand.fetch_add(1, Ordering::SeqCst);
        InHand(self)
    }

    /// After SIGTERM, accepts connections for another `MOMENT`, then refuses
    /// new ones. Connections that are waiting by then are still accepted; after
    /// them accepting fails, which ends the loop in [`super::fastcgi`].
    ///
    /// Apache retries a refused connection with another process. For an
    /// accepted connection that breaks off, it answers 500. A graceful restart
    /// ends all processes, so none would be left for the requests that Apache
    /// is about to hand over: hence `MOMENT`. mod_fcgid makes one socket per
    /// process, so the shutdown affects this process only.
    pub(super) fn watch_sigterm(self: &Arc<Self>) -> std::io::Result<()> {
        let mut signals = Signals::new([SIGTERM])?;
        let drain = Arc::clone(self);
        std::thread::Builder::new().name("sigterm".into()).spawn(move || {
            if signals.forever().next().is_some() {
                std::thread::sleep(MOMENT);
                drain.has_begun.store(true, Ordering::SeqCst);
                if rustix::net::shutdown(rustix::stdio::stdin(), Shutdown::Read).is_err() {
                    // Accepting does not end by itself here, so finish and exit
                    // at once.
                    drain.finish();
                    std::process::exit(0);
                }
            }
            // Keeps this thread alive: OWN_THREADS counts it.
            for _further in signals.forever() {}
        })?;
        Ok(())
    }

    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::SeqCst)
    }

    /// Waits until every request is answered. Counts threads too, because an
    /// accepted connection has a thread before its request is in progress.
    pub(super) fn finish(&self) {
        let mut left = SILENT_PAUSES;
        while self.in_hand.load(Ordering::SeqCst) > 0 || (connections() > 0 && left > 0) {
            std::thread::sleep(PAUSE);
            left = left.saturating_sub(1);
        }
    }
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.0.in_hand.fetch_sub(1, Ordering::SeqCst);
    }
}

fn connections() -> usize {
    let threads = std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    threads.saturating_sub(OWN_THREADS)
}
