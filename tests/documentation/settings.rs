//! The settings in docs/CONFIGURATION.md and in the example configuration.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use weight_sync::config::{Settings, load};

use crate::{first_cells, read};

const EXAMPLE: &str = "docs/weight-sync.example.toml";

/// `section.key` of each setting.
fn keys(table: &toml::Table) -> BTreeSet<String> {
    let sections = table.iter().filter_map(|(name, section)| Some((name, section.as_table()?)));
    sections.flat_map(|(name, keys)| keys.keys().map(move |key| format!("{name}.{key}"))).collect()
}

/// The settings that the program has, by loading the example.
fn settings() -> BTreeSet<String> {
    let name = format!("weight-sync-example-{}", uuid::Uuid::now_v7());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, read(EXAMPLE)).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    let loaded = load(&path);
    std::fs::remove_file(&path).unwrap();
    keys(&toml::Table::try_from(&loaded.unwrap().settings).unwrap())
}

#[test]
fn the_example_configuration_is_accepted_and_shows_every_setting() {
    let shown = keys(&read(EXAMPLE).parse().unwrap());
    let missing: Vec<String> = settings().difference(&shown).cloned().collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn what_the_example_configuration_does_not_mark_as_an_example_is_the_default() {
    let example = read(EXAMPLE);
    let unmarked: Vec<&str> = example.lines().filter(|line| !line.contains("# example")).collect();
    let shown: toml::Table = unmarked.join("\n").parse().unwrap();
    let least = "[database]\nurl = \"mysql://u:p@h/d\"\n[auth]\nsecrets = []\n";
    let default: Settings = toml::from_str(least).unwrap();
    let default = toml::Table::try_from(&default).unwrap();
    for key in keys(&shown) {
        let (section, name) = key.split_once('.').unwrap();
        let value = &shown[section][name];
        // [[auth.secrets]] and [auth.foreign] have no default.
        if section != "auth" || value.is_integer() {
            assert_eq!(default[section].get(name), Some(value), "{key}");
        }
    }
}

#[test]
fn every_setting_is_described_and_nothing_else_is() {
    assert_eq!(first_cells(&read("docs/CONFIGURATION.md")), settings());
}
