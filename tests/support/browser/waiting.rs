//! Waiting for what a page does by itself; never asserts how long it took.

use super::Browser;
use crate::support::waiting::wait_until;

impl Browser {
    /// Until the element's visible text holds `part`.
    #[track_caller]
    pub(crate) fn wait_for_text(&self, selector: &str, part: &str) {
        wait_until(&format!("{selector} says {part:?}"), || self.text(selector).contains(part));
    }

    /// Until the element is shown.
    #[track_caller]
    pub(crate) fn wait_for(&self, selector: &str) {
        wait_until(&format!("{selector} is shown"), || self.is_shown(selector));
    }
}
