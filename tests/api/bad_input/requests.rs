//! Addresses, methods, query parameters and tokens that are wrong.

use super::table::{ID, Table, run, send};
use crate::support::{Request, SYNC, Server, WEIGHT, weighing};

fn addresses(table: &mut Table) {
    let get = |target: &str| Request::new("GET", target);
    for (path, status, code) in [
        ("/api/health-metrics/weight%2Fsync", 404, "not_found"),
        ("/api/health-metrics%2Fweight", 404, "not_found"),
        ("/api/health-metrics/weight%00", 404, "not_found"),
        ("/api/health-metrics/weight/sync%0a", 404, "not_found"),
        ("/api/health-metrics/weight%ff", 404, "not_found"),
        ("/api/health-metrics/weight%", 404, "not_found"),
        ("/api/health-metrics/weight%zz", 404, "not_found"),
        ("/api//health-metrics/weight", 404, "not_found"),
        ("//api/health-metrics/weight", 404, "not_found"),
        ("/api/health-metrics//weight", 404, "not_found"),
        ("/api/health-metrics/weight//", 404, "not_found"),
        ("/api/health-metrics/./weight", 404, "not_found"),
        ("/api/x/../health-metrics/weight", 404, "not_found"),
        ("/api/x/%2e%2e/health-metrics/weight", 404, "not_found"),
        ("/api/health-metrics/weight/", 404, "not_found"),
        ("/api/health-metrics/weight/sync/", 404, "not_found"),
        ("api/health-metrics/weight", 400, "bad_request"),
        ("*", 400, "bad_request"),
        ("", 400, "bad_request"),
    ] {
        table.add(format!("GET {path}"), get(path), status, code);
    }
    for id in [
        "42",
        "nonsense",
        "01990000-0000-7000-8000-00000000000",
        "%7B01990000-0000-7000-8000-000000000000%7D",
        "' OR 1=1",
        "*",
        "..",
        ".",
        "a/b",
        "\u{0}",
    ] {
        let target = format!("{WEIGHT}/{}", crate::support::user::encoded(id));
        table.add(
            format!("PUT {id}"),
            send("PUT", &target, weighing(75.5).to_string()),
            404,
            "not_found",
        );
        table.add(format!("DELETE {id}"), Request::new("DELETE", target), 404, "not_found");
    }
    for (target, method) in [
        (WEIGHT, "PATCH"),
        (WEIGHT, "PUT"),
        (WEIGHT, "DELETE"),
        (SYNC, "PUT"),
        (SYNC, "DELETE"),
        (ID, "GET"),
        (ID, "POST"),
        (ID, "post"),
        (WEIGHT, "CONNECT"),
    ] {
        table.add(
            format!("{method} {target}"),
            Request::new(method, target),
            405,
            "method_not_allowed",
        );
    }
}

