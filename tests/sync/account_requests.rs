//! Interrupts account requests of a phone, and checks the account afterwards.

use serde_json::{Value, json};

use crate::killable_process::{Process, kill};
use crate::support::proxy::{Proxy, Verdict, is_commit};
use crate::support::site::Site;
use crate::support::user::logout_of_nobody;
use crate::support::{Answer, Request, Server, User, WEIGHT, weighing};

/// More commands than any request needs, including connecting and preparing.
const MOST: usize = 60;

/// The request that a phone sends, and its account.
pub(crate) struct Phone {
    pub(crate) request: Request,
    pub(crate) email: String,
    pub(crate) tokens: Option<Tokens>,
}

pub(crate) struct Tokens {
    access: String,
    refresh: String,
}

impl Phone {
    pub(crate) fn of(user: &User<'_>, request: Request) -> Self {
        let tokens = Tokens { access: user.token.clone(), refresh: user.refresh_token.clone() };
        Self { request, email: user.email.clone(), tokens: Some(tokens) }
    }

    pub(crate) fn access(&self) -> &str {
        &self.tokens.as_ref().expect("signed in").access
    }

    pub(crate) fn refresh(&self) -> &str {
        &self.tokens.as_ref().expect("signed in").refresh
    }
}

pub(crate) fn post(action: &str, body: &Value) -> Request {
    Request::new("POST", format!("/api/auth/{action}")).json(body)
}

pub(crate) fn signed_in(server: &Server, email: &str, password: &str) -> Answer {
    server.send(&post("login", &json!({"email": email, "password": password})))
}

pub(crate) fn refreshed(server: &Server, token: &str) -> Answer {
    server.send(&post("refresh", &json!({"refresh_token": token})))
}

pub(crate) fn listed(server: &Server, token: &str) -> Answer {
    server.send(&Request::get(WEIGHT).bearer(token))
}

/// Both tokens are valid and belong to the user with this address.
#[track_caller]
pub(crate) fn assert_works(server: &Server, tokens: &Value, email: &str, what: &str) {
    assert_eq!(tokens["user"]["email"], email, "{what}");
    let token = tokens["access_token"].as_str().expect("an access token");
    server.send(&Request::new("POST", WEIGHT).json(&weighing(71.0)).bearer(token)).expect(201);
    refreshed(server, tokens["refresh_token"].as_str().expect("a refresh token")).expect(200);
}

#[track_caller]
pub(crate) fn assert_one_account(server: &Server, email: &str, what: &str) {
    let count = |sql: &str| server.database().count(sql, (email,));
    assert_eq!(count("SELECT COUNT(*) FROM credentials WHERE email = ?"), 1, "{what}");
    let clocks =
        "SELECT COUNT(*) FROM sync_clocks s JOIN credentials c USING (user_id) WHERE email = ?";
    assert_eq!(count(clocks), 1, "{what}");
    let strangers = server.database().count(
        "SELECT COUNT(*) FROM users u LEFT JOIN credentials c ON c.user_id = u.id WHERE c.user_id IS NULL",
        (),
    );
    assert_eq!(strangers, 0, "{what}: no user without credentials is left");
}

/// Whether a connection lost at this statement leaves the outcome unknown: COMMIT, and the insert of a sign-in's
/// session, which commits on its own.
fn commits(statement: &str) -> bool {
    is_commit(statement) || statement.starts_with("INSERT INTO device_sessions")
}

/// Cuts the connection at each command, then kills the process at each. `check` gets the answer, or `None` if the
/// process was killed or answered 503 because it does not know the outcome.
pub(crate) fn at_each_boundary(
    site: Site,
    status: u16,
    prepare: impl Fn(&Server) -> Phone,
    check: impl Fn(&Server, &Phone, Option<&Answer>, &str),
) {
    let proxy = Proxy::before(&site);
    let server = Server::over(site, 1);
    for verdict in [Verdict::CutBefore, Verdict::CutAfter] {
        for kills in [false, true] {
            for number in 1.. {
                let what = format!("killed: {kills}, {verdict:?} command {number}");
                let phone = prepare(&server);
                let mut process = Process::start(&server);
                if !kills {
                    // Cutting a connection attempt gives 503, which says nothing about the request.
                    process.send(&logout_of_nobody()).expect("an answer");
                }
                let id = process.id();
                let cut = proxy.cut_at(number, verdict, move || {
                    if kills {
                        kill(id);
                    }
                });
                let answer = process.send(&phone.request);
                proxy.forward_all();
                process.end();
                let at = cut.statement();
                assert_eq!(answer.is_none(), at.is_some() && kills, "{what}");
                let answer = answer.filter(|answer| {
                    let is_unknown = at.is_some_and(commits) && answer.status == 503;
                    if is_unknown {
                        answer.problem(503, "database_unavailable");
                        assert!(answer.header("retry-after").is_some(), "{what}");
                    } else {
                        assert_eq!(answer.status, status, "{what} ({at:?}): {}", answer.text());
                        assert!(!at.is_some_and(is_commit), "{what}");
                    }
                    !is_unknown
                });
                check(&server, &phone, answer.as_ref(), &what);
                if at.is_none() {
                    assert!(number > 1, "{what}: no command was cut");
                    break;
                }
                assert!(number < MOST, "{what}: the request is never answered");
            }
        }
    }
}
