//! Plain CGI: the environment and standard input are the request. Ignores the
//! arguments, which Apache makes from a query string without `=`.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write, stdin, stdout};
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

use signal_hook::consts::SIGTERM;

use super::Application;
use super::render;
use super::variables::{Variables, bad_request};
use crate::http::problem::Problem;
use crate::http::request::{Body, MAX_BODY_BYTES, Mode};

pub(super) fn serve(application: &mut dyn Application) -> std::io::Result<()> {
    let environment: Vec<(OsString, OsString)> = std::env::vars_os().collect();
    let pairs = environment.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let incoming = Variables::new(Mode::Cgi, pairs).request(|| body(stdin().lock()));
    let mut out = stdout().lock();
    render::write(application.answer(incoming), &mut out)?;
    out.flush()?;
    // Apache waits for the end of the output, not of the process, which it ends by SIGTERM, and
    // three seconds later by SIGKILL.
    signal_hook::flag::register(SIGTERM, Arc::default())?;
    if let Ok(nowhere) = File::create("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(nowhere);
    }
    application.has_answered();
    Ok(())
}

/// Reads to the end, but not beyond the limit.
fn body(input: impl Read) -> Result<Body, Problem> {
    let limit = u64::try_from(MAX_BODY_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    input
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| bad_request("The body could not be read.").because(&error))?;
    Ok(if bytes.len() > MAX_BODY_BYTES { Body::TooLarge } else { Body::Whole(bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_over_the_limit_is_not_kept() {
        let large = vec![b' '; MAX_BODY_BYTES + 1];
        assert_eq!(body(&large[..]).unwrap(), Body::TooLarge);
        assert_eq!(body(&large[1..]).unwrap(), Body::Whole(large[1..].to_vec()));
    }
}
