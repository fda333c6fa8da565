//! Checks the shape of `src/` by reading it as text: which module uses which, where an external crate and SQL may
//! stand, and that a statement on weight entries names its user. Visibility and lints do the rest.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

use std::path::Path;

/// A module and what it may use, besides itself.
const ARROWS: &[(&str, &[&str])] = &[
    ("gateway", &["http", "slots"]),
    ("app", &["handlers", "http", "domain", "store", "config"]),
    ("handlers", &["auth", "domain", "store", "http", "mail", "config", "slots"]),
    ("auth", &["store", "domain", "http", "config", "slots"]),
    ("store", &["domain", "config"]),
    ("mail", &["domain", "config"]),
    ("config", &[]),
    ("http", &["slots"]),
    ("slots", &[]),
    ("domain", &[]),
];

/// An external crate and the places that may name it.
const FENCES: &[(&str, &[&str])] = &[
    ("fastcgi", &["src/gateway/", "src/fastcgi/"]),
    ("mysql", &["src/store/"]),
    ("matchit", &["src/app/router.rs"]),
    ("jsonwebtoken", &["src/auth/"]),
    ("argon2", &["src/auth/"]),
    ("icu_normalizer", &["src/domain/"]),
    ("talc", &["src/bin/weight-api.rs"]),
    ("ureq", &["src/bin/weightctl/fetch.rs"]),
    ("toml_edit", &["src/config/edit.rs"]),
    ("flate2", &["src/bin/weightctl/backup.rs", "src/bin/weightctl/restore.rs"]),
    ("rustls", &["src/bin/weightctl/doctor/certificate.rs"]),
];

/// What the domain must not ask the system for: callers pass the time and everything else in.
const IMPURE: [&str; 5] = ["::now(", "std::env", "std::fs", "std::net", "std::process"];

const VERBS: [&str; 5] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "REPLACE "];

struct File {
    path: String,
    /// Without comments and without what follows `#[cfg(test)]`.
    code: String,
    lines: usize,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code: Vec<&str> = product
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(|line| line.split(" // ").next().unwrap_or_default())
            .collect();
        Self { path: path.to_owned(), code: code.join("\n"), lines: text.lines().count() }
    }

    /// `store` of `src/store/pool.rs`; nothing for `lib.rs`, the binaries and the package `fastcgi`.
    fn module(&self) -> Option<&str> {
        let name = self.path.strip_prefix("src/")?.split('/').next()?.trim_end_matches(".rs");
        (!matches!(name, "lib" | "bin" | "fastcgi")).then_some(name)
    }

    /// The SQL of each item: its literals joined, its white space folded.
    fn statements(&self) -> impl Iterator<Item = String> {
        self.code.split(";\n").map(|item| {
            let literals: String = item.split('"').skip(1).step_by(2).collect();
            literals.replace("\\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ")
        })
    }
}

/// The names that follow `prefix` where it does not continue another path or name.
fn names_after<'c>(code: &'c str, prefix: &str) -> Vec<&'c str> {
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(prefix)
        .filter(|(place, _)| !code[..*place].ends_with(|before| is_name(before) || before == ':'))
        .map(|(place, _)| code[place + prefix.len()..].split(|after| !is_name(after)).next())
        .map(Option::unwrap_or_default)
        .collect()
}

/// `crate::{` names no module, and is a breach too.
fn breaks_an_arrow(file: &File) -> bool {
    let Some(module) = file.module() else { return false };
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else { return true };
    let is_root = [format!("src/{module}.rs"), format!("src/{module}/mod.rs")].contains(&file.path);
    names_after(&file.code, "crate::").iter().any(|name| *name != module && !allowed.contains(name))
        || file.code.contains("super::super::")
        || (is_root && file.code.contains("super::"))
}

fn breaks_a_fence(file: &File) -> bool {
    FENCES.iter().any(|(name, places)| {
        let names_it = !names_after(&file.code, &format!("{name}::")).is_empty();
        names_it && !places.iter().any(|place| file.path.starts_with(place))
    })
}

/// SQL outside the store, or put together at run time.
fn misplaces_sql(file: &File) -> bool {
    let dense: String = file.code.split_whitespace().collect::<Vec<_>>().join(" ");
    let stands =
        |before: &str| VERBS.iter().any(|verb| dense.contains(&format!("{before}\"{verb}")));
    (file.module() != Some("store") && stands("")) || stands("format!(") || stands("push_str(")
}

/// A question mark in a text or name of a statement, where `store/literal.rs` would put a value.
fn hides_a_question_mark(file: &File) -> bool {
    let quotes = |statement: &str, quote| {
        statement.split(quote).skip(1).step_by(2).any(|text| text.contains('?'))
    };
    file.module() == Some("store")
        && file.statements().any(|one| quotes(&one, '\'') || quotes(&one, '`'))
}

