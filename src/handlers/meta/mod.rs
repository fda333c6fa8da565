//! Routes about the service itself, without a token.

mod health;
mod limits;

pub use health::health;
pub use limits::limits;
