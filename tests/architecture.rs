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
    ("ureq", &["src/bin/weightctl/fetch.rs"]),
    ("rustls", &["src/bin/weightctl/doctor/certificate.rs"]),
];

struct File {
    path: String,
    /// Without comments and without what follows `#[cfg(test)]`.
    code: String,
    /// The lines of the comment on the module.
    head: usize,
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
        let head = text.lines().take_while(|line| line.starts_with("//!")).count();
        Self { path: path.into(), code: code.join("\n"), head, lines: text.lines().count() }
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
        !places.iter().any(|place| file.path.starts_with(place))
            && !names_after(&file.code, &format!("{name}::")).is_empty()
    })
}

/// SQL outside the store, or put together at run time.
fn misplaces_sql(file: &File) -> bool {
    let dense: String = file.code.split_whitespace().collect::<Vec<_>>().join(" ");
    let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "REPLACE "];
    let stands =
        |before: &str| verbs.iter().any(|verb| dense.contains(&format!("{before}\"{verb}")));
    (file.module() != Some("store") && stands("")) || stands("format!(") || stands("push_str(")
}

/// A question mark in a text or name of a statement, where `store/literal.rs` would put a value.
fn hides_a_question_mark(file: &File) -> bool {
    let quotes =
        |one: &str, quote| one.split(quote).skip(1).step_by(2).any(|text| text.contains('?'));
    file.module() == Some("store")
        && file.statements().any(|one| quotes(&one, '\'') || quotes(&one, '`'))
}

/// An INSERT must name the column, everything else must filter on it; an upsert must not change another user's row.
fn forgets_the_user(file: &File) -> bool {
    let counts_all = file.path == "src/store/daily_counts.rs"; // The entries of all users.
    file.statements().any(|statement| {
        let of_table = statement.replace("weight_entries.", "");
        let parts: Vec<&str> = of_table.split("weight_entries").collect();
        let forgets = parts.windows(2).any(|pair| {
            let is_use = ["FROM ", "JOIN ", "UPDATE ", ", "].iter().any(|w| pair[0].ends_with(w));
            let columns = pair[1].split(')').next().unwrap_or_default();
            (pair[0].ends_with("INTO ") && !columns.contains("user_id"))
                || (is_use && !pair[1].contains("user_id = ?") && !counts_all)
        });
        let is_upsert = statement.starts_with("ON DUPLICATE KEY UPDATE")
            && file.path.starts_with("src/store/weights/");
        forgets || (is_upsert && !statement.contains("user_id = IF(weight_entries.user_id = "))
    })
}

/// Callers pass the time and everything else into the domain.
fn asks_the_system(file: &File) -> bool {
    let system = ["::now(", "std::env", "std::fs", "std::net", "std::process"];
    file.module() == Some("domain") && system.iter().any(|name| file.code.contains(name))
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join("src")], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
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

/// Whether a file breaks a rule.
type Breaks = fn(&File) -> bool;
const RULES: [(&str, Breaks); 8] = [
    ("no module uses one above it", breaks_an_arrow),
    ("external crates are named only where they belong", breaks_a_fence),
    ("SQL stands in the store, as constants", misplaces_sql),
    ("question marks in statements are places of values", hides_a_question_mark),
    ("every statement on entries names its user", forgets_the_user),
    ("the domain asks the system for nothing", asks_the_system),
    ("a file begins with one to five lines on what it owns", |file| !(1..=5).contains(&file.head)),
    ("no file is longer than 300 lines", |file| file.lines > 300),
];

#[test]
fn the_sources_keep_every_rule() {
    let sources = sources();
    assert!(sources.iter().any(|file| file.code.contains("INTO weight_entries")));
    for (rule, breaks) in RULES {
        let breach = sources.iter().find(|file| breaks(file)).map(|file| &file.path);
        assert_eq!(breach, None, "{rule}");
    }
}

#[test]
fn each_rule_sees_a_breach_and_lets_the_rest_pass() {
    const STORE: &str = "src/store/x.rs";
    let cases: [(Breaks, bool, &str, &str); 16] = [
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