/// An INSERT must name the column, everything else must filter on it; an upsert must not change another user's row.
fn forgets_the_user(file: &File) -> bool {
    let is_weights = file.path.starts_with("src/store/weights/");
    let counts_all = file.path == "src/store/daily_counts.rs"; // The entries of all users.
    file.statements().any(|statement| {
        let of_table = statement.replace("weight_entries.", "");
        let parts: Vec<&str> = of_table.split("weight_entries").collect();
        let forgets = parts.windows(2).any(|pair| {
            let is_insert = pair[0].ends_with("INTO ");
            let is_use = ["FROM ", "JOIN ", "UPDATE ", ", "].iter().any(|w| pair[0].ends_with(w));
            let columns = pair[1].split(')').next().unwrap_or_default();
            let filters = pair[1].contains("user_id = ?") || counts_all;
            (is_insert && !columns.contains("user_id")) || (is_use && !filters)
        });
        let is_upsert = is_weights && statement.starts_with("ON DUPLICATE KEY UPDATE");
        forgets || (is_upsert && !statement.contains("user_id = IF(weight_entries.user_id = "))
    })
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join("src")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
                found.push(File::new(&name, &std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

fn breaches(rule: impl Fn(&File) -> bool) -> Vec<String> {
    sources().into_iter().filter(rule).map(|file| file.path).collect()
}

#[test]
fn no_module_uses_one_above_it() {
    assert_eq!(breaches(breaks_an_arrow), [""; 0]);
}

#[test]
fn external_crates_are_named_only_where_they_belong() {
    assert_eq!(breaches(breaks_a_fence), [""; 0]);
}

#[test]
fn sql_stands_in_the_store_as_constants() {
    assert_eq!(breaches(misplaces_sql), [""; 0]);
}

#[test]
fn question_marks_in_statements_are_places_of_values() {
    assert_eq!(breaches(hides_a_question_mark), [""; 0]);
}

#[test]
fn every_statement_on_entries_names_its_user() {
    assert_eq!(breaches(forgets_the_user), [""; 0]);
    assert!(sources().iter().any(|file| file.code.contains("INTO weight_entries")));
}

#[test]
fn the_domain_asks_the_system_for_nothing() {
    let asks = |file: &File| IMPURE.iter().any(|name| file.code.contains(name));
    assert_eq!(breaches(|file| file.module() == Some("domain") && asks(file)), [""; 0]);
}

#[test]
fn no_file_is_longer_than_300_lines() {
    assert_eq!(breaches(|file| file.lines > 300), [""; 0]);
}

#[test]
fn each_rule_sees_a_breach_and_lets_the_rest_pass() {
    const STORE: &str = "src/store/x.rs";
    type Rule = fn(&File) -> bool;
    let cases: [(Rule, bool, &str, &str); 16] = [
        (breaks_an_arrow, true, STORE, "use crate::handlers::y;"),
        (breaks_an_arrow, true, "src/store/mod.rs", "use super::handlers;"),
        (breaks_an_arrow, true, "src/unknown/x.rs", ""),
        (breaks_an_arrow, false, STORE, "use crate::domain::y; // crate::handlers"),
        (breaks_a_fence, true, "src/auth/x.rs", "fn f(c: mysql::Conn) {}"),
        (breaks_a_fence, false, "src/bin/x.rs", "gateway::fastcgi::run()"),
        (misplaces_sql, true, "src/auth/x.rs", "\"SELECT 1\""),
        (misplaces_sql, true, STORE, "format!(\"SELECT {x}\")"),
        (hides_a_question_mark, true, STORE, "\"SELECT 'why?' WHERE id = ?\""),
        (hides_a_question_mark, false, STORE, "\"SELECT 'why', ? WHERE id = 'x'\""),
        (forgets_the_user, true, STORE, "\"SELECT 1 FROM weight_entries WHERE id = ?\""),
        (forgets_the_user, false, STORE, "\"SELECT 1 FROM weight_entries WHERE user_id = ?\""),
        (forgets_the_user, true, STORE, "\"SELECT user_id FROM users, weight_entries\""),
        (forgets_the_user, true, STORE, "\"INSERT INTO weight_entries (id) VALUES (1)\""),
        (forgets_the_user, false, STORE, "\"INSERT INTO weight_entries (id, user_id)\""),
        (forgets_the_user, true, "src/store/weights/x.rs", "\" ON DUPLICATE KEY UPDATE unit = 1\""),
    ];
    for (rule, expected, path, code) in cases {
        assert_eq!(rule(&File::new(path, code)), expected, "{path}: {code}");
    }
}
