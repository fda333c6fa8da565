//! SIGTERM: Apache ends processes whenever it likes. Whatever was handed to
//! this one is answered first; Apache allows three to eight seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rustix::net::Shutdown;
use signal_hook::consts::SIGTERM;
use signal_hook::iterator::Signals;

/// How long connections are still taken after SIGTERM. Apache kills an idle
/// process after three seconds, all of them in a restart after eight.
const MOMENT: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(5);
/// For how many pauses a connection may stay silent that was accepted and not
/// used yet: about a second. A host that stands still takes none of them away,
/// where a clock would be past the second when all go on.
const SILENT_PAUSES: u32 = 200;
/// The main thread, and the one that waits for the signal.
const OWN_THREADS: usize = 2;

/// Counts the requests in hand.
#[derive(Default)]
pub(super) struct Drain {
    has_begun: AtomicBool,
    in_hand: AtomicUsize,
}

/// A request in hand, until dropped.
pub(super) struct InHand<'d>(&'d Drain);

impl Drain {
    pub(super) fn begin(&self) -> InHand<'_> {
        self.in_hand.fetch_add(1, Ordering::SeqCst);
        InHand(self)
    }

    /// Goes on for a moment after SIGTERM, then turns new connections away.
    /// Those that wait by then are still accepted; then accepting fails, which
    /// ends [`super::fastcgi`]'s loop. Apache tries a connection that was
    /// refused again, with another process; one that was taken and broke off
    /// would be a client's 500. In a graceful restart, which ends all
    /// processes, it has no other for the requests that it is about to hand
    /// over: hence the moment. The socket is ours alone: mod_fcgid makes one
    /// for each process.
    pub(super) fn watch_sigterm(self: &Arc<Self>) -> std::io::Result<()> {
        let mut signals = Signals::new([SIGTERM])?;
        let drain = Arc::clone(self);
        std::thread::Builder::new().name("sigterm".into()).spawn(move || {
            if signals.forever().next().is_some() {
                std::thread::sleep(MOMENT);
                drain.has_begun.store(true, Ordering::SeqCst);
                if rustix::net::shutdown(rustix::stdio::stdin(), Shutdown::Read).is_err() {
                    // Accepting will not end by itself, so nothing more can be done for it.
                    drain.finish();
                    std::process::exit(0);
                }
            }
            // Stays: its thread is one of OWN_THREADS.
            for _further in signals.forever() {}
        })?;
        Ok(())
    }

    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::SeqCst)
    }

    /// Waits until all is answered. A connection is a thread before its
    /// request is in hand.
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
