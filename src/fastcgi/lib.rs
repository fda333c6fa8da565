//! A FastCGI responder (specification 1.0) on one thread.
//!
//! [`Server`] accepts connections on the main thread, gathers each request
//! completely, has it answered, and sends the response. A connection that is
//! silent, slow or kept open never holds up another one. Knows nothing of CGI
//! variables' meaning, of HTTP or of the service behind it.

#![forbid(unsafe_code)]

pub mod pairs;
pub mod record;
