//! Arguments, help, exit codes and error messages.

use std::process::Command;

use serde_json::Value;

use crate::support::port::Port;
use crate::support::site::{Site, WEIGHTCTL, assert_code, said};

#[test]
fn usage_errors_end_with_code_2_and_help_with_0() {
    let site = Site::new(&[]);
    for arguments in [
        &["nonsense"][..],
        &["migrate", "--nonsense"],
        &["user"],
        &["user", "create"],
        &["token"],
        &["purge", "--older-than", "soon"],
    ] {
        assert_code(&site.weightctl(arguments), 2);
    }
    for arguments in [
        &["--help"][..],
        &["migrate", "--help"],
        &["user", "--help"],
        &["user", "create", "--help"],
        &["token", "--help"],
        &["purge", "--help"],
        &["config", "--help"],
        &["epoch", "--help"],
        &["google-keys", "refresh", "--help"],
    ] {
        let output = site.weightctl(arguments);
        assert_code(&output, 0);
        assert!(output.stdout.len() > 80, "{arguments:?}");
    }
}

#[test]
fn an_unreachable_database_ends_with_code_4() {
    let port = Port::take();
    let url = format!("mysql://nobody:secret-password@127.0.0.1:{}/nowhere", port.number);
    let site = Site::unmigrated(&[("WEIGHT_SYNC_DATABASE_URL", &url)]);
    for arguments in [&["migrate"][..], &["user", "list"], &["purge"]] {
        let output = site.weightctl(arguments);
        assert_code(&output, 4);
        assert!(!said(&output).contains("secret-password"), "{}", said(&output));
    }
}

#[test]
fn errors_say_what_is_wrong_and_what_to_do_also_as_json() {
    let site = Site::new(&[]);
    let missing = Command::new(WEIGHTCTL)
        .args(["config", "init", "--output", "/nowhere/weight-sync.toml"])
        .env_clear()
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(text.starts_with("error: WEIGHT_SYNC_DATABASE_URL is not set"), "{text}");
    assert!(text.contains("\n  tip: export WEIGHT_SYNC_DATABASE_URL="), "{text}");
    for (arguments, code) in [
        (&["--json", "purge", "--older-than", "soon"][..], 2),
        (&["nonsense", "--json"], 2),
        (&["--json", "epoch", "renew"], 2),
        (&["--json", "token", "nobody@example.org"], 1),
        (&["--json", "token", "nobody@example.org", "--expires-in", "0"], 2),
        (&["--json", "user"], 2),
    ] {
        let output = site.weightctl(arguments);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        let error: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{arguments:?}: {}", said(&output)));
        assert_eq!(error["exit_code"], code, "{error}");
        assert!(error["error"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
    }
}

#[test]
fn wrong_arguments_are_named_in_json_with_the_command_that_helps() {
    let site = Site::new(&[]);
    for (arguments, error, next) in [
        (
            &["token"][..],
            "the following required arguments were not provided: <USER>",
            "weightctl token --help",
        ),
        (&["user"], "which command of weightctl user?", "weightctl user --help"),
        (&[], "which command of weightctl?", "weightctl --help"),
        (
            &["user", "crate"],
            "unrecognized subcommand 'crate'",
            "a similar subcommand exists: 'create'",
        ),
        (
            &["session", "revoke", "anna@example.org", "nonsense"],
            "invalid value 'nonsense' for '<SESSION>'",
            "weightctl --help",
        ),
    ] {
        let output = site.weightctl(&[&["--json"], arguments].concat());
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(said["error"].as_str().unwrap().starts_with(error), "{error}: {said}");
        assert_eq!(said["next"], next, "{said}");
    }
}

#[test]
fn completions_end_well_when_the_reader_has_left() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Command::new(WEIGHTCTL)
        .args(["completions", "bash"])
        .env_clear()
        .stdout(writer)
        .output()
        .unwrap();
    assert_code(&output, 0);
    assert!(output.stderr.is_empty(), "{}", said(&output));
}

#[test]
fn completions_are_printed_and_options_of_all_commands_stand_apart() {
    let site = Site::new(&[]);
    assert!(site.weightctl_ok(&["completions", "bash"]).contains("doctor"));
    let help = site.weightctl_ok(&["purge", "--help"]);
    let (own, global) = help.split_once("Global options:").unwrap();
    assert!(own.contains("--dry-run") && global.contains("--config"), "{help}");
    assert!(help.contains("Examples:"), "{help}");
}
