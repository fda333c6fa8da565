//! The documents list what the program has.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod commands;
mod files;
mod markdown;
mod protocol;
mod settings;

use std::collections::BTreeSet;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths of all documents.
fn documents() -> Vec<String> {
    const FOLDERS: [&str; 7] =
        ["", "app/", "app/plugins/stubs/", "docs/", "docs/operations/", "fuzz/", "migrations/"];
    let mut found = Vec::new();
    for folder in FOLDERS {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".md") {
                found.push(format!("{folder}{name}"));
            }
        }
    }
    found
}

/// The first cells of a document's table rows, without their backticks.
fn first_cells(document: &str) -> BTreeSet<String> {
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next().map(str::to_owned)).collect()
}
