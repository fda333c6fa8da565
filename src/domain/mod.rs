//! What the service is about: entries, units, times and who wins.
//!
//! Pure: no clock, no database, no HTTP. Depends on nothing else in this
//! crate, so that every rule here can be tested as a function.

pub mod change;
pub mod cursor;
pub mod entry;
pub mod google;
pub mod history;
pub mod merge;
pub mod submission;
pub mod time;
pub mod user;
pub mod validation;
pub mod weight;
pub mod who_wins;
