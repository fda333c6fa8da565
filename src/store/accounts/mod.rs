//! Users, how they sign in, and their sessions. A [`Principal`] is made in
//! `principal` only, from a user whom it has just found in the database.

mod account;
pub mod credentials;
pub mod directory;
pub mod erasure;
pub mod google_identities;
pub mod google_keys;
pub mod guesses;
pub mod one_time_codes;
pub mod own_sessions;
pub mod principal;
pub mod sessions;
pub mod users_table;

pub use account::Account;
pub use principal::Principal;
