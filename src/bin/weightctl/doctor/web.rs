//! Checks the service through its public address, as clients see it.

use chrono::DateTime;
use http::header;
use serde_json::Value;
use weight_sync::config::is_loopback;
use weight_sync::domain::user::UserId;
use weight_sync::handlers::service::Service;

use super::finding::{Check, Finding, Level};
use super::{certificate, headers};
use crate::fetch::{Answered, ask};
use crate::logs::cause_of as log_cause;
use crate::mode::Mode;

const GROUP: &str = "web";
const HTTPS: Check = Check(GROUP, "https");
const CERTIFICATE: Check = Check(GROUP, "certificate");
const HEALTH: Check = Check(GROUP, "health");
const MODE: Check = Check(GROUP, "mode");
const AUTHORIZATION: Check = Check(GROUP, "authorization");
const CACHE: Check = Check(GROUP, "cache");

const HEALTH_PATH: &str = "/api/health";
/// Every answer of the program has it, and none of the web server's own.
const REQUEST_ID: &str = "x-request-id";
/// Lifetime of the token that [`authorization`] sends.
const TOKEN_SECONDS: u32 = 60;

/// `recorded`: the mode in which the release was put live.
pub(super) fn examine(service: &Service, recorded: Option<Mode>) -> Vec<Finding> {
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
    findings.push(answered(service, &health));
    if health.status == 200 {
        findings.push(mode(&health, recorded));
        findings.push(authorization(service, url));
        findings.push(headers::examine(url));
    }
    findings.push(cache(url, &health));
    findings
}

/// Whether the service answers at its public address.
pub(super) fn answers(findings: &[Finding]) -> bool {
    let is_well = |finding: &Finding| finding.level == Level::Pass || finding.level == Level::Warn;
    findings.iter().any(|finding| finding.check == HEALTH.1 && is_well(finding))
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
    HTTPS.fail(format!("{url}{HEALTH_PATH}: {}", with_dates(error)), remedy)
}

/// Replaces seconds since 1970, in which rustls counts, by dates.
fn with_dates(text: &str) -> String {
    let date = |word: &str| {
        let seconds = word.parse::<i64>().ok().filter(|seconds| *seconds > 100_000_000)?;
        Some(DateTime::from_timestamp(seconds, 0)?.format("%Y-%m-%d").to_string())
    };
    let words = text.split(' ').map(|word| date(word).unwrap_or_else(|| word.to_owned()));
    words.collect::<Vec<_>>().join(" ").replace(" (UNIX)", "")
}

fn answered(service: &Service, health: &Answered) -> Finding {
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
            "weightctl restart, or deploy both programs together",
        ),
        (503, _) if text("code") == "database_unavailable" => HEALTH.fail(
            "the service cannot reach its database",
            "see the check database; from the web the same settings are used",
        ),
        (status, _) if health.header(REQUEST_ID).is_none() => HEALTH.fail(
            format!("the web server answers {status} by itself: the program did not"),
            "a directive of .htaccess that the host refuses, no mod_rewrite, or a program that ended: see the host's \
             error log, and docs/OPERATIONS.md, Troubleshooting",
        ),
        (status, _) => HEALTH.fail(
            format!("answers {status}{}", cause(service, health)),
            "docs/OPERATIONS.md, Troubleshooting; weightctl logs --status 5xx",
        ),
    }
}

/// Why the service could not answer, as its log has it, to append to a reason.
fn cause(service: &Service, answer: &Answered) -> String {
    let found = service.settings.log.file.as_deref().zip(answer.header(REQUEST_ID));
    let cause = found.and_then(|(path, id)| log_cause(path, id));
    cause.map_or_else(String::new, |cause| format!(": {cause}"))
}

fn mode(health: &Answered, recorded: Option<Mode>) -> Finding {
    match (health.json().get("mode").and_then(Value::as_str), recorded) {
        (Some("cgi"), Some(Mode::Fcgid)) => MODE.warn(
            "plain CGI, but the release was put live as FastCGI: each request starts a process",
            "the host's mod_fcgid is gone, or .htaccess was changed: ask the host, or ./deploy.sh push --mode cgi",
        ),
        (Some("fastcgi"), _) => MODE.pass("FastCGI"),
        (Some("cgi"), _) => MODE.pass("plain CGI: a process and a connection for each request"),
        _ => MODE.skip("the service does not tell"),
    }
}

/// Sends a token of a user that does not exist. The service answers
/// `unknown_user` only if it received and accepted the token.
fn authorization(service: &Service, url: &str) -> Finding {
    let token = match service.token_keys.issue(&UserId::generate(), 0, TOKEN_SECONDS) {
        Ok(token) => token,
        Err(error) => return AUTHORIZATION.fail(error, "correct auth.secrets"),
    };
    let answer = match ask(&format!("{url}/api/account"), Some(&token)) {
        Ok(answer) => answer,
        Err(error) => {
            let reason = format!("no answer to a request that uses the database: {error}");
            return AUTHORIZATION
                .fail(reason, "see whether the database hangs: its panel, SHOW PROCESSLIST");
        }
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
            "the processes run with another configuration: weightctl restart, or look for a second file",
        ),
        "token_expired" => {
            AUTHORIZATION.fail("a fresh token has expired", "see the web host's clock")
        }
        _ => AUTHORIZATION.fail(
            format!(
                "a request that writes is answered {} {code}{}",
                answer.status,
                cause(service, &answer)
            ),
            "weightctl logs --status 5xx says more; docs/OPERATIONS.md, Troubleshooting",
        ),
    }
}

/// Compares two responses: equal request ids mean that a cache answered.
fn cache(url: &str, health: &Answered) -> Finding {
    let Ok(again) = ask(&format!("{url}{HEALTH_PATH}"), None) else {
        return CACHE.fail("the second request was not answered", "see the check health");
    };
    let id = |answer: &Answered| answer.header(REQUEST_ID).map(str::to_owned);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_certificate_are_dates() {
        let said =
            "verification time 1795910400 (UNIX), but valid until 1577836800 (2524 days ago)";
        let expected = "verification time 2026-11-29, but valid until 2020-01-01 (2524 days ago)";
        assert_eq!(with_dates(said), expected);
    }
}
