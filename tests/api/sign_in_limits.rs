//! Limits on sign-ins, registrations and refreshes, by account and by network address.

use serde_json::json;

use crate::rate_limit::number;
use crate::support::user::PASSWORD;
use crate::support::{Answer, Request, Server};

fn login_from(server: &Server, address: &str, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    server.send(&Request::new("POST", "/api/auth/login").json(&body).sent_from(address))
}

#[test]
fn login_is_limited_for_each_account_and_each_network_address() {
    let settings = [
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "3"),
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "5"),
    ];
    let server = Server::with_stopped_clock(&settings, 2);
    let (user, other) = (server.user(), server.user());
    let login = |email: &str, password: &str, address: &str| {
        let body = json!({"email": email, "password": password});
        server.send(&Request::new("POST", "/api/auth/login").json(&body).sent_from(address))
    };
    for _ in 0..3 {
        login(&user.email, "a wrong password of length", "192.0.2.1")
            .problem(401, "invalid_credentials");
    }
    let refused = login(&user.email, PASSWORD, "192.0.2.2");
    refused.problem(429, "rate_limited");
    assert!(refused.header("retry-after").is_some());
    login(&other.email, PASSWORD, "192.0.2.3").expect(200);
    for number in 0..2 {
        login(&format!("{number}@example.org"), PASSWORD, "192.0.2.1")
            .problem(401, "invalid_credentials");
    }
    login(&other.email, PASSWORD, "192.0.2.1").problem(429, "rate_limited");
    login(&other.email, PASSWORD, "192.0.2.4").expect(200);
}

#[test]
fn a_right_password_does_not_count_toward_the_limit_of_the_account() {
    let settings = [("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "2")];
    let server = Server::with_stopped_clock(&settings, 2);
    let user = server.user();
    login_from(&server, "192.0.2.1", &user.email, "a wrong password")
        .problem(401, "invalid_credentials");
    for _ in 0..4 {
        login_from(&server, "192.0.2.2", &user.email, PASSWORD).expect(200);
    }
}

#[test]
fn a_phone_with_an_old_password_does_not_lock_out_its_household() {
    let settings = [
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "3"),
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "5"),
    ];
    let server = Server::with_stopped_clock(&settings, 2);
    let (user, other) = (server.user(), server.user());
    let statuses: Vec<u16> = (0..10)
        .map(|_| login_from(&server, "192.0.2.1", &user.email, "an old password").status)
        .collect();
    assert_eq!(statuses, [401, 401, 401, 429, 429, 429, 429, 429, 429, 429]);
    login_from(&server, "192.0.2.1", &other.email, PASSWORD).expect(200);
}

