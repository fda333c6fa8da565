//! The end of work that goes on in threads until something else is over.

use std::sync::atomic::{AtomicBool, Ordering};

/// Says that it is over when dropped: by a panic too, after which a scope would wait for its other threads for ever.
pub(crate) struct OverWhenDropped<'f>(pub(crate) &'f AtomicBool);

impl Drop for OverWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
