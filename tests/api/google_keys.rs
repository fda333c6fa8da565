//! `weightctl google-keys`: what it fetches, what it keeps, and its exit codes.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::process::Output;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::google::{CLIENT_IDS, KEY, KeyServer, OTHER_KEY};
use crate::support::port::Port;
use crate::support::site::{Site, said};
use crate::support::waiting::PATIENCE;

fn refresh(site: &Site) -> Output {
    site.weightctl(&["google-keys", "refresh"])
}

fn show(site: &Site) -> Value {
    site.weightctl_json(&["google-keys", "show"])
}

#[test]
fn a_refresh_fetches_the_keys_and_show_prints_their_age() {
    let keys = KeyServer::start();
    let site = keys.site(&[]);
    assert_eq!(show(&site)["state"], "missing");
    let report: Value = site.weightctl_json(&["google-keys", "refresh"]);
    assert_eq!(report, json!({"configured": true, "kids": ["first"], "expires_in_seconds": 5400}));
    let shown = show(&site);
    assert_eq!((&shown["state"], &shown["kids"]), (&json!("fresh"), &json!(["first"])));
    assert_eq!(shown["source"], keys.url());
    assert!(shown["age_seconds"].as_i64().is_some_and(|age| (0..120).contains(&age)), "{shown}");
    let left = shown["expires_in_seconds"].as_i64().unwrap();
    assert!((5280..=5400).contains(&left), "{shown}");
    let text = site.weightctl_ok(&["google-keys", "show"]);
    assert!(text.contains("first") && text.contains("fresh"), "{text}");
}

#[test]
fn the_lifetime_is_the_servers_within_an_hour_and_a_day() {
    let keys = KeyServer::start();
    let site = keys.site(&[]);
    for (cache_control, seconds) in [
        ("public, max-age=20000", 20_000),
        ("max-age=1", 3600),
        ("max-age=0", 3600),
        ("no-store", 3600),
        ("max-age=31536000", 86_400),
    ] {
        keys.publish(&[&KEY], cache_control);
        let report = site.weightctl_ok(&["--json", "google-keys", "refresh"]);
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["expires_in_seconds"], seconds, "{cache_control}");
    }
}

#[test]
fn a_failed_refresh_keeps_the_old_keys_and_ends_with_code_1_and_the_reason() {
    let keys = KeyServer::start();
    let site = keys.site(&[]);
    site.weightctl_ok(&["google-keys", "refresh"]);
    let set = || site.database.rows("SELECT * FROM google_key_sets");
    let before = set();
    let ok = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n";
    let elsewhere = KeyServer::start();
    elsewhere.publish(&[&OTHER_KEY], "max-age=60");
    let redirect = format!("HTTP/1.1 302 Found\r\nLocation: {}\r\n", elsewhere.url());
    let huge = vec![b' '; 70_000];
    for (head, body, word) in [
        ("HTTP/1.1 500 Internal Server Error\r\n", &b"{}"[..], "500"),
        ("HTTP/1.1 404 Not Found\r\n", b"{}", "404"),
        (redirect.as_str(), b"", "302"),
        ("nonsense\r\n", b"", "cannot be fetched"),
        (ok, b"<html>captive portal</html>", "not a JSON Web Key Set"),
        (ok, b"{\"keys\":[]}", "no RSA key"),
        (ok, b"", "not a JSON Web Key Set"),
        (ok, &huge, "cannot be fetched"),
    ] {
        keys.say(head, body);
        let output = refresh(&site);
        assert_eq!(output.status.code(), Some(1), "{word}: {}", said(&output));
        let text = said(&output);
        assert!(text.contains(word) && text.contains("old keys are used"), "{word}: {text}");
        assert_eq!(set(), before, "{word}");
    }
    assert_eq!(elsewhere.requests(), 0, "no redirect is followed");
    // A reserved port: the port of a stopped server may already belong to another test.
    let nobodys = Port::take();
    let text = std::fs::read_to_string(&site.config).unwrap();
    let away = format!("http://127.0.0.1:{}/certs", nobodys.number);
    std::fs::write(&site.config, text.replace(&keys.url(), &away)).unwrap();
    let output = refresh(&site);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains(&away), "{}", said(&output));
    assert_eq!(set(), before);
}

