//! From a request to an answer: one straight line that every request takes.
//! Finds the action, lets it act, makes the answer whole, writes the log.

mod counting;
pub mod log;
pub mod router;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use http::{HeaderName, Method, StatusCode, header};

use crate::domain::time::UtcTime;
use crate::handlers::service::Service;
use crate::handlers::{Action, Answer, Exchange, rate_headers};
use crate::http::problem::{Code, Problem};
use crate::http::request::Request;
use crate::http::response::{Client, Response};
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
    /// Two routes that contradict each other: a fault of ours.
    pub fn new(service: Service, log: Log) -> Result<Self, String> {
        Ok(Self { router: Router::new()?, service, log, counting: Counting::default() })
    }

    /// Answers a request, or what the gateway could not make a request of.
    /// Always answers: a panic becomes a logged 500.
    pub fn answer(&self, incoming: Result<Request, Problem>, client: &mut dyn Client) {
        let begun = Instant::now();
        let mut line = Line::new(now(), new_request_id());
        match incoming {
            Ok(request) => self.answer_request(&request, &mut line, begun, client),
            Err(problem) => {
                let response = self.refuse(problem, &mut line);
                self.send(&response, &mut line, begun, client);
            }
        }
    }

    fn answer_request(
        &self,
        request: &Request,
        line: &mut Line,
        begun: Instant,
        client: &mut dyn Client,
    ) {
        let mut exchange = self.exchange(request);
        let (mut response, rest) = match self.route(&mut exchange, line) {
            Ok(Answer::Whole(response)) => (response, None),
            Ok(Answer::Long(response, rest)) => (response, Some(rest)),
            Err(problem) => (self.refuse(problem, line), None),
        };
        finish(&mut response, line);
        for (name, value) in exchange.rate.iter().flat_map(rate_headers) {
            response.set(name, value.to_string());
        }
        let is_head = request.method == Method::HEAD;
        if is_head {
            response.body.clear();
        }
        line.user_id = exchange.user_id.as_ref().map(ToString::to_string);
        line.statements = exchange.database.statements();
        line.synced = exchange.synced;
        let Some(rest) = rest.filter(|_| !is_head) else {
            // The connection is given back before a slow client is waited for.
            drop(exchange);
            return self.send(&response, line, begun, client);
        };
        let sent = catch(|| {
            client.begin(&response)?;
            rest(&mut exchange, client)
        });
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(cut)) => line.note_cut(&cut),
            Err(panic) => line.note_cut(&panic),
        }
        line.statements = exchange.database.statements();
        drop(exchange);
        self.record(&response, line, begun);
    }

    fn send(&self, response: &Response, line: &mut Line, begun: Instant, client: &mut dyn Client) {
        self.record(response, line, begun);
        // A client that has gone away is no error of ours.
        let _ = client.begin(response);
    }

    fn record(&self, response: &Response, line: &mut Line, begun: Instant) {
        line.status = response.status.as_u16();
        line.milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
        self.log.write(line);
        self.counting.note(line);
    }

    /// For the time after an answer: nobody waits for this.
    pub fn has_answered(&self) {
        self.counting.write_when_due(&self.service.pool);
    }

    /// For the end of the process.
    pub fn is_ending(&'static self) {
        self.counting.write_the_last(&self.service.settings.database);
    }

    fn refuse(&self, problem: Problem, line: &mut Line) -> Response {
        line.note(&problem);
        let public_url = &self.service.settings.server.public_url;
        let mut response = problem.into_response(public_url, line.request_id());
        finish(&mut response, line);
        response
    }

    fn exchange<'a>(&'a self, request: &'a Request) -> Exchange<'a> {
        Exchange {
            service: &self.service,
            request,
            id: None,
            now: now(),
            database: self.service.database(),
            user_id: None,
            rate: None,
            synced: None,
        }
    }

    fn route(&self, exchange: &mut Exchange<'_>, line: &mut Line) -> Result<Answer, Problem> {
        let request = exchange.request;
        line.note_method(&request.method);
        let Some(Found { route, id }) = self.router.find(request.target.path()) else {
            return Err(Problem::new(Code::NOT_FOUND, "No such address or entry."));
        };
        line.route = route.pattern;
        if request.method == Method::OPTIONS {
            let allowed = Response::empty(StatusCode::NO_CONTENT);
            return Ok(Answer::Whole(allowed.with(header::ALLOW, route.allow())));
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
        exchange.id = id;
        act(action, exchange)
    }
}

