//! `./deploy.sh local`: what a newcomer reads and pastes.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::executable;
use crate::support::folder::Folder;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn deploy(arguments: &[&str], folder: &Folder) -> Output {
    let mut command = Command::new(Path::new(ROOT).join("deploy.sh"));
    command.arg("local").args(arguments).arg("--directory").arg(folder.path().join("instance"));
    command.output().expect("deploy.sh")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn the_welcome_names_what_a_newcomer_needs_and_its_lines_work_when_pasted() {
    let binaries = std::env::var("WEIGHT_SYNC_TEST_BINARIES").expect("WEIGHT_SYNC_TEST_BINARIES");
    let folder = Folder::new();
    let started = deploy(&["--detach", "--binaries", &binaries], &folder);
    let (welcome, steps) = (text(&started.stdout), text(&started.stderr));
    assert!(started.status.success(), "{steps}");
    for step in ["1 of 4", "2 of 4", "3 of 4", "4 of 4"] {
        assert!(steps.contains(step), "{steps}");
    }
    for named in ["/account/", "./deploy.sh local stop --directory ", "data  ", "ready http://"] {
        assert!(welcome.contains(named), "{named}: {welcome}");
    }
    let (_, pasted) = welcome.split_once("# a token for a day\n").expect("the token");
    let (pasted, _) = pasted.split_once("\nready ").expect("the last line");
    let longest = pasted.lines().filter(|line| !line.starts_with("TOKEN=")).map(str::len).max();
    assert!(longest <= Some(120), "fits a screen: {longest:?}");
    let answers = Command::new("bash").arg("-c").arg(pasted).output().unwrap();
    let answers: Vec<serde_json::Value> =
        text(&answers.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 3, "each answer ends its line: {answers:?}");
    assert_eq!(answers[0]["weight_value"], 75.5);
    assert_eq!(answers[1]["data"][0]["id"], answers[0]["id"]);
    assert_eq!(answers[2]["synced"][0]["status"], "created");

    let status = deploy(&["status", "--json"], &folder);
    let status_text = text(&status.stdout);
    let of_status: serde_json::Value = serde_json::from_str(status_text).unwrap();
    assert_eq!(of_status["running"], true);
    assert!(!status_text.contains("mysql://"), "{status_text}");

    let stopped = deploy(&["stop"], &folder);
    assert!(text(&stopped.stderr).contains("its data stays there"), "{}", text(&stopped.stderr));
    assert_eq!(deploy(&["status"], &folder).status.code(), Some(1));
}

/// Prints as cargo does: a line for each crate, then its error or, where `$BUILT` names programs, nothing.
const CARGO: &str = r#"#!/bin/sh
[ "$1" != tree ] || exec printf 'one v1.0.0\ntwo v1.0.0\n'
printf '   Compiling one v1.0.0\n   Compiling two v1.0.0\n' >&2
[ -n "$BUILT" ] || { echo 'error: linking failed' >&2; exit 101; }
folder=target/musl/$(uname -m)-unknown-linux-musl/release
mkdir -p "$folder" && cp "$BUILT/weight-api" "$BUILT/weightctl" "$folder"
"#;

#[test]
fn a_build_keeps_its_messages_in_a_file_whose_end_is_shown_when_it_fails() {
    let binaries = std::env::var("WEIGHT_SYNC_TEST_BINARIES").expect("WEIGHT_SYNC_TEST_BINARIES");
    let folder = Folder::new();
    let parts = ["deploy.sh", "deploy", "Cargo.toml"].map(|name| Path::new(ROOT).join(name));
    let copied = Command::new("cp").arg("-a").args(parts).arg(folder.path()).status().unwrap();
    assert!(copied.success());
    std::fs::create_dir(folder.join("path")).unwrap();
    executable::script(&folder.join("path/cargo"), CARGO);
    let log = folder.join("target/musl/build.log");
    let path = format!("{}:{}", folder.join("path").display(), std::env::var("PATH").unwrap());
    for (built, code) in [("", 1), (binaries.as_str(), 0)] {
        let mut build = Command::new(folder.join("deploy.sh"));
        build.arg("build").env("PATH", &path).env("MUSL_TOOLCHAIN", "rustup").env("BUILT", built);
        let output = build.output().unwrap();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(&format!("every message is in {}", log.display())), "{said}");
        assert!(std::fs::read_to_string(&log).unwrap().contains("Compiling two"));
        let end = ["error: linking failed", "error: the build failed"];
        assert!(end.iter().all(|part| said.contains(part) == (code == 1)), "{said}");
        assert!(code == 1 || !said.contains("Compiling"), "{said}");
    }
}
