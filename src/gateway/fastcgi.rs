//! FastCGI by the fastcgi crate, which is named in this file only.
//!
//! The crate starts a thread for each connection; mod_fcgid opens one at a
//! time. It flushes each write as a record of its own, so an answer is
//! written at once.

use std::io::{Read, Write};
use std::sync::Arc;

use super::Application;
use super::drain::Drain;
use super::render::document;
use super::variables::Variables;
use crate::http::request::Mode;

pub(super) fn serve(application: Box<Application>) -> std::io::Result<()> {
    let drain = Arc::new(Drain::default());
    drain.watch_sigterm()?;
    fastcgi::run(move |request| {
        // Ends after `request`, whose end tells Apache that all was sent.
        let _in_hand = drain.begin();
        answer(request, &*application);
    });
    Ok(())
}

fn answer(mut request: fastcgi::Request, application: &Application) {
    let variables = Variables::new(Mode::FastCgi, request.params().collect());
    let incoming = variables.request(Input(&mut request));
    let response = document(&application(incoming));
    // A client that has gone away is no error of ours.
    let _ = request.stdout().write_all(&response);
}

/// The crate's input borrows the request for each read.
struct Input<'r>(&'r mut fastcgi::Request);

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.stdin().read(buffer)
    }
}
