//! Checks the service through its public address, as clients see it.

use http::header;
use serde_json::Value;
use weight_sync::config::is_loopback;
use weight_sync::domain::user::UserId;
use weight_sync::handlers::service::Service;

use super::certificate;
use super::finding::{Check, Finding};
use crate::fetch::{Answered, ask};

const GROUP: &str = "web";
const HTTPS: Check = Check(GROUP, "https");
const CERTIFICATE: Check = Check(GROUP, "certificate");
const HEALTH: Check = Check(GROUP, "health");
const MODE: Check = Check(GROUP, "mode");
const AUTHORIZATION: Check = Check(GROUP, "authorization");
const CACHE: Check = Check(GROUP, "cache");

const HEALTH_PATH: &str = "/api/health";
/// Lifetime of the token that [`authorization`] sends.
const TOKEN_SECONDS: u32 = 60;

pub(super) fn examine(service: &Service) -> Vec<Finding> {
    let url = &service.settings.server.public_url;
    if url.is_empty() {
        let reason = "server.public_url is not set: nothing can be looked at from outside";
        return vec![HTTPS.warn(reason, "set it to the address of the site, https://…")];
    }
    let health = match ask(&format!("{url}{HEALTH_PATH}"), None) {
        Ok(health) => health,
        Err(error) => return vec![unreachable(url, &error)],
    };
    let mut findings = vec![https(url)];
    if let Some(site) = url.strip_prefix("https://") {
        findings.push(certificate_life(site));
    }
    findings.push(answered(&health));
    if health.status == 200 {
        findings.push(mode(&health));
    }
    findings.push(authorization(service, url));
    findings.push(cache(url, &health));
    findings
}

/// Called only after a response, so the certificate has been verified.
fn https(url: &str) -> Finding {
    if let Some(host) = url.strip_prefix("https://") {
        return match ask(&format!("http://{host}{HEALTH_PATH}"), None) {
            Ok(plain) if plain.status == 200 => HTTPS.warn(
                "the certificate is valid, but the API answers without TLS too",
                "have the host redirect http to https, and see what tells the program that such a request came by TLS",
            ),
            _ => HTTPS.pass(format!("{url}: the certificate is valid; nothing goes without TLS")),
        };
    }
    if is_loopback(url) {
        HTTPS.warn(format!("{url} has no TLS"), "fine for development, not for anything else")
    } else {
        HTTPS.fail(
            format!("{url} has no TLS: tokens and weights can be read on the way"),
            "get a certificate in the host's panel, then set server.public_url to https://…",
        )
    }
}

fn certificate_life(site: &str) -> Finding {
    match certificate::expiry_soon(site) {
        Ok(None) => CERTIFICATE.pass(format!("good for {} days at least", certificate::NOTICE_DAYS)),
        Ok(Some(expiry)) => CERTIFICATE.warn(
            format!("expires in {expiry}: from then on no app reaches the service"),
            "hosts renew weeks before by themselves: see in the panel why not, whether the name still leads here, and \
             whether /.well-known/acme-challenge/ can be reached by plain http; then renew there",
        ),
        Err(error) => CERTIFICATE.skip(error),
    }
}

fn unreachable(url: &str, error: &str) -> Finding {
    let lower = error.to_lowercase();
    let remedy = if lower.contains("certificate") || lower.contains("tls") {
        "renew the certificate in the host's panel; it must name this host and come with its chain"
    } else if lower.contains("resolve") || lower.contains("lookup") || lower.contains("dns") {
        "the name is unknown: compare server.public_url with the domain in the host's panel"
    } else {
        "see whether server.public_url is right and the site is up"
    };
    HTTPS.fail(format!("{url}{HEALTH_PATH}: {error}"), remedy)
}

fn answered(health: &Answered) -> Finding {
    let ours = env!("CARGO_PKG_VERSION");
    let body = health.json();
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    match (health.status, text("version")) {
        (200, "") => HEALTH.fail(
            "something else than the service answers",
            "see whether .htaccess lies beside the program, api, and server.public_url is this site",
        ),
        (200, version) if version == ours => HEALTH.pass(format!("version {version} answers")),
        (200, version) => HEALTH.warn(
            format!("version {version} answers, this weightctl is {ours}"),
            "end old processes, or deploy both programs together",
        ),
        (503, _) if text("code") == "database_unavailable" => HEALTH.fail(
            "the service cannot reach its database",
            "see the check database; from the web the same settings are used",
        ),
        (status, _) => HEALTH.fail(
            format!("answers {status}"),
            "docs/OPERATIONS.md, Troubleshooting; weightctl logs --status 5xx",
        ),
    }
}

fn mode(health: &Answered) -> Finding {
    match health.json().get("mode").and_then(Value::as_str) {
        Some("fastcgi") => MODE.pass("FastCGI"),
        Some("cgi") => MODE.pass("plain CGI: a process and a connection for each request"),
        _ => MODE.skip("the service does not tell"),
    }
}

/// Sends a token of a user that does not exist. The service answers
/// `unknown_user` only if it received and accepted the token.
fn authorization(service: &Service, url: &str) -> Finding {
    let token = match service.token_keys.issue(&UserId::generate(), 0, TOKEN_SECONDS) {
        Ok(token) => token,
        Err(error) => return AUTHORIZATION.skip(error),
    };
    let answer = match ask(&format!("{url}/api/account"), Some(&token)) {
        Ok(answer) => answer,
        Err(error) => return AUTHORIZATION.skip(error),
    };
    let body = answer.json();
    let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
    match code {
        "unknown_user" => AUTHORIZATION.pass("arrives, and its signature is accepted"),
        "missing_token" => AUTHORIZATION.fail(
            "the header does not reach the program: nobody can sign in",
            "CGIPassAuth On must be in .htaccess; where it does not help: docs/OPERATIONS.md, Troubleshooting",
        ),
        "invalid_token" => AUTHORIZATION.fail(
            "a token signed by this configuration is refused",
            "the processes run with another configuration: end them, or look for a second file",
        ),
        "token_expired" => {
            AUTHORIZATION.fail("a fresh token has expired", "see the web host's clock")
        }
        "database_unavailable" => AUTHORIZATION.skip("the service cannot reach its database"),
        _ => AUTHORIZATION.fail(
            format!("answers {} {code} in place of 401 unknown_user", answer.status),
            "see the check health",
        ),
    }
}

/// Compares two responses: equal request ids mean that a cache answered.
fn cache(url: &str, health: &Answered) -> Finding {
    let Ok(again) = ask(&format!("{url}{HEALTH_PATH}"), None) else {
        return CACHE.skip("the second request was not answered");
    };
    let id = |answer: &Answered| answer.header("x-request-id").map(str::to_owned);
    let is_marked = health.header(header::CACHE_CONTROL.as_str()) == Some("no-store");
    if id(health).is_some() && id(health) == id(&again) {
        CACHE.fail(
            "something in front of the service answers for it, from a cache",
            "exclude /api from the cache: one user would see another's entries",
        )
    } else if health.status == 200 && !is_marked {
        CACHE.warn("Cache-Control: no-store is lost on the way", "look for what changes headers")
    } else {
        CACHE.pass("every answer is fresh, and marked so")
    }
}
