//! How the web server hands requests in: FastCGI under mod_fcgid, plain CGI
//! where that is not available. Knows requests and responses, not routes.

mod cgi;
mod fastcgi;
mod render;
mod variables;
#[cfg(test)]
mod variables_tests;

use std::sync::Arc;
use std::time::Duration;

use rustix::io::Errno;
use signal_hook::consts::SIGXFSZ;

use crate::http::problem::Problem;
use crate::http::request::{Mode, Origin, Request};
use crate::http::response::Response;

/// How long a document that does not fit the web server's buffer is sent: less
/// than the 300 s after which mod_fcgid kills a busy process (FcgidBusyTimeout).
const DOWNLOAD_TIME: Duration = Duration::from_secs(240);

/// What stands behind the gateway.
pub trait Application {
    /// Answers a request, or the problem that kept the gateway from reading one.
    fn answer(&mut self, incoming: Result<(Request, Origin), Problem>) -> Response;

    /// A response has been sent: time for work that no client waits for. The
    /// next request may wait for its end.
    fn after_response(&mut self) {}

    /// Looks after what runs beside the requests, without waiting for it.
    /// Returns when to look again; `None` where nothing runs.
    fn tend(&mut self) -> Option<Duration> {
        None
    }

    /// No request comes any more: ends what runs.
    fn end(&mut self) {}
}

/// Tells the modes apart: under FastCGI standard input is a listening socket,
/// and only a listening socket has no peer (ENOTCONN).
/// Testing for a socket is not enough: mod_cgid passes a connected socket.
/// mod_cgi passes a pipe or a file (ENOTSOCK).
pub fn mode() -> Mode {
    match rustix::net::getpeername(rustix::stdio::stdin()) {
        Err(Errno::NOTCONN) => Mode::FastCgi,
        _ => Mode::Cgi,
    }
}

/// Makes a request of FastCGI's parameters, for fuzz/fuzz_targets/variables.rs.
///
/// # Errors
/// As of a request that a web server sends.
#[cfg(fuzzing)]
pub fn read_variables<'v>(
    list: impl Iterator<Item = (&'v [u8], &'v [u8])>,
) -> Result<(Request, Origin), Problem> {
    let body = crate::http::request::Body::Whole(Vec::new());
    variables::Variables::new(Mode::FastCgi, list).request(Ok(body))
}

/// Serves until the web server ends the process (FastCGI) or the one request
/// is answered (CGI).
///
/// # Errors
/// The response could not be written, or signals cannot be watched.
pub fn serve(mode: Mode, application: &mut dyn Application) -> std::io::Result<()> {
    // Writing to a file at its limit (RLIMIT_FSIZE) is then an error, as on a
    // full disk, and not the end of the process.
    signal_hook::flag::register(SIGXFSZ, Arc::default())?;
    match mode {
        Mode::FastCgi => fastcgi::serve(application),
        Mode::Cgi => cgi::serve(application),
    }
}
