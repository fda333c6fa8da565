//! What requests about accounts cost: the number of statements, and rows read, whatever the user has.

use serde_json::{Value, json};

use crate::cost_of_reads::logged;
use crate::cost_of_writes::documented;
use crate::statement_cost::{Metered, outline, rows_read};
use crate::stored_state::fill;
use crate::support::google::{KeyServer, Person};
use crate::support::proxy::Proxy;
use crate::support::user::PASSWORD;
use crate::support::{Request, Server, User, WEIGHT, folder::random_name};

/// High enough to refuse nothing; at 0 nothing would be counted.
const LIMITS: [(&str, &str); 6] = [
    ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ACCOUNT_PER_HOUR", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ACCOUNT_PER_MINUTE", "1000"),
    ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ADDRESS_PER_MINUTE", "1000"),
];

/// A row of the table in docs/ARCHITECTURE.md, and a request of a user who is there for it alone.
type Route<'a> = (&'static str, u16, &'a dyn Fn(&User<'_>) -> Request);

fn post(action: &str, body: &Value) -> Request {
    Request::new("POST", format!("/api/auth/{action}")).json(body)
}

/// Statements and rows of a request when all is prepared and its tables are known.
#[track_caller]
fn cost(
    metered: &Metered,
    entries: usize,
    status: u16,
    request: &dyn Fn(&User<'_>) -> Request,
) -> (usize, u64) {
    let once = || {
        let user = metered.server.user();
        fill(&user, "n", entries);
        // The counter of a user is made by the first request.
        user.list();
        let (answer, statements) = metered.cost(&user.token, &request(&user));
        assert_eq!(answer.status, status, "{}", answer.text());
        (answer, statements)
    };
    let (answer, statements) = metered.by_one_connection(|| {
        once();
        once()
    });
    let said = usize::try_from(logged(metered, &answer)).unwrap();
    assert_eq!(statements.len(), said, "{:#?}", outline(&statements));
    (statements.len(), rows_read(&statements))
}

#[test]
fn account_requests_take_as_many_statements_as_the_architecture_says_whatever_the_user_has() {
    let metered = Metered::start(&LIMITS);
    let by_route: [Route<'_>; 9] = [
        ("register", 201, &|_| {
            let email = format!("{}@example.org", random_name());
            post("register", &json!({"email": email, "password": PASSWORD}))
        }),
        ("sign-in |", 200, &|user| {
            post("login", &json!({"email": user.email, "password": PASSWORD}))
        }),
        ("refresh", 200, &|user| post("refresh", &json!({"refresh_token": user.refresh_token}))),
        ("logout |", 204, &|user| post("logout", &json!({"refresh_token": user.refresh_token}))),
        ("logout from everywhere", 204, &|user| {
            post("logout", &json!({"refresh_token": user.refresh_token, "all": true}))
        }),
        ("who am I", 200, &|_| Request::get("/api/account")),
        ("new password", 200, &|_| {
            let body =
                json!({"current_password": PASSWORD, "new_password": "another long password"});
            Request::new("PUT", "/api/account/password").json(&body)
        }),
        ("health", 200, &|_| Request::get("/api/health")),
        ("limits", 200, &|_| Request::get("/api/limits")),
    ];
    for (row, status, request) in by_route {
        let seen = [0, 300].map(|entries| cost(&metered, entries, status, request));
        assert_eq!(seen[0].0, documented(row), "{row}");
        assert_eq!(seen[0], seen[1], "{row}: as much for a user of 300 entries");
        assert!(seen[0].1 <= 30, "{row}: {seen:?}");
    }
}

#[test]
fn a_sign_in_with_google_takes_as_many_statements_as_the_architecture_says() {
    let keys = KeyServer::start();
    let site = keys.site(&LIMITS);
    site.weightctl_ok(&["google-keys", "refresh"]);
    let proxy = Proxy::before(&site);
    proxy.meter();
    let metered = Metered { proxy, server: Server::over(site, 1) };
    let mut last = [0, 0];
    for _ in 0..2 {
        let person = Person::new();
        last = ["first", "later"].map(|_| {
            let request = post("google", &json!({"id_token": person.token()}));
            metered.cost("", &request).1.len()
        });
    }
    assert_eq!(last[0], documented("sign-in with Google, the first"));
    assert_eq!(last[1], documented("sign-in with Google, later"));
}

#[test]
fn an_export_and_a_deletion_take_as_many_statements_as_the_architecture_says() {
    let metered = Metered::start(&LIMITS);
    let export = |_: &User<'_>| Request::get("/api/account/export");
    let delete =
        |_: &User<'_>| Request::new("DELETE", "/api/account").json(&json!({"password": PASSWORD}));
    for entries in [0, 1, 300] {
        assert_eq!(cost(&metered, entries, 200, &export).0, documented("export"));
    }
    for entries in [0, 300] {
        assert_eq!(cost(&metered, entries, 200, &delete).0, documented("deleting an account"));
    }
}

#[test]
fn who_is_not_let_in_costs_as_little_as_the_architecture_says() {
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
