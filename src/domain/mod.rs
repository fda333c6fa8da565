//! Entries, units, times, and the rule that decides between two versions.
//!
//! Pure: no clock, no database, no HTTP. Depends on nothing else in this
//! crate, so that every rule can be tested as a function.

pub mod batch;
pub mod conflict;
pub mod content;
pub mod cursor;
pub mod digest;
pub mod edit;
pub mod entry;
pub mod google;
pub mod keyed_hash;
pub mod merge;
pub mod one_time_code;
pub mod password;
pub mod recent_edits;
pub mod session;
pub mod time;
pub mod totals;
mod tracked;
pub mod user;
pub mod weight;
