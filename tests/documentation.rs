//! What the documents list is what the program has.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use weight_sync::config::{Settings, load};
use weight_sync::domain::validation::FieldCode;
use weight_sync::http::problem::Code;
use weight_sync::router::Router;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The first cells of a document's table rows, without their backticks.
fn first_cells(document: &str) -> Vec<String> {
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next().map(str::to_owned)).collect()
}

fn example() -> (PathBuf, String) {
    let text = read("docs/weight-sync.example.toml");
    let name = format!("weight-sync-example-{}", uuid::Uuid::now_v7());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, &text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    (path, text)
}

#[test]
fn the_example_configuration_is_accepted_and_shows_every_setting() {
    let (path, text) = example();
    let settings: Settings = load(&path).unwrap().settings;
    std::fs::remove_file(&path).unwrap();
    let shown: toml::Table = text.parse().unwrap();
    let all = toml::Table::try_from(&settings).unwrap();
    for (section, settings) in &all {
        for key in settings.as_table().unwrap().keys() {
            assert!(shown[section].get(key).is_some(), "{section}.{key} is not in the example");
        }
    }
}

#[test]
fn every_setting_is_described_and_nothing_else_is() {
    let (path, _) = example();
    let settings = load(&path).unwrap().settings;
    std::fs::remove_file(&path).unwrap();
    let mut all: Vec<String> = Vec::new();
    for (section, settings) in &toml::Table::try_from(&settings).unwrap() {
        all.extend(settings.as_table().unwrap().keys().map(|key| format!("{section}.{key}")));
    }
    let mut described = first_cells(&read("docs/CONFIGURATION.md"));
    all.sort();
    described.sort();
    assert_eq!(described, all);
}

#[test]
fn every_route_is_told_of() {
    let protocol = read("docs/PROTOCOL.md");
    for (path, methods) in Router::addresses() {
        for method in methods {
            // To the end of the address: one may begin like another.
            let ends = ["`", ":", " `", "\n"];
            let is_told =
                ends.iter().any(|end| protocol.contains(&format!("{method} {path}{end}")));
            assert!(is_told, "docs/PROTOCOL.md does not name {method} {path}");
        }
    }
}

#[test]
fn every_error_code_is_described_with_its_status() {
    let protocol = read("docs/PROTOCOL.md");
    for code in Code::ALL {
        let row = format!("| `{}` | {} |", code.name, code.status());
        assert!(protocol.contains(&row), "docs/PROTOCOL.md has no row that begins {row}");
    }
}

#[test]
fn every_field_error_is_described() {
    let protocol = read("docs/PROTOCOL.md");
    let cells = first_cells(&protocol);
    for code in FieldCode::ALL {
        let name = serde_json::to_value(code).unwrap();
        assert!(cells.iter().any(|cell| cell == name.as_str().unwrap()), "{name}");
    }
}
