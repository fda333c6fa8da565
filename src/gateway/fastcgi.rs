//! FastCGI through our own package `fastcgi` (src/fastcgi), which only this
//! file uses. One request at a time, on the main thread.

use std::io::{Read, Result, Write, stderr};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use fastcgi::{Body, Content, Failure, Limits, Request, Responder, WebServers};
use signal_hook::consts::SIGTERM;
use tempfile::SpooledTempFile;

use super::render;
use super::variables::Variables;
use super::{Application, DOWNLOAD_TIME};
use crate::http::request::{self, MAX_BODY_BYTES, Mode};
use crate::http::response;
use crate::slots::Slot;

/// mod_fcgid opens one connection at a time, and sends at most 64 KiB of
/// parameters.
const LIMITS: Limits = Limits {
    connections: 32,
    params_bytes: 128 * 1024,
    body_bytes: MAX_BODY_BYTES,
    stream_time: DOWNLOAD_TIME,
};
/// Minimum time between two log lines about a failed connection.
const QUIET: Duration = Duration::from_secs(60);

/// Serves until SIGTERM.
pub(super) fn serve(application: &mut dyn Application) -> Result<()> {
    let (stop, signalled) = UnixStream::pair()?;
    signal_hook::low_level::pipe::register(SIGTERM, signalled)?;
    let web_servers = WebServers::from_environment();
    let mut gateway = Gateway { application, said_at: None };
    let served = fastcgi::serve(rustix::stdio::stdin(), &stop, &web_servers, LIMITS, &mut gateway);
    application.end();
    served
}

struct Gateway<'a> {
    application: &'a mut dyn Application,
    said_at: Option<Instant>,
}

impl Responder for Gateway<'_> {
    /// The application turns panics of actions into problems. Any other panic
    /// must not end the process either.
    fn respond(&mut self, request: Request) -> fastcgi::Response {
        catch_unwind(AssertUnwindSafe(|| answer(request, self.application))).unwrap_or_else(|_| {
            let head = b"Status: 500 Internal Server Error\r\n\r\n".to_vec();
            fastcgi::Response { head, content: Content::Bytes(Vec::new()) }
        })
    }

    fn after_response(&mut self) {
        let _ = catch_unwind(AssertUnwindSafe(|| self.application.after_response()));
    }

    fn tend(&mut self) -> Option<Duration> {
        catch_unwind(AssertUnwindSafe(|| self.application.tend())).unwrap_or(None)
    }

    fn failed(&mut self, failure: &Failure) {
        if self.said_at.is_none_or(|at| at.elapsed() > QUIET) {
            self.said_at = Some(Instant::now());
            let _ = writeln!(stderr(), "weight-api: {failure}");
        }
    }
}

fn answer(mut request: Request, application: &mut dyn Application) -> fastcgi::Response {
    let body = match request.take_body() {
        Body::Whole(bytes) => request::Body::Whole(bytes),
        Body::TooLarge => request::Body::TooLarge,
    };
    let variables = Variables::new(Mode::FastCgi, request.params());
    let response = application.answer(variables.request(Ok(body)));
    let head = render::head(&response);
    let content = match response.into_body() {
        response::Body::Bytes(bytes) => Content::Bytes(bytes),
        response::Body::Spooled(file, slot) => Content::Stream(Box::new(Spooled(file, slot))),
    };
    fastcgi::Response { head, content }
}

/// A spooled body and its slot. The slot is released when the web server has
/// closed the connection: until then mod_fcgid counts this process as busy, even
/// if the whole response fitted into the socket's buffer.
struct Spooled(SpooledTempFile, #[expect(dead_code, reason = "held for its lock")] Slot);

impl Read for Spooled {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.0.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use fastcgi::assembly::{Assembly, Step};
    use fastcgi::record::Record;

    use super::*;
    use crate::http::problem::Problem;
    use crate::http::request::Origin;

    /// Panics in place of the first answer, and whenever it counts.
    #[derive(Default)]
    struct Broken {
        answers: u32,
        counts: u32,
    }

    impl Application for Broken {
        fn answer(
            &mut self,
            _: std::result::Result<(request::Request, Origin), Problem>,
        ) -> response::Response {
            self.answers += 1;
            assert!(self.answers > 1, "a broken router");
            response::empty(http::StatusCode::NO_CONTENT)
        }

        fn after_response(&mut self) {
            self.counts += 1;
            panic!("a broken count")
        }
    }

    fn request() -> Request {
        let mut assembly = Assembly::default();
        let mut take = |record| assembly.take(record, &LIMITS, &mut Vec::new()).unwrap();
        take(Record::Begin { id: 1, role: 1, keeps_connection: false });
        take(Record::Params { id: 1, content: b"" });
        match take(Record::Stdin { id: 1, content: b"" }) {
            Step::Complete(request) => request,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_failure_is_logged_once_a_minute() {
        let mut gateway = Gateway { application: &mut Broken::default(), said_at: None };
        for (said_at, is_logged) in [
            (None, true),
            (Some(Instant::now()), false),
            (Instant::now().checked_sub(2 * QUIET), true),
        ] {
            gateway.said_at = said_at;
            gateway.failed(&Failure::Stranger);
            assert_eq!(gateway.said_at != said_at, is_logged, "{said_at:?}");
        }
    }

    #[test]
    fn a_panic_outside_an_action_is_500_and_the_next_request_is_answered() {
        let mut broken = Broken::default();
        let mut gateway = Gateway { application: &mut broken, said_at: None };
        for status in ["Status: 500 Internal Server Error\r\n", "Status: 204 No Content\r\n"] {
            let response = gateway.respond(request());
            gateway.after_response();
            assert!(response.head.starts_with(status.as_bytes()), "{status}");
        }
        assert_eq!(broken.counts, 2);
    }
}
