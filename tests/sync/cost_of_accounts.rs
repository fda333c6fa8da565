//! The cost of account requests (statements, round trips, rows read), which does not depend on the number of entries.

use serde_json::{Value, json};

use crate::cost_of_reads::logged;
use crate::cost_of_writes::documented;
use crate::statement_cost::{Metered, outline, rows_read};
use crate::support::google::{KeyServer, Person};
use crate::support::mail::Mailbox;
use crate::support::proxy::{Command, Proxy};
use crate::support::user::PASSWORD;
use crate::support::{Request, Server, User, WEIGHT, folder::random_name};

/// High enough to refuse no request; with 0 the service would not count them.
const LIMITS: [(&str, &str); 9] = [
    ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ACCOUNT_PER_HOUR", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ACCOUNT_PER_MINUTE", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ADDRESS_PER_MINUTE", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_CODES_PER_ACCOUNT_PER_HOUR", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_CODES_PER_ADDRESS_PER_HOUR", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_MAILS_PER_HOUR", "1000"),
];

/// The beginning of a row of the table in docs/ARCHITECTURE.md, the status, and the request of a new user.
type Route<'a> = (&'static str, u16, &'a dyn Fn(&User<'_>) -> Request);

/// The cost of one request.
#[derive(Debug, PartialEq, Eq)]
struct Cost {
    statements: usize,
    /// Includes the preparation of statements.
    round_trips: usize,
    rows: u64,
}

fn post(action: &str, body: &Value) -> Request {
    Request::new("POST", format!("/api/auth/{action}")).json(body)
}

fn logout(user: &User<'_>) -> Request {
    post("logout", &json!({"refresh_token": user.refresh_token}))
}

/// The cost of a request to a process that has already served one of the same kind.
#[track_caller]
fn cost(
    metered: &Metered,
    entries: usize,
    status: u16,
    request: &dyn Fn(&User<'_>) -> Request,
) -> Cost {
    let prepare = || {
        let user = metered.server.user();
        user.fill("n", entries);
        // Inserts the user's counter.
        user.list();
        (user.token.clone(), request(&user))
    };
    let (token, request) = prepare();
    metered.cost(&token, &request);
    let (token, request) = prepare();
    let (answer, statements) = metered.cost(&token, &request);
    let (token, request) = prepare();
    metered.proxy.take_log();
    metered.server.send(&request.bearer(&token));
    let commands = metered.proxy.take_log();
    assert_eq!(answer.status, status, "{}", answer.text());
    let said = usize::try_from(logged(metered, &answer)).unwrap();
    assert_eq!(statements.len(), said, "{:#?}", outline(&statements));
    let round_trips = commands.iter().filter(|command| !command.is_counting()).count();
    Cost { statements: statements.len(), round_trips, rows: rows_read(&statements) }
}

#[test]
fn account_requests_take_the_documented_round_trips_for_any_number_of_entries() {
    let metered = Metered::start(&LIMITS);
    let by_route: [Route<'_>; 11] = [
        ("register", 201, &|_| {
            let email = format!("{}@example.org", random_name());
            post("register", &json!({"email": email, "password": PASSWORD}))
        }),
        ("sign-in |", 200, &|user| {
            post("login", &json!({"email": user.email, "password": PASSWORD}))
        }),
        ("refresh", 200, &|user| post("refresh", &json!({"refresh_token": user.refresh_token}))),
        ("logout |", 204, &logout),
        ("logout |", 204, &|user| {
            metered.server.send(&logout(user)).expect(204);
            logout(user)
        }),
        ("sessions, ending one", 200, &|_| Request::get("/api/account/sessions")),
        ("sessions, ending one", 204, &|user| {
            let listed = user.get("/api/account/sessions").expect(200);
            let id = listed["sessions"][0]["id"].as_str().expect("an id");
            Request::new("DELETE", format!("/api/account/sessions/{id}"))
        }),
        ("logout from everywhere", 204, &|user| {
            post("logout", &json!({"refresh_token": user.refresh_token, "all": true}))
        }),
        ("who am I", 200, &|_| Request::get("/api/account")),
        ("new password", 200, &|_| {
            let body =
                json!({"current_password": PASSWORD, "new_password": "another long password"});
            Request::new("PUT", "/api/account/password").json(&body)
        }),
        ("limits", 200, &|_| Request::get("/api/limits")),
    ];
    for (row, status, request) in by_route {
        let [none, many] = [0, 300].map(|entries| cost(&metered, entries, status, request));
        assert_eq!(none.statements, documented(row), "{row}");
        assert_eq!(none.round_trips, none.statements, "{row}");
        assert_eq!(none, many, "{row}: the same for a user of 300 entries");
        assert!(none.rows <= 30, "{row}: {none:?}");
    }
}

#[test]
fn codes_take_the_documented_round_trips_for_known_and_unknown_addresses() {
    let mailbox = Mailbox::new();
    let mut settings = mailbox.settings();
    let raised = settings.iter_mut().filter(|(name, _)| name.contains("RATE_LIMIT"));
    raised.for_each(|(_, value)| *value = "1000".to_owned());
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).chain(LIMITS).collect();
    let metered = Metered::start(&settings);
    metered.server.site.weightctl_ok(&["user", "create", "--email", "anna@example.org"]);
    let cost = |status: u16, action: &str, body: &Value| {
        let (answer, statements) = metered.cost("", &post(action, body));
        assert_eq!(answer.status, status, "{}", answer.text());
        statements.len()
    };
    // Connects and sets up the connection.
    metered.server.use_database();
    for email in ["anna@example.org", "nobody@example.org"] {
        let forgot = json!({"email": email});
        assert_eq!(
            cost(202, "password/forgot", &forgot),
            documented("forgotten password"),
            "{email}"
        );
        let register = json!({"email": email, "password": PASSWORD});
        assert_eq!(cost(202, "register", &register), documented("register by mail"), "{email}");
        let wrong = json!({"email": email, "code": "0000-0000", "new_password": PASSWORD});
        assert_eq!(cost(403, "password/reset", &wrong), documented("a wrong code"), "{email}");
    }
    // The code of the second message, of the registration that the account has already.
    mailbox.next();
    let reset =
        |email: &str, code: &str| json!({"email": email, "code": code, "new_password": PASSWORD});
    let code = mailbox.next_code();
    let taken = cost(200, "password/reset", &reset("anna@example.org", &code));
    assert_eq!(taken, documented("a code that sets a password"));
    let code = mailbox.next_code();
    let taken = cost(201, "password/reset", &reset("nobody@example.org", &code));
    assert_eq!(taken, documented("a code that makes an account"));
}

