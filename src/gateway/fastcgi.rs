//! FastCGI by the fastcgi crate, which is named in this file only.
//!
//! The crate starts a thread for each connection; mod_fcgid opens one at a
//! time. It flushes each write as a record of its own, so an answer is
//! written at once, and a long one in large pieces. It says everything that
//! goes wrong by a panic.

use std::cell::Cell;
use std::io::{Read, Write, stderr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Application;
use super::drain::Drain;
use super::render;
use super::variables::Variables;
use crate::http::request::Mode;
use crate::http::response::Response;

thread_local! {
    /// The response that was sent on this thread's connection. It is dropped,
    /// and its slot released, when the thread ends: after the web server has
    /// closed the connection. Until then this process counts as busy there,
    /// even if all of the response fitted into the socket's buffer.
    static SENT: Cell<Option<Response>> = const { Cell::new(None) };
}

/// Before connections are accepted again, after that has failed: whatever is
/// short (file descriptors, threads) is not there again at once.
const PAUSE: Duration = Duration::from_millis(100);
/// Before that is said again.
const QUIET: Duration = Duration::from_secs(60);

pub(super) fn serve(application: Box<dyn Application>) -> std::io::Result<()> {
    let drain = Arc::new(Drain::default());
    drain.watch_sigterm()?;
    keep_quiet_about_the_crate();
    let application: Arc<dyn Application> = application.into();
    let mut said_at: Option<Instant> = None;
    while !drain.has_begun() {
        let (application, in_hand) = (Arc::clone(&application), Arc::clone(&drain));
        let accept = || {
            fastcgi::run(move |request| {
                // Ends after `request`, whose end tells Apache that all was sent.
                let _in_hand = in_hand.begin();
                answer(request, &*application);
                application.has_answered();
            })
        };
        let Err(reason) = catch_unwind(AssertUnwindSafe(accept)) else { continue };
        if drain.has_begun() {
            break;
        }
        if said_at.is_none_or(|at| at.elapsed() > QUIET) {
            said_at = Some(Instant::now());
            let reason = reason.downcast_ref::<String>().map_or("unknown", String::as_str);
            let _ = writeln!(stderr(), "weight-api: no connection can be accepted: {reason}");
        }
        std::thread::sleep(PAUSE);
    }
    drain.finish();
    Ok(())
}

fn answer(mut request: fastcgi::Request, application: &dyn Application) {
    let variables = Variables::new(Mode::FastCgi, request.params().collect());
    let incoming = variables.request(Input(&mut request));
    let mut response = application.answer(incoming);
    // A client that has gone away is no error.
    let _ = render::write(&mut response, &mut request.stdout());
    SENT.set(Some(response));
}

/// A peer that goes away in the middle makes the crate panic in the thread of
/// that connection: not worth a line in Apache's log. What ends accepting is
/// told by [`serve`].
fn keep_quiet_about_the_crate() {
    let say = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let file = panic.location().map(std::panic::Location::file).unwrap_or_default();
        if !file.contains("/fastcgi-") {
            say(panic);
        }
    }));
}

/// The crate's input borrows the request for each read.
struct Input<'r>(&'r mut fastcgi::Request);

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.stdin().read(buffer)
    }
}