#[test]
fn a_failed_refresh_reports_when_the_stored_keys_are_missing_or_too_old() {
    let keys = KeyServer::start();
    let site = keys.site(&[]);
    keys.say("HTTP/1.1 503 Service Unavailable\r\n", b"");
    let text = said(&refresh(&site));
    assert!(text.contains("no keys yet"), "{text}");
    keys.publish(&[&KEY], "max-age=3600");
    site.weightctl_ok(&["google-keys", "refresh"]);
    site.database
        .execute("UPDATE google_key_sets SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 25 HOUR", ());
    assert_eq!(show(&site)["state"], "expired");
    keys.say("HTTP/1.1 503 Service Unavailable\r\n", b"");
    let text = said(&refresh(&site));
    assert!(text.contains("too old"), "{text}");
}

#[test]
fn a_quiet_refresh_prints_only_failures() {
    let keys = KeyServer::start();
    let site = keys.site(&[]);
    let quiet = || site.weightctl(&["google-keys", "refresh", "--quiet"]);
    let good = quiet();
    assert!(good.status.success() && good.stdout.is_empty() && good.stderr.is_empty());
    keys.say("HTTP/1.1 500 Oops\r\n", b"");
    let bad = quiet();
    assert_eq!(bad.status.code(), Some(1));
    assert!(!bad.stderr.is_empty());
}

#[test]
fn a_refresh_without_client_ids_fetches_nothing() {
    let keys = KeyServer::start();
    let site = keys.site(&[("WEIGHT_SYNC_GOOGLE_CLIENT_IDS", "")]);
    let text = site.weightctl_ok(&["google-keys", "refresh"]);
    assert!(text.contains("google.client_ids"), "{text}");
    assert_eq!(keys.requests(), 0);
}

#[test]
fn a_keys_url_without_tls_is_refused_outside_loopback() {
    let site = Site::new(&[("WEIGHT_SYNC_GOOGLE_CLIENT_IDS", CLIENT_IDS)]);
    let text = std::fs::read_to_string(&site.config).unwrap();
    let plain = text.replace("https://www.googleapis.com", "http://www.googleapis.com");
    assert_ne!(plain, text);
    std::fs::write(&site.config, plain).unwrap();
    let output = refresh(&site);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("keys_url"), "{}", said(&output));
}

/// Accepts one TLS connection; returns whether the client completed the handshake and sent a request.
fn serve_once(listener: &TcpListener, config: rustls::ServerConfig) -> bool {
    let (stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
    let mut stream = rustls::StreamOwned::new(connection, stream);
    stream.read(&mut [0; 64]).is_ok_and(|length| length > 0)
}

#[test]
fn keys_are_not_fetched_from_a_server_without_a_publicly_trusted_certificate() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key =
        rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let url = format!("https://localhost:{}/certs", listener.local_addr().unwrap().port());
    let site = Site::new(&[
        ("WEIGHT_SYNC_GOOGLE_CLIENT_IDS", CLIENT_IDS),
        ("WEIGHT_SYNC_GOOGLE_KEYS_URL", &url),
    ]);
    let (output, was_asked) = std::thread::scope(|scope| {
        let server = scope.spawn(|| serve_once(&listener, config));
        let output = refresh(&site);
        // Ends the server's wait if the program never connected.
        let _ = TcpStream::connect(listener.local_addr().unwrap());
        (output, server.join().unwrap())
    });
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("certificate"), "{}", said(&output));
    assert!(!was_asked, "not even the request is sent");
}
