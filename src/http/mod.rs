//! Requests and responses as values, and the parts of HTTP that every route
//! needs. Knows nothing of weights, users or the database.

pub mod etag;
pub mod field;
pub mod json;
pub mod problem;
pub mod query;
pub mod request;
pub mod response;
pub mod target;
