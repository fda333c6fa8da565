//! The database. The only place with SQL, and the only one that names the
//! mysql crate; everybody else sees domain types.
//!
//! Weight entries are reached through [`weights::UserWeights`] alone, which is
//! made from an [`admission::Principal`] and carries the user's id into every
//! statement. All statements are prepared; no text of a client ever becomes
//! SQL.

pub mod admission;
pub mod all_sessions;
mod connection;
pub mod daily_counts;
pub mod database;
pub mod diagnosis;
pub mod erasure;
pub mod error;
pub mod google_identities;
pub mod google_keys;
pub mod maintenance;
pub mod migrations;
pub mod pool;
pub mod purge;
pub mod rate_limit;
pub mod refresh_tokens;
mod row;
mod transaction;
pub mod users;
pub mod users_table;
pub mod weights;

pub use database::Database;
pub use error::StoreError;
pub use pool::Pool;
