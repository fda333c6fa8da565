//! A push that pauses before a certain call on the host.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use crate::next_release::first;
use crate::shared_host::SharedHost;
use crate::support::executable;
use crate::support::folder::Folder;
use crate::support::waiting::wait_until;

/// Precedes the real `ssh` and `curl` in the PATH of a push and pauses before the call that contains `$HOLD_BEFORE`,
/// among its arguments or in what it reads. Watching the output of a push instead would depend on the machine's speed.
const HOLDING: &str = r#"#!/bin/sh
input=
case $* in *"--config -"*) input=$(cat) ;; esac
case "$* $input" in *"$HOLD_BEFORE"*) : >"$HELD"; while [ -e "$HELD" ]; do sleep 0.1; done ;; esac
PATH=${PATH#*:}
[ -n "$input" ] || exec "${0##*/}" "$@"
printf '%s\n' "$input" | "${0##*/}" "$@"
"#;

/// The first call of a push when the release has been tried.
pub(crate) const BEFORE_SWITCH: &str = "/api/probe?[2-";
/// A call of the smoke test, after the switch.
pub(crate) const AFTER_SWITCH: &str = "/api/auth/login";

/// Starts a push in a separate process group and waits until it is about to make this call on the host.
pub(crate) fn push_up_to(host: &SharedHost, folder: &Folder, call: &str) -> Child {
    command_up_to(host, folder, call, &["push", "--binaries", &first().display().to_string()])
}

/// Starts any command of `deploy.sh` and pauses it as [`push_up_to`] does.
pub(crate) fn command_up_to(
    host: &SharedHost,
    folder: &Folder,
    call: &str,
    arguments: &[&str],
) -> Child {
    let (held, said) = (folder.join("held"), folder.join("said"));
    std::fs::create_dir_all(folder.join("bin")).unwrap();
    for program in ["bin/ssh", "bin/curl"] {
        executable::script(&folder.join(program), HOLDING);
    }
    let _ = std::fs::remove_file(&held);
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    let mut push = interruptible(&host.deploy_command(arguments))
        .envs([("PATH", path), ("HOLD_BEFORE", call.to_owned())])
        .env("HELD", &held)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&said).unwrap())
        .spawn()
        .unwrap();
    wait_until(call, || {
        let text = std::fs::read_to_string(&said).unwrap_or_default();
        assert!(push.try_wait().unwrap().is_none(), "it ended before {call}: {text}");
        held.exists()
    });
    push
}

/// Lets a paused push continue and waits until it ends.
pub(crate) fn go_on(mut push: Child, folder: &Folder) -> String {
    std::fs::remove_file(folder.join("held")).unwrap();
    let status = push.wait().unwrap();
    let said = std::fs::read_to_string(folder.join("said")).unwrap_or_default();
    assert!(status.success(), "{said}");
    said
}

/// Restores the default handling of SIGINT, which tests ignore when a script runs them in the background.
pub(crate) fn interruptible(command: &Command) -> Command {
    let mut wrapped = Command::new("env");
    wrapped.arg("--default-signal=INT").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    wrapped
}

pub(crate) fn signal(push: &mut Child, name: &str) {
    let group = format!("-{}", push.id());
    assert!(Command::new("kill").args(["-s", name, "--", &group]).status().unwrap().success());
    push.wait().unwrap();
}
