//! `weightctl doctor` through the public address: TLS, lost headers, caches, and exposed secrets.

use crate::doctor::{assert_found, doctor};
use crate::support::Server;
use crate::support::certificates::Authority;
use crate::support::site::SECRET;
use crate::support::site::{Faults, FaultyHost};

#[test]
fn a_public_address_without_tls_warns_on_loopback_and_fails_elsewhere() {
    let server = Server::start();
    let front = FaultyHost::before(&server, "127.0.0.1", None, Faults::default());
    let checks = doctor(&server.site, &[]);
    assert_found(&checks, "https", "warn", "no TLS");
    assert_found(&checks, "health", "pass", env!("CARGO_PKG_VERSION"));
    assert_found(&checks, "authorization", "pass", "arrives");
    drop(front);
    let _front = FaultyHost::before(&server, "localhost", None, Faults::default());
    assert_found(&doctor(&server.site, &[]), "https", "fail", "no TLS");
}

#[test]
fn an_untrusted_expired_or_foreign_certificate_fails() {
    let server = Server::start();
    let authority = Authority::new();
    let file = authority.file();
    let known = [("SSL_CERT_FILE", file.to_str().unwrap())];
    for (host, year, trusted) in [
        ("localhost", 2099, &[][..]),
        ("localhost", 2020, &known),
        ("weights.example.org", 2099, &known),
    ] {
        let certificate = authority.certify(host, year);
        let _front = FaultyHost::before(&server, "localhost", Some(certificate), Faults::default());
        let checks = doctor(&server.site, trusted);
        assert_found(&checks, "https", "fail", "renew the certificate");
        assert!(!checks["https"].to_string().contains("UNIX"), "dates, not seconds: {checks:#?}");
        assert!(!checks.contains_key("health"), "{checks:#?}");
    }
}

#[test]
fn a_certificate_that_expires_within_14_days_warns_with_the_day() {
    let server = Server::start();
    let authority = Authority::new();
    let file = authority.file();
    let known = [("SSL_CERT_FILE", file.to_str().unwrap())];
    let today = chrono::Utc::now().date_naive();
    for (days, result) in [(10, "warn"), (20, "pass")] {
        let last = today + chrono::TimeDelta::days(days);
        let certificate = authority.certify_until("localhost", last);
        let _front = FaultyHost::before(&server, "localhost", Some(certificate), Faults::default());
        let checks = doctor(&server.site, &known);
        assert_found(&checks, "https", "pass", "valid");
        let expected = if days == 10 { last.to_string() } else { "14 days".to_owned() };
        assert_found(&checks, "certificate", result, &expected);
    }
}

#[test]
fn another_version_at_the_public_address_warns() {
    let server = Server::start();
    let old = br#"{"status":"ok","version":"0.0.9","mode":"cgi","database":"ok"}"#;
    let faults = Faults { files: vec![("/api/health", old)], ..Faults::default() };
    let _front = FaultyHost::before(&server, "127.0.0.1", None, faults);
    let checks = doctor(&server.site, &[]);
    assert_found(&checks, "health", "warn", "0.0.9");
    assert_found(&checks, "mode", "pass", "plain CGI");
    assert_found(&checks, "cache", "warn", "no-store");
}

#[test]
fn a_process_with_another_configuration_fails_by_its_secret() {
    let server = Server::start();
    server.user();
    let _front = FaultyHost::before(&server, "127.0.0.1", None, Faults::default());
    let text = std::fs::read_to_string(&server.site.config).unwrap();
    let other = SECRET.replace("tests", "other");
    std::fs::write(&server.site.config, text.replace(SECRET, &other)).unwrap();
    assert_found(&doctor(&server.site, &[]), "authorization", "fail", "another configuration");
}

#[test]
fn a_cache_that_answers_instead_of_the_service_fails() {
    let server = Server::start();
    let faults = Faults { caches: true, ..Faults::default() };
    let _front = FaultyHost::before(&server, "127.0.0.1", None, faults);
    assert_found(&doctor(&server.site, &[]), "cache", "fail", "from a cache");
}

#[test]
fn secrets_that_can_be_fetched_or_are_in_the_web_directory_fail() {
    let server = Server::start();
    let faults = Faults {
        files: vec![
            ("/weight-sync/weight-sync.toml", b"[database]\nurl = \"mysql://u:p@h/d\"\n"),
            ("/weight-sync.toml", b"a page that answers every address"),
        ],
        ..Faults::default()
    };
    let _front = FaultyHost::before(&server, "127.0.0.1", None, faults);
    let checks = doctor(&server.site, &[]);
    assert_found(&checks, "secrets", "fail", "/weight-sync/weight-sync.toml");
    assert!(!checks["secrets"]["reason"].as_str().unwrap().contains("fetch /weight-sync.toml"));
    assert_found(&checks, "place", "pass", "outside");
    std::fs::write(server.site.folder.join(".htaccess"), "").unwrap();
    assert_found(&doctor(&server.site, &[]), "place", "fail", "web directory");
}
