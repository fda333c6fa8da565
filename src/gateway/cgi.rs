//! Plain CGI: the environment and standard input are the request. Ignores the
//! arguments, which Apache makes from a query string without `=`.

use std::fs::File;
use std::io::{Write, stdin, stdout};

use super::Application;
use super::render;
use super::variables::{Variables, bad_request};
use crate::http::request::Mode;

pub(super) fn serve(application: &dyn Application) -> std::io::Result<()> {
    let variables: Option<Vec<(String, String)>> = std::env::vars_os()
        .map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let incoming = match variables {
        Some(variables) => Variables::new(Mode::Cgi, variables).request(stdin().lock()),
        None => Err(bad_request("The request holds bytes that are not UTF-8.")),
    };
    let mut out = stdout().lock();
    render::write(&mut application.answer(incoming), &mut out)?;
    out.flush()?;
    // Apache waits for the end of the output, not of the process.
    if let Ok(nowhere) = File::create("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(nowhere);
    }
    application.has_answered();
    Ok(())
}
