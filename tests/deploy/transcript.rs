//! What a person at the terminal reads, recorded in `snapshots/`. What differs from run to run is redacted. Where a change
//! is meant, `INSTA_UPDATE=always tests/run -- --test deploy` writes the new snapshots.

use std::process::Output;

use crate::next_release::first;
use crate::shared_host::SharedHost;

/// Patterns and what stands in their place.
const REDACTIONS: [(&str, &str); 9] = [
    (r"\d+\.\d+\.\d+-\d{8}T\d{6}Z", "[release]"),
    (r"(version) \d+\.\d+\.\d+", "$1 [version]"),
    (r"\d+ MiB", "[size] MiB"),
    (r"[\d.]+ ms", "[time] ms"),
    (r"\d+ process(es)? stayed", "[number] processes stayed"),
    (r"(replaced program to end): \d+", "$1: [number]"),
    (r"linked, for \w+", "linked, for [machine]"),
    (r"for user '\w+'@'[\w.:%-]+'", "for user '[user]'@'[host]'"),
    (r"https://127\.0\.0\.1:\d+", "https://weights.example.org"),
];

#[derive(Default)]
pub(crate) struct Transcript(String);

impl Transcript {
    /// Adds a command and what it printed, up to the doctor, whose findings are those of this machine. `deploy.sh` itself
    /// prints two lines while the host prints others, so that their place is not certain: they are left out.
    pub(crate) fn add(&mut self, command: &str, output: &Output) {
        let text = [&output.stdout[..], &output.stderr].concat();
        let text = String::from_utf8(text).expect("text");
        let lines = text
            .lines()
            .take_while(|line| *line != "==> weightctl doctor")
            .filter(|line| !line.starts_with("health: ") && !line.starts_with("sign-in, "));
        let said: String = lines.flat_map(|line| [line, "\n"]).collect();
        let code = output.status.code().expect("a code");
        self.0 += &format!("$ {command}\n{said}[exit code {code}]\n\n");
    }

    #[track_caller]
    pub(crate) fn compare(&self, name: &str, host: &SharedHost) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        for (pattern, replacement) in REDACTIONS {
            settings.add_filter(pattern, replacement);
        }
        let text = self.0.replace(&first().display().to_string(), "[binaries]");
        let text = text.replace(&host.home().display().to_string(), "/home/me");
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}
