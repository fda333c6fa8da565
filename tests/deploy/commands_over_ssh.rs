//! The number of commands that a push runs on the host. Each costs several round trips.

use crate::next_release::first;
use crate::shared_host::SharedHost;
use crate::support::executable;
use crate::support::site::{finished, said};

/// Counts the executions of the real `ssh` that run something on the host; `-O` only speaks to the local process that
/// keeps the connection.
const COUNTING_SSH: &str = r#"#!/bin/sh
case " $* " in *" -O "*) ;; *) echo ssh >>"$EXECUTIONS" ;; esac
PATH=${PATH#*:} exec ssh "$@"
"#;

#[test]
fn a_push_runs_four_commands_on_the_host_and_a_rollback_two() {
    let host = SharedHost::start();
    host.push(&first());
    let bin = host.folder.join("bin");
    std::fs::create_dir(&bin).unwrap();
    executable::script(&bin.join("ssh"), COUNTING_SSH);
    let executions = host.folder.join("executions");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let binaries = first().display().to_string();
    for (arguments, most) in [
        (&["push", "--binaries", &binaries][..], 4),
        (&["rollback"], 2),
        (&["status"], 1),
        (&["releases"], 1),
    ] {
        let mut command = host.deploy_command(arguments);
        command.env("PATH", &path).env("EXECUTIONS", &executions);
        let output = finished(&mut command, &host.folder);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        let text = std::fs::read_to_string(&executions).unwrap();
        assert_eq!(text.lines().count(), most, "{arguments:?}: {text}");
        std::fs::remove_file(&executions).unwrap();
    }
}
