//! The web program. The same file speaks FastCGI under mod_fcgid, and plain CGI
//! where FastCGI is not available. Ignores its arguments.

use std::alloc::System;
use std::process::ExitCode;
use std::time::Duration;

use spinning_top::RawSpinlock;
use talc::TalcLock;
use talc::source::GlobalAllocSource;
use weight_sync::app::log::Log;
use weight_sync::app::{App, unconfigured};
use weight_sync::config;
use weight_sync::gateway::{self, Application};
use weight_sync::handlers::service::Service;
use weight_sync::http::problem::Problem;
use weight_sync::http::request::{Mode, Origin, Request};
use weight_sync::http::response::Response;

/// The system's memory is taken in blocks of this size, in bytes. A larger
/// allocation, a password hash's for instance, gets a block of its own and
/// returns it when freed.
const BLOCK_BYTES: usize = 1024 * 1024;

/// Keeps the memory of one request for the next. musl's allocator returns it to
/// the kernel each time: twenty system calls for a list of 100 entries.
#[global_allocator]
static ALLOCATOR: TalcLock<RawSpinlock, GlobalAllocSource<System>> =
    TalcLock::new(GlobalAllocSource::with_block_size(System, BLOCK_BYTES));

fn main() -> ExitCode {
    let mode = gateway::mode();
    match gateway::serve(mode, &mut Program { mode, app: None }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// The application, built when a request finds a valid configuration. Without
/// one the process keeps running and answers 500: mod_fcgid throttles programs
/// that exit at once, and the next request may find the file corrected.
struct Program {
    mode: Mode,
    app: Option<App>,
}

impl Application for Program {
    fn answer(&mut self, incoming: Result<(Request, Origin), Problem>) -> Response {
        match self.app() {
            Ok(app) => app.answer(incoming),
            Err(reason) => unconfigured(&reason),
        }
    }

    fn after_response(&mut self) {
        if let Some(app) = &self.app {
            app.after_response();
        }
    }

    fn tend(&mut self) -> Option<Duration> {
        self.app.as_ref().and_then(App::tend)
    }

    fn end(&mut self) {
        if let Some(app) = &self.app {
            app.end();
        }
    }
}

impl Program {
    fn app(&mut self) -> Result<&App, String> {
        match &mut self.app {
            Some(app) => Ok(app),
            none => Ok(none.insert(configure(self.mode)?)),
        }
    }
}

fn configure(mode: Mode) -> Result<App, String> {
    let loaded = config::find(None)
        .and_then(|path| config::load(&path))
        .map_err(|error| error.to_string())?;
    let log = Log::new(&loaded.settings.log);
    let service = Service::new(loaded.settings)?;
    App::new(if mode == Mode::Cgi { service.for_one_request() } else { service }, log)
}
