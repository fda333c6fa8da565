//! The configuration file: who may read it, what it may hold, and how it is made.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use crate::support::site::{SECRET, Site, WEIGHTCTL, assert_code, said};
use crate::support::{Request, Server, WEIGHT};

#[test]
fn a_configuration_that_others_may_read_is_refused_with_code_3() {
    let site = Site::new(&[]);
    for mode in [0o644, 0o640, 0o604, 0o660] {
        std::fs::set_permissions(&site.config, std::fs::Permissions::from_mode(mode)).unwrap();
        let output = site.weightctl(&["config", "check"]);
        assert_code(&output, 3);
        let text = said(&output);
        assert!(
            text.contains("weight-sync.toml") && text.contains("600"),
            "names the file and the remedy: {text}"
        );
    }
    std::fs::set_permissions(&site.config, std::fs::Permissions::from_mode(0o600)).unwrap();
    site.weightctl_ok(&["config", "check"]);
}

#[test]
fn the_web_program_refuses_a_configuration_that_others_may_read() {
    let server = Server::start();
    let user = server.user();
    std::fs::set_permissions(&server.site.config, std::fs::Permissions::from_mode(0o644)).unwrap();
    let program = std::path::Path::new(crate::support::site::WEIGHT_API);
    let request = Request::get(WEIGHT).bearer(&user.token);
    let answer = crate::support::fastcgi::cgi(
        program,
        &server.site.config,
        &request,
        &[],
        crate::support::fastcgi::CgiInput::Pipe,
    );
    assert_eq!(answer.status, 500, "{}", answer.text());
}

#[test]
fn unknown_keys_and_bad_values_are_refused_with_code_3_and_named() {
    let site = Site::new(&[]);
    let good = std::fs::read_to_string(&site.config).unwrap();
    for (text, named) in [
        (format!("{good}\n[nonsense]\nx = 1\n"), "nonsense"),
        (good.replace("[server]", "[server]\nunknown_key = 1"), "unknown_key"),
        (
            good.replace("[rate_limit]", "[rate_limit]\nrequest_per_minute = 5"),
            "request_per_minute",
        ),
        (good.replace(SECRET, "short"), "secret"),
        (good.replace("mysql://", "postgres://"), "url"),
        ("nonsense".to_owned(), "weight-sync.toml"),
        (String::new(), "weight-sync.toml"),
    ] {
        assert_ne!(text, good, "the sample changes something");
        std::fs::write(&site.config, &text).unwrap();
        let output = site.weightctl(&["config", "check"]);
        assert_code(&output, 3);
        assert!(said(&output).contains(named), "{named}: {}", said(&output));
        assert!(
            !said(&output).contains(&site.database.url()),
            "no secrets in messages: {}",
            said(&output)
        );
    }
    std::fs::remove_file(&site.config).unwrap();
    assert_code(&site.weightctl(&["config", "check"]), 3);
    assert_code(&site.weightctl(&["migrate", "--status"]), 3);
}

#[test]
fn config_init_writes_mode_600_from_the_environment_and_overwrites_only_with_force() {
    let site = Site::unmigrated(&[("WEIGHT_SYNC_SYNC_TOMBSTONE_RETENTION_DAYS", "33")]);
    let mode = std::fs::metadata(&site.config).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let text = std::fs::read_to_string(&site.config).unwrap();
    assert!(text.contains("33") && text.contains(&site.database.url()), "{text}");
    let init = |environment: &[(&str, &str)], more: &[&str]| {
        Command::new(WEIGHTCTL)
            .args(["config", "init", "--output"])
            .arg(&site.config)
            .args(more)
            .env_clear()
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let url = site.database.url();
    let with_url = ("WEIGHT_SYNC_DATABASE_URL", url.as_str());
    assert!(!init(&[with_url], &[]).status.success(), "no overwriting");
    assert_eq!(std::fs::read_to_string(&site.config).unwrap(), text);
    for bad in [
        vec![with_url, ("WEIGHT_SYNC_NO_SUCH_KEY", "1")],
        vec![with_url, ("WEIGHT_SYNC_SERVER_PUBLIC_URLS", "x")],
        vec![with_url, ("WEIGHT_SYNC_DATABASE_POOL_MAX", "many")],
        vec![("WEIGHT_SYNC_DATABASE_URL", "mysql://me:pass#word@host/name")],
        vec![],
    ] {
        let output = init(&bad, &["--force"]);
        assert!(!output.status.success(), "{bad:?}: {}", said(&output));
        assert_eq!(std::fs::read_to_string(&site.config).unwrap(), text, "{bad:?}");
    }
    let ignored =
        [with_url, ("WEIGHT_SYNC_CONFIG", "/nowhere"), ("WEIGHT_SYNC_TEST_BINARIES", "/nowhere")];
    let forced = init(&ignored, &["--force"]);
    assert!(forced.status.success(), "{}", said(&forced));
    let renewed = std::fs::read_to_string(&site.config).unwrap();
    assert!(renewed != text && !renewed.contains(SECRET), "a secret of its own");
    let first = renewed.clone();
    assert!(init(&ignored, &["--force"]).status.success());
    assert_ne!(std::fs::read_to_string(&site.config).unwrap(), first, "a new secret each time");
}
