//! SIGTERM: Apache ends processes whenever it likes. The request in hand is
//! finished first; Apache allows about three seconds.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use signal_hook::consts::SIGTERM;
use signal_hook::iterator::Signals;

/// Counts the requests in hand.
#[derive(Default)]
pub(super) struct Drain {
    in_hand: Mutex<usize>,
    changed: Condvar,
}

/// A request in hand, until dropped.
pub(super) struct InHand<'d>(&'d Drain);

impl Drain {
    pub(super) fn begin(&self) -> InHand<'_> {
        *self.in_hand.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        InHand(self)
    }

    /// Ends the process on SIGTERM, once nothing is in hand. A new request
    /// cannot slip in between: it waits for the lock that is held at the end.
    pub(super) fn watch_sigterm(self: &Arc<Self>) -> std::io::Result<()> {
        let mut signals = Signals::new([SIGTERM])?;
        let drain = Arc::clone(self);
        std::thread::Builder::new().name("sigterm".into()).spawn(move || {
            if signals.forever().next().is_some() {
                let in_hand = drain.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
                let _none = drain
                    .changed
                    .wait_while(in_hand, |count| *count > 0)
                    .unwrap_or_else(PoisonError::into_inner);
                std::process::exit(0);
            }
        })?;
        Ok(())
    }
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        *self.0.in_hand.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.changed.notify_all();
    }
}