#[test]
fn a_guesser_elsewhere_does_not_keep_the_owner_out_where_the_account_is_signed_in() {
    let settings = [("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "3")];
    let server = Server::with_stopped_clock(&settings, 2);
    let user = server.user();
    let tokens = login_from(&server, "2001:db8:0:1::1", &user.email, PASSWORD).expect(200);
    for status in [401, 401, 401, 429] {
        assert_eq!(login_from(&server, "192.0.2.66", &user.email, "a guess").status, status);
    }
    login_from(&server, "2001:db8:0:2::2", &user.email, PASSWORD).expect(200);
    login_from(&server, "192.0.2.99", &user.email, PASSWORD).problem(429, "rate_limited");

    // A refresh moves the session to another network.
    let refresh = Request::new("POST", "/api/auth/refresh")
        .json(&json!({"refresh_token": tokens["refresh_token"]}))
        .sent_from("192.0.2.99");
    server.send(&refresh).expect(200);
    login_from(&server, "192.0.2.99", &user.email, PASSWORD).expect(200);
    // Guesses from there are limited too.
    for status in [401, 401, 401, 429] {
        assert_eq!(login_from(&server, "192.0.2.99", &user.email, "a guess").status, status);
    }
}

#[test]
fn the_login_limit_for_an_account_covers_unknown_email_addresses_in_any_case() {
    let server = Server::with_stopped_clock(
        &[("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "2")],
        1,
    );
    let login = |email: &str| {
        server
            .send(
                &Request::new("POST", "/api/auth/login")
                    .json(&json!({"email": email, "password": PASSWORD})),
            )
            .status
    };
    assert_eq!(
        ["Nobody@example.org", "nobody@EXAMPLE.org", "nobody@example.org"].map(login),
        [401, 401, 429]
    );
}

#[test]
fn register_refresh_and_logout_are_limited_for_each_network_address() {
    let settings = [
        ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR", "2"),
        ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ADDRESS_PER_MINUTE", "2"),
    ];
    let server = Server::with_stopped_clock(&settings, 1);
    let register = |name: &str, address: &str| {
        let body = json!({"email": format!("{name}@example.org"), "password": PASSWORD});
        server
            .send(&Request::new("POST", "/api/auth/register").json(&body).sent_from(address))
            .status
    };
    assert_eq!(
        [
            register("a", "192.0.2.1"),
            register("b", "192.0.2.1"),
            register("c", "192.0.2.1"),
            register("c", "192.0.2.2")
        ],
        [201, 201, 429, 201]
    );
    let send = |action: &str, address: &str| {
        let body = json!({"refresh_token": "unknown"});
        let request = Request::new("POST", format!("/api/auth/{action}")).json(&body);
        server.send(&request.sent_from(address)).status
    };
    assert_eq!(
        ["192.0.2.1", "192.0.2.1", "192.0.2.1", "2001:db8::1"].map(|from| send("refresh", from)),
        [401, 401, 429, 401]
    );
    // Sign-outs count with them.
    assert_eq!(["192.0.2.1", "192.0.2.3"].map(|from| send("logout", from)), [429, 204]);
}

#[test]
fn register_is_limited_for_each_email_address_over_all_network_addresses() {
    let server = Server::with_stopped_clock(
        &[("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ACCOUNT_PER_HOUR", "2")],
        2,
    );
    let register = |email: &str, address: &str| {
        let body = json!({"email": email, "password": PASSWORD});
        server.send(&Request::new("POST", "/api/auth/register").json(&body).sent_from(address))
    };
    register("ada@example.org", "192.0.2.1").expect(201);
    register("ada@example.org", "192.0.2.2").problem(409, "email_taken");
    let refused = register("ADA@example.org", "192.0.2.3");
    refused.problem(429, "rate_limited");
    register("bob@example.org", "192.0.2.1").expect(201);
    // To one second after the full hour.
    server.advance_clock(number(&refused, "retry-after") - 1);
    register("ada@example.org", "192.0.2.3").problem(429, "rate_limited");
    server.advance_clock(1);
    register("ada@example.org", "192.0.2.3").problem(409, "email_taken");
}

#[test]
fn refresh_is_limited_for_each_user_over_all_devices_and_network_addresses() {
    let server = Server::with_stopped_clock(
        &[("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ACCOUNT_PER_MINUTE", "3")],
        2,
    );
    let (user, other) = (server.user(), server.user());
    let body = json!({"email": user.email, "password": PASSWORD});
    let login = || server.send(&Request::new("POST", "/api/auth/login").json(&body)).expect(200);
    let (tablet, watch) = (login(), login());
    let refresh = |token: &serde_json::Value, address: &str| {
        let body = json!({"refresh_token": token});
        server.send(&Request::new("POST", "/api/auth/refresh").json(&body).sent_from(address))
    };
    let phone = json!(user.refresh_token);
    for (token, address) in
        [(&phone, "192.0.2.1"), (&tablet["refresh_token"], "192.0.2.2"), (&phone, "2001:db8::1")]
    {
        refresh(token, address).expect(200);
    }
    let refused = refresh(&watch["refresh_token"], "192.0.2.4");
    refused.problem(429, "rate_limited");
    refresh(&json!(other.refresh_token), "192.0.2.1").expect(200);
    // The refused request did not spend the token.
    server.advance_clock(number(&refused, "retry-after"));
    refresh(&watch["refresh_token"], "192.0.2.4").expect(200);
}
