//! FastCGI through the fastcgi crate, which only this file uses.
//!
//! The crate starts a thread for each connection; mod_fcgid opens one at a
//! time. The crate flushes each write as a separate record, so a response in
//! memory is written at once, and a spooled one in large pieces. The crate
//! reports every failure by a panic.

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
    /// The response sent on this thread's connection. Its slot is released when
    /// the thread ends, after the web server has closed the connection. Until
    /// then the web server counts this process as busy, even if the whole
    /// response fitted into the socket's buffer.
    static SENT: Cell<Option<Response>> = const { Cell::new(None) };
}

/// Pause after accepting fails: the missing resource (file descriptors,
/// threads) does not return at once.
const PAUSE: Duration = Duration::from_millis(100);
/// Minimum time between two log lines about that failure.
const QUIET: Duration = Duration::from_secs(60);

pub(super) fn serve(application: Box<dyn Application>) -> std::io::Result<()> {
    let drain = Arc::new(Drain::default());
    drain.watch_sigterm()?;
    silence_crate_panics();
    let application: Arc<dyn Application> = application.into();
    let mut said_at: Option<Instant> = None;
    while !drain.has_begun() {
        let (application, in_hand) = (Arc::clone(&application), Arc::clone(&drain));
        let accept = || {
            fastcgi::run(move |request| {
                // Drops after `request`, whose drop completes the response for
                // Apache.
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
    // A client that disconnects is not an error.
    let _ = render::write(&mut response, &mut request.stdout());
    SENT.set(Some(response));
}

/// Silences the panics of the crate. It panics in a connection's thread if the
/// peer disconnects midway, which is not worth a line in Apache's log.
/// [`serve`] logs failures to accept.
fn silence_crate_panics() {
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
