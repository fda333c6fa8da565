//! Access to the database. Only this module contains SQL and uses the mysql
//! crate; other modules see domain types. Weight entries are reached through
//! [`weights::UserWeights`] alone, which carries the user's id into every
//! statement. Statements are constants; values are parameters or [`literal`]s,
//! so no text of a client ever becomes SQL.

pub mod accounts;
pub mod backup;
mod connection;
pub mod counters_table;
pub mod daily_counts;
pub mod database;
pub mod diagnosis;
pub mod error;
mod literal;
pub mod maintenance;
pub mod migrations;
pub mod pool;
pub mod purge;
pub mod rate_limit;
mod row;
pub mod schema;
pub mod topology;
mod transaction;
pub mod weights;

pub use database::Database;
pub use error::StoreError;
pub use pool::Pool;