fn act(action: Action, exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    catch(|| action.call(exchange)).unwrap_or_else(|panic| Err(Problem::internal(&panic)))
}

/// Runs `work`; where it panics, the panic's words.
fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned());
        format!("panic: {}", text.unwrap_or_else(|| "without words".to_owned()))
    })
}

/// The answer of a process that has no usable configuration.
pub fn unconfigured(reason: &str, client: &mut dyn Client) {
    let problem = Problem::internal(&reason);
    let mut line = Line::new(now(), new_request_id());
    line.note(&problem);
    let mut response = problem.into_response("", line.request_id());
    finish(&mut response, &line);
    line.status = response.status.as_u16();
    Log::to_stderr().write(&line);
    // A client that has gone away is no error of ours.
    let _ = client.begin(&response);
}

/// What every answer carries (DESIGN section 2).
fn finish(response: &mut Response, line: &Line) {
    response.set(header::CACHE_CONTROL, "no-store");
    response.set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response.set(HeaderName::from_static("x-request-id"), line.request_id());
}

fn new_request_id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

fn now() -> UtcTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UtcTime::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{LogSettings, from_environment};
    use crate::http::request::{Body, Mode};
    use crate::http::target::Target;

    /// A service whose database is nowhere: nothing here needs it.
    fn app(log: Log) -> App {
        let url = ("WEIGHT_SYNC_DATABASE_URL".to_owned(), "mysql://u:p@127.0.0.1:1/d".to_owned());
        let settings = from_environment([url]).unwrap();
        App::new(Service::new(settings).unwrap(), log).unwrap()
    }

    fn request(method: &str, target: &str) -> Request {
        Request {
            mode: Mode::Cgi,
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            target: Target::parse(target).unwrap(),
            headers: Default::default(),
            remote_address: "192.0.2.1".parse().unwrap(),
            body: Body::Whole(Vec::new()),
        }
    }

    /// Keeps what it is sent.
    #[derive(Default)]
    struct Kept(Option<Response>);

    impl Client for Kept {
        fn begin(&mut self, response: &Response) -> std::io::Result<()> {
            self.0 = Some(response.clone());
            Ok(())
        }

        fn go_on(&mut self, _: &[u8]) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn answer(app: &App, incoming: Result<Request, Problem>) -> Response {
        let mut client = Kept::default();
        app.answer(incoming, &mut client);
        client.0.unwrap()
    }

    #[test]
    fn a_panic_in_an_action_is_a_problem_with_its_words_for_the_log() {
        fn broken(_: &mut Exchange<'_>) -> Result<Response, Problem> {
            panic!("a broken rule")
        }
        let app = app(Log::to_stderr());
        let request = request("GET", "/api/health");
        let result = act(Action::Public(broken), &mut app.exchange(&request));
        let problem = result.err().unwrap();
        assert_eq!(problem.code(), Code::INTERNAL_ERROR);
        assert_eq!(problem.cause(), Some("panic: a broken rule"));
        // The action may have stored something before.
        let body = String::from_utf8(problem.into_response("", "id").body).unwrap();
        assert!(!body.contains("stored"), "{body}");
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
            let response = answer(&app, incoming);
            assert_eq!(response.status.as_u16(), status);
            assert_eq!(response.headers[header::CACHE_CONTROL], "no-store");
            assert_eq!(response.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert!(response.headers.contains_key("x-request-id"));
        }
        let log = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(log.lines().count(), 5);
        assert!(log.lines().all(|line| line.starts_with('{') && line.ends_with('}')));
    }
}
