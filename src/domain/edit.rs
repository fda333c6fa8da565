//! An edit that a device wants to apply to an entry.

use super::content::Content;
use super::time::UtcTime;

/// The intended state of the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditKind {
    /// The entry holds this content, and is live even if it was deleted.
    Put(Content),
    /// The entry is a tombstone.
    Delete,
}

/// An edit, and what the device knows about its place in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The intended state.
    pub kind: EditKind,
    /// When the person made the edit, by the device's clock.
    pub edited_at: Option<UtcTime>,
    /// The `updated_at` of the version that the person saw.
    pub base_updated_at: Option<UtcTime>,
}
