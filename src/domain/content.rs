//! What a person recorded: the part of an entry by which two versions are
//! compared.

use super::time::UtcTime;
use super::weight::Weight;

/// A weight and when it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// The weight, in the unit in which it was entered.
    pub weight: Weight,
    /// When it was measured.
    pub timestamp: UtcTime,
}
