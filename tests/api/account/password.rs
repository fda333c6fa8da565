//! `PUT /api/account/password`

use mysql::prelude::Queryable;
use serde_json::{Value, json};

use crate::auth::access_tokens::{FOREIGN, FOREIGN_ISSUER, claims, foreign, signed};
use crate::support::proxy::Verdict;
use crate::support::user::{PASSWORD, text, with};
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, Server, User, WEIGHT};

const NEW: &str = "another horse battery staple";

fn change(user: &User<'_>, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    user.send(Request::new("PUT", "/api/account/password").json(&body))
}

#[test]
fn a_password_change_answers_200_with_new_tokens_and_ends_the_old_password() {
    let server = Server::start();
    let user = server.user();
    let tokens = change(&user, PASSWORD, NEW).expect(200);
    assert_eq!(tokens["user"], json!({"id": user.id, "email": user.email}));
    let token = text(&tokens["access_token"]);
    server.list(token).expect(200);
    server.refresh(text(&tokens["refresh_token"])).expect(200);
    server.login(&user.email, PASSWORD).problem(401, "invalid_credentials");
    server.login(&user.email, NEW).expect(200);
}

#[test]
fn every_other_session_of_the_user_ends_at_once_in_every_process() {
    let server = Server::with(&[], 3);
    let (user, other) = (server.user(), server.user());
    let tablet = server.login(&user.email, PASSWORD).expect(200);
    let refreshed = server.refresh(text(&tablet["refresh_token"])).expect(200);
    change(&user, PASSWORD, NEW).expect(200);
    for token in [&user.token, text(&tablet["access_token"]), text(&refreshed["access_token"])] {
        for _ in 0..3 {
            server.list(token).problem(401, "session_ended");
        }
    }
    let (first, second) = (text(&tablet["refresh_token"]), text(&refreshed["refresh_token"]));
    for token in [&user.refresh_token, first, second] {
        server.refresh(token).problem(401, "invalid_refresh_token");
    }
    other.get(WEIGHT).expect(200);
    server.refresh(&other.refresh_token).expect(200);
}

#[test]
fn a_wrong_current_password_is_403_and_changes_nothing() {
    let server = Server::start();
    let user = server.user();
    for wrong in ["", "wrong", &PASSWORD.to_uppercase(), &format!("{PASSWORD} ")] {
        change(&user, wrong, NEW).problem(403, "wrong_password");
    }
    user.get(WEIGHT).expect(200);
    server.refresh(&user.refresh_token).expect(200);
    server.login(&user.email, PASSWORD).expect(200);
    server.login(&user.email, NEW).problem(401, "invalid_credentials");
}

