//! Invalid settings files, and shells and systems that `deploy.sh` refuses.

use std::process::Command;

use crate::next_release::first;
use crate::shared_host::SharedHost;
use crate::support::executable;
use crate::support::folder::Folder;
use crate::support::site::{finished, said};

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy.sh");

#[test]
fn an_invalid_setting_is_named_and_refused_before_any_change() {
    let folder = Folder::new();
    let file = folder.join("settings");
    let output = Command::new(DEPLOY).args(["push", "--settings"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("host is missing: give it once"), "{}", said(&output));
    let good =
        [("host", "me@h.example"), ("web_directory", "web"), ("base_url", "https://h.example")];
    for (key, value, because) in [
        ("host", "h.example:22", "a port: --port"),
        ("host", "2001:db8::1", "user@[2001:db8::1]"),
        ("host", "-oProxyCommand=x", "is not [user@]host"),
        ("host", "-Fname@h.example", "is not [user@]host"),
        ("port", "70000", "is not a port"),
        ("port", "ssh", "is not a port"),
        ("web_directory", "my site", "web_directory may hold letters"),
        ("web_directory", "~/../other", "no . or .. as a part"),
        ("web_directory", "$HOME/web", "web_directory may hold letters"),
        ("private_directory", "secrets", "must be weight-sync"),
        ("base_url", "https://h.example/weights/", "a site of its own"),
        ("base_url", "http://h.example", "https only"),
        ("base_url", "h.example", "base_url is https://HOST"),
        ("mode", "fast", "auto, fastcgi or cgi"),
        ("web_dir", "web", "there is no setting web_dir"),
    ] {
        let mut lines: Vec<String> = vec![format!("{key}={value}")];
        lines.extend(
            good.iter()
                .filter(|(name, _)| *name != key)
                .map(|(name, value)| format!("{name}={value}")),
        );
        std::fs::write(&file, lines.join("\n")).unwrap();
        let output =
            Command::new(DEPLOY).args(["status", "--settings"]).arg(&file).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{key}={value}: {}", said(&output));
        assert!(said(&output).contains(because), "{key}={value}: {}", said(&output));
    }
}

#[test]
fn a_settings_file_from_a_windows_editor_is_read_and_an_unreachable_host_is_reported() {
    let host = SharedHost::start();
    host.push(&first());
    let file = host.folder.join("windows");
    let text = format!(
        "\u{feff}host = {}\nport={}\nssh_options={}\n\nweb_directory = ~/weights.example.org//\n\
         private_directory={}/\nbase_url={}//\n  # a remark\n",
        host.address(),
        host.ssh_port,
        host.ssh_options(),
        host.private().display(),
        host.base_url()
    );
    std::fs::write(&file, text.replace('\n', "\r\n")).unwrap();
    let status = |port: &str| {
        let mut command = Command::new(DEPLOY);
        command.args(["status", "--settings"]).arg(&file).args(["--port", port]);
        finished(command.env("CURL_CA_BUNDLE", host.site.authority.file()), &host.folder)
    };
    let output = status(&host.ssh_port.to_string());
    assert!(output.status.success(), "{}", said(&output));
    let output = status("1");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("no connection to"), "{}", said(&output));
}

#[test]
fn another_shell_an_old_bash_and_another_system_are_refused_with_advice() {
    let folder = Folder::new();
    let output = Command::new("sh").args([DEPLOY, "help"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("run ./deploy.sh"), "{}", said(&output));
    // The version that macOS ships.
    let output =
        Command::new("sh").args([DEPLOY, "help"]).env("BASH_VERSION", "3.2.57(1)-release").output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("not 3.2.57") && said(&output).contains("brew install bash"));

    let uname = folder.join("uname");
    executable::script(&uname, "#!/bin/sh\necho Darwin\n");
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let output =
        Command::new(DEPLOY).args(["push", "me@h.example"]).env("PATH", path).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(
        said(&output).contains("Darwin") && said(&output).contains("container"),
        "{}",
        said(&output)
    );
}