fn queries(table: &mut Table) {
    let long = "9".repeat(4000);
    for (target, query, errors) in [
        (WEIGHT, "limit=0", vec!["limit out_of_range"]),
        (WEIGHT, "limit=-1", vec!["limit invalid_format"]),
        (WEIGHT, "limit=ten", vec!["limit invalid_format"]),
        (WEIGHT, "limit=", vec!["limit invalid_format"]),
        (WEIGHT, "limit=1.5", vec!["limit invalid_format"]),
        (WEIGHT, "limit=0x10", vec!["limit invalid_format"]),
        (WEIGHT, "offset=-1", vec!["offset invalid_format"]),
        (WEIGHT, "offset=x", vec!["offset invalid_format"]),
        (WEIGHT, "limit=1&limit=2", vec!["limit duplicate"]),
        (WEIGHT, "since=yesterday", vec!["since invalid_format"]),
        (WEIGHT, "since=2026-01-06T20:30:00", vec!["since missing_zone"]),
        (WEIGHT, "until=2016-12-31T23:59:60Z", vec!["until leap_second"]),
        (WEIGHT, "since=%ff", vec!["since invalid_format"]),
        (WEIGHT, "since=%", vec!["since invalid_format"]),
        (
            WEIGHT,
            "limit=x&offset=y&since=z&until=",
            vec![
                "limit invalid_format",
                "offset invalid_format",
                "since invalid_format",
                "until invalid_format",
            ],
        ),
        (SYNC, "limit=0", vec!["limit out_of_range"]),
        (SYNC, "limit=abc", vec!["limit invalid_format"]),
        (SYNC, "since=nonsense", vec!["since invalid_format"]),
        (SYNC, "since=2026-01-06T20:30:00", vec!["since missing_zone"]),
        (SYNC, "since=snapshot:x", vec!["since invalid_format"]),
        (SYNC, "since=2026-01-06T20:30:00Z&since=2026-01-06T20:30:00Z", vec!["since duplicate"]),
    ] {
        table
            .add(
                format!("GET {target}?{query}"),
                Request::new("GET", format!("{target}?{query}")),
                422,
                "validation_failed",
            )
            .errors = Some(errors.into_iter().map(str::to_owned).collect());
    }
    table.add(
        "a very long time",
        Request::new("GET", format!("{SYNC}?since={long}")),
        422,
        "validation_failed",
    );
}

fn tokens(table: &mut Table) {
    let requests = [
        Request::get(WEIGHT),
        Request::get(SYNC),
        send("POST", WEIGHT, weighing(75.5).to_string()),
        send("POST", SYNC, "{\"entries\":[]}"),
        send("PUT", ID, weighing(75.5).to_string()),
        Request::new("DELETE", ID),
    ];
    for request in requests {
        let name = format!("{} {}", request.method, String::from_utf8_lossy(&request.target));
        for (header, code) in [
            (None, "missing_token"),
            (Some(""), "missing_token"),
            (Some("Bearer"), "missing_token"),
            (Some("Bearer "), "missing_token"),
            (Some("Basic dXNlcjpwYXNz"), "missing_token"),
            (Some("Bearer nonsense"), "invalid_token"),
            (Some("Bearer a.b.c"), "invalid_token"),
            (Some("Bearer a b"), "invalid_token"),
        ] {
            let request = match header {
                Some(value) => request.clone().header("Authorization", value),
                None => request.clone(),
            };
            table.add(format!("{name} with {header:?}"), request, 401, code).with_token = false;
        }
    }
}

#[test]
fn bad_addresses_and_methods_are_refused_with_status_and_code() {
    run(addresses, 35);
}

#[test]
fn bad_query_parameters_are_named() {
    run(queries, 20);
}

#[test]
fn bad_tokens_are_401_on_all_six_routes() {
    run(tokens, 48);
}

#[test]
fn the_token_is_read_from_both_variables_that_apache_uses() {
    let server = Server::start();
    let user = server.user();
    let bearer = format!("Bearer {}", user.token);
    let redirected =
        Request::get(WEIGHT).environment("REDIRECT_HTTP_AUTHORIZATION", bearer.as_str());
    server.send(&redirected).expect(200);
    server.send(&redirected.clone().environment("HTTP_AUTHORIZATION", "")).expect(200);
    server.send(&redirected.clone().environment("HTTP_AUTHORIZATION", bearer.as_str())).expect(200);
    let empty = Request::get(WEIGHT)
        .environment("REDIRECT_HTTP_AUTHORIZATION", "")
        .environment("HTTP_AUTHORIZATION", bearer.as_str());
    server.send(&empty).expect(200);
}

#[test]
fn the_bearer_scheme_is_case_insensitive() {
    let server = Server::start();
    let user = server.user();
    for scheme in ["bearer", "BEARER", "Bearer "] {
        server
            .send(&Request::get(WEIGHT).header("Authorization", format!("{scheme} {}", user.token)))
            .expect(200);
    }
}
