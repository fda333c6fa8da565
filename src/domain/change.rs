//! What a device wants done to an entry.

use super::entry::Content;
use super::time::UtcTime;

/// The edit itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The entry shall hold this content (and live, if it was deleted).
    Put(Content),
    /// The entry shall be a tombstone.
    Delete,
}

/// An edit with what the device knows of its place in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What to do.
    pub edit: Edit,
    /// When the person made the edit, by the device's clock.
    pub edited_at: Option<UtcTime>,
    /// The `updated_at` of the version that the person saw.
    pub base_updated_at: Option<UtcTime>,
}

/// How conflicts of a bulk upload are settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConflictStrategy {
    /// The newest edit stays.
    #[default]
    LastWriteWins,
    /// Nothing of a conflicting entry is applied; the person decides.
    Manual,
    /// The server's version stays, the local one becomes a new entry.
    KeepBoth,
}

impl ConflictStrategy {
    /// The names on the wire.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("last_write_wins", Self::LastWriteWins),
        ("manual", Self::Manual),
        ("keep_both", Self::KeepBoth),
    ];

    /// The strategy of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(name, _)| *name == text).map(|(_, strategy)| strategy)
    }
}
