//! Builds version 2: this program with one more migration and another version number.
//!
//! The build uses a copy of the sources and the same target folder, so it reuses the tests' compiled dependencies. The
//! binaries are static, because a push refuses anything else, but use glibc and skip the slow optimisation of the musl
//! build. No test depends on the difference.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support::executable;
use crate::support::site::said;

pub(crate) const VERSION: &str = "99.0.0";

/// Adds a column to a table while others write to it.
const MIGRATION: &str = "ALTER TABLE weight_entries ADD COLUMN note_of_next_version VARCHAR(40) CHARACTER SET utf8mb4 NULL;\n";

const EXAMPLES: &str = r#"
[[example]]
name = "next-weight-api"
path = "src/bin/weight-api.rs"

[[example]]
name = "next-weightctl"
path = "src/bin/weightctl/main.rs"
"#;

/// The folder of the released static binaries: version 1.
pub(crate) fn first() -> PathBuf {
    PathBuf::from(std::env::var("WEIGHT_SYNC_TEST_BINARIES").unwrap_or_else(|_| {
        panic!("WEIGHT_SYNC_TEST_BINARIES is not set: start the tests by tests/run, which builds the static binaries")
    }))
}

/// The folder of version 2's binaries, built once.
pub(crate) fn next() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(build)
}

fn build() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = root.join("target/next-version");
    let _ = std::fs::remove_dir_all(copy.join("source"));
    std::fs::create_dir_all(copy.join("source")).expect("a folder");
    for name in ["src", "migrations", "Cargo.lock", "Cargo.toml"] {
        let status =
            Command::new("cp").arg("-a").arg(root.join(name)).arg(copy.join("source")).status();
        assert!(status.expect("cp").success(), "{name} could not be copied");
    }
    let source = copy.join("source");
    let name = "9999_next_version";
    std::fs::write(source.join(format!("migrations/{name}.sql")), MIGRATION).expect("a file");
    change(&source.join("src/store/migrations.rs"), |text| {
        let list = text.find("embedded![").expect("the list of migrations");
        let end = list + text[list..].find(']').expect("its end");
        format!("{}, \"{name}\"{}", text[..end].trim_end().trim_end_matches(','), &text[end..])
    });
    // Builds the programs as examples: cargo then chooses the same dependency features as for tests, so the
    // dependencies are already compiled. The names and folder of examples do not collide with others.
    change(&source.join("Cargo.toml"), |text| {
        let parts =
            text.split("\n[").filter(|part| !part.starts_with("[be") && !part.starts_with("[bi"));
        let version = env!("CARGO_PKG_VERSION");
        parts.collect::<Vec<_>>().join("\n[").replacen(
            &format!("version = \"{version}\""),
            &format!("version = \"{VERSION}\""),
            1,
        ) + EXAMPLES
    });
    for kind in ["weight-api", "weightctl"] {
        let name = format!("next-{kind}");
        let output = cargo()
            .args(["rustc", "--offline", "--quiet", "--example", &name, "--target-dir"])
            .arg(root.join("target"))
            .args(["--", "-Ctarget-feature=+crt-static", "-Cstrip=symbols"])
            .current_dir(&source)
            .output()
            .expect("cargo starts");
        assert!(output.status.success(), "version 2 does not build: {}", said(&output));
        executable::copy(&root.join("target/debug/examples").join(name), &copy.join(kind));
    }
    copy
}

/// Cargo without the variables that it sets for a test. The build scripts of some dependencies watch them, and
/// everything that depends on these would be rebuilt.
fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text == "OUT_DIR"
            || ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|start| text.starts_with(start))
        {
            command.env_remove(&name);
        }
    }
    command
}

fn change(path: &Path, edit: impl Fn(&str) -> String) {
    let text = std::fs::read_to_string(path).expect("a source");
    std::fs::write(path, edit(&text)).expect("a source");
}
