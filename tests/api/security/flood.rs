//! Attack: exhaust the server's counters with many addresses, or its log with long texts.

use serde_json::{Value, json};

use crate::support::database::is_cluster;
use crate::support::user::PASSWORD;
use crate::support::{Answer, Request, Server, WEIGHT};

fn login(server: &Server, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    server.send(&Request::new("POST", "/api/auth/login").json(&body))
}

/// The statuses of registration attempts, one from each address.
fn knock_from(server: &Server, addresses: impl Iterator<Item = String>) -> Vec<u16> {
    let request = Request::new("POST", "/api/auth/register").json(&json!({}));
    addresses.map(|address| server.send(&request.clone().sent_from(&address)).status).collect()
}

#[test]
fn requests_from_many_networks_block_no_user_and_reset_no_limit_on_guesses() {
    if is_cluster() {
        // The table is in InnoDB, which is never full.
        return;
    }
    // Guesses count for a minute, and four hundred requests may take longer.
    let server = Server::with_stopped_clock(
        &[
            ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "100"),
            ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "10"),
            ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR", "10"),
        ],
        1,
    );
    let (user, victim) = (server.user(), server.user());
    // The table is full after hundreds of counters instead of tens of thousands.
    server.database().execute("ALTER TABLE rate_counters MAX_ROWS = 200", ());
    for _ in 0..10 {
        login(&server, &victim.email, "a wrong password").problem(401, "invalid_credentials");
    }
    login(&server, &victim.email, "a wrong password").problem(429, "rate_limited");

    let answers = knock_from(&server, (0..400).map(|network| format!("2001:db8:{network:x}::1")));

    let rows = server.database().count("SELECT COUNT(*) FROM rate_counters", ());
    assert!(rows < 350, "the table was never full: {rows}");
    assert!(answers.iter().all(|status| *status == 422), "{answers:?}");
    user.get(WEIGHT).expect(200);
    login(&server, &user.email, PASSWORD).expect(200);
    login(&server, &victim.email, "a wrong password").problem(429, "rate_limited");
}

#[test]
fn addresses_of_one_ipv6_56_share_a_limit_and_neighbours_have_their_own() {
    let settings = [("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR", "2")];
    let server = Server::with_stopped_clock(&settings, 1);
    let household = ["2001:db8:7::1", "2001:db8:7:1::1", "2001:db8:7:ff::1"].map(str::to_owned);
    assert_eq!(knock_from(&server, household.into_iter()), [422, 422, 429]);
    let others = ["2001:db8:7:100::1", "2001:db8:8::1", "192.0.2.9"].map(str::to_owned);
    assert_eq!(knock_from(&server, others.into_iter()), [422, 422, 422]);
}

#[test]
fn text_from_unauthenticated_requests_is_short_and_without_control_characters_in_the_log() {
    let server = Server::start();
    let before = server.log().len();
    // The service reads a token's header before it checks the signature, and the log quotes the fault.
    let command = "\u{1b}]0;a title\u{7}".to_owned();
    let header = json!({"alg": command + &"x".repeat(5000), "typ": "JWT"}).to_string();
    let token = format!("{}.e30.e30", base64url(&header));
    server.send(&Request::get(WEIGHT).bearer(&token)).problem(401, "invalid_token");
    let method = "X".repeat(7000);
    server.send(&Request::new(&method, WEIGHT)).problem(405, "method_not_allowed");
    let log = server.log();
    let lines: Vec<&str> = log[before..].lines().collect();
    assert_eq!(lines.len(), 2, "{log}");
    for line in lines {
        assert!(line.len() < 1000, "{} bytes: {line}", line.len());
        let line: Value = serde_json::from_str(line).unwrap();
        let cause = line["cause"].as_str().unwrap_or_default();
        assert!(!cause.contains(char::is_control), "a terminal would obey: {cause:?}");
    }
}

fn base64url(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}