#[test]
fn a_login_that_replaces_an_outdated_hash_takes_the_documented_number_of_statements() {
    let metered = Metered::start(&LIMITS);
    let user = metered.server.user();
    let site = &metered.server.site;
    let settings = std::fs::read_to_string(&site.config).unwrap();
    let changed = settings.replace("argon2_iterations = 1", "argon2_iterations = 2");
    assert_ne!(settings, changed);
    std::fs::write(&site.config, changed).unwrap();
    metered.proxy.take_log();
    site.as_cgi(&post("login", &json!({"email": user.email, "password": PASSWORD}))).expect(200);
    let sets_up = |command: &Command| command.text.starts_with("SET SESSION");
    let is_of_the_request =
        |command: &&Command| command.is_statement() && !command.is_counting() && !sets_up(command);
    let commands = metered.proxy.take_log();
    let statements = commands.iter().filter(is_of_the_request).count();
    assert_eq!(statements, documented("sign-in that replaces"), "{commands:#?}");
}

#[test]
fn a_sign_in_with_google_takes_the_documented_number_of_statements() {
    let keys = KeyServer::start();
    let site = keys.site(&LIMITS);
    site.weightctl_ok(&["google-keys", "refresh"]);
    let proxy = Proxy::before(&site);
    proxy.meter();
    let metered = Metered { proxy, server: Server::over(site, 1) };
    let sign_in = |person: &Person, status: u16| {
        let request = post("google", &json!({"id_token": person.token()}));
        let (answer, statements) = metered.cost("", &request);
        assert_eq!(answer.status, status, "{}", answer.text());
        statements.len()
    };
    // Connects and sets up the connection.
    metered.server.use_database();
    for _ in 0..2 {
        let person = Person::new();
        assert_eq!(sign_in(&person, 201), documented("sign-in with Google that creates"));
        assert_eq!(sign_in(&person, 200), documented("sign-in with Google, later"));
        let person = Person::with_address(&metered.server.user().email);
        assert_eq!(sign_in(&person, 200), documented("sign-in with Google that links"));
    }
}

#[test]
fn an_export_and_a_deletion_take_the_documented_number_of_statements() {
    let metered = Metered::start(&LIMITS);
    let export = |_: &User<'_>| Request::get("/api/account/export");
    let delete =
        |_: &User<'_>| Request::new("DELETE", "/api/account").json(&json!({"password": PASSWORD}));
    for entries in [0, 1, 300] {
        let taken = cost(&metered, entries, 200, &export).statements;
        assert_eq!(taken, documented("export"), "{entries} entries");
    }
    for (entries, more) in [(0, 0), (300, 0), (2_000, 1)] {
        let taken = cost(&metered, entries, 200, &delete).statements;
        assert_eq!(taken, documented("deleting an account") + more, "{entries} entries");
    }
}

#[test]
fn a_health_check_takes_the_documented_number_of_statements_on_a_connection_of_its_own() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    proxy.take_log();
    // The first request of its process, which has not asked the database yet.
    server.send(&Request::get("/api/health")).expect(200);
    let log = proxy.take_log();
    let asks = |command: &&Command| {
        command.is_statement() && !command.text.starts_with("SET SESSION") && !command.is_counting()
    };
    let asked = log.iter().filter(asks).count();
    assert_eq!(asked, documented("health"), "{log:#?}");
}

#[test]
fn a_refused_token_takes_the_documented_number_of_statements() {
    let metered = Metered::start(&LIMITS);
    let user = metered.server.user();
    let refused = documented("refused token");
    for token in ["nonsense", &user.token[..user.token.len() - 2]] {
        let (answer, statements) = metered.cost(token, &Request::get(WEIGHT));
        assert_eq!(
            (answer.status, statements.len()),
            (401, refused),
            "{:#?}",
            outline(&statements)
        );
    }
    metered.server.database().execute("DELETE FROM users WHERE id = ?", (&user.id,));
    metered.cost(&user.token, &Request::get(WEIGHT));
    let (answer, statements) = metered.cost(&user.token, &Request::get(WEIGHT));
    answer.problem(401, "unknown_user");
    assert_eq!(statements.len(), 2, "{:#?}", outline(&statements));
}
