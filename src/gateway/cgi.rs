//! Plain CGI: the environment and standard input are the request. Ignores the
//! arguments, which Apache makes from a query string without `=`.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write, copy, sink, stdin, stdout};
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

use signal_hook::consts::SIGTERM;

use super::Application;
use super::render;
use super::variables::{Variables, bad_request};
use crate::http::problem::Problem;
use crate::http::request::{Body, MAX_BODY_BYTES, Mode};

/// Most bytes of a body over the limit that are read and dropped.
const MOST_DROPPED_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn serve(application: &mut dyn Application) -> std::io::Result<()> {
    let environment: Vec<(OsString, OsString)> = std::env::vars_os().collect();
    let pairs = environment.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let incoming = Variables::new(Mode::Cgi, pairs).request(body(stdin().lock()));
    let mut out = stdout().lock();
    render::write(application.answer(incoming), &mut out)?;
    out.flush()?;
    // Apache waits for the end of the output, not of the process, which it ends by SIGTERM, and
    // three seconds later by SIGKILL.
    signal_hook::flag::register(SIGTERM, Arc::default())?;
    if let Ok(nowhere) = File::create("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(nowhere);
    }
    application.end();
    Ok(())
}

/// Reads the body to its end, and keeps as much as the limit allows. What is
/// left unread when the process ends makes Apache break off the response.
fn body(mut input: impl Read) -> Result<Body, Problem> {
    let unreadable = |error| bad_request("The body could not be read.").because(&error);
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_BODY_BYTES).unwrap_or(u64::MAX);
    input.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() <= MAX_BODY_BYTES {
        return Ok(Body::Whole(bytes));
    }
    copy(&mut input.take(MOST_DROPPED_BYTES), &mut sink()).map_err(unreadable)?;
    Ok(Body::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_over_the_limit_is_read_to_its_end_and_not_kept() {
        let large = vec![b' '; 3 * MAX_BODY_BYTES];
        let mut input = &large[..];
        assert_eq!(body(&mut input).unwrap(), Body::TooLarge);
        assert!(input.is_empty(), "{} bytes are left", input.len());
        let whole = &large[..MAX_BODY_BYTES];
        assert_eq!(body(whole).unwrap(), Body::Whole(whole.to_vec()));
        assert_eq!(body(&large[..=MAX_BODY_BYTES]).unwrap(), Body::TooLarge);
    }
}
