//! From a request to an answer: one straight line that every request takes.
//! Finds the action, lets it act, makes the answer whole, writes the log.

pub mod log;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use http::{HeaderName, Method, StatusCode, header};

use crate::domain::time::UtcTime;
use crate::handlers::service::Service;
use crate::handlers::{Action, Exchange, rate_headers};
use crate::http::problem::{Code, Problem};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::router::{Found, Router};
use log::{Line, Log};

/// The routes with the service behind them.
pub struct App {
    router: Router,
    service: Service,
    log: Log,
}

impl App {
    /// Builds the table.
    ///
    /// # Errors
    /// Two routes that contradict each other: a fault of ours.
    pub fn new(service: Service, log: Log) -> Result<Self, String> {
        Ok(Self { router: Router::new()?, service, log })
    }

    /// Answers a request, or what the gateway could not make a request of.
    /// Always answers: a panic becomes a logged 500.
    pub fn answer(&self, incoming: Result<Request, Problem>) -> Response {
        let begun = Instant::now();
        let request_id = new_request_id();
        let mut line = Line::new(now(), request_id.clone());
        let is_head = incoming.as_ref().is_ok_and(|request| request.method == Method::HEAD);
        let result = incoming.and_then(|request| self.route(&request, &mut line));
        let public_url = &self.service.settings.server.public_url;
        let mut response = result.unwrap_or_else(|problem| {
            line.note(&problem);
            problem.into_response(public_url, &request_id)
        });
        finish(&mut response, &request_id);
        if is_head {
            response.body.clear();
        }
        if let Some(rate) = &line.rate {
            for (name, value) in rate_headers(rate) {
                response.set(name, value.to_string());
            }
        }
        line.status = response.status.as_u16();
        line.milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
        self.log.write(&line);
        response
    }

    fn route(&self, request: &Request, line: &mut Line) -> Result<Response, Problem> {
        line.method = request.method.to_string();
        let Some(Found { route, id }) = self.router.find(request.target.path()) else {
            return Err(Problem::new(Code::NOT_FOUND, "No such address or entry."));
        };
        line.route = route.pattern;
        if request.method == Method::OPTIONS {
            let allowed = Response::empty(StatusCode::NO_CONTENT);
            return Ok(allowed.with(header::ALLOW, route.allow()));
        }
        let method = match &request.method {
            &Method::HEAD => &Method::GET,
            method => method,
        };
        let Some(action) = route.action(method) else {
            return Err(Problem::new(
                Code::METHOD_NOT_ALLOWED,
                format!("Use one of {}.", route.allow()),
            )
            .with(header::ALLOW, route.allow()));
        };
        self.act(action, request, id, line)
    }

    fn act(
        &self,
        action: Action,
        request: &Request,
        id: Option<String>,
        line: &mut Line,
    ) -> Result<Response, Problem> {
        let mut exchange = Exchange {
            service: &self.service,
            request,
            id,
            now: now(),
            session: self.service.database.session(),
            user_id: None,
            rate: None,
        };
        let result = catch_unwind(AssertUnwindSafe(|| action.call(&mut exchange)));
        line.user_id = exchange.user_id.as_ref().map(ToString::to_string);
        line.rate = exchange.rate;
        line.statements = exchange.session.statements();
        result.unwrap_or_else(|panic| {
            let text = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned());
            let cause = text.unwrap_or_else(|| "a panic without words".to_owned());
            Err(Problem::internal(&format!("panic: {cause}")))
        })
    }
}

/// The answer of a process that has no usable configuration.
pub fn unconfigured(reason: &str) -> Response {
    let request_id = new_request_id();
    let problem = Problem::internal(&reason);
    let mut line = Line::new(now(), request_id.clone());
    line.note(&problem);
    let mut response = problem.into_response("", &request_id);
    finish(&mut response, &request_id);
    line.status = response.status.as_u16();
    Log::to_stderr().write(&line);
    response
}

/// What every answer carries (DESIGN section 2).
fn finish(response: &mut Response, request_id: &str) {
    response.set(header::CACHE_CONTROL, "no-store");
    response.set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response.set(HeaderName::from_static("x-request-id"), request_id);
}

fn new_request_id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

fn now() -> UtcTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UtcTime::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
