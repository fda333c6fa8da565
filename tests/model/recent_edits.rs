//! The recent edits that an entry remembers, which identify late resends.

use super::entry::Edit;
use super::expected_state::Line;
use super::timestamps::Micros;

const REMEMBERED: usize = 16;

/// An edit as sent, with its time or its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    edit: Edit,
    edited_at: Option<Micros>,
    base: Option<Micros>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RecentEdits {
    accepted: Vec<Mark>,
}

fn mark(line: &Line) -> Option<Mark> {
    let is_marked = line.edited_at.is_some() || line.base.is_some();
    is_marked.then_some(Mark { edit: line.edit, edited_at: line.edited_at, base: line.base })
}

impl RecentEdits {
    /// Remembers an edit unless it is already remembered.
    pub(crate) fn take(&mut self, line: &Line) {
        if self.knows(line) {
            return;
        }
        self.accepted.extend(mark(line));
        let surplus = self.accepted.len().saturating_sub(REMEMBERED);
        self.accepted.drain(..surplus);
    }

    pub(crate) fn knows(&self, line: &Line) -> bool {
        mark(line).is_some_and(|mark| self.accepted.contains(&mark))
    }

    pub(crate) fn count(&self) -> usize {
        self.accepted.len()
    }

    /// Whether older edits may have been forgotten.
    pub(crate) fn is_full(&self) -> bool {
        self.count() == REMEMBERED
    }
}
