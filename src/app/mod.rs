//! From a request to a response: one straight line that every request takes.
//! Finds the action, runs it, adds the common headers and writes the log line.

mod counting;
pub mod log;
pub mod router;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use http::{HeaderName, Method, StatusCode, header};
use uuid::Uuid;

use crate::domain::time::UtcTime;
use crate::handlers::service::Service;
use crate::handlers::{Action, Exchange, rate_headers};
use crate::http::problem::{Code, Problem};
use crate::http::request::{Origin, Request, Transport};
use crate::http::response::{self, Body, Response};
use counting::Counting;
use log::{Line, Log};
use router::{Found, Router};

/// The routes with the service behind them.
pub struct App {
    router: Router,
    service: Service,
    log: Log,
    counting: Counting,
}

impl App {
    /// Builds the table.
    ///
    /// # Errors
    /// Two routes that contradict each other, which is a bug.
    pub fn new(service: Service, log: Log) -> Result<Self, String> {
        Ok(Self { router: Router::new()?, service, log, counting: Counting::default() })
    }

    /// Answers a request, or the problem that kept the gateway from reading
    /// one. Always answers: a panic becomes a logged 500.
    pub fn answer(&self, incoming: Result<(Request, Origin), Problem>) -> Response {
        let begun = Instant::now();
        let mut line = Line::new(now(), new_request_id());
        let mut response = match incoming {
            Ok((request, origin)) => self.answer_request(&request, origin, &mut line),
            Err(problem) => self.refuse(problem, &mut line),
        };
        finish(&mut response, &line);
        line.status = response.status().as_u16();
        line.milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
        self.log.write(&line);
        self.counting.note(&line);
        response
    }

    fn answer_request(&self, request: &Request, origin: Origin, line: &mut Line) -> Response {
        let mut exchange = self.exchange(request, origin);
        let mut response =
            self.route(&mut exchange, line).unwrap_or_else(|problem| self.refuse(problem, line));
        for (name, value) in exchange.rate.iter().flat_map(rate_headers) {
            response::set(&mut response, name, value.to_string());
        }
        if origin.transport == Transport::Tls {
            response::set(&mut response, header::STRICT_TRANSPORT_SECURITY, TLS_FOR_A_YEAR);
        }
        if request.method() == Method::HEAD {
            *response.body_mut() = Body::Bytes(Vec::new());
        }
        line.user_id = exchange.user_id.as_ref().map(ToString::to_string);
        line.statements = exchange.database.statements();
        line.sync_conflicts = exchange.sync_conflicts;
        response
    }

    /// Called after a response was sent. The next request may wait for the end,
    /// so a database that is slow loses the counts.
    pub fn after_response(&self) {
        self.counting.write_when_due(&self.service.health.pool);
    }

    /// Looks after the mail, without waiting for it. Returns when to look again;
    /// `None` where all is sent.
    pub fn tend(&self) -> Option<Duration> {
        for failure in self.service.outbox.advance(&self.service.settings) {
            let mut line = Line::new(now(), new_request_id());
            let problem = Problem::internal(&failure);
            line.route = "mail";
            line.status = problem.code().status();
            line.note(&problem);
            self.log.write(&line);
        }
        (!self.service.outbox.is_empty()).then_some(LOOK_AGAIN)
    }

    /// Called when no request comes any more.
    pub fn end(&self) {
        while let Some(pause) = self.tend() {
            std::thread::sleep(pause);
        }
        self.counting.write_when_due(&self.service.pool);
    }

    fn refuse(&self, problem: Problem, line: &mut Line) -> Response {
        line.note(&problem);
        problem.into_response(&self.service.settings.server.public_url, line.request_id())
    }

    fn exchange<'a>(&'a self, request: &'a Request, origin: Origin) -> Exchange<'a> {
        Exchange {
            service: &self.service,
            request,
            origin,
            id: None,
            now: now(),
            database: self.service.database_for_request(),
            user_id: None,
            rate: None,
            sync_conflicts: None,
        }
    }

    fn route(&self, exchange: &mut Exchange<'_>, line: &mut Line) -> Result<Response, Problem> {
        let request = exchange.request;
        line.note_method(request.method());
        // Refused instead of redirected: an app that sends its token in the
        // clear must fail visibly.
        if exchange.origin.transport == Transport::Plain {
            let advice =
                "Use https:// from the first request on: this one could be read on its way.";
            return Err(Problem::new(Code::HTTPS_REQUIRED, advice));
        }
        let Some(Found { route, id }) = self.router.find(request.uri().path()) else {
            return Err(Problem::new(Code::NOT_FOUND, "No such path or entry."));
        };
        line.route = route.pattern;
        if request.method() == Method::OPTIONS {
            let allowed = response::empty(StatusCode::NO_CONTENT);
            return Ok(response::with(allowed, header::ALLOW, route.allow()));
        }
        let method = match request.method() {
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
        exchange.id = id;
        act(action, exchange)
    }
}

fn act(action: Action, exchange: &mut Exchange<'_>) -> Result<Response, Problem> {
    catch_unwind(AssertUnwindSafe(|| action.call(exchange))).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "without words".to_owned());
        Err(Problem::internal(&format_args!("panic: {text}")))
    })
}

