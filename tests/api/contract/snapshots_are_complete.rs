//! Nothing that a client can meet is without a snapshot, and no snapshot is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use weight_sync::app::router::Router;
use weight_sync::http::field::FieldCode;
use weight_sync::http::problem::Code;

use crate::support::contract::Document;

const TESTS: [&str; 5] = [
    include_str!("accounts.rs"),
    include_str!("errors.rs"),
    include_str!("google.rs"),
    include_str!("single_entries.rs"),
    include_str!("sync.rs"),
];

/// Request and response of each snapshot, without insta's head, by its name.
fn snapshots() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/contract/snapshots");
    let paths = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "snap"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (name(&path), text.splitn(3, "---\n").nth(2).unwrap().to_owned())
        })
        .collect()
}

#[test]
fn every_route_has_a_snapshot_of_its_success() {
    let router = Router::new().unwrap();
    let shown: BTreeSet<String> = snapshots()
        .values()
        .filter(|exchange| exchange.contains("\n\n20"))
        .filter_map(|exchange| {
            let (method, target) = exchange.lines().next().unwrap().split_once(' ').unwrap();
            let route = router.find(target.split('?').next().unwrap())?.route;
            Some(format!("{method} {}", route.pattern))
        })
        .collect();
    for (pattern, methods) in Router::paths() {
        for method in methods {
            assert!(shown.contains(&format!("{method} {pattern}")), "{method} {pattern}");
        }
    }
}

#[test]
fn every_error_code_has_a_snapshot_of_its_name() {
    let snapshots = snapshots();
    for code in Code::ALL {
        let name = format!("errors.{}", code.name);
        let shown = snapshots.get(&name).unwrap_or_else(|| panic!("no snapshot {name}"));
        assert!(shown.contains(&format!("\n\n{} ", code.status())), "{shown}");
        assert!(shown.contains(&format!("\"code\": \"{}\"", code.name)), "{shown}");
    }
}

#[test]
fn every_field_error_and_every_result_of_an_upload_stands_in_a_snapshot() {
    let all: String = snapshots().into_values().collect();
    let shows = |name: &str, value: &Value| all.contains(&format!("\"{name}\": {value}"));
    for code in FieldCode::ALL {
        assert!(shows("code", &serde_json::to_value(code).unwrap()), "{code:?}");
    }
    let schemas = &Document::get().root["components"]["schemas"];
    for (schema, member) in
        [("Synced", "status"), ("Conflict", "resolution"), ("Conflict", "reason")]
    {
        let values = schemas[schema]["properties"][member]["enum"].as_array().unwrap();
        for value in values {
            assert!(shows(member, value), "{member} {value}");
        }
    }
}

#[test]
fn every_snapshot_is_compared_by_a_test() {
    for name in snapshots().keys() {
        let quoted = format!("\"{name}\"");
        assert!(TESTS.iter().any(|test| test.contains(&quoted)), "{name} is left over");
    }
}