#[test]
fn guesses_of_the_current_password_count_toward_the_login_limit() {
    let settings = [("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "3")];
    let server = Server::with_stopped_clock(&settings, 2);
    let (user, other) = (server.user(), server.user());
    for _ in 0..3 {
        change(&user, "a wrong password", NEW).problem(403, "wrong_password");
    }
    let refused = change(&user, PASSWORD, NEW);
    refused.problem(429, "rate_limited");
    assert!(refused.header("retry-after").is_some());
    // The limit also covers logins, and only those of this user.
    server.login(&user.email, PASSWORD).problem(429, "rate_limited");
    change(&other, PASSWORD, NEW).expect(200);
}

#[test]
fn the_new_password_has_the_limits_of_a_registration_and_all_errors_come_at_once() {
    let server = Server::start();
    let user = server.user();
    let errors = |current: &str, new: &str| change(&user, current, new).field_errors();
    assert_eq!(errors(PASSWORD, "x"), ["new_password too_short"]);
    assert_eq!(errors(PASSWORD, &"x".repeat(129)), ["new_password too_long"]);
    assert_eq!(errors(PASSWORD, "password1234"), ["new_password guessable"]);
    assert_eq!(errors(PASSWORD, &user.email.to_uppercase()), ["new_password guessable"]);
    assert_eq!(
        errors(&"x".repeat(129), "x"),
        ["current_password too_long", "new_password too_short"]
    );
    let put = |body: Value| user.send(Request::new("PUT", "/api/account/password").json(&body));
    assert_eq!(
        put(json!({"new_password": 5})).field_errors(),
        ["current_password required", "new_password wrong_type"]
    );
    server
        .send(&Request::new("PUT", "/api/account/password").json(&json!({})))
        .problem(401, "missing_token");
}

#[test]
fn concurrent_changes_leave_one_password_and_one_session() {
    let server = Server::with(&[], 4);
    let user = server.user();
    let passwords: Vec<String> = (0..4).map(|number| format!("{NEW} {number}")).collect();
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let threads: Vec<_> = passwords
            .iter()
            .map(|password| scope.spawn(|| change(&user, PASSWORD, password)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let winners: Vec<usize> = (0..4).filter(|number| answers[*number].status == 200).collect();
    assert_eq!(winners.len(), 1, "{answers:?}");
    for answer in &answers {
        // For the other requests the password had changed, or the session had ended.
        assert!(matches!(answer.status, 200 | 401 | 403), "{}", answer.text());
    }
    let tokens = answers[winners[0]].json();
    let token = text(&tokens["access_token"]);
    server.list(token).expect(200);
    server.login(&user.email, &passwords[winners[0]]).expect(200);
    assert_eq!(server.database().count("SELECT generation FROM credentials", ()), 1);
}

#[test]
fn no_session_started_or_refreshed_during_the_change_outlives_it() {
    // All processes at one server: the rows that a sign-in locks are not locked at other nodes of a cluster.
    let (_proxy, server) = Server::behind_proxy(&[], 4);
    for _ in 0..8 {
        let user = server.user();
        let sessions: Vec<Answer> = std::thread::scope(|scope| {
            let logins: Vec<_> = (0..3)
                .map(|_| scope.spawn(|| server.login(&user.email, PASSWORD)))
                .chain((0..3).map(|_| scope.spawn(|| server.refresh(&user.refresh_token))))
                .collect();
            change(&user, PASSWORD, NEW).expect(200);
            logins.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for session in sessions.iter().filter(|answer| answer.status == 200) {
            let tokens = session.json();
            let token = text(&tokens["access_token"]);
            server.list(token).problem(401, "session_ended");
            server.refresh(text(&tokens["refresh_token"])).problem(401, "invalid_refresh_token");
        }
        for refused in sessions.iter().filter(|answer| answer.status != 200) {
            assert_eq!(refused.status, 401, "{}", refused.text());
        }
    }
}

#[test]
fn a_login_that_waits_for_an_uncommitted_change_starts_no_session_with_the_old_password() {
    let server = Server::start();
    let user = server.user();
    // The statements of the change up to its COMMIT.
    let mut change = server.database().connect();
    change.query_drop("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").unwrap();
    change.query_drop("START TRANSACTION").unwrap();
    for statement in [
        "UPDATE credentials SET generation = generation + 1 WHERE user_id = ?",
        "DELETE FROM device_sessions WHERE user_id = ?",
    ] {
        change.exec_drop(statement, (&user.id,)).unwrap();
    }
    std::thread::scope(|scope| {
        let sign_in = scope.spawn(|| server.login(&user.email, PASSWORD));
        wait_until("the sign-in waits, or wrongly does not", || {
            sign_in.is_finished() || !server.database().lock_waiters().is_empty()
        });
        change.query_drop("COMMIT").unwrap();
        sign_in.join().unwrap();
    });
    let sessions = "SELECT COUNT(*) FROM device_sessions WHERE user_id = ?";
    assert_eq!(server.database().count(sessions, (&user.id,)), 0, "sessions of the old password");
}

#[test]
fn an_access_token_of_another_generation_is_refused() {
    let server = Server::start();
    let user = server.user();
    let get = |generation: Value| {
        server.list(&signed(&with(claims(&user.id, 900), &json!({"gen": generation}))))
    };
    get(json!(0)).expect(200);
    get(json!(1)).problem(401, "session_ended");
    for wrong in [json!("0"), json!(-1), json!(0.5), json!(4_294_967_296_u64), json!([0])] {
        get(wrong).problem(401, "invalid_token");
    }
}

#[test]
fn the_generation_is_checked_also_without_a_rate_limit() {
    let server = Server::with(&[("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "0")], 1);
    let user = server.user();
    user.get(WEIGHT).expect(200);
    change(&user, PASSWORD, NEW).expect(200);
    user.get(WEIGHT).problem(401, "session_ended");
}

/// It has no generation, so no sign-out would end it.
#[test]
fn a_token_of_another_backend_is_refused_for_a_user_who_signs_in_here() {
    for limit in ["0", "100"] {
        let limit = ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", limit);
        let server = Server::with(&[FOREIGN, limit], 1);
        let user = server.user();
        server.database().execute("INSERT INTO users (id) VALUES ('theirs')", ());
        for (id, generation, status) in
            [("theirs", None, 200), (&user.id, None, 401), (&user.id, Some(0), 401)]
        {
            let claims = json!({"iss": FOREIGN_ISSUER, "sub": id, "gen": generation,
                "exp": chrono::Utc::now().timestamp() + 900});
            let answer = server.list(&foreign(&claims));
            assert_eq!(answer.status, status, "{}", answer.text());
            if status == 401 {
                answer.problem(401, "session_ended");
            }
        }
        user.get(WEIGHT).expect(200);
    }
}

#[test]
fn a_login_that_renews_the_hash_during_the_change_does_not_restore_the_old_password() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    server.site.edit_config("argon2_iterations = 1", "argon2_iterations = 2");
    let renewal = proxy.hold("UPDATE credentials SET password_hash = ", Verdict::Forward);
    std::thread::scope(|scope| {
        let body = json!({"email": user.email, "password": PASSWORD});
        let request = Request::new("POST", "/api/auth/login").json(&body);
        let site = &server.site;
        let renewing = scope.spawn(move || site.as_cgi(&request));
        renewal.wait();
        change(&user, PASSWORD, NEW).expect(200);
        renewal.release();
        renewing.join().unwrap().expect(200);
    });
    server.login(&user.email, PASSWORD).problem(401, "invalid_credentials");
    server.login(&user.email, NEW).expect(200);
}