/// The response of a process that has no usable configuration.
pub fn unconfigured(reason: &str) -> Response {
    let problem = Problem::internal(&reason);
    let mut line = Line::new(now(), new_request_id());
    line.note(&problem);
    let mut response = problem.into_response("", line.request_id());
    finish(&mut response, &line);
    line.status = response.status().as_u16();
    Log::to_stderr().write(&line);
    response
}

/// How often a process looks whether the mail command has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Without includeSubDomains, since subdomains may belong to others.
const TLS_FOR_A_YEAR: &str = "max-age=31536000";
/// A browser that opens a response must load nothing else.
const NOTHING_ELSE: &str = "default-src 'none'; frame-ancestors 'none'";

/// The headers of every response (docs/PROTOCOL.md, "Headers").
fn finish(response: &mut Response, line: &Line) {
    response::set(response, header::CONTENT_SECURITY_POLICY, NOTHING_ELSE);
    response::set(response, header::CACHE_CONTROL, "no-store");
    response::set(response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response::set(response, HeaderName::from_static("x-request-id"), line.request_id());
}

fn new_request_id() -> String {
    Uuid::now_v7().simple().to_string()
}

fn now() -> UtcTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UtcTime::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{LogSettings, from_environment};
    use crate::http::request::{Body as RequestBody, Mode};

    /// A service whose database is nowhere: nothing here needs it.
    fn app(log: Log) -> App {
        let url = ("WEIGHT_SYNC_DATABASE_URL".to_owned(), "mysql://u:p@127.0.0.1:1/d".to_owned());
        let settings = from_environment([url]).unwrap();
        App::new(Service::new(settings).unwrap(), log).unwrap()
    }

    fn request(method: &str, target: &str) -> (Request, Origin) {
        let body = RequestBody::Whole(Vec::new());
        let request = http::Request::builder().method(method).uri(target).body(body).unwrap();
        let remote_address = "192.0.2.1".parse().unwrap();
        (request, Origin { mode: Mode::Cgi, remote_address, transport: Transport::Tls })
    }

    #[test]
    fn a_panic_in_an_action_is_a_problem_with_its_words_for_the_log() {
        fn broken(_: &mut Exchange<'_>) -> Result<Response, Problem> {
            panic!("a broken rule")
        }
        let app = app(Log::to_stderr());
        let (request, origin) = request("GET", "/api/health");
        let result = act(Action::Public(broken), &mut app.exchange(&request, origin));
        let problem = result.err().unwrap();
        assert_eq!(problem.code(), Code::INTERNAL_ERROR);
        assert_eq!(problem.cause(), Some("panic: a broken rule"));
        // The action may have stored something before.
        let Body::Bytes(body) = problem.into_response("", "id").into_body() else {
            panic!("spooled")
        };
        let body = String::from_utf8(body).unwrap();
        assert!(!body.contains("stored"), "{body}");
    }

    #[test]
    fn a_request_in_the_clear_is_refused_and_only_tls_gets_strict_transport_security() {
        let app = app(Log::to_stderr());
        for (transport, status, is_strict) in [
            (Transport::Tls, 204, true),
            (Transport::Loopback, 204, false),
            (Transport::Plain, 403, false),
        ] {
            let (request, origin) = request("OPTIONS", "/api/health");
            let response = app.answer(Ok((request, Origin { transport, ..origin })));
            assert_eq!(response.status().as_u16(), status, "{transport:?}");
            let strict = response.headers().contains_key(header::STRICT_TRANSPORT_SECURITY);
            assert_eq!(strict, is_strict, "{transport:?}");
        }
    }

    #[test]
    fn every_answer_carries_the_common_headers_also_without_a_request() {
        let path = std::env::temp_dir().join(format!("weight-sync-log-{}", new_request_id()));
        let app = app(Log::new(&LogSettings { file: Some(path.clone()), ..Default::default() }));
        let unreadable = Problem::new(Code::BAD_REQUEST, "unreadable");
        for (incoming, status) in [
            (Err(unreadable), 400),
            (Ok(request("GET", "/nowhere")), 404),
            (Ok(request("OPTIONS", "/api/health")), 204),
            (Ok(request("BREW", "/api/health")), 405),
            (Ok(request("GET", "/api/health-metrics/weight")), 401),
        ] {
            let response = app.answer(incoming);
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
            assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], NOTHING_ELSE);
            assert!(response.headers().contains_key("x-request-id"));
        }
        let log = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(log.lines().count(), 5);
        assert!(log.lines().all(|line| line.starts_with('{') && line.ends_with('}')));
    }
}
